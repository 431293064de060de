/** Elections of the last hour on a clock that never steps; those that a guided change causes itself are not counted. */
import type { QuorumView } from '../../contract/quorumView.ts'

const HOUR_MS = 3_600_000
/** A storm shows sooner. */
const MAX_KEPT = 1000

export interface RecentElections {
  /** Since when elections are counted. */
  readonly sinceMs: number
  readonly epoch: number | null
  /** Oldest first. */
  readonly seen: readonly { readonly atMs: number; readonly epochs: number }[]
}

export function noElections(monotonicMs: number): RecentElections {
  return { sinceMs: monotonicMs, epoch: null, seen: [] }
}

/** @param expected a guided change restarts or stops controllers now: its elections are no surprise */
export function electionsAfter(
  before: RecentElections,
  view: QuorumView | null,
  expected: boolean,
  monotonicMs: number,
): RecentElections {
  const [oldest] = before.seen
  const isOld = oldest !== undefined && monotonicMs - oldest.atMs >= HOUR_MS
  const seen = isOld ? before.seen.filter(({ atMs }) => monotonicMs - atMs < HOUR_MS) : before.seen
  const epoch = view?.quorum.leaderId === null ? null : (view?.quorum.leaderEpoch ?? null)
  if (epoch === null || epoch === before.epoch) return isOld ? { ...before, seen } : before
  const epochs = before.epoch === null ? 0 : epoch - before.epoch
  // A lower epoch is another quorum, which other rules tell; counting begins anew with it.
  if (epochs <= 0 || expected) return { ...before, epoch, seen }
  return { ...before, epoch, seen: [...seen, { atMs: monotonicMs, epochs }].slice(-MAX_KEPT) }
}

export function electionsInHour({ seen }: RecentElections): number {
  return seen.reduce((sum, { epochs }) => sum + epochs, 0)
}

/** Whether an hour was counted: before that, few elections prove nothing. */
export function isWholeHour({ sinceMs }: RecentElections, monotonicMs: number): boolean {
  return monotonicMs - sinceMs >= HOUR_MS
}
