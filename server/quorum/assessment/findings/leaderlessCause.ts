/**
 * Why nobody leads, in one cause: who must come back, which line or address must be put back, which mechanism cannot work.
 * The voters are asked one by one; a leader that they name may be long dead (with pre-vote the last one names it for ever,
 * KIP-996). Pure.
 */

import type { ControllerAccount, QuorumFacts, ReplicaKey } from '../../../contract/quorumView.ts'
import { majorityOf } from '../../../contract/voters.ts'
import { listed } from '../../../contract/words/lists.ts'
import { listsVoters } from '../../../nodeConfig/settings.ts'
import type { AskedController } from '../askedController.ts'
import type { LeaderlessSample, Observation } from '../sample.ts'
import { plural, wrongPlacesText } from './finding.ts'

export interface LeaderlessCause {
  code:
    | 'electing'
    | 'majority-down'
    | 'voters-line-missing'
    | 'scram-only'
    | 'wrong-places'
    | 'voters-unknown'
    | 'no-election'
  title: string
  /** What it means. */
  detail: string
  /** What to do. */
  remedy: string
}

/** An election takes a second or two, with several candidates a few more. */
const ELECTION_MS = 10_000

/** One voter, and what is known of its process. */
interface Standing {
  nodeId: number
  state: 'answers' | 'unverifiable' | 'down'
  account: ControllerAccount | null
  /** What the address in the voter set answers; the others ask it for this voter's vote there and nowhere else. */
  recorded: ControllerAccount | null
}

/** Another node of the cluster answers where this one is recorded, and has no vote to give for it (INVALID_VOTER_KEY). */
function isDisplaced({ nodeId, recorded }: Standing): boolean {
  return recorded?.reach === 'answers' && recorded.nodeId !== null && recorded.nodeId !== nodeId
}

/** The others reach it where it is recorded, as far as can be seen from here; who cannot be verified may be it. */
function isInPlace({ nodeId, recorded }: Standing): boolean {
  return recorded?.reach === 'unverifiable' || (recorded?.reach === 'answers' && recorded.nodeId === nodeId)
}

/** It answers here, and not at the address in the voter set. */
function isElsewhere({ account, recorded }: Standing): boolean {
  return account?.reach === 'answers' && (recorded?.reach === 'refused' || recorded?.reach === 'silent')
}

/** Whether a node of another cluster, or a broker with the id of a controller, answers there. */
function isNoController({ sameCluster, roles }: ControllerAccount): boolean {
  return sameCluster === false || roles?.includes('controller') === false
}

function standings(voters: readonly number[], asked: readonly AskedController[]): Standing[] {
  const places = asked.map((one) => one.account).filter((account) => !isNoController(account))
  return voters.map((nodeId) => {
    const accounts = places.filter((a) => a.nodeId === nodeId || (a.nodeId === null && a.recordedId === nodeId))
    const answering = accounts.find((a) => a.reach === 'answers')
    const account = answering ?? accounts.find((a) => a.reach === 'unverifiable') ?? accounts[0] ?? null
    const state = account?.reach === 'answers' || account?.reach === 'unverifiable' ? account.reach : 'down'
    const recorded =
      accounts.find((a) => a.recordedId === nodeId) ?? places.find((a) => a.recordedId === nodeId) ?? null
    return { nodeId, state, account, recorded }
  })
}

function isScram(asked: readonly AskedController[], voters: readonly number[]): boolean {
  const own = asked.filter(({ account }) => account.recordedId !== null && voters.includes(account.recordedId))
  return own.length > 0 && own.every(({ failure }) => failure === 'sasl-failed' || failure === 'sasl-required')
}

/** Every voter set that may hold: the committed one, and one that is appended and may have won without us. */
function setsOf(quorum: QuorumFacts, known: readonly number[]): { what: string; ids: number[] }[] {
  const idsOf = (keys: readonly ReplicaKey[]) => [...new Set(keys.map((k) => k.nodeId))].toSorted((a, b) => a - b)
  const { pendingVoterChange: pending, committedVoters } = quorum
  if (pending === null) return known.length === 0 ? [] : [{ what: '', ids: [...known] }]
  return [
    ...(committedVoters === null ? [] : [{ what: 'of the committed voters', ids: idsOf(committedVoters) }]),
    { what: 'of the voters that were appended, not committed', ids: idsOf(pending.voters) },
  ]
}

