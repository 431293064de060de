/**
 * The lag of every replica over the last stretch of time, in steps: begun with the server's history, carried on from the
 * live views. Each step keeps the largest value seen in it, so that a short peak is not lost between two points.
 */
import type { History } from '../../server/contract/past/history.ts'
import type { QuorumView, ReplicaKey } from '../../server/contract/quorumView.ts'

export interface LagPoint {
  readonly lag: number | null
  readonly timeLagMs: number | null
}

export interface LagFrame {
  /** Beginning of the step, on the server's wall clock. */
  readonly atMs: number
  readonly points: ReadonlyMap<string, LagPoint>
}

/** Name of one incarnation, as a key of maps and lists. */
export function incarnation(replica: ReplicaKey): string {
  return `${replica.nodeId}.${replica.directoryId ?? ''}`
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}

function withView(points: ReadonlyMap<string, LagPoint> | null, view: QuorumView): ReadonlyMap<string, LagPoint> {
  const next = new Map<string, LagPoint>()
  for (const replica of view.replicas) {
    const key = incarnation(replica)
    const before = points?.get(key)
    next.set(key, {
      lag: larger(before?.lag ?? null, replica.lag),
      timeLagMs: larger(before?.timeLagMs ?? null, replica.timeLagMs),
    })
  }
  return next
}

export class LagTrail {
  readonly #stepMs: number
  readonly #spanMs: number
  readonly #listeners = new Set<() => void>()
  /** Whole steps, oldest first. A new array each time, so that React sees the change. */
  #frames: readonly LagFrame[] = []
  #open: LagFrame | null = null

  constructor(stepMs: number, spanMs: number) {
    this.#stepMs = stepMs
    this.#spanMs = spanMs
  }

  readonly frames = (): readonly LagFrame[] => this.#frames

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another cluster answers at the same place: nothing of the old one may be joined to it. */
  clear(): void {
    this.#open = null
    this.#publish([])
  }

  append(view: QuorumView): void {
    const atMs = Math.floor(view.observedAtMs / this.#stepMs) * this.#stepMs
    const open = this.#open
    if (open !== null && open.atMs === atMs) {
      this.#open = { atMs, points: withView(open.points, view) }
      return
    }
    this.#open = { atMs, points: withView(null, view) }
    // The very first sample is shown at once; after that a step appears when it is whole.
    const whole = open ?? this.#open
    this.#publish([...this.#frames.filter((frame) => frame.atMs < whole.atMs), whole])
  }

  /** Puts the server's history before what was seen live. */
  seed(history: History): void {
    const firstLiveMs = this.#frames[0]?.atMs ?? this.#open?.atMs ?? Number.POSITIVE_INFINITY
    const past: LagFrame[] = history.timesMs.map((atMs, index) => ({
      atMs,
      points: new Map(
        history.series.map((series) => [
          incarnation(series.replica),
          { lag: series.lag[index] ?? null, timeLagMs: series.timeLagMs[index] ?? null },
        ]),
      ),
    }))
    this.#publish([...past.filter((frame) => frame.atMs < firstLiveMs), ...this.#frames])
  }

  #publish(frames: readonly LagFrame[]): void {
    const newestMs = frames.at(-1)?.atMs ?? 0
    this.#frames = frames.filter((frame) => frame.atMs > newestMs - this.#spanMs)
    for (const listener of this.#listeners) listener()
  }
}
