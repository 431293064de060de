/** A stretch of the past as columns: of each step what a person must not miss. */
import type { ExtraColumn, History, HistorySeries } from '../../contract/past/history.ts'
import type { Archive } from '../keeping/archive.ts'
import { type Fold, folded, HEALTHS, known, QUORUM_AT, REPLICA_AT, STATUSES } from '../samples/columns.ts'
import type { SampleBlock } from '../samples/sampleBlock.ts'
import { BLOCK_POINTS, tierFor } from '../samples/tiers.ts'
import { blocksOf } from './blocksOf.ts'

/** Widest answer, in points. */
const MAX_POINTS = 3600
/** Largest answer, in values: as JSON about half a megabyte. */
export const MAX_VALUES = 120_000

export interface HistoryRequest {
  fromMs: number
  toMs: number
  stepMs: number
  extra: readonly ExtraColumn[]
}

type NumberColumn = 'lag' | 'timeLagMs' | 'lastFetchAgeMs' | 'logEndOffset' | 'health'
const FOLD: Record<NumberColumn, Fold> = {
  lag: 'most',
  timeLagMs: 'most',
  lastFetchAgeMs: 'most',
  logEndOffset: 'last',
  health: 'most',
}

interface Gathered {
  replica: HistorySeries['replica']
  status: number
  values: Map<NumberColumn, number[]>
}

/** From `fromMs` up to and including `toMs`, in steps of at least `stepMs`; steps in which nothing was observed are absent. */
export async function readHistory(
  archive: Archive,
  cluster: string,
  request: HistoryRequest,
  nowMs: number,
): Promise<History> {
  const { fromMs, toMs, stepMs, extra } = request
  const oldestMs = await archive.oldest(cluster)
  // A stretch that begins before there was anything is no reason for wide points.
  const seenFromMs = Math.min(Math.max(fromMs, oldestMs ?? toMs), toMs)
  const seenMs = Math.min(toMs, nowMs) - seenFromMs
  const names: NumberColumn[] = ['lag', 'timeLagMs', ...extra]
  const replicas = Math.max(1, archive.recorder(cluster).view?.replicas.length ?? 1)
  const points = Math.max(1, Math.min(MAX_POINTS, Math.floor(MAX_VALUES / names.length / replicas)))
  const least = Math.max(stepMs, Math.ceil((seenMs + 1000) / points), 1)
  const tier = tierFor(archive.tiers, least, seenFromMs, nowMs)
  if (tier === null) throw new Error('there are tiers')
  const step = Math.ceil(least / tier.stepMs) * tier.stepMs

  const timesMs: number[] = []
  const quorum = { margin: [] as number[], leaderId: [] as number[], leaderEndOffset: [] as number[] }
  const series = new Map<string, Gathered>()
  const places = (block: SampleBlock): { point: number; place: number }[] => {
    const found: { point: number; place: number }[] = []
    for (let point = 0; point < BLOCK_POINTS; point += 1) {
      const atMs = block.timeOf(point)
      if (block.observed[point] !== 1 || atMs < fromMs - tier.stepMs + 1 || atMs > toMs) continue
      const stepStart = Math.floor(atMs / step) * step
      if (timesMs.at(-1) !== stepStart) timesMs.push(stepStart)
      found.push({ point, place: timesMs.length - 1 })
    }
    return found
  }
  for await (const block of blocksOf(archive, cluster, { stepMs: tier.stepMs, fromMs: seenFromMs, toMs })) {
    const shown = places(block)
    if (shown.length === 0) continue
    gather(quorum.margin, block.quorum[QUORUM_AT.margin], shown, 'least')
    gather(quorum.leaderId, block.quorum[QUORUM_AT.leaderId], shown, 'last')
    gather(quorum.leaderEndOffset, block.quorum[QUORUM_AT.leaderEndOffset], shown, 'last')
    for (const [key, { replica, columns }] of block.replicas) {
      const statuses = columns[REPLICA_AT.status]
      const newest = shown.findLast(({ point }) => !Number.isNaN(statuses?.[point] ?? Number.NaN))
      if (newest === undefined) continue
      const held = series.get(key) ?? { replica, status: 0, values: new Map(names.map((name) => [name, []])) }
      series.set(key, held)
      held.status = statuses?.[newest.point] ?? held.status
      for (const name of names) gather(held.values.get(name) ?? [], columns[REPLICA_AT[name]], shown, FOLD[name])
    }
  }
  const whole = (values: number[]) => timesMs.map((_, at) => known(values[at]))
  return {
    cluster,
    fromMs,
    toMs,
    stepMs: step,
    timesMs,
    margin: whole(quorum.margin),
    leaderId: whole(quorum.leaderId),
    leaderEndOffset: whole(quorum.leaderEndOffset),
    series: [...series.values()].flatMap(({ replica, status, values }): HistorySeries[] => {
      const shown = STATUSES[status]
      if (shown === undefined) return []
      const column = (name: NumberColumn) => whole(values.get(name) ?? [])
      const more = Object.fromEntries(
        extra.map((name) => [
          name,
          name === 'health' ? column(name).map((at) => HEALTHS[at ?? -1] ?? null) : column(name),
        ]),
      )
      return [{ replica, status: shown, lag: column('lag'), timeLagMs: column('timeLagMs'), ...more }]
    }),
  }
}

function gather(
  into: number[],
  column: Float64Array | undefined,
  shown: readonly { point: number; place: number }[],
  fold: Fold,
): void {
  for (const { point, place } of shown) {
    const value = column?.[point] ?? Number.NaN
    const held = into[place]
    into[place] = held === undefined ? value : folded(fold, held, value)
  }
}