/** Voters that are needed and do not answer: how many of whom. */
function missing(set: readonly number[], all: readonly Standing[]): { count: number; down: number[] } {
  const own = all.filter(({ nodeId }) => set.includes(nodeId))
  const alive = own.filter(({ state }) => state !== 'down').length
  return {
    count: majorityOf(set.length) - alive,
    down: own.filter(({ state }) => state === 'down').map((s) => s.nodeId),
  }
}

export function leaderlessCause(
  { sample, asked }: Pick<Observation, 'sample' | 'asked'>,
  quorum: QuorumFacts,
): LeaderlessCause {
  const leaderless = sample.kind === 'leaderless' ? sample : null
  const recorded = (asked ?? []).flatMap(({ account }) => account.recordedId ?? [])
  const known = [...new Set(recorded)].toSorted((a, b) => a - b)
  const sets = setsOf(quorum, known)
  const voters = [...new Set(sets.flatMap(({ ids }) => ids))].toSorted((a, b) => a - b)
  const all = standings(voters, asked ?? [])
  if (asked === null || voters.length === 0) return withoutVoters(leaderless, asked ?? [])
  if (isScram(asked, voters)) return scramOnly(asked, voters)
  const short = sets.map((set) => ({ ...set, ...missing(set.ids, all) })).filter(({ count }) => count > 0)
  if (short.length > 0 && short.length === sets.length) return majorityDown(short, all, quorum)
  const unconfigured = asked.filter(({ account, stated }) => hasNoVoters(account, stated, quorum))
  if (unconfigured.length > 0) return votersLineMissing(unconfigured, asked)
  const lastsMs = leaderless === null ? 0 : leaderless.observedAtMs - leaderless.sinceMs
  if (lastsMs < ELECTION_MS) return electing(leaderless)
  // Of a static quorum the files say who is where, and nobody but they.
  const displaced = quorum.mode === 'static' ? [] : all.filter(isDisplaced)
  const reachable = new Set(all.filter(isInPlace).map(({ nodeId }) => nodeId))
  const canVote = (ids: readonly number[]) =>
    ids.length === 1 || ids.filter((id) => reachable.has(id)).length >= majorityOf(ids.length)
  if (displaced.length > 0 && !sets.some(({ ids }) => canVote(ids))) return wrongPlaces(displaced, all)
  return noElection(all, short, displaced, leaderless)
}

/** Where each of them is recorded, and who answers there. */
function placesOf(displaced: readonly Standing[]): string {
  return wrongPlacesText(displaced.flatMap(({ recorded }) => recorded ?? []))
}

function wrongPlaces(displaced: readonly Standing[], all: readonly Standing[]): LeaderlessCause {
  const ids = (some: readonly Standing[]) => listed(some.map((one) => one.nodeId))
  const down = all.filter(({ state }) => state === 'down')
  const one = displaced.length === 1
  return {
    code: 'wrong-places',
    title: `No leader: ${plural(displaced.length, 'controller')} ${ids(displaced)} ${one ? 'is' : 'are'} not where the voter set records ${one ? 'it' : 'them'}`,
    detail:
      `${placesOf(displaced)}. Each is asked for its vote at the recorded address, and the node there refuses for it: no controller in its recorded place can ` +
      'win, and a displaced one can win only while no other log is ahead of its own. Only a leader records a new address.' +
      (down.length === 0 ? '' : ` ${ids(down)} ${down.length === 1 ? 'does' : 'do'} not answer at all.`),
    remedy:
      `Stop ${one ? 'this controller' : 'these controllers'} and whoever answers in ${one ? 'its' : 'their'} place, put each disk back to the host where it is recorded (or listeners and ` +
      `advertised.listeners back to the recorded address), and start ${one ? 'it' : 'them'} again. Format none of them.` +
      (down.length === 0
        ? ''
        : ` Start ${ids(down)} again, too, with the disk it had: each that is in its place counts.`),
  }
}

