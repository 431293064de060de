/**
 * From one observation to the view that everybody sees. Pure: time is in the observation, and what must be remembered
 * from one sample to the next is handed from result to argument.
 */

import type {
  ControllerAccount,
  Endpoint,
  LastLed,
  PendingVoterChange,
  QuorumFacts,
  QuorumView,
  ReplicaKey,
  ReplicaStatus,
  ReplicaView,
  Role,
} from '../../contract/quorumView.ts'
import { sameKey } from '../../contract/replicaKey.ts'
import { majorityOf } from '../../contract/voters.ts'
import type { ReplicaState } from '../../kafka/describeQuorum.ts'
import { oddNodes, votersIn } from '../../nodeConfig/agreeingSettings.ts'
import { rolesIn } from '../../nodeConfig/processRoles.ts'
import { metadataVersionName, releaseOf } from '../log/kafkaRelease.ts'
import type { LogFacts } from '../log/metadataLog.ts'
import { statedControllers } from './findings/controllerFindings.ts'
import type { Election } from './findings/finding.ts'
import { findingsOf } from './findings/findings.ts'
import { leaderlessOf } from './findings/leaderlessCause.ts'
import { rackLosses, rackOf } from './findings/racks.ts'
import { ageMs, clockSteppedBack, type EpochStart, leaderAgeMs, replicaHealth, unheardHealth } from './health.ts'
import { clockAfter, type LeaderClock, unheardSinceStepMs } from './leaderClock.ts'
import { lastLedOf, leaderRow } from './leaderRow.ts'
import { marginOf } from './margin.ts'
import { registeredEndpoints } from './registeredEndpoints.ts'
import { rivalsOf } from './rivals.ts'
import { arrivedMs, type LedSample, type Observation } from './sample.ts'

/** Where no node could be asked (QuorumConfig). */
const DEFAULT_FETCH_TIMEOUT_MS = 2000
const DEFAULT_REQUEST_TIMEOUT_MS = 2000

export interface Remembered {
  epochStart: EpochStart | null
  /** The last sample that a leader answered: what is shown of the replicas while nobody leads. */
  lastLed: LedSample | null
  /** The same as a recovery counts on it. */
  lastEnds: LastLed | null
  clock: LeaderClock | null
  /** What the log last held of the voters: while nobody leads, neither set has won yet. */
  voters: RememberedVoters
  /** Of the last hour, oldest first. */
  elections: readonly Election[]
}

interface RememberedVoters {
  pending: LogFacts['pendingVoters']
  committed: ReplicaKey[] | null
  kraftVersion: number | null
}

const NO_VOTERS: RememberedVoters = { pending: null, committed: null, kraftVersion: null }

export const NOTHING_REMEMBERED: Remembered = {
  epochStart: null,
  lastLed: null,
  lastEnds: null,
  clock: null,
  voters: NO_VOTERS,
  elections: [],
}

export interface Assessment {
  view: Omit<QuorumView, 'cluster' | 'serverRunId' | 'seq'>
  remembered: Remembered
}

export function assess(observation: Observation, before: Remembered): Assessment {
  const { sample } = observation
  const voters = votersKnown(observation, before.voters)
  if (sample.kind === 'led') {
    const epochStart = epochStartOf(sample, observation, before.epochStart)
    const clock = clockAfter(before.clock, sample, leaderRow(sample)?.lastFetchMs ?? null)
    const elections = electionsSeen(before, sample)
    const view = ledView(observation, sample, { start: epochStart, clock, voters, elections })
    const lastEnds = lastLedOf(view) ?? before.lastEnds
    return { view, remembered: { epochStart, lastLed: sample, lastEnds, clock, voters, elections } }
  }
  return { view: leaderlessView(observation, before, voters), remembered: { ...before, voters } }
}

const HOUR_MS = 3_600_000
/** A storm shows sooner. */
const MAX_ELECTIONS = 1000

function electionsSeen({ elections, lastLed }: Remembered, sample: LedSample): readonly Election[] {
  const recent = elections.filter(({ atMs }) => sample.observedAtMs - atMs < HOUR_MS)
  const epochs = lastLed === null ? 0 : sample.leaderEpoch - lastLed.leaderEpoch
  if (epochs <= 0 || lastLed === null) return recent
  return [...recent, { atMs: sample.observedAtMs, epochs, from: lastLed.leaderId }].slice(-MAX_ELECTIONS)
}

