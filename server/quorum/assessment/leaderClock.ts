/**
 * Steps of the leader's wall clock, as one sample after the other shows them. Ages are taken on that clock: after a step
 * forward every living replica looks silent until it fetches again, after one back a dead voter looks alive for as long as
 * the step was, and one that fetches lies in the future. So a fetch counts only if it was seen to come after the step. Pure.
 */
import type { ReplicaState } from '../../kafka/describeQuorum.ts'
import { clockSteppedBack } from './health.ts'
import { arrivedMs, type LedSample } from './sample.ts'

/** More than this between two samples is a step, in ms: less would be taken for one where an answer is only late. */
const STEP_MS = 1000

/** The clock of one epoch's leader: another leader has seen nobody yet, and has a clock of its own. */
export interface LeaderClock {
  epoch: number
  /** Leader's clock minus the dashboard's monotonic one, in the newest sample: a step of our own wall clock is none of the leader's. */
  offsetMs: number
  /** The newest step: when it was seen (dashboard's monotonic clock), and the fetch times that the leader had then. */
  step: { seenAtMs: number; fetchedMs: ReadonlyMap<string, number | null> } | null
}

function keyOf({ nodeId, directoryId }: ReplicaState): string {
  return `${nodeId} ${directoryId}`
}

export function clockAfter(
  before: LeaderClock | null,
  sample: LedSample,
  leaderClockMs: number | null,
): LeaderClock | null {
  if (leaderClockMs === null) return before
  const { leaderEpoch: epoch, voters, observers } = sample
  const seenAtMs = arrivedMs(sample)
  const offsetMs = leaderClockMs - seenAtMs
  const replicas = [...voters, ...observers]
  const known = before?.epoch === epoch ? before : null
  const isStep = known !== null && Math.abs(offsetMs - known.offsetMs) > STEP_MS
  // Times in the leader's future are signs of a step that was not watched.
  const isLeftOver = known?.step == null && replicas.some((r) => clockSteppedBack(leaderClockMs, r))
  if (!isStep && !isLeftOver) return { epoch, offsetMs, step: known?.step ?? null }
  const fetchedMs = new Map(replicas.map((r) => [keyOf(r), r.lastFetchMs]))
  return { epoch, offsetMs, step: { seenAtMs, fetchedMs } }
}

/** For how long, in ms, nothing was heard of a replica since the clock was set; `null` where it was heard, or none was set. */
export function unheardSinceStepMs(
  clock: LeaderClock | null,
  replica: ReplicaState,
  arrivedAtMs: number,
): number | null {
  const step = clock?.step ?? null
  if (step === null || replica.lastFetchMs === null) return null
  const isHeard = step.fetchedMs.get(keyOf(replica)) !== replica.lastFetchMs
  return isHeard ? null : Math.max(0, arrivedAtMs - step.seenAtMs)
}