function withoutVoters(sample: LeaderlessSample | null, asked: readonly AskedController[]): LeaderlessCause {
  const named = sample?.namedLeaderId ?? null
  const stated = asked.filter(({ stated: own }) => own !== null && own.settings.size > 0)
  const noLine = stated.length > 0 && stated.every(({ stated: own }) => !listsVoters(own?.settings))
  return {
    code: 'voters-unknown',
    title:
      named === null
        ? 'No controller leads the quorum'
        : `No leader reached: followers name controller ${named}, which does not answer here`,
    detail:
      'Nodes answer, but none of them leads, and the voters are not known here yet. No topic, broker or configuration change is possible until a ' +
      'leader is elected; running brokers go on serving the data they lead.',
    remedy: `An election takes seconds. If none succeeds, name all controllers with --bootstrap-controller, so that each can be asked, and start those that are down.${
      noLine
        ? ' None of those that answer has controller.quorum.voters in its file: if the quorum was static (kraft.version 0), put that line back in every file.'
        : ''
    }`,
  }
}

function electing(sample: LeaderlessSample | null): LeaderlessCause {
  const named = sample?.namedLeaderId ?? null
  return {
    code: 'electing',
    title:
      named === null
        ? 'No controller leads the quorum'
        : `No leader reached: followers name controller ${named}, which does not answer here`,
    detail:
      'Enough controllers answer to elect one. No topic, broker or configuration change is possible until they have; running brokers go on serving the data they lead.',
    remedy: 'An election takes a second or two: wait.',
  }
}

/** So many of these: never a number that reads as a node id. */
function whoOf(count: number, down: readonly number[]): string {
  if (down.length === count) return listed(down)
  return `${count === 1 ? 'one' : count} of the controllers ${listed(down)}`
}

function majorityDown(
  short: readonly { what: string; ids: number[]; count: number; down: number[] }[],
  all: readonly Standing[],
  quorum: QuorumFacts,
): LeaderlessCause {
  const [first] = short
  const alive = all.filter(({ state }) => state !== 'down')
  const unverified = all.filter(({ state }) => state === 'unverifiable')
  const naming = alive.find(({ nodeId, account }) => account?.leaderId != null && account.leaderId !== nodeId)?.account
    ?.leaderId
  const needs = short
    .map(({ what, count, down }) => `${whoOf(count, down)}${what === '' ? '' : ` (${what})`}`)
    .join(', or ')
  return {
    code: 'majority-down',
    title: `No leader: only ${alive.length} of ${first?.ids.length ?? all.length} controllers ${alive.length === 1 ? 'answers' : 'answer'}, ${majorityOf(first?.ids.length ?? all.length)} are needed`,
    detail: [
      `${listed(all.filter(({ state }) => state === 'down').map((s) => s.nodeId))} ${alive.length === all.length - 1 ? 'does' : 'do'} not answer at the address in the voter set. Nothing can be committed; running brokers go on serving the data they lead.`,
      naming === undefined
        ? ''
        : `That ${listed(alive.map((s) => s.nodeId))} still names controller ${naming} as leader means nothing: without a majority it cannot know better.`,
      unverified.length === 0
        ? ''
        : `${listed(unverified.map((s) => s.nodeId))} answers, but cannot be verified from here: it is not counted as down.`,
      quorum.pendingVoterChange === null
        ? ''
        : 'A voter change was appended and not committed: which set holds is decided by whoever wins.',
    ]
      .filter((part) => part !== '')
      .join(' '),
    remedy: `Start ${needs} again, with the disks they had. Format none of them: an empty disk has no vote. If their disks are gone for good, follow the runbook for a lost majority.`,
  }
}

/** A controller of a static quorum runs, and its own file names no voters. */
function hasNoVoters(account: ControllerAccount, stated: AskedController['stated'], quorum: QuorumFacts): boolean {
  if (
    account.reach !== 'answers' ||
    stated === null ||
    stated.settings.size === 0 ||
    stated.roles?.includes('controller') !== true
  )
    return false
  return quorum.mode === 'static' && !listsVoters(stated.settings) && account.leaderId === null
}

