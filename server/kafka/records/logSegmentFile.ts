/**
 * A segment of the metadata log as it lies on a disk: `<base offset>.log` in `__cluster_metadata-0`. Every batch is checked;
 * what follows the first one that is cut off or damaged is not read, as Kafka would not (UnifiedLog recovery cuts it off).
 * Source: org.apache.kafka.common.record.DefaultRecordBatch.
 */
import { checksumHolds, PREFIX_BYTES } from './batchHeader.ts'
import { controlRecord, type Voter } from './controlRecord.ts'
import { type RecordFrame, readFrames } from './recordBatch.ts'
import './readerGuard.ts'

export interface LogSegmentFile {
  firstOffset: number
  firstEpoch: number
  /** Offset of the record that would come next. */
  endOffset: number
  lastEpoch: number
  batches: number
  kraftVersion: number | null
  /** The newest voter set in it, and where it stands; `null` where none is in it. */
  voters: { offset: number; epoch: number; voters: Voter[] } | null
  /** The newest leader whose beginning is in it. */
  leader: { leaderId: number; epoch: number } | null
  /** Why it is read no further; empty where it was read to its end. */
  problem: string
}

const MAGIC_AT = 16
/** As far as magic and checksum reach. */
const GUARD_BYTES = 21

/** Bytes of the batch at `at`; `null` where it is cut off. @throws RangeError in words where it is damaged */
function batchAt(bytes: Buffer, at: number): Buffer | null {
  if (at + GUARD_BYTES > bytes.length) return null
  const length = bytes.readInt32BE(at + 8)
  const end = at + PREFIX_BYTES + length
  if (length < GUARD_BYTES || bytes[at + MAGIC_AT] !== 2)
    throw new RangeError(`what begins at byte ${at} is no batch of records`)
  if (end > bytes.length) return null
  const batch = bytes.subarray(at, end)
  if (!checksumHolds(batch)) throw new RangeError(`the checksum of the batch at byte ${at} is wrong`)
  return batch
}

function take(found: LogSegmentFile, { lastOffset, epoch, control, records }: RecordFrame): void {
  found.batches += 1
  found.endOffset = lastOffset + 1
  found.lastEpoch = epoch
  if (!control) return
  for (const record of records) {
    const read = controlRecord(record)
    if (read?.kind === 'voters') found.voters = { offset: record.offset, epoch, voters: read.voters }
    if (read?.kind === 'kraft-version') found.kraftVersion = read.kraftVersion
    if (read?.kind === 'leader-change') found.leader = { leaderId: read.leaderId, epoch }
  }
}

/** @throws RangeError for bytes whose first batch cannot be read */
export function parseLogSegment(bytes: Buffer): LogSegmentFile {
  let found: LogSegmentFile | null = null
  let problem = ''
  for (let at = 0; at < bytes.length; ) {
    let batch: Buffer | null
    let frame: RecordFrame | undefined
    try {
      batch = batchAt(bytes, at)
      frame = batch === null ? undefined : readFrames(batch).frames[0]
      if (frame !== undefined && found !== null && frame.baseOffset !== found.endOffset)
        throw new RangeError(
          `offset ${frame.baseOffset} follows offset ${found.endOffset - 1}: records are missing, or of another log`,
        )
      if (frame !== undefined && found !== null && frame.epoch < found.lastEpoch)
        throw new RangeError(`epoch ${frame.epoch} follows epoch ${found.lastEpoch}: epochs only rise in one log`)
    } catch (error) {
      if (found === null) throw error
      problem = `${(error as Error).message}; what follows is not read`
      break
    }
    if (batch === null || frame === undefined) {
      if (found === null) throw new RangeError('it holds no whole batch of records')
      problem = `its last batch is cut off at byte ${at}`
      break
    }
    found ??= {
      firstOffset: frame.baseOffset,
      firstEpoch: frame.epoch,
      endOffset: frame.baseOffset,
      lastEpoch: frame.epoch,
      batches: 0,
      kraftVersion: null,
      voters: null,
      leader: null,
      problem: '',
    }
    take(found, frame)
    at += batch.length
  }
  if (found === null) throw new RangeError('it holds no whole batch of records')
  return { ...found, problem }
}

const SNAPSHOT_HEADER = 3

/** A snapshot begins with its header record (RecordsSnapshotWriter); anything else that is made of batches is a log. */
export function beginsWithSnapshotHeader(bytes: Buffer): boolean {
  const batch = batchAt(bytes, 0)
  const [first] = batch === null ? [] : readFrames(batch).frames
  if (first === undefined || !first.control) return false
  for (const { key } of first.records) return key !== null && key.length >= 4 && key.readInt16BE(2) === SNAPSHOT_HEADER
  return false
}