const keyOf = ({ nodeId, directoryId }: ReplicaKey): ReplicaKey => ({ nodeId, directoryId })

/**
 * Committed and appended voters, as the log has them. A log that is not followed any more leaves them as they were: an
 * election without us may have undone the change, or made it hold, and only a leader's log shows which.
 */
function votersKnown({ log, facts }: Observation, before: RememberedVoters): RememberedVoters {
  const finalized = facts.finalizedFeatures === null ? null : (facts.finalizedFeatures.get('kraft.version') ?? 0)
  const kraftVersion = log?.kraftVersion ?? finalized ?? before.kraftVersion
  if (log === null) return { ...before, kraftVersion }
  const committed = log.pendingVoters === null ? log.voters : log.pendingVoters.before
  return { pending: log.pendingVoters, committed: committed?.map(keyOf) ?? null, kraftVersion }
}

function epochStartOf(sample: LedSample, { log }: Observation, before: EpochStart | null): EpochStart {
  const recordedAtMs = log?.leader?.epoch === sample.leaderEpoch ? log.leader.sinceMs : null
  const firstSeenAtMs = before?.epoch === sample.leaderEpoch ? before.firstSeenAtMs : arrivedMs(sample)
  return { epoch: sample.leaderEpoch, recordedAtMs, firstSeenAtMs }
}

/** The leader's own setting, else any controller's; `null` where none was read. */
function configuredMs({ facts, sample }: Observation, key: string): number | null {
  const leader = sample.kind === 'led' ? facts.nodes.get(sample.leaderId)?.configs.get(key) : undefined
  const any = [...facts.nodes.values()].map((n) => n.configs.get(key)).find((v) => v !== undefined)
  const value = Number(leader ?? any)
  return Number.isSafeInteger(value) && value > 0 ? value : null
}

function timeouts(
  observation: Observation,
): Pick<QuorumFacts, 'fetchTimeoutMs' | 'fetchTimeoutSource' | 'requestTimeoutMs'> {
  const fetch = configuredMs(observation, 'controller.quorum.fetch.timeout.ms')
  const request = configuredMs(observation, 'controller.quorum.request.timeout.ms')
  return {
    fetchTimeoutMs: fetch ?? DEFAULT_FETCH_TIMEOUT_MS,
    fetchTimeoutSource: fetch === null ? 'assumed' : 'cluster',
    requestTimeoutMs: request ?? DEFAULT_REQUEST_TIMEOUT_MS,
  }
}

/** Who a replica is: an observer that fetches may be another process than the one that had its node id before. */
interface RoleHolder extends ReplicaKey {
  isVoter: boolean
  fetches: boolean
}

/** The roles that the process behind a replica states; `null` where it does not. */
function statedRoles(
  { nodeId, directoryId, isVoter, fetches }: RoleHolder,
  { facts, log }: Observation,
): Role[] | null {
  const own = facts.nodes.get(nodeId)
  const registered = log?.brokers.get(nodeId)
  // A broker registers its directories: one of them belongs to the process at its listener, whoever else has its node id.
  const isBrokers = directoryId !== null && registered?.directories?.includes(directoryId) === true
  const process = isBrokers ? (facts.brokerProcesses?.get(nodeId) ?? own) : own
  // What a node reported before holds as long as it is down; an observer that fetches while that node is silent is another process.
  if (process === undefined || (process.retained === true && !isVoter && fetches)) return null
  return rolesIn(process.configs.get('process.roles'))
}

function rolesOf(replica: RoleHolder, observation: Observation): Role[] {
  const { facts, log } = observation
  const { nodeId, isVoter } = replica
  const stated = statedRoles(replica, observation)
  // Registrations of controllers outlive them, so they count only where the node itself may not be asked, or is down.
  const mayAsk = !facts.missingAcls.includes('DESCRIBE_CONFIGS')
  const registered = facts.controllers?.has(nodeId) === true || log?.controllers.has(nodeId) === true
  const controller = isVoter || (stated?.includes('controller') ?? (registered && !(mayAsk && replica.fetches)))
  const broker = stated?.includes('broker') || facts.brokers?.has(nodeId) || log?.brokers.has(nodeId)
  return [...(controller ? (['controller'] as const) : []), ...(broker ? (['broker'] as const) : [])]
}

