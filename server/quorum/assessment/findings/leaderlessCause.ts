/**
 * Why nobody leads, in one cause: who must come back, which line or address must be put back, which mechanism cannot work.
 * The voters are asked one by one; a leader that they name may be long dead (with pre-vote the last one names it for ever,
 * KIP-996). Pure.
 */

import type { ControllerAccount, Leaderless, LeaderlessSet, QuorumFacts } from '../../../contract/quorumView.ts'
import { majorityOf } from '../../../contract/voters.ts'
import { listed } from '../../../contract/words/lists.ts'
import { listsVoters } from '../../../nodeConfig/settings.ts'
import type { AskedController } from '../askedController.ts'
import type { LeaderlessSample, Observation } from '../sample.ts'
import { plural, wrongPlacesText } from './finding.ts'
import {
  idsOfSets,
  isDisplaced,
  isElsewhere,
  isInPlace,
  leaderlessVoter,
  type Standing,
  standings,
  whichText,
  withMissing,
} from './leaderlessVoters.ts'

export type LeaderlessCause = Pick<Leaderless, 'code' | 'title' | 'detail' | 'remedy'>

/** What is known of the quorum while nobody leads. */
type QuorumOf = Pick<QuorumFacts, 'pendingVoterChange' | 'committedVoters' | 'mode'>

/** An election takes a second or two, with several candidates a few more. */
const ELECTION_MS = 10_000

function isScram(asked: readonly AskedController[], voters: readonly number[]): boolean {
  const own = asked.filter(({ account }) => account.recordedId !== null && voters.includes(account.recordedId))
  return own.length > 0 && own.every(({ failure }) => failure === 'sasl-failed' || failure === 'sasl-required')
}

/** The whole picture: cause, voters and sets. */
export function leaderlessOf(
  observation: Pick<Observation, 'sample' | 'asked'>,
  quorum: QuorumOf,
): Omit<Leaderless, 'lastLed'> {
  const { asked } = observation
  const recorded = (asked ?? []).flatMap(({ account }) => account.recordedId ?? [])
  const known = [...new Set(recorded)].toSorted((a, b) => a - b)
  const sets = idsOfSets(quorum, known)
  const voters = [...new Set(sets.flatMap(({ nodeIds }) => nodeIds))].toSorted((a, b) => a - b)
  const all = standings(voters, asked ?? [])
  const counted = sets.map((set) => withMissing(set, all))
  return {
    ...causeOf(observation, quorum, { all, sets: counted }),
    voters: asked === null ? [] : all.map(leaderlessVoter),
    sets: asked === null ? [] : counted,
  }
}

export function leaderlessCause(observation: Pick<Observation, 'sample' | 'asked'>, quorum: QuorumOf): LeaderlessCause {
  const { code, title, detail, remedy } = leaderlessOf(observation, quorum)
  return { code, title, detail, remedy }
}

function causeOf(
  { sample, asked }: Pick<Observation, 'sample' | 'asked'>,
  quorum: QuorumOf,
  { all, sets }: { all: Standing[]; sets: LeaderlessSet[] },
): LeaderlessCause {
  const leaderless = sample.kind === 'leaderless' ? sample : null
  const voters = all.map(({ nodeId }) => nodeId)
  if (asked === null || voters.length === 0) return withoutVoters(leaderless, asked ?? [])
  if (isScram(asked, voters)) return scramOnly(asked, voters)
  const short = sets.filter(({ missing }) => missing > 0)
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
  if (displaced.length > 0 && !sets.some(({ nodeIds }) => canVote(nodeIds))) return wrongPlaces(displaced, all)
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

/** Who may be up, as a majority of that set would be: which of the two it is nobody can know before one leads. */
function votersPerSet(sets: readonly LeaderlessSet[]): string {
  return sets
    .map(
      (set) =>
        `${set.which === 'committed' ? 'Committed' : 'Appended'}: ${listed(set.nodeIds)}, majority ${set.majority}`,
    )
    .join('. ')
}

/** Whom each that answers takes for the leader, and in which epoch it is. */
function opinions(alive: readonly Standing[]): string {
  const told = alive.flatMap(({ nodeId, account }) =>
    account?.reach !== 'answers'
      ? []
      : [
          `${nodeId} ${account.leaderId === null ? 'knows no leader' : account.leaderId === nodeId ? 'takes itself for the leader' : `names ${account.leaderId} as leader`}${account.leaderEpoch === null ? '' : ` (epoch ${account.leaderEpoch})`}`,
        ],
  )
  return told.length === 0 ? '' : `${told.join('; ')}.`
}

function majorityDown(short: readonly LeaderlessSet[], all: readonly Standing[], quorum: QuorumOf): LeaderlessCause {
  const [first] = short
  const alive = all.filter(({ state }) => state !== 'down')
  const down = all.filter(({ state }) => state === 'down').map((s) => s.nodeId)
  const unverified = all.filter(({ state }) => state === 'unverifiable')
  const naming = alive.find(({ nodeId, account }) => account?.leaderId != null && account.leaderId !== nodeId)?.account
    ?.leaderId
  const needs = short
    .map((set) => `${whoOf(set.missing, set.down)}${set.which === 'only' ? '' : ` (${whichText(set)})`}`)
    .join(', or ')
  return {
    code: 'majority-down',
    title: `No leader: only ${alive.length} of ${first?.nodeIds.length ?? all.length} controllers ${alive.length === 1 ? 'answers' : 'answer'}, ${first?.majority ?? majorityOf(all.length)} are needed`,
    detail: [
      `${listed(down)} ${down.length === 1 ? 'does' : 'do'} not answer at the address in the voter set. Nothing can be committed; running brokers go on serving the data they lead.`,
      opinions(alive),
      naming === undefined
        ? ''
        : `That ${listed(alive.map((s) => s.nodeId))} still names controller ${naming} as leader means nothing: without a majority it cannot know better.`,
      unverified.length === 0
        ? ''
        : `${listed(unverified.map((s) => s.nodeId))} answers, but cannot be verified from here: it is not counted as down.`,
      quorum.pendingVoterChange === null
        ? ''
        : `A voter change was appended and not committed: which set holds is decided by whoever wins. ${votersPerSet(short)}.`,
    ]
      .filter((part) => part !== '')
      .join(' '),
    remedy: `Start ${needs} again, with the disks they had: that is the first choice, and loses nothing. Format none of them: an empty disk has no vote. If their disks are gone for good, “Bring back a lost quorum” does it on the best copy that is left.`,
  }
}

/** A controller of a static quorum runs, and its own file names no voters. */
function hasNoVoters(account: ControllerAccount, stated: AskedController['stated'], quorum: QuorumOf): boolean {
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
  short: readonly LeaderlessSet[],
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
        : short
            .map((set) => `If the voter set ${whichText(set)} holds, ${whoOf(set.missing, set.down)} must come back.`)
            .join(' '),
      refusing.length === 0 ? '' : `${refusing.join('; ')}.`,
    ]
      .filter((part) => part !== '')
      .join(' '),
    remedy:
      'Check the log of one of them for errors about the others: names that do not resolve, refused connections, certificates, authentication. Change one thing at a time; format nothing.',
  }
}
