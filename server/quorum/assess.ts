/**
 * From one observation to the view that everybody sees. Pure: time is in the observation, and what must be remembered
 * from one sample to the next is handed from result to argument.
 */
import type {
  Endpoint,
  PendingVoterChange,
  QuorumFacts,
  QuorumView,
  ReplicaKey,
  ReplicaStatus,
  ReplicaView,
  Role,
} from '../contract/quorumView.ts'
import type { ReplicaState } from '../kafka/describeQuorum.ts'
import { findingsOf } from './findings.ts'
import { ageMs, clockSteppedBack, type EpochStart, leaderAgeMs, replicaHealth, unheardHealth } from './health.ts'
import { metadataVersionName, releaseOf } from './kafkaRelease.ts'
import { clockAfter, type LeaderClock, unheardSinceStepMs } from './leaderClock.ts'
import { majorityOf, marginOf } from './margin.ts'
import { rackLosses, rackOf } from './racks.ts'
import { registeredEndpoints } from './registeredEndpoints.ts'
import type { LedSample, Observation } from './sample.ts'

/** Where no node could be asked (QuorumConfig). */
const DEFAULT_FETCH_TIMEOUT_MS = 2000
const DEFAULT_REQUEST_TIMEOUT_MS = 2000

export interface Remembered {
  epochStart: EpochStart | null
  /** The last sample that a leader answered: what is shown of the replicas while nobody leads. */
  lastLed: LedSample | null
  clock: LeaderClock | null
}

export const NOTHING_REMEMBERED: Remembered = { epochStart: null, lastLed: null, clock: null }

export interface Assessment {
  view: Omit<QuorumView, 'cluster' | 'serverRunId' | 'seq'>
  remembered: Remembered
}

export function assess(observation: Observation, before: Remembered): Assessment {
  const { sample } = observation
  if (sample.kind === 'led') {
    const epochStart = epochStartOf(sample, observation, before.epochStart)
    const clock = clockAfter(before.clock, sample, leaderRow(sample)?.lastFetchMs ?? null)
    return { view: ledView(observation, sample, epochStart, clock), remembered: { epochStart, lastLed: sample, clock } }
  }
  return { view: leaderlessView(observation, before.lastLed), remembered: before }
}

function epochStartOf(sample: LedSample, { log }: Observation, before: EpochStart | null): EpochStart {
  const recordedAtMs = log?.leader?.epoch === sample.leaderEpoch ? log.leader.sinceMs : null
  const firstSeenAtMs = before?.epoch === sample.leaderEpoch ? before.firstSeenAtMs : sample.observedAtMs
  return { epoch: sample.leaderEpoch, recordedAtMs, firstSeenAtMs }
}

/**
 * The leader's own row carries "now" on its clock (RaftUtil#toReplicaState). It stands among the voters, or among the
 * observers between the append and the commit of the leader's own removal. Kafka matches it by id alone, so an old
 * incarnation of the leader's id shows "now" too: of several observers the one with the longest log is the leader.
 */
