/** Ages of a replica on the leader's clock, and what they mean. Pure. */
import type { Health } from '../../contract/quorumView.ts'
import type { ReplicaState } from '../../kafka/describeQuorum.ts'

/** Youngest leader that must have heard of every living replica; below it an unseen one is `unknown`. */
const MIN_GRACE_MS = 5000

/** A leader that has led for less than this may not have heard of every living replica yet, in ms. */
export function youngForMs(fetchTimeoutMs: number): number {
  return Math.max(fetchTimeoutMs, MIN_GRACE_MS)
}

/** What `assess` remembers of the leader's epoch, to distinguish a young leader from an old one. */
export interface EpochStart {
  epoch: number
  /** Of the LeaderChange record, leader's clock; `null` where the log is not read. */
  recordedAtMs: number | null
  /** Dashboard's monotonic clock at the first sample of this epoch. */
  firstSeenAtMs: number
}

/** How long the epoch's leader has led, at the least. */
export function leaderAgeMs(start: EpochStart, leaderClockMs: number | null, arrivedAtMs: number): number {
  const byRecord =
    start.recordedAtMs === null || leaderClockMs === null ? null : Math.max(0, leaderClockMs - start.recordedAtMs)
  return byRecord ?? Math.max(0, arrivedAtMs - start.firstSeenAtMs)
}

/** `null` where either time is unknown, or where the leader's clock stepped back between the two. */
export function ageMs(leaderClockMs: number | null, atMs: number | null): number | null {
  if (leaderClockMs === null || atMs === null) return null
  const age = leaderClockMs - atMs
  return age < 0 ? null : age
}

/** A time in the leader's future: its wall clock was set back after it took that time. */
export function clockSteppedBack(leaderClockMs: number | null, replica: ReplicaState): boolean {
  if (leaderClockMs === null) return false
  return (replica.lastFetchMs ?? 0) > leaderClockMs || (replica.lastCaughtUpMs ?? 0) > leaderClockMs
}

/**
 * Health of a replica that was not heard since the leader's clock was set: no age of it can be told. It is silent once a
 * fetch timeout has passed on the dashboard's clock, too; while its last fetch lies in the leader's future a new one would
 * not be seen.
 */
export function unheardHealth(
  replica: ReplicaState,
  leaderClockMs: number | null,
  unheardMs: number,
  fetchTimeoutMs: number,
): Health {
  const ageByLeader = ageMs(leaderClockMs, replica.lastFetchMs)
  return ageByLeader !== null && Math.min(unheardMs, ageByLeader) >= fetchTimeoutMs ? 'silent' : 'unknown'
}

/**
 * Health of a follower or observer, by DESIGN's definition; Strimzi's KafkaQuorumCheck uses the same fetch timeout.
 * A replica that this leader has never seen is unknown while the leader is young, and silent after that: a dead
 * ex-leader reads -1 for ever.
 */
export function replicaHealth(
  replica: ReplicaState,
  leaderClockMs: number | null,
  leaderAge: number,
  fetchTimeoutMs: number,
): Health {
  const fetchAge = ageMs(leaderClockMs, replica.lastFetchMs)
  const caughtUpAge = ageMs(leaderClockMs, replica.lastCaughtUpMs)
  if (leaderClockMs === null || clockSteppedBack(leaderClockMs, replica)) return 'unknown'
  const young = leaderAge < youngForMs(fetchTimeoutMs)
  if (fetchAge === null) return young ? 'unknown' : 'silent'
  if (fetchAge >= fetchTimeoutMs) return 'silent'
  if (caughtUpAge === null) return young ? 'unknown' : 'lagging'
  return caughtUpAge >= fetchTimeoutMs ? 'lagging' : 'ok'
}
