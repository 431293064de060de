/** The past as rows for other programs, a piece at a time: one row for each replica and point, as fine as it is kept. */
import type { Archive } from '../keeping/archive.ts'
import { HEALTHS, known, QUORUM_AT, REPLICA_AT, STATUSES } from '../samples/columns.ts'
import type { SampleBlock } from '../samples/sampleBlock.ts'
import { BLOCK_POINTS, tierFor } from '../samples/tiers.ts'
import { blocksOf } from './blocksOf.ts'

export interface RowsRequest {
  fromMs: number
  toMs: number
  stepMs: number
  format: 'csv' | 'json'
  /** Where the piece before ended; `null` at the beginning. */
  afterMs: number | null
}

export interface RowsPiece {
  text: string
  /** For the next request; `null`: that was all. */
  afterMs: number | null
}

const NAMES = [
  'time',
  'node_id',
  'directory_id',
  'status',
  'health',
  'log_end_offset',
  'lag',
  'time_lag_ms',
  'last_fetch_age_ms',
  'leader_id',
  'leader_epoch',
  'high_watermark',
  'margin',
] as const

export async function readRows(
  archive: Archive,
  cluster: string,
  request: RowsRequest,
  nowMs: number,
): Promise<RowsPiece> {
  const oldestMs = await archive.oldest(cluster)
  const fromMs = Math.max(request.fromMs, oldestMs ?? request.toMs)
  const tier = tierFor(archive.tiers, Math.max(request.stepMs, 1000), Math.min(fromMs, nowMs), nowMs)
  if (tier === null) throw new Error('there are tiers')
  const { format, afterMs, toMs } = request
  const head = afterMs !== null ? '' : format === 'csv' ? `${NAMES.join(',')}\n` : '['
  const begin = afterMs === null ? fromMs : afterMs + 1
  for await (const block of blocksOf(archive, cluster, { stepMs: tier.stepMs, fromMs: begin, toMs })) {
    const rows = rowsOf(block, begin, toMs)
    if (rows.length === 0) continue
    const isFirst = afterMs === null
    const text = rows.map((row, at) => rowText(row, format, isFirst && at === 0)).join('')
    return { text: `${head}${text}`, afterMs: block.endMs - 1 }
  }
  return { text: `${head}${format === 'csv' ? '' : '\n]\n'}`, afterMs: null }
}

type Row = (string | number | null)[]

function rowsOf(block: SampleBlock, fromMs: number, toMs: number): Row[] {
  const rows: Row[] = []
  for (let point = 0; point < BLOCK_POINTS; point += 1) {
    const atMs = block.timeOf(point)
    if (block.observed[point] !== 1 || atMs < fromMs || atMs > toMs) continue
    const ofQuorum = (name: keyof typeof QUORUM_AT) => known(block.quorum[QUORUM_AT[name]]?.[point])
    for (const { replica, columns } of block.replicas.values()) {
      const of = (name: keyof typeof REPLICA_AT) => known(columns[REPLICA_AT[name]]?.[point])
      const status = STATUSES[of('status') ?? -1]
      if (status === undefined) continue
      rows.push([
        new Date(atMs).toISOString(),
        replica.nodeId,
        replica.directoryId,
        status,
        HEALTHS[of('health') ?? -1] ?? null,
        of('logEndOffset'),
        of('lag'),
        of('timeLagMs'),
        of('lastFetchAgeMs'),
        ofQuorum('leaderId'),
        ofQuorum('leaderEpoch'),
        ofQuorum('highWatermark'),
        ofQuorum('margin'),
      ])
    }
  }
  return rows
}

function rowText(row: Row, format: 'csv' | 'json', isFirst: boolean): string {
  // Nothing in a row needs quotes: numbers, times, ids, and words of ours.
  if (format === 'csv') return `${row.map((value) => value ?? '').join(',')}\n`
  const entries = NAMES.map((name, at) => [name, row[at] ?? null])
  return `${isFirst ? '' : ','}\n${JSON.stringify(Object.fromEntries(entries))}`
}
