/**
 * Gates of a recovery: while nobody leads they look at addresses, links and statements, since there is no quorum to ask; afterwards at
 * what the quorum on the chosen copy shows. Pure. Source: docs/disk.md, seen on Kafka 3.9.2, 4.1.2 and 4.3.1.
 */

import type { Recovery } from '../../../contract/disk/recovery.ts'
import type { LoggedVoter } from '../../../contract/diskReport.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { EPOCH_STEP } from '../../../recovery/ranking.ts'
import { type Facts, probesOf } from '../../run/facts.ts'
import { idListText, idsText, namedText, sameSet, voterKeys } from '../../run/voterSet.ts'
import { settledVoters } from '../../run/windows/track.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

export function nobodyLeads({ view, link }: Facts): Gate {
  const rule: Rule = {
    code: 'nobody-leads',
    title: 'No controller leads this cluster',
    required: 'every known address was asked, and no leader was found',
    why: 'A quorum that has a leader is not lost. What is written to a disk beside a quorum that lives makes a second one.',
    source: 'Quorumdeck: every known controller is asked for itself',
  }
  const leads = link === 'live' && view?.quorum.leaderId != null
  const isAsked = link === 'no-leader' || link === 'unreachable'
  return gate(rule, {
    ok: isAsked,
    observed: leads
      ? `${view.quorum.leaderId} leads`
      : link === 'no-leader'
        ? 'nobody'
        : isAsked
          ? 'no address answers: everything is down, or this dashboard is cut off'
          : UNKNOWN,
    remedy: leads
      ? 'The quorum is back: write to no disk, and abort this run. What is dead is replaced by the wizards for that.'
      : 'Quorumdeck must be able to ask the controllers: their addresses, its credentials and its certificate.',
    waiting: link === 'connecting',
  })
}

/** What answers where these voters are recorded; `null`: at one of the addresses it is not known. */
function answering(facts: Facts, voters: readonly LoggedVoter[]): { nodeId: number; detail: string }[] | null {
  const found: { nodeId: number; detail: string }[] = []
  for (const { nodeId, endpoints } of voters) {
    const probes = probesOf(facts, nodeId, endpoints)
    if (probes === null) return null
    const one = probes.find(({ outcome }) => outcome === 'answers' || outcome === 'unverifiable')
    if (one !== undefined) found.push({ nodeId, detail: one.detail })
  }
  return found
}

function quietGate(rule: Rule, facts: Facts, voters: readonly LoggedVoter[], remedy: string): Gate {
  const found = answering(facts, voters)
  return gate(rule, {
    ok: found !== null && found.length === 0,
    observed:
      voters.length === 0 ? 'there is none' : found === null ? UNKNOWN : (found[0]?.detail ?? 'none of them answers'),
    remedy: found === null ? 'Wait until their addresses were asked.' : remedy,
    waiting: found === null,
  })
}

export function lostFenced(facts: Facts, lost: readonly LoggedVoter[]): Gate {
  return quietGate(
    {
      code: 'lost-fenced',
      title: `Nothing answers at the addresses of ${idsText(lost)}`,
      required: 'each refuses, or is silent',
      why: 'Old disks that come back before the chosen one leads are the old majority: they elect a leader and commit, and the chosen copy is cut off or becomes a second quorum.',
      source: 'docs/disk.md: old disks that come back',
    },
    facts,
    lost,
    'Stop what answers there, whatever it is, and keep it from starting: switch the host off, or disable its service.',
  )
}

export function restStopped(facts: Facts, voters: readonly LoggedVoter[]): Gate {
  return quietGate(
    {
      code: 'rest-stopped',
      title: `${idsText(voters)} ${voters.length === 1 ? 'is' : 'are'} stopped`,
      required: 'no address of them answers',
      why: 'A process that runs holds its log open: what is written beside it is overwritten or never read.',
      source: 'Kafka: .lock of the log directory',
    },
    facts,
    voters,
    'Stop these controllers, and keep them from starting by themselves.',
  )
}

