/**
 * A snapshot of the metadata log as it lies on a disk: `<end offset>-<epoch>.checkpoint`, and `bootstrap.checkpoint`, which
 * `kafka-storage format` writes. Source: org.apache.kafka.snapshot.Snapshots, RecordsSnapshotWriter; SnapshotHeaderRecord.json,
 * SnapshotFooterRecord.json.
 */
import { checksumHolds, PREFIX_BYTES } from './batchHeader.ts'
import { controlRecord, type Voter } from './controlRecord.ts'
import { metadataRecord } from './metadataRecord.ts'
import { type RecordBatch, readBatches } from './recordBatch.ts'
import './readerGuard.ts'

export interface CheckpointFile {
  /** From its name; `null` where the name shows nothing. */
  id: { endOffset: number; epoch: number } | null
  /** When the newest record in it was appended, leader's wall clock in ms; `null` where nothing shows it. */
  lastContainedMs: number | null
  /** It ends with the record that ends every whole snapshot. */
  whole: boolean
  records: number
  kraftVersion: number | null
  /** `null` where no voters are in it: of a static quorum, or a bootstrap.checkpoint. */
  voters: Voter[] | null
  features: Map<string, number>
  controllers: number[]
  brokers: number[]
}

const HEADER = 3
const FOOTER = 4
/** Beyond this there is no date (ECMAScript, time values). */
const MAX_DATE_MS = 8.64e15

function checkSums(bytes: Buffer, end: number): void {
  for (let at = 0; at + PREFIX_BYTES <= end; ) {
    const next = at + PREFIX_BYTES + bytes.readInt32BE(at + 8)
    if (!checksumHolds(bytes.subarray(at, next)))
      throw new RangeError(`the checksum of the batch at byte ${at} is wrong: the file is damaged`)
    at = next
  }
}

/** `00000000000000001234-0000000007.checkpoint`, also while it is being written (`.part`) or deleted. */
function idOf(name: string): CheckpointFile['id'] {
  const match = /(?:^|[/\\])(\d{20})-(\d{10})\.checkpoint(?:\.\w+)*$/.exec(name)
  const [endOffset, epoch] = [Number(match?.[1]), Number(match?.[2])]
  return match !== null && Number.isSafeInteger(endOffset) ? { endOffset, epoch } : null
}

/** @throws RangeError for bytes that are no snapshot */
export function parseCheckpoint(name: string, bytes: Buffer): CheckpointFile {
  const { batches, consumedBytes } = readBatches(bytes)
  if (batches.length === 0) throw new RangeError('it holds no whole batch of records')
  checkSums(bytes, consumedBytes)
  const found: CheckpointFile = {
    id: idOf(name),
    lastContainedMs: null,
    whole: false,
    records: 0,
    kraftVersion: null,
    voters: null,
    features: new Map(),
    controllers: [],
    brokers: [],
  }
  for (const batch of batches) readBatch(batch, found)
  if (consumedBytes < bytes.length) found.whole = false
  return found
}

function readBatch({ control, records }: RecordBatch, found: CheckpointFile): void {
  for (const record of records) {
    if (control) {
      const type = record.key !== null && record.key.length >= 4 ? record.key.readInt16BE(2) : null
      if (type === FOOTER) found.whole = true
      // Version int16, LastContainedLogTimestamp int64
      if (type === HEADER && record.value !== null && record.value.length >= 10) {
        const ms = Number(record.value.readBigInt64BE(2))
        found.lastContainedMs = ms > 0 && ms <= MAX_DATE_MS ? ms : null
      }
      const read = controlRecord(record)
      if (read?.kind === 'kraft-version') found.kraftVersion = read.kraftVersion
      if (read?.kind === 'voters') found.voters = read.voters
      continue
    }
    found.records += 1
    const read = record.value === null ? null : metadataRecord(record.value)
    if (read?.kind === 'feature') found.features.set(read.name, read.level)
    if (read?.kind === 'register-controller') found.controllers.push(read.nodeId)
    if (read?.kind === 'register-broker') found.brokers.push(read.nodeId)
  }
}