function registeredOf(nodeId: number, { facts, log }: Observation): boolean | null {
  if (log !== null) return log.controllers.has(nodeId) || log.brokers.has(nodeId)
  if (facts.controllers?.has(nodeId) || facts.brokers?.has(nodeId)) return true
  return facts.controllers === null || facts.brokers === null ? null : false
}

function fencedOf(nodeId: number, { facts, log }: Observation): boolean | null {
  return log?.brokers.get(nodeId)?.fenced ?? facts.brokers?.get(nodeId)?.fenced ?? null
}

/** The voter set's endpoints are those of the incarnation that votes; an observer of the same id has its own. */
function endpointsOf(nodeId: number, isVoter: boolean, observation: Observation): Endpoint[] {
  const { facts, log, sample } = observation
  const voter = isVoter && sample.kind === 'led' ? sample.voterEndpoints.get(nodeId) : undefined
  const controller = voter ?? registeredEndpoints(nodeId, observation)
  const broker = log?.brokers.get(nodeId)?.endpoints ?? facts.brokers?.get(nodeId)?.endpoints ?? []
  return [...controller, ...broker]
}

interface Context {
  observation: Observation
  leader: ReplicaState | null
  leaderClockMs: number | null
  clock: LeaderClock | null
  leaderAge: number
  fetchTimeoutMs: number
  arrivedAtMs: number
}

function replicaView(replica: ReplicaState, isVoter: boolean, context: Context): ReplicaView {
  const { observation, leader, leaderClockMs } = context
  const isLeader = replica === leader
  const status: ReplicaStatus = isLeader ? 'leader' : isVoter ? 'follower' : 'observer'
  // Shows the leader's own times although it is another incarnation: they say nothing of it.
  const impostor = !isLeader && leader !== null && replica.nodeId === leader.nodeId
  const unheardMs = isLeader ? null : unheardSinceStepMs(context.clock, replica, context.arrivedAtMs)
  const known = impostor || unheardMs !== null ? { ...replica, lastFetchMs: null, lastCaughtUpMs: null } : replica
  const lag =
    leader?.logEndOffset == null || replica.logEndOffset === null
      ? null
      : Math.max(0, leader.logEndOffset - replica.logEndOffset)
  const caughtUpAge = ageMs(leaderClockMs, known.lastCaughtUpMs)
  const health = isLeader
    ? 'ok'
    : unheardMs !== null
      ? unheardHealth(replica, leaderClockMs, unheardMs, context.fetchTimeoutMs)
      : replicaHealth(known, leaderClockMs, context.leaderAge, context.fetchTimeoutMs)
  const fetches = health === 'ok' || health === 'lagging'
  const { nodeId, directoryId } = replica
  return {
    nodeId: replica.nodeId,
    directoryId: replica.directoryId,
    status,
    logEndOffset: replica.logEndOffset,
    lag,
    timeLagMs: caughtUpAge,
    lastFetchAgeMs: ageMs(leaderClockMs, known.lastFetchMs),
    lastCaughtUpAgeMs: caughtUpAge,
    health,
    roles: rolesOf({ nodeId, directoryId, isVoter, fetches }, observation),
    endpoints: endpointsOf(replica.nodeId, isVoter, observation),
    registered: registeredOf(replica.nodeId, observation),
    fenced: fencedOf(replica.nodeId, observation),
    rack: rackOf(replica.nodeId, observation),
  }
}

function byKey(a: ReplicaState, b: ReplicaState): number {
  return a.nodeId - b.nodeId || (a.directoryId ?? '').localeCompare(b.directoryId ?? '')
}

function replicaViews(sample: LedSample, context: Context): ReplicaView[] {
  return [
    ...[...sample.voters].sort(byKey).map((r) => replicaView(r, true, context)),
    ...[...sample.observers].sort(byKey).map((r) => replicaView(r, false, context)),
  ]
}

function pendingVoterChange({ pending }: RememberedVoters): PendingVoterChange | null {
  if (pending === null) return null
  const before = pending.before ?? []
  return {
    offset: pending.offset,
    epoch: pending.epoch,
    appendedAtMs: pending.atMs,
    added: pending.voters.filter((v) => !before.some((b) => sameKey(v, b))).map(keyOf),
    removed: before.filter((b) => !pending.voters.some((v) => sameKey(v, b))).map(keyOf),
    voters: pending.voters.map(keyOf),
  }
}

