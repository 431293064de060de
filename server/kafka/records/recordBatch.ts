/**
 * Record batches (magic 2) as a Fetch or FetchSnapshot answer carries them, cut into records without copying.
 * Source: org.apache.kafka.common.record.DefaultRecordBatch, DefaultRecord. The metadata log is not compressed.
 */

export interface LogRecord {
  offset: number
  key: Buffer | null
  value: Buffer | null
}

/** A batch whose records are cut out one by one while somebody goes through them: it may hold 100,000. */
export interface RecordFrame {
  baseOffset: number
  /** Offset of the batch's last record. */
  lastOffset: number
  /** Epoch of the leader that appended it. */
  epoch: number
  /** When it was appended, leader's wall clock in ms. */
  timestampMs: number
  control: boolean
  /** @throws RangeError where the bytes are no records */
  records: Iterable<LogRecord>
}

export interface RecordBatch extends RecordFrame {
  records: LogRecord[]
}

/** Up to and including the field BatchLength. */
const PREFIX_BYTES = 12
/** From PartitionLeaderEpoch to RecordsCount. */
const HEADER_BYTES = 49
const COMPRESSION_MASK = 0x07
const CONTROL_MASK = 0x20

class Cursor {
  readonly bytes: Buffer
  position: number
  readonly end: number

  constructor(bytes: Buffer, position: number, end: number) {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** Zigzag varint of at most 5 bytes. @throws RangeError */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.position >= this.end) throw new RangeError('a record ends in the middle of a number')
      const byte = this.bytes[this.position] ?? 0
      this.position += 1
      value |= (byte & 0x7f) << shift
      if ((byte & 0x80) === 0) return (value >>> 1) ^ -(value & 1)
    }
    throw new RangeError('a number in a record is too long')
  }

  skipVarlong(): void {
    for (let i = 0; i < 10; i += 1) {
      const byte = this.bytes[this.position] ?? 0
      this.position += 1
      if ((byte & 0x80) === 0) return
    }
    throw new RangeError('a number in a record is too long')
  }

  slice(length: number): Buffer | null {
    if (length < 0) return null
    if (this.position + length > this.end) throw new RangeError('a record announces more bytes than it has')
    const part = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    return part
  }
}

function offsetAt(bytes: Buffer, position: number): number {
  const offset = Number(bytes.readBigInt64BE(position))
  if (!Number.isSafeInteger(offset) || offset < 0) throw new RangeError('an offset is out of range')
  return offset
}

function* readRecords(
  bytes: Buffer,
  start: number,
  end: number,
  baseOffset: number,
  count: number,
): Generator<LogRecord> {
  const cursor = new Cursor(bytes, start, end)
  for (let i = 0; i < count; i += 1) {
    const length = cursor.varint()
    const next = cursor.position + length
    if (length < 0 || next > end) throw new RangeError('a record announces more bytes than its batch has')
    cursor.position += 1 // attributes
    cursor.skipVarlong() // timestamp delta
    const offset = baseOffset + cursor.varint()
    const key = cursor.slice(cursor.varint())
    const value = cursor.slice(cursor.varint())
    yield { offset, key, value }
    cursor.position = next // headers
  }
}

export interface Frames {
  frames: RecordFrame[]
  /** Bytes of whole batches; what follows is the beginning of a batch that was cut off. */
  consumedBytes: number
}

/** @throws RangeError for bytes that are no batches; a batch cut off at the end is left for later. */
export function readFrames(bytes: Buffer): Frames {
  const frames: RecordFrame[] = []
  let position = 0
  while (position + PREFIX_BYTES + HEADER_BYTES <= bytes.length) {
    const length = bytes.readInt32BE(position + 8)
    if (length < HEADER_BYTES) throw new RangeError(`a batch announces ${length} bytes`)
    const end = position + PREFIX_BYTES + length
    if (end > bytes.length) break
    const magic = bytes.readInt8(position + 16)
    if (magic !== 2) throw new RangeError(`a batch has magic ${magic}, not 2`)
    const baseOffset = offsetAt(bytes, position)
    const attributes = bytes.readInt16BE(position + 21)
    if ((attributes & COMPRESSION_MASK) !== 0) throw new RangeError('a batch of the metadata log is compressed')
    const count = bytes.readInt32BE(position + 57)
    const recordsAt = position + PREFIX_BYTES + HEADER_BYTES
    frames.push({
      baseOffset,
      lastOffset: baseOffset + bytes.readInt32BE(position + 23),
      epoch: bytes.readInt32BE(position + 12),
      timestampMs: Number(bytes.readBigInt64BE(position + 35)),
      control: (attributes & CONTROL_MASK) !== 0,
      records: { [Symbol.iterator]: () => readRecords(bytes, recordsAt, end, baseOffset, count) },
    })
    position = end
  }
  return { frames, consumedBytes: position }
}

/** The same with all records cut out: of little. @throws RangeError */
export function readBatches(bytes: Buffer): { batches: RecordBatch[]; consumedBytes: number } {
  const { frames, consumedBytes } = readFrames(bytes)
  return { batches: frames.map((frame) => ({ ...frame, records: [...frame.records] })), consumedBytes }
}