/** @param stated a person has said that the others cannot be read */
export function copiesComplete({ unranked, copies }: Recovery, stated: boolean): Gate {
  const rule: Rule = {
    code: 'copies-complete',
    title: 'Every copy that is left was compared',
    required: 'a report of every node that was seen, or the statement that no other disk can be read',
    why: 'A broker may hold more of the log than every controller that is left: leaders answer its fetches beyond the high watermark.',
    source: 'docs/disk.md: which copy',
  }
  const rest = stated ? '; a person states that no other can be read' : ''
  return gate(rule, {
    ok: unranked?.length === 0 || stated,
    observed:
      unranked === null
        ? `${copies.length} compared; which nodes there are was not seen since Quorumdeck was started${rest}`
        : unranked.length === 0
          ? `${copies.length} compared`
          : `${namedText('node', unranked)} not compared${rest}`,
    remedy:
      unranked === null
        ? 'Run quorumdeck disk inspect on every controller and broker that there is, then state that these are all.'
        : `Run quorumdeck disk inspect on ${namedText('node', unranked)}, and begin anew with their reports.`,
  })
}

/** No other controller has led since the plan was made: what it committed is in no copy of the plan. @param sinceMs wall clock */
export function noOtherLed({ view }: Facts, { seed, epoch, way }: Recovery, sinceMs: number): Gate {
  const rule: Rule = {
    code: 'no-other-led',
    title: 'No other controller has led since the plan was made',
    required: 'none was seen',
    why: 'An old majority that led has committed: started now, the chosen copy would cut that off.',
    source: 'docs/disk.md: old disks that come back',
  }
  const last = view === null ? null : (view.quorum.leaderless?.lastLed ?? null)
  const isOurs =
    last !== null && (way === 'addresses' || last.leaderId === seed.nodeId) && last.leaderEpoch > epoch - EPOCH_STEP
  const other = last !== null && last.atMs > sinceMs && !isOurs
  return gate(rule, {
    ok: !other,
    observed: other ? `${last.leaderId} led in epoch ${last.leaderEpoch}` : 'none',
    remedy: `Do not start ${seed.nodeId}. Abort, take the record back (quorumdeck disk recover --undo) where it is written, and go on with the quorum that led; or inspect every disk again and plan anew.`,
  })
}

/** The chosen one leads, alone, in an epoch that only what was written to its disk can have led to. */
export function seedLeadsAlone({ view, track, link }: Facts, { seed, epoch, after, way }: Recovery): Gate {
  const ids = idsText(after)
  const rule: Rule = {
    code: 'seed-leads',
    title: way === 'addresses' ? `${ids} have elected a leader` : `${seed.nodeId} leads, and is the only voter`,
    required:
      way === 'static'
        ? `voters ${ids}, proven`
        : `voters ${ids}, in an epoch above ${epoch - EPOCH_STEP}, proven by a settled reading`,
    why: 'Any other leader, or any other voter set, is not the quorum that this plan has made.',
    source: 'KafkaRaftClient: a candidate stands in the epoch after the newest in its log',
  }
  const { leaderId = null, leaderEpoch = null, rivals = [] } = view?.quorum ?? {}
  if (view === null || link !== 'live' || leaderId === null || leaderEpoch === null)
    return gate(rule, {
      ok: false,
      observed: 'nobody leads yet',
      remedy: 'Start it. Its log names what keeps it from standing; 4 to 25 s are usual.',
      waiting: true,
    })
  const settled = settledVoters(track, Number.NEGATIVE_INFINITY)
  // Written with fewer reports, the record has an epoch of its own: above every copy of the plan it is all the same.
  const isNew = way === 'static' || leaderEpoch > epoch - EPOCH_STEP
  const wanted = after.map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
  const shown = settled ?? voterKeys(view)
  // The new disk of a graft was perhaps not formatted yet when the plan was made.
  const isSet =
    wanted.every((v) => v.directoryId !== null) && way !== 'static' ? sameSet(shown, wanted) : idsText(shown) === ids
  const isSeed = way === 'addresses' ? wanted.some((v) => v.nodeId === leaderId) : leaderId === seed.nodeId
  const observed = `${leaderId} leads ${idsText(votersOf(view))} in epoch ${leaderEpoch}${rivals.length > 0 ? ', beside another leader' : ''}${settled === null ? ', not settled yet' : ''}`
  return gate(rule, {
    ok: settled !== null && isNew && isSet && isSeed && rivals.length === 0,
    observed,
    remedy:
      isNew && isSet && isSeed && rivals.length === 0
        ? 'Wait some seconds.'
        : `This is not the quorum of the plan. What it commits is in no copy of it: do not start ${seed.nodeId}. Abort, take the record back (quorumdeck disk recover --undo), and go on with the quorum that leads; or stop it, inspect every disk again, and plan anew.`,
    waiting: isNew && isSet && isSeed && rivals.length === 0,
  })
}