/** kraft.version: absent from the finalized features means 0 (KRaftMetadataCache); the log's own record is newest. */
function versions(
  { facts, log, sample }: Observation,
  { kraftVersion }: RememberedVoters,
): Pick<QuorumFacts, 'kraftVersion' | 'metadataVersion' | 'kafkaRelease' | 'mode'> {
  const features = facts.finalizedFeatures
  const level = log?.features.get('metadata.version') ?? features?.get('metadata.version') ?? null
  const leaderId = sample.kind === 'led' ? sample.leaderId : null
  const supported =
    leaderId === null
      ? null
      : (log?.controllerMetadataVersions.get(leaderId) ?? facts.nodes.get(leaderId)?.supportedMetadataVersion ?? null)
  return {
    kraftVersion,
    metadataVersion: level === null ? null : metadataVersionName(level),
    kafkaRelease: supported === null ? null : releaseOf(supported),
    mode: kraftVersion === null ? null : kraftVersion >= 1 ? 'dynamic' : 'static',
  }
}

/** One that is down cannot join by itself; each that lives must have said that it will not. */
function autoJoin({ facts }: Observation, replicas: readonly ReplicaView[]): boolean | null {
  const key = 'controller.quorum.auto.join.enable'
  const answered = (nodeId: number) => (facts.nodes.get(nodeId)?.configs.size ?? 0) > 0
  if ([...facts.nodes.values()].some((n) => n.configs.get(key) === 'true')) return true
  const asked = replicas.filter((r) => r.roles.includes('controller') && r.health !== 'silent')
  return asked.length > 0 && asked.every((r) => answered(r.nodeId)) ? false : null
}

/**
 * The margin by the worst of the opinions that a static quorum's controllers hold of who votes: each elects by its own file.
 * A dynamic quorum has one voter set, in the log.
 */
function worstMargin(
  own: number | null,
  voters: readonly ReplicaView[],
  asked: Observation['asked'],
  { kraftVersion }: RememberedVoters,
): number | null {
  if (own === null || (kraftVersion ?? 0) >= 1) return own
  const healthy = new Set(voters.filter((v) => v.health === 'ok').map((v) => v.nodeId))
  const opinions = statedControllers(asked)
    .map(({ settings }) => votersIn(settings.get('controller.quorum.voters')))
    .filter((opinion) => opinion.length > 0)
  return opinions.reduce((worst, opinion) => {
    const count = opinion.filter((nodeId) => healthy.has(nodeId)).length
    return Math.min(worst, count - majorityOf(opinion.length))
  }, own)
}

/**
 * One row for each process that answers: several names of one listener are one, several nodes behind one proxy are not. The
 * recorded address stands for it; where nobody answers, nothing shows which names belong together.
 */
function accountsOf(asked: Observation['asked']): ControllerAccount[] | null {
  if (asked === null) return null
  const rows = new Map<string, ControllerAccount>()
  for (const { account, remote } of asked) {
    const key = remote === null ? account.address : `${remote} ${account.nodeId}`
    const other = rows.get(key)
    if (other === undefined) rows.set(key, account)
    else {
      const [first, second] =
        other.recordedId === null && account.recordedId !== null ? [account, other] : [other, account]
      rows.set(key, {
        ...first,
        registeredId: first.registeredId ?? second.registeredId,
        configured: first.configured || second.configured,
        sinceMs: Math.min(first.sinceMs, second.sinceMs),
      })
    }
  }
  return [...rows.values()]
}

function settingsDiffer({ asked }: Observation, { kraftVersion }: RememberedVoters): QuorumFacts['settingsDiffer'] {
  return oddNodes(statedControllers(asked), kraftVersion)
}

function largest(values: (number | null)[]): number | null {
  return values.reduce((most, value) => (most === null || (value !== null && value > most) ? value : most), null)
}

interface LedContext {
  start: EpochStart
  clock: LeaderClock | null
  voters: RememberedVoters
  elections: readonly Election[]
}

