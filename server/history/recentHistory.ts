/**
 * The last minutes of one cluster in memory: for every replica its lag and time lag, a point a second. Samples that come
 * faster are folded into their second by the largest value, so no peak is lost. Everything is kept in columns, one place
 * for each second, and an answer is made series by series, so that a thousand replicas stop nothing else.
 */

import type { History, HistorySeries } from '../contract/history.ts'
import type { QuorumView, ReplicaKey, ReplicaStatus } from '../contract/quorumView.ts'
import { keyText } from '../contract/replicaKey.ts'

/** A point's width, in ms. */
const RESOLUTION_MS = 1000
export const KEPT_MS = 15 * 60 * 1000
/** Widest answer, in points. */
const MAX_POINTS = 3600
/** Largest answer, in values: as JSON about half a megabyte. */
export const MAX_VALUES = 120_000
/** Seconds that have a place: those that are kept, and a minute in which an answer about the oldest is finished. */
const PLACES = KEPT_MS / RESOLUTION_MS + 60

/** By their place in this list, beginning at 1; 0 is "not listed". */
const STATUSES: readonly ReplicaStatus[] = ['leader', 'follower', 'observer']

interface Column {
  replica: ReplicaKey
  /** 0 where it was not listed. */
  status: Uint8Array
  /** `NaN` where unknown. */
  lag: Float64Array
  timeLagMs: Float64Array
  /** The newest second in which it was listed. */
  listedAtMs: number
}

/** An answer: everything but the series, and those one after the other. */
export interface HistoryInSeries {
  head: Omit<History, 'series'>
  series: Generator<HistorySeries>
}

/** Seconds that make one point. */
interface Step {
  atMs: number
  places: number[]
}

function newColumn(): Float64Array {
  return new Float64Array(PLACES).fill(Number.NaN)
}

/** Of two values of which either may be unknown the larger. */
function raise(column: Float64Array, place: number, value: number | null): void {
  if (value === null) return
  const old = column[place] ?? Number.NaN
  if (Number.isNaN(old) || value > old) column[place] = value
}

/** The smaller margin is the one to remember. */
function lower(column: Float64Array, place: number, value: number | null): void {
  if (value === null) return
  const old = column[place] ?? Number.NaN
  if (Number.isNaN(old) || value < old) column[place] = value
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

export class RecentHistory {
  readonly #cluster: string
  /** Begin of each second that is kept, dashboard's wall clock, oldest first, and its place. */
  #seconds: { atMs: number; place: number }[] = []
  #nextPlace = 0
  readonly #margin = newColumn()
  readonly #columns = new Map<string, Column>()

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  add(view: QuorumView): void {
    const atMs = Math.floor(view.observedAtMs / RESOLUTION_MS) * RESOLUTION_MS
    // A wall clock that stepped back would break the order: what it contradicts is forgotten.
    while ((this.#seconds.at(-1)?.atMs ?? atMs) > atMs) this.#seconds.pop()
    const place = this.#placeOf(atMs)
    lower(this.#margin, place, view.quorum.margin)
    for (const { nodeId, directoryId, status, lag, timeLagMs } of view.replicas) {
      const column = this.#columnOf({ nodeId, directoryId })
      column.listedAtMs = atMs
      column.status[place] = STATUSES.indexOf(status) + 1
      raise(column.lag, place, lag)
      raise(column.timeLagMs, place, timeLagMs)
    }
    while ((this.#seconds[0]?.atMs ?? atMs) < atMs - KEPT_MS) this.#seconds.shift()
  }

  clear(): void {
    this.#seconds = []
    this.#columns.clear()
  }

  /**
   * From `fromMs` up to and including `toMs` in steps of at least `stepMs`; steps in which nothing was observed are
   * absent. The step is widened where the answer would be longer than an hour of seconds, or hold too many values.
   */
  read(fromMs: number, toMs: number, stepMs: number): HistoryInSeries {
    const seconds = this.#seconds.filter((s) => s.atMs >= fromMs && s.atMs <= toMs)
    const columns = [...this.#columns.values()].filter((c) => c.listedAtMs >= fromMs)
    const spanMs = toMs - fromMs
    const points = Math.max(1, Math.floor(MAX_VALUES / 2 / Math.max(1, columns.length)))
    const newest = seconds.at(-1)?.atMs ?? toMs
    const seenMs = newest - (seconds[0]?.atMs ?? newest)
    const step = Math.max(
      RESOLUTION_MS,
      Math.ceil(stepMs / RESOLUTION_MS) * RESOLUTION_MS,
      Math.ceil(spanMs / MAX_POINTS / RESOLUTION_MS) * RESOLUTION_MS,
      Math.ceil((seenMs + RESOLUTION_MS) / points / RESOLUTION_MS) * RESOLUTION_MS,
    )
    const byStep = Map.groupBy(seconds, (s) => Math.floor(s.atMs / step) * step)
    const steps = [...byStep].map(([atMs, own]): Step => ({ atMs, places: own.map((s) => s.place) }))
    const least = ({ places }: Step) => {
      let margin = Number.POSITIVE_INFINITY
      for (const place of places) {
        const value = this.#margin[place] ?? Number.NaN
        if (value < margin) margin = value
      }
      return known(margin)
    }
    return {
      head: {
        cluster: this.#cluster,
        fromMs,
        toMs,
        stepMs: step,
        timesMs: steps.map((s) => s.atMs),
        margin: steps.map(least),
      },
      series: seriesOf(columns, steps),
    }
  }

  /** The place of this second; of a new one it is empty in every column. */
  #placeOf(atMs: number): number {
    const last = this.#seconds.at(-1)
    if (last?.atMs === atMs) return last.place
    const place = this.#nextPlace
    this.#nextPlace = (place + 1) % PLACES
    this.#seconds.push({ atMs, place })
    this.#margin[place] = Number.NaN
    for (const [key, column] of this.#columns) {
      column.status[place] = 0
      column.lag[place] = Number.NaN
      column.timeLagMs[place] = Number.NaN
      if (column.listedAtMs < atMs - KEPT_MS) this.#columns.delete(key)
    }
    return place
  }

  #columnOf(replica: ReplicaKey): Column {
    const key = keyText(replica)
    const found = this.#columns.get(key)
    if (found !== undefined) return found
    const status = new Uint8Array(PLACES)
    const made: Column = { replica, status, lag: newColumn(), timeLagMs: newColumn(), listedAtMs: 0 }
    this.#columns.set(key, made)
    return made
  }
}

function* seriesOf(columns: readonly Column[], steps: readonly Step[]): Generator<HistorySeries> {
  for (const { replica, status, lag, timeLagMs } of columns) {
    let newest = 0
    for (const { places } of steps) for (const place of places) newest = status[place] || newest
    const shown = STATUSES[newest - 1]
    if (shown === undefined) continue
    yield { replica, status: shown, lag: largest(lag, steps), timeLagMs: largest(timeLagMs, steps) }
  }
}

/** The largest value of each step; `null` where all are unknown. */
function largest(column: Float64Array, steps: readonly Step[]): (number | null)[] {
  return steps.map(({ places }) => {
    let most = Number.NEGATIVE_INFINITY
    for (const place of places) {
      const value = column[place] ?? Number.NaN
      // Never true of an unknown one.
      if (value > most) most = value
    }
    return known(most)
  })
}