/** Controllers whose disks are left follow again. */
export function followersBack({ view, link }: Facts, others: readonly LoggedVoter[]): Gate {
  const rule: Rule = {
    code: 'followers-back',
    title: `${idsText(others)} ${others.length === 1 ? 'follows' : 'follow'} the new leader`,
    required: 'each fetches from it, as an observer or as a voter',
    why: 'They have what the leader has, and are the next voters: nothing has to be formatted.',
    source: 'docs/disk.md: old disks that come back',
  }
  const rows = view === null || link !== 'live' || view.quorum.leaderId === null ? null : view.replicas
  const missing = others.filter(
    (one) => rows?.some((row) => keyText(row) === keyText(one) && row.health === 'ok') !== true,
  )
  return gate(rule, {
    ok: rows !== null && missing.length === 0,
    observed: rows === null ? UNKNOWN : missing.length === 0 ? 'all of them' : `not yet: ${idsText(missing)}`,
    remedy:
      'Start them with the disks they have. One that does not come: wipe its disk, format it, and start it again.',
    waiting: true,
  })
}

/**
 * @param brokers that were seen before the loss; empty: those that the chosen copy has registered
 * @param stated a person has said that those which are missing stay away
 */
export function brokersBack({ log }: Facts, brokers: readonly number[], stated = false): Gate {
  const rule: Rule = {
    code: 'brokers-back',
    title: 'Every broker is back',
    required:
      brokers.length === 0
        ? 'every registered broker unfenced'
        : `${namedText('broker', brokers)} registered, not fenced`,
    why: 'A broker whose copy was ahead ends when it follows; one that was started without a quorum ended after a minute.',
    source: 'metadata log: RegisterBrokerRecord, BrokerRegistrationChangeRecord',
  }
  const away = brokersAway({ log }, brokers)
  return gate(rule, {
    ok: away !== null && (away.length === 0 || stated),
    observed:
      away === null
        ? UNKNOWN
        : away.length === 0
          ? 'all of them'
          : `not yet: ${idListText(away)}${stated ? '; a person states that they stay away' : ''}`,
    remedy:
      'Start the brokers that have ended. One that ends again: delete its __cluster_metadata-0, nothing else, and start it.',
    waiting: true,
  })
}

/** Brokers that are not back; `null` where the log is not followed. */
export function brokersAway({ log }: Pick<Facts, 'log'>, brokers: readonly number[]): number[] | null {
  if (log === null) return null
  const wanted = brokers.length === 0 ? [...log.brokers.keys()] : brokers
  return wanted.filter((id) => log.brokers.get(id)?.fenced !== false)
}

/** Nothing that the chosen copy held is missing. */
export function metadataAsBefore({ log }: Facts, { counts }: Recovery, stated = false): Gate {
  const rule: Rule = {
    code: 'metadata-as-before',
    title: 'The metadata is what the chosen copy held',
    required: `at least ${counts.partitions} partitions and ${counts.brokers} brokers`,
    why: 'A partition that the quorum does not know is renamed by its broker to -stray, and deleted later on.',
    source: 'BrokerMetadataPublisher: stray partitions',
  }
  const shown = log === null ? null : { partitions: log.placement.size, brokers: log.brokers.size }
  return gate(rule, {
    ok: shown !== null && (stated || holds(shown, counts)),
    observed:
      shown === null
        ? UNKNOWN
        : `${shown.partitions} partitions, ${shown.brokers} brokers${stated ? '; a person states that the rest was taken away since' : ''}`,
    remedy: 'Stop every broker before it renames partitions, and compare the log with the backup.',
    waiting: shown === null,
  })
}

function holds(shown: { partitions: number; brokers: number }, { partitions, brokers }: Recovery['counts']): boolean {
  return shown.partitions >= partitions && shown.brokers >= brokers
}

/** Something that only a person can see, on hosts that are not ours. */
export function statedGate(code: string, title: string, why: string, stated: boolean, remedy: string): Gate {
  return gate(
    { code, title, required: 'stated by a person', why, source: 'docs/disk.md' },
    { ok: stated, observed: stated ? 'stated' : 'not stated', remedy },
  )
}

/** What the plan knows of the loss is what it says. */
export function lossAccepted({ loss }: Recovery, stated: boolean): Gate {
  return statedGate(
    'loss-accepted',
    'A person accepts what may be lost',
    loss.why.join(' '),
    stated,
    'Read what the plan knows of the loss, and state it.',
  )
}
