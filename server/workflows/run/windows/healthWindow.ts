/**
 * For how long each controller has been healthy without a break. A voter that flaps is healthy in the one look that is taken
 * right before a request, and not in the next: whoever carries a margin was healthy in every look of a window. One bad
 * sample, a new leader epoch, a step of the leader's clock or a gap in the observation begins it anew. Pure.
 */

import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { isObserver } from '../../../contract/voters.ts'
import type { Thresholds } from '../thresholds.ts'

export interface HealthWindow {
  /** Monotonic time of its first healthy sample in a row. */
  sinceMs: number
  lastMs: number
  epoch: number
  leaderClockMs: number
}

/** By `keyText`; of those that are healthy now. */
export type HealthWindows = ReadonlyMap<string, HealthWindow>

/** The windows after one more view. @param atMs monotonic time of the view */
export function watchHealth(
  before: HealthWindows,
  view: QuorumView,
  atMs: number,
  { windowGapMs }: Thresholds,
): HealthWindows {
  const { leaderEpoch: epoch, leaderClockMs } = view.quorum
  const isStepped = view.findings.some((f) => f.code === 'leader-clock-stepped')
  if (epoch === null || leaderClockMs === null || isStepped) return new Map()
  const after = new Map<string, HealthWindow>()
  for (const row of view.replicas) {
    const isController = !isObserver(row) || row.roles.includes('controller')
    if (!isController || row.health !== 'ok') continue
    const key = keyText(row)
    const known = before.get(key)
    const goesOn =
      known !== undefined &&
      known.epoch === epoch &&
      atMs - known.lastMs <= windowGapMs &&
      leaderClockMs >= known.leaderClockMs
    after.set(key, { sinceMs: goesOn ? known.sinceMs : atMs, lastMs: atMs, epoch, leaderClockMs })
  }
  return after
}

/** For how long it has been healthy without a break, in ms; 0 where it is not, or was not looked at just now. */
export function healthyMs(windows: HealthWindows, key: ReplicaKey, nowMs: number, { windowGapMs }: Thresholds): number {
  const window = windows.get(keyText(key))
  return window === undefined || nowMs - window.lastMs > windowGapMs ? 0 : window.lastMs - window.sinceMs
}
