/**
 * "Lag near zero" of one replica, watched over a window. Pure.
 *
 * Kafka's own check before an addition only asks whether the candidate caught up once and fetched within the last hour
 * (LeaderState#isReplicaCaughtUp). Here every sample of the window must show it: the lag is at most `lagRecords`, or its
 * log end offset has reached what the leader's was in the newest sample at least a second older; and it fetched and was
 * caught up less than min(fetch timeout, `candidateAgeMs`) ago. One bad sample, a new leader epoch, a step of the leader's
 * clock or a gap in the observation begins the window anew.
 */
import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import type { Thresholds } from '../thresholds.ts'
import { rowOf } from '../voterSet.ts'

/** How far back the trail of a candidate goes, in ms. */
const TRAIL_MS = 60_000
/** A busy log: reaching where the leader was this long ago counts as near zero, in ms. */
const RECENT_MS = 1000

export interface WindowSample {
  /** Dashboard's monotonic clock. */
  atMs: number
  /** Dashboard's wall clock, for showing only. */
  shownAtMs: number
  epoch: number
  leaderClockMs: number
  leaderOffset: number
  offset: number | null
  lag: number | null
}

export interface CatchUpWindow {
  key: ReplicaKey
  /** Of the last minute, good or bad, oldest first. */
  samples: WindowSample[]
  /** Monotonic time of the first sample of the present good stretch; `null` while there is none. */
  goodSinceMs: number | null
  goodSamples: number
  lastReset: { atMs: number; text: string } | null
}

export function newWindow(key: ReplicaKey): CatchUpWindow {
  return { key, samples: [], goodSinceMs: null, goodSamples: 0, lastReset: null }
}

/** How old a fetch of a candidate may be, in ms. */
export function candidateAgeLimitMs(fetchTimeoutMs: number, thresholds: Thresholds): number {
  return Math.min(fetchTimeoutMs, thresholds.candidateAgeMs)
}

/** Why this sample is not near zero; `null` where it is. */
function badness(window: CatchUpWindow, view: QuorumView, sample: WindowSample, thresholds: Thresholds): string | null {
  const row = rowOf(view, window.key)
  if (row === null) return 'the leader does not list it'
  if (sample.offset === null || sample.lag === null) return 'the leader has no sample of it'
  const limitMs = candidateAgeLimitMs(view.quorum.fetchTimeoutMs, thresholds)
  if (row.lastFetchAgeMs === null || row.lastCaughtUpAgeMs === null) return 'its times are unknown'
  if (row.lastFetchAgeMs >= limitMs) return `it fetched ${row.lastFetchAgeMs} ms ago`
  if (row.lastCaughtUpAgeMs >= limitMs) return `it was caught up ${row.lastCaughtUpAgeMs} ms ago`
  if (sample.lag <= thresholds.lagRecords) return null
  const earlier = window.samples.findLast((s) => s.epoch === sample.epoch && s.atMs <= sample.atMs - RECENT_MS)
  if (earlier !== undefined && sample.offset >= earlier.leaderOffset) return null
  return `its lag was ${sample.lag} records`
}

/** Why the samples before do not count any more; `null` where they do. */
function broken(before: WindowSample, sample: WindowSample, thresholds: Thresholds): string | null {
  if (before.epoch !== sample.epoch) return `a new leader epoch, ${before.epoch} → ${sample.epoch}`
  if (sample.atMs - before.atMs > thresholds.windowGapMs) {
    return `nothing was observed for ${Math.round(sample.atMs - before.atMs)} ms`
  }
  if (sample.leaderClockMs < before.leaderClockMs) return "the leader's clock was set back"
  return null
}

/** The window after one more view. A view without a leader ends the stretch. */
export function watchCandidate(
  window: CatchUpWindow,
  view: QuorumView,
  atMs: number,
  thresholds: Thresholds,
): CatchUpWindow {
  const reset = (text: string, samples: WindowSample[]): CatchUpWindow => ({
    ...window,
    samples,
    goodSinceMs: null,
    goodSamples: 0,
    lastReset: window.goodSinceMs === null ? window.lastReset : { atMs: view.observedAtMs, text },
  })
  const { leaderEpoch, leaderClockMs } = view.quorum
  const leader = view.replicas.find((r) => r.status === 'leader')
  if (leaderEpoch === null || leaderClockMs === null || leader === undefined || leader.logEndOffset === null) {
    return reset('nobody leads', window.samples)
  }
  const row = rowOf(view, window.key)
  const sample: WindowSample = {
    atMs,
    shownAtMs: view.observedAtMs,
    epoch: leaderEpoch,
    leaderClockMs,
    leaderOffset: leader.logEndOffset,
    offset: row?.logEndOffset ?? null,
    lag: row?.lag ?? null,
  }
  const samples = [...window.samples.filter((s) => s.atMs > atMs - TRAIL_MS), sample]
  const stepped = view.findings.some((f) => f.code === 'leader-clock-stepped')
  const bad = stepped ? "the leader's clock was set" : badness(window, view, sample, thresholds)
  if (bad !== null) return reset(bad, samples)
  const last = window.samples.at(-1)
  const cut = last === undefined ? null : broken(last, sample, thresholds)
  if (cut !== null) return { ...reset(cut, samples), goodSinceMs: atMs, goodSamples: 1 }
  return { ...window, samples, goodSinceMs: window.goodSinceMs ?? atMs, goodSamples: window.goodSamples + 1 }
}

/** Length of the present good stretch, in ms, from its first sample to its newest. */
export function nearZeroMs(window: CatchUpWindow): number {
  const last = window.samples.at(-1)
  return window.goodSinceMs === null || last === undefined ? 0 : last.atMs - window.goodSinceMs
}

export function isFull(window: CatchUpWindow, thresholds: Thresholds): boolean {
  return nearZeroMs(window) >= thresholds.windowMs && window.goodSamples >= thresholds.windowSamples
}

/**
 * How fast the candidate gains on the leader, in records a second, over the last five seconds of one epoch; `null`
 * where too little was seen.
 */
export function gainPerSecond(window: CatchUpWindow): number | null {
  const last = window.samples.at(-1)
  if (last?.lag == null) return null
  const first = window.samples.find((s) => s.epoch === last.epoch && s.atMs > last.atMs - 5000 && s.lag !== null)
  if (first?.lag == null || last.atMs - first.atMs < 500) return null
  return ((first.lag - last.lag) * 1000) / (last.atMs - first.atMs)
}