function votersLineMissing(
  unconfigured: readonly AskedController[],
  asked: readonly AskedController[],
): LeaderlessCause {
  const nodes = listed(unconfigured.flatMap(({ account }) => account.nodeId ?? []).toSorted((a, b) => a - b))
  const line = asked
    .toSorted((a, b) => (a.account.recordedId ?? 0) - (b.account.recordedId ?? 0))
    .flatMap(({ account }) => (account.recordedId === null ? [] : [`${account.recordedId}@${account.address}`]))
    .join(',')
  return {
    code: 'voters-line-missing',
    title: `No leader: ${nodes} ${unconfigured.length === 1 ? 'runs' : 'run'} and ${unconfigured.length === 1 ? 'knows' : 'know'} no voter`,
    detail:
      'The quorum is static (kraft.version 0): its voters are in controller.quorum.voters of every file and nowhere else. That line is missing there now, so ' +
      'these controllers wait for a leader that none of them can become. controller.quorum.bootstrap.servers alone does not make a static quorum dynamic.',
    remedy: `Put the line back in the file of every controller and broker, then restart the controllers: controller.quorum.voters=${line}`,
  }
}

function scramOnly(asked: readonly AskedController[], voters: readonly number[]): LeaderlessCause {
  const failing = asked.filter(({ account }) => account.recordedId !== null && voters.includes(account.recordedId))
  return {
    code: 'scram-only',
    title: `No leader: controllers ${listed(failing.flatMap(({ account }) => account.recordedId ?? []))} refuse every sign-in`,
    detail:
      'They run. If they authenticate each other by SCRAM, they cannot elect: the passwords are in the metadata log, which none of them may read before one ' +
      'leads, so each refuses the others, and us. This happens when all controllers of such a quorum were stopped at once.',
    remedy:
      'On each controller let the controllers authenticate by something that is in the file: sasl.mechanism.controller.protocol=PLAIN with a JAAS entry of ' +
      'users for that listener (or TLS client certificates), then restart them. If they use no SCRAM, check user and password of Quorumdeck.',
  }
}

function noElection(
  all: readonly Standing[],
  short: readonly { what: string; count: number; down: number[] }[],
  displaced: readonly Standing[],
  sample: LeaderlessSample | null,
): LeaderlessCause {
  const epochs = all.flatMap(({ account }) => account?.leaderEpoch ?? [])
  const spread =
    epochs.length > 1 && epochs.reduce((a, b) => Math.max(a, b)) !== epochs.reduce((a, b) => Math.min(a, b))
  const refusing = all
    .filter(({ account }) => (account?.problem ?? '') !== '')
    .map(({ nodeId, account }) => `${nodeId}: ${account?.problem}`)
  const elsewhere = all.filter(isElsewhere)
  const named = sample?.namedLeaderId ?? null
  return {
    code: 'no-election',
    title: `No leader, although ${listed(all.filter(({ state }) => state !== 'down').map((s) => s.nodeId))} answer here`,
    detail: [
      'Enough controllers answer Quorumdeck to elect one, and they do not: they may not reach each other, refuse each other, or hold logs of which none may win.',
      displaced.length === 0
        ? ''
        : `${placesOf(displaced)}: it refuses to vote for that controller, if the others ask there.`,
      elsewhere.length === 0
        ? ''
        : `${elsewhere.map((s) => `Controller ${s.nodeId} answers at ${s.account?.address}, and not, from here, at ${s.recorded?.address}, where it is recorded`).join('; ')}: if the others do not reach it there either, they cannot ask for its vote.`,
      spread ? `Their epochs differ (${epochs.join(', ')}): they try alone.` : '',
      named === null ? '' : `Some name controller ${named} as leader; it does not answer here.`,
      short.length === 0
        ? ''
        : `If the voter set ${short[0]?.what} holds, ${whoOf(short[0]?.count ?? 0, short[0]?.down ?? [])} must come back.`,
      refusing.length === 0 ? '' : `${refusing.join('; ')}.`,
    ]
      .filter((part) => part !== '')
      .join(' '),
    remedy:
      'Check the log of one of them for errors about the others: names that do not resolve, refused connections, certificates, authentication. Change one thing at a time; format nothing.',
  }
}