function ledView(
  observation: Observation,
  sample: LedSample,
  { start, clock, voters: knownVoters, elections }: LedContext,
): Assessment['view'] {
  const leader = leaderRow(sample)
  const leaderClockMs = leader?.lastFetchMs ?? null
  const timeout = timeouts(observation)
  const leaderAge = leaderAgeMs(start, leaderClockMs, arrivedMs(sample))
  const { fetchTimeoutMs } = timeout
  const arrivedAtMs = arrivedMs(sample)
  const context: Context = { observation, leader, leaderClockMs, clock, leaderAge, fetchTimeoutMs, arrivedAtMs }
  const replicas = replicaViews(sample, context)
  const voters = replicas.slice(0, sample.voters.length)
  const followers = voters.filter((r) => r.status !== 'leader')
  const healthyVoters = voters.filter((r) => r.health === 'ok').length
  const settling = voters.some((r) => r.health === 'unknown')
  const stepped =
    clock?.step?.seenAtMs === arrivedMs(sample) ||
    [...sample.voters, ...sample.observers].some(
      (r) => r.nodeId !== sample.leaderId && clockSteppedBack(leaderClockMs, r),
    )
  const quorum: QuorumFacts = {
    leaderId: sample.leaderId,
    leaderEpoch: sample.leaderEpoch,
    leaderSinceMs: start.recordedAtMs,
    leaderClockMs,
    highWatermark: sample.highWatermark,
    ...versions(observation, knownVoters),
    voters: voters.length,
    majority: majorityOf(voters.length),
    healthyVoters,
    margin: worstMargin(marginOf(voters.length, healthyVoters, settling), voters, observation.asked, knownVoters),
    worstRack: rackLosses(voters)[0] ?? null,
    maxFollowerLag: largest(followers.map((r) => r.lag)),
    maxFollowerLagTimeMs: largest(followers.map((r) => r.timeLagMs)),
    pendingVoterChange: pendingVoterChange(knownVoters),
    settling,
    ...timeout,
    autoJoin: autoJoin(observation, replicas),
    committedVoters: knownVoters.committed,
    rivals: rivalsOf(
      sample,
      observation.asked ?? [],
      sample.observedAtMs,
      Math.max(0, arrivedAtMs - start.firstSeenAtMs),
      fetchTimeoutMs,
    ),
    settingsDiffer: settingsDiffer(observation, knownVoters),
    leaderless: null,
  }
  return {
    clusterId: observation.facts.clusterId,
    observedAtMs: sample.observedAtMs,
    source: sample.source,
    quorum,
    replicas,
    controllers: accountsOf(observation.asked),
    incidents: [...observation.incidents],
    incidentMemory: observation.incidentMemory,
    findings: findingsOf({ observation, quorum, replicas, clockWasSet: stepped, elections }),
  }
}

/** Nobody leads: who the replicas were is still known, how they are is not. */
function leaderlessView(
  observation: Observation,
  { lastLed: last, lastEnds }: Remembered,
  knownVoters: RememberedVoters,
): Assessment['view'] {
  const context: Context = {
    observation,
    leader: null,
    leaderClockMs: null,
    clock: null,
    leaderAge: 0,
    fetchTimeoutMs: DEFAULT_FETCH_TIMEOUT_MS,
    arrivedAtMs: 0,
  }
  const replicas = last === null ? [] : replicaViews(last, context)
  const voters = last?.voters.length ?? 0
  const sets = {
    ...versions(observation, knownVoters),
    pendingVoterChange: pendingVoterChange(knownVoters),
    committedVoters: knownVoters.committed,
  }
  const quorum: QuorumFacts = {
    leaderId: null,
    leaderEpoch: null,
    leaderSinceMs: null,
    leaderClockMs: null,
    highWatermark: null,
    ...sets,
    voters,
    majority: majorityOf(voters),
    healthyVoters: 0,
    margin: null,
    worstRack: rackLosses(replicas.slice(0, voters))[0] ?? null,
    maxFollowerLag: null,
    maxFollowerLagTimeMs: null,
    settling: true,
    ...timeouts(observation),
    autoJoin: autoJoin(observation, replicas),
    rivals: [],
    settingsDiffer: settingsDiffer(observation, knownVoters),
    leaderless: { ...leaderlessOf(observation, sets), lastLed: lastEnds },
  }
  return {
    clusterId: observation.facts.clusterId,
    observedAtMs: observation.sample.observedAtMs,
    source: observation.sample.source,
    quorum,
    replicas,
    controllers: accountsOf(observation.asked),
    incidents: [...observation.incidents],
    incidentMemory: observation.incidentMemory,
    findings: findingsOf({ observation, quorum, replicas, clockWasSet: false, elections: [] }),
  }
}
