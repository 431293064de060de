/**
 * What the engine remembers of the views of one cluster: whether a reading is settled, how long the quorum has been
 * steady, and the catch-up windows. Pure; the time of each view is an argument.
 */
import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import type { LogFacts } from '../../../quorum/log/metadataLog.ts'
import type { Thresholds } from '../thresholds.ts'
import { setText, voterKeys } from '../voterSet.ts'
import { type BrokerWatch, watchBrokers } from './brokerWatch.ts'
import { type CatchUpWindow, newWindow, watchCandidate } from './catchUpWindow.ts'
import { type HealthWindows, watchHealth } from './healthWindow.ts'

interface Read {
  atMs: number
  epoch: number
  voters: ReplicaKey[]
  /** `voters` as one text, to compare. */
  shown: string
  pending: boolean
  leaderOffset: number | null
  highWatermark: number | null
}

/** Since when epoch, voters and margin are the same, without a gap in the observation. */
export interface Steady {
  epoch: number
  voters: ReplicaKey[]
  margin: number | null
  sinceMs: number
  lastMs: number
}

export interface Track {
  /** Newest last; none from before a view without a leader. */
  reads: Read[]
  steady: Steady | null
  windows: ReadonlyMap<string, CatchUpWindow>
  healthy: HealthWindows
  brokers: BrokerWatch | null
}

export const EMPTY_TRACK: Track = { reads: [], steady: null, windows: new Map(), healthy: new Map(), brokers: null }

const MAX_READS = 200
/** Replicas whose window is kept although the leader lists them no more. */
const MAX_WINDOWS = 64

function windowsAfter(
  track: Track,
  view: QuorumView,
  atMs: number,
  thresholds: Thresholds,
): Map<string, CatchUpWindow> {
  const windows = new Map(track.windows)
  for (const row of view.replicas) {
    // Every controller has one, so that it is warm when a plan begins to ask for it.
    if (!row.roles.includes('controller') || row.directoryId === null || windows.size >= MAX_WINDOWS) continue
    const key = keyText(row)
    if (!windows.has(key)) windows.set(key, newWindow({ nodeId: row.nodeId, directoryId: row.directoryId }))
  }
  for (const [key, window] of windows) {
    const after = watchCandidate(window, view, atMs, thresholds)
    const seen = after.samples.some((s) => s.offset !== null)
    if (seen || view.replicas.some((r) => keyText(r) === key)) windows.set(key, after)
    else windows.delete(key)
  }
  return windows
}

function steadyAfter(before: Steady | null, read: Read, margin: number | null, gapMs: number): Steady {
  const { atMs, epoch, voters } = read
  const same =
    before !== null &&
    before.epoch === epoch &&
    before.margin === margin &&
    setText(before.voters) === setText(voters) &&
    atMs - before.lastMs <= gapMs
  return { epoch, voters, margin, sinceMs: same ? before.sinceMs : atMs, lastMs: atMs }
}

/** @param atMs monotonic time of the view  @param log as it was followed then; `null` where it is not */
export function observe(
  track: Track,
  view: QuorumView,
  atMs: number,
  thresholds: Thresholds,
  log: Pick<LogFacts, 'brokers'> | null = null,
): Track {
  const windows = windowsAfter(track, view, atMs, thresholds)
  const healthy = watchHealth(track.healthy, view, atMs, thresholds)
  const { leaderEpoch, highWatermark, margin, pendingVoterChange } = view.quorum
  const brokers = watchBrokers(track.brokers, leaderEpoch, log === null ? null : log.brokers.keys(), atMs, thresholds)
  if (leaderEpoch === null) return { reads: [], steady: null, windows, healthy, brokers }
  const leader = view.replicas.find((r) => r.status === 'leader')
  const voters = voterKeys(view)
  const read: Read = {
    atMs,
    epoch: leaderEpoch,
    voters,
    shown: setText(voters),
    pending: pendingVoterChange !== null,
    leaderOffset: leader?.logEndOffset ?? null,
    highWatermark,
  }
  return {
    reads: [...track.reads, read].slice(-MAX_READS),
    steady: steadyAfter(track.steady, read, margin, thresholds.windowGapMs),
    windows,
    healthy,
    brokers,
  }
}

/**
 * The voters of a settled reading: two reads in one epoch with the same voters, both after `afterMs`, the second's high
 * watermark at or beyond the first's leader log end offset. DescribeQuorum shows voter sets as they are appended; only
 * such a pair proves that the shown set, and everything before it, is committed.
 */
export function settledVoters(track: Track, afterMs: number): ReplicaKey[] | null {
  const newest = track.reads.at(-1)
  if (newest === undefined || newest.highWatermark === null || newest.pending || newest.atMs <= afterMs) return null
  let first = newest
  for (const read of track.reads.toReversed()) {
    if (read.atMs <= afterMs || read.epoch !== newest.epoch || read.shown !== newest.shown) break
    first = read
  }
  if (first === newest || first.leaderOffset === null) return null
  return newest.highWatermark >= first.leaderOffset ? newest.voters : null
}

/** For how long the present leader has been watched, in ms; 0 while nobody leads. */
export function leaderWatchedMs({ reads }: Track): number {
  const newest = reads.at(-1)
  if (newest === undefined) return 0
  return newest.atMs - (reads.find((read) => read.epoch === newest.epoch)?.atMs ?? newest.atMs)
}

/** How long the quorum has had these voters, in one epoch and with one margin, in ms. */
export function steadyMs(track: Track, voters: readonly ReplicaKey[]): number {
  const { steady } = track
  if (steady === null || setText(steady.voters) !== setText(voters)) return 0
  return steady.lastMs - steady.sinceMs
}