function leaderRow(sample: LedSample): ReplicaState | null {
  const among = (replicas: ReplicaState[]) =>
    replicas
      .filter((r) => r.nodeId === sample.leaderId)
      .sort((a, b) => (b.logEndOffset ?? -1) - (a.logEndOffset ?? -1))[0]
  return among(sample.voters) ?? among(sample.observers) ?? null
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

function rolesOf(nodeId: number, isVoter: boolean, { facts, log }: Observation): Role[] {
  const configured =
    facts.nodes
      .get(nodeId)
      ?.configs.get('process.roles')
      ?.split(',')
      .map((r) => r.trim()) ?? []
  // Registrations of controllers outlive them: what the node itself says goes first.
  const controller =
    isVoter ||
    (configured.length > 0
      ? configured.includes('controller')
      : facts.controllers?.has(nodeId) || log?.controllers.has(nodeId))
  const broker = configured.includes('broker') || facts.brokers?.has(nodeId) || log?.brokers.has(nodeId)
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
}

function replicaView(replica: ReplicaState, isVoter: boolean, context: Context): ReplicaView {
  const { observation, leader, leaderClockMs } = context
  const isLeader = replica === leader
  const status: ReplicaStatus = isLeader ? 'leader' : isVoter ? 'follower' : 'observer'
  // Shows the leader's own times although it is another incarnation: they say nothing of it.
  const impostor = !isLeader && leader !== null && replica.nodeId === leader.nodeId
  const unheardMs = isLeader ? null : unheardSinceStepMs(context.clock, replica, observation.sample.observedAtMs)
  const known = impostor || unheardMs !== null ? { ...replica, lastFetchMs: null, lastCaughtUpMs: null } : replica
  const lag =
    leader?.logEndOffset == null || replica.logEndOffset === null
      ? null
      : Math.max(0, leader.logEndOffset - replica.logEndOffset)
  const caughtUpAge = ageMs(leaderClockMs, known.lastCaughtUpMs)
  return {
    nodeId: replica.nodeId,
    directoryId: replica.directoryId,
    status,
    logEndOffset: replica.logEndOffset,
    lag,
    timeLagMs: caughtUpAge,
    lastFetchAgeMs: ageMs(leaderClockMs, known.lastFetchMs),
    lastCaughtUpAgeMs: caughtUpAge,
    health: isLeader
      ? 'ok'
      : unheardMs !== null
        ? unheardHealth(replica, leaderClockMs, unheardMs, context.fetchTimeoutMs)
        : replicaHealth(known, leaderClockMs, context.leaderAge, context.fetchTimeoutMs),
    roles: rolesOf(replica.nodeId, isVoter, observation),
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

function pendingVoterChange({ log }: Observation): PendingVoterChange | null {
  const pending = log?.pendingVoters
  if (pending == null) return null
  const key = ({ nodeId, directoryId }: ReplicaKey): ReplicaKey => ({ nodeId, directoryId })
  const same = (a: ReplicaKey, b: ReplicaKey) => a.nodeId === b.nodeId && a.directoryId === b.directoryId
  const before = pending.before ?? []
  return {
    offset: pending.offset,
    epoch: pending.epoch,
    appendedAtMs: pending.atMs,
    added: pending.voters.filter((v) => !before.some((b) => same(v, b))).map(key),
    removed: before.filter((b) => !pending.voters.some((v) => same(v, b))).map(key),
    voters: pending.voters.map(key),
  }
}

/** kraft.version: absent from the finalized features means 0 (KRaftMetadataCache); the log's own record is newest. */
function versions({
  facts,
  log,
  sample,
}: Observation): Pick<QuorumFacts, 'kraftVersion' | 'metadataVersion' | 'kafkaRelease' | 'mode'> {
  const features = facts.finalizedFeatures
  const kraftVersion = log?.kraftVersion ?? (features === null ? null : (features.get('kraft.version') ?? 0))
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

function largest(values: (number | null)[]): number | null {
  const known = values.filter((v) => v !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function ledView(
  observation: Observation,
  sample: LedSample,
  start: EpochStart,
  clock: LeaderClock | null,
): Assessment['view'] {
  const leader = leaderRow(sample)
  const leaderClockMs = leader?.lastFetchMs ?? null
  const timeout = timeouts(observation)
  const leaderAge = leaderAgeMs(start, leaderClockMs, sample.observedAtMs)
  const { fetchTimeoutMs } = timeout
  const context: Context = { observation, leader, leaderClockMs, clock, leaderAge, fetchTimeoutMs }
  const replicas = replicaViews(sample, context)
  const voters = replicas.slice(0, sample.voters.length)
  const followers = voters.filter((r) => r.status !== 'leader')
  const healthyVoters = voters.filter((r) => r.health === 'ok').length
  const settling = voters.some((r) => r.health === 'unknown')
  const stepped =
    clock?.step?.seenAtMs === sample.observedAtMs ||
    [...sample.voters, ...sample.observers].some(
      (r) => r.nodeId !== sample.leaderId && clockSteppedBack(leaderClockMs, r),
    )
  const quorum: QuorumFacts = {
    leaderId: sample.leaderId,
    leaderEpoch: sample.leaderEpoch,
    leaderSinceMs: start.recordedAtMs,
    leaderClockMs,
    highWatermark: sample.highWatermark,
    ...versions(observation),
    voters: voters.length,
    majority: majorityOf(voters.length),
    healthyVoters,
    margin: marginOf(voters.length, healthyVoters, settling),
    worstRack: rackLosses(voters)[0] ?? null,
    maxFollowerLag: largest(followers.map((r) => r.lag)),
    maxFollowerLagTimeMs: largest(followers.map((r) => r.timeLagMs)),
    pendingVoterChange: pendingVoterChange(observation),
    settling,
    ...timeout,
    autoJoin: autoJoin(observation, replicas),
  }
  return {
    clusterId: observation.facts.clusterId,
    observedAtMs: sample.observedAtMs,
    source: sample.source,
    quorum,
    replicas,
    findings: findingsOf({ observation, quorum, replicas, clockWasSet: stepped }),
  }
}

/** Nobody leads: who the replicas were is still known, how they are is not. */
function leaderlessView(observation: Observation, last: LedSample | null): Assessment['view'] {
  const context: Context = {
    observation,
    leader: null,
    leaderClockMs: null,
    clock: null,
    leaderAge: 0,
    fetchTimeoutMs: DEFAULT_FETCH_TIMEOUT_MS,
  }
  const replicas = last === null ? [] : replicaViews(last, context)
  const voters = last?.voters.length ?? 0
  const quorum: QuorumFacts = {
    leaderId: null,
    leaderEpoch: null,
    leaderSinceMs: null,
    leaderClockMs: null,
    highWatermark: null,
    ...versions(observation),
    voters,
    majority: majorityOf(voters),
    healthyVoters: 0,
    margin: null,
    worstRack: rackLosses(replicas.slice(0, voters))[0] ?? null,
    maxFollowerLag: null,
    maxFollowerLagTimeMs: null,
    pendingVoterChange: pendingVoterChange(observation),
    settling: true,
    ...timeouts(observation),
    autoJoin: autoJoin(observation, replicas),
  }
  return {
    clusterId: observation.facts.clusterId,
    observedAtMs: observation.sample.observedAtMs,
    source: observation.sample.source,
    quorum,
    replicas,
    findings: findingsOf({ observation, quorum, replicas, clockWasSet: false }),
  }
}
