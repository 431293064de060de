/**
 * The last minutes of one cluster in memory: for every replica its lag and time lag, a point a second. Samples that come
 * faster are folded into their second by the largest value, so no peak is lost.
 */
import type { History, HistorySeries } from '../contract/history.ts'
import type { QuorumView, ReplicaKey, ReplicaStatus } from '../contract/quorumView.ts'

/** A point's width, in ms. */
const RESOLUTION_MS = 1000
export const KEPT_MS = 15 * 60 * 1000
/** Widest answer, in points. */
const MAX_POINTS = 3600

interface Point {
  replica: ReplicaKey
  status: ReplicaStatus
  lag: number | null
  timeLagMs: number | null
}

interface Second {
  /** Begin of the second, dashboard's wall clock. */
  atMs: number
  margin: number | null
  points: Map<string, Point>
}

function keyOf({ nodeId, directoryId }: ReplicaKey): string {
  return `${nodeId}/${directoryId}`
}

/** The larger of two values of which either may be unknown. */
function larger(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}

/** The smaller margin is the one to remember. */
function smaller(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}

function merge(into: Map<string, Point>, points: Iterable<[string, Point]>): void {
  for (const [key, point] of points) {
    const old = into.get(key)
    into.set(key, {
      ...point,
      lag: larger(old?.lag ?? null, point.lag),
      timeLagMs: larger(old?.timeLagMs ?? null, point.timeLagMs),
    })
  }
}

export class RecentHistory {
  readonly #cluster: string
  #seconds: Second[] = []

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  add(view: QuorumView): void {
    const atMs = Math.floor(view.observedAtMs / RESOLUTION_MS) * RESOLUTION_MS
    const points = view.replicas.map((r): [string, Point] => [
      keyOf(r),
      {
        replica: { nodeId: r.nodeId, directoryId: r.directoryId },
        status: r.status,
        lag: r.lag,
        timeLagMs: r.timeLagMs,
      },
    ])
    let last = this.#seconds.at(-1)
    // A wall clock that stepped back would break the order: what it contradicts is forgotten.
    if (last !== undefined && last.atMs > atMs) {
      this.#seconds = this.#seconds.filter((s) => s.atMs < atMs)
      last = this.#seconds.at(-1)
    }
    if (last?.atMs === atMs) {
      merge(last.points, points)
      last.margin = smaller(last.margin, view.quorum.margin)
    } else {
      this.#seconds.push({ atMs, margin: view.quorum.margin, points: new Map(points) })
    }
    const oldest = atMs - KEPT_MS
    while ((this.#seconds[0]?.atMs ?? oldest) < oldest) this.#seconds.shift()
  }

  clear(): void {
    this.#seconds = []
  }

  /**
   * From `fromMs` up to and including `toMs` in steps of at least `stepMs`; steps in which nothing was observed are
   * absent. The step is widened where the answer would be longer than an hour of seconds.
   */
  read(fromMs: number, toMs: number, stepMs: number): History {
    const widest = Math.ceil((toMs - fromMs) / MAX_POINTS / RESOLUTION_MS) * RESOLUTION_MS
    const step = Math.max(RESOLUTION_MS, Math.ceil(stepMs / RESOLUTION_MS) * RESOLUTION_MS, widest)
    const buckets = new Map<number, Second>()
    for (const second of this.#seconds) {
      if (second.atMs < fromMs || second.atMs > toMs) continue
      const atMs = Math.floor(second.atMs / step) * step
      const bucket = buckets.get(atMs)
      if (bucket === undefined) buckets.set(atMs, { ...second, atMs, points: new Map(second.points) })
      else {
        merge(bucket.points, second.points)
        bucket.margin = smaller(bucket.margin, second.margin)
      }
    }
    const steps = [...buckets.values()]
    const newest = new Map(steps.flatMap((s) => [...s.points]))
    const series = [...newest].map(
      ([key, { replica, status }]): HistorySeries => ({
        replica,
        status,
        lag: steps.map((s) => s.points.get(key)?.lag ?? null),
        timeLagMs: steps.map((s) => s.points.get(key)?.timeLagMs ?? null),
      }),
    )
    return {
      cluster: this.#cluster,
      fromMs,
      toMs,
      stepMs: step,
      timesMs: steps.map((s) => s.atMs),
      margin: steps.map((s) => s.margin),
      series,
    }
  }
}
