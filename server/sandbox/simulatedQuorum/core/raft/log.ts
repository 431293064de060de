/**
 * A replica's copy of the metadata log with its snapshots: what KafkaMetadataLog and the leader epoch cache answer.
 * `snapshots` is ordered oldest first; the log starts at the end of some snapshot, or at 0.
 */
import type { Batch, LogRecord, OffsetAndEpoch, Snapshot } from './records.ts'
import { nextOffset } from './records.ts'

export interface Log {
  startOffset: number
  batches: Batch[]
  snapshots: Snapshot[]
}

export type FetchPosition =
  | { readonly kind: 'valid' }
  | { readonly kind: 'diverging'; readonly end: OffsetAndEpoch }
  | { readonly kind: 'snapshot'; readonly id: OffsetAndEpoch }

export function emptyLog(): Log {
  return { startOffset: 0, batches: [], snapshots: [] }
}

export function copyLog(log: Log): Log {
  return { startOffset: log.startOffset, batches: [...log.batches], snapshots: [...log.snapshots] }
}

export function latestSnapshot(log: Log): Snapshot | null {
  return log.snapshots.at(-1) ?? null
}

export function endOffset(log: Log): number {
  const last = log.batches.at(-1)
  return last === undefined ? log.startOffset : nextOffset(last)
}

/** Epoch of the last record, taken from the newest snapshot when the log is empty, else 0. */
export function lastEpoch(log: Log): number {
  return log.batches.at(-1)?.epoch ?? latestSnapshot(log)?.id.epoch ?? 0
}

/** End (offset, epoch) of a log, ordered as votes order logs: by epoch, then by offset. */
export function isUpToDate(candidate: OffsetAndEpoch, log: Log): boolean {
  const epoch = lastEpoch(log)
  return candidate.epoch > epoch || (candidate.epoch === epoch && candidate.offset >= endOffset(log))
}

export function appendBatch(log: Log, batch: Batch): void {
  if (batch.baseOffset !== endOffset(log)) {
    throw new Error(`Batch at ${batch.baseOffset} does not continue a log that ends at ${endOffset(log)}`)
  }
  log.batches.push(batch)
}

/** Index of the first batch that holds `offset` or a later one. */
function indexAt(log: Log, offset: number): number {
  let low = 0
  let high = log.batches.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const batch = log.batches[middle]
    if (batch !== undefined && nextOffset(batch) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Batches from the one that holds `offset` on; a whole batch is returned even if `offset` is inside it. */
export function readFrom(log: Log, offset: number, maxBatches: number): readonly Batch[] {
  const first = indexAt(log, offset)
  return log.batches.slice(first, first + maxBatches)
}

/** Where the records of `epoch` end here, or else those of the largest smaller epoch (KafkaMetadataLog.endOffsetForEpoch). */
export function endOffsetForEpoch(log: Log, epoch: number): OffsetAndEpoch {
  const newest = lastEpoch(log)
  if (epoch >= newest) return { offset: endOffset(log), epoch: newest }
  const higher = log.batches.findIndex((batch) => batch.epoch > epoch)
  const higherStart = log.batches[higher]?.baseOffset ?? endOffset(log)
  const floor = log.batches[higher - 1]
  if (floor !== undefined) return { offset: higherStart, epoch: floor.epoch }
  const earliest = log.snapshots[0]
  if (earliest !== undefined && earliest.id.offset === higherStart) return earliest.id
  return { offset: higherStart, epoch }
}

/** Whether a replica whose log ends at (offset, epoch) may go on from there (ReplicatedLog.validateOffsetAndEpoch). */
export function validatePosition(log: Log, offset: number, epoch: number): FetchPosition {
  const newest = latestSnapshot(log)
  // An empty replica is always better served by a snapshot than by the log (KafkaRaftClient.tryCompleteFetchRequest).
  if (offset === 0 && newest !== null) return { kind: 'snapshot', id: newest.id }
  if (log.startOffset === 0 && offset === 0 && epoch === 0) return { kind: 'valid' }
  const earliest = log.snapshots[0]
  if (
    earliest !== undefined &&
    newest !== null &&
    (offset < log.startOffset ||
      (offset === log.startOffset && log.startOffset > 0 && epoch !== earliest.id.epoch) ||
      epoch < earliest.id.epoch)
  ) {
    return { kind: 'snapshot', id: newest.id }
  }
  const end = endOffsetForEpoch(log, epoch)
  return end.epoch !== epoch || end.offset < offset ? { kind: 'diverging', end } : { kind: 'valid' }
}

/** Up to where a log and the leader's agree, by the leader's answer. */
export function agreedEnd(log: Log, leaderEnd: OffsetAndEpoch): number {
  const own = endOffsetForEpoch(log, leaderEnd.epoch)
  return leaderEnd.epoch !== 0 && own.epoch !== leaderEnd.epoch
    ? own.offset
    : Math.min(leaderEnd.epoch === 0 ? leaderEnd.offset : own.offset, leaderEnd.offset)
}

/** Cuts what the leader does not have and returns where the log ends now (ReplicatedLog.truncateToEndOffset). */
export function truncateToEndOffset(log: Log, leaderEnd: OffsetAndEpoch): number {
  log.batches.length = indexAt(log, agreedEnd(log, leaderEnd))
  return endOffset(log)
}

/** Forgets the log and starts over at the end of a downloaded snapshot. */
export function truncateToSnapshot(log: Log, snapshot: Snapshot): void {
  log.startOffset = snapshot.id.offset
  log.batches = []
  log.snapshots = [snapshot]
}

/** Lets a log that ends before its newest snapshot begin at the end of that (KafkaMetadataLog.truncateToLatestSnapshot). */
export function startAtSnapshot(log: Log): void {
  const newest = latestSnapshot(log)
  if (newest === null) return
  const { epoch, offset } = newest.id
  const ownEpoch = lastEpoch(log)
  if (epoch < ownEpoch || (epoch === ownEpoch && offset <= endOffset(log))) return
  log.startOffset = offset
  log.batches = []
}

/** Keeps a new snapshot and lets the log begin at the end of the one before it. */
export function addSnapshot(log: Log, snapshot: Snapshot): void {
  const previous = latestSnapshot(log)
  if (previous !== null && previous.id.offset >= snapshot.id.offset) return
  if (previous !== null) {
    log.batches = log.batches.slice(indexAt(log, previous.id.offset))
    log.startOffset = previous.id.offset
    log.snapshots = [previous, snapshot]
    return
  }
  log.snapshots.push(snapshot)
}

/** Epoch of the record just below `offset`; `null` where the log no longer reaches back to it. */
export function epochBelow(log: Log, offset: number): number | null {
  const batch = log.batches[indexAt(log, offset - 1)]
  if (batch !== undefined && batch.baseOffset < offset) return batch.epoch
  return log.snapshots.find((snapshot) => snapshot.id.offset === offset)?.id.epoch ?? null
}

/** Every record from `offset` up to (not including) `end`, with its offset. */
export function* recordsBetween(
  log: Log,
  offset: number,
  end: number,
): Generator<{ offset: number; batch: Batch; record: LogRecord }> {
  for (let index = indexAt(log, offset); index < log.batches.length; index += 1) {
    const batch = log.batches[index]
    if (batch === undefined || batch.baseOffset >= end) return
    for (const [position, record] of batch.records.entries()) {
      const at = batch.baseOffset + position
      if (at >= offset && at < end) yield { offset: at, batch, record }
    }
  }
}
