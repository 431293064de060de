/**
 * The header of one record batch as it lies on a disk, and the checks that need no other batch. Pure.
 * Source: org.apache.kafka.common.record.DefaultRecordBatch.
 */
import { crc32c } from './crc32c.ts'

/** From BaseOffset to RecordsCount. */
export const BATCH_HEADER_BYTES = 61
/** Nothing sane is near: max.message.bytes of the metadata log is 8 MB (KafkaRaftClient.MAX_BATCH_SIZE_BYTES). */
export const MAX_BATCH_BYTES = 64 * 1024 * 1024

/** Up to and including the field BatchLength. */
export const PREFIX_BYTES = 12
const MAGIC_AT = 16
const CRC_AT = 17
/** The checksum is of everything from the attributes on; base offset, length and epoch stand before it, unguarded. */
const CRC_FROM = 21
const COMPRESSION_MASK = 0x07
const CONTROL_MASK = 0x20

export interface BatchHeader {
  baseOffset: number
  lastOffset: number
  epoch: number
  /** With the header. */
  bytes: number
  control: boolean
  /** Of its first record, leader's wall clock. */
  timestampMs: number
}

/** @throws RangeError in words for a header that none can have; `bytes` holds BATCH_HEADER_BYTES at least */
export function batchHeader(bytes: Buffer): BatchHeader {
  const baseOffset = Number(bytes.readBigInt64BE(0))
  if (!Number.isSafeInteger(baseOffset) || baseOffset < 0) throw new RangeError('its base offset is out of range')
  const length = bytes.readInt32BE(8)
  if (length < BATCH_HEADER_BYTES - PREFIX_BYTES) throw new RangeError(`it announces ${length} bytes`)
  if (length > MAX_BATCH_BYTES) throw new RangeError(`it announces ${length} bytes, more than any batch has`)
  const magic = bytes.readInt8(MAGIC_AT)
  if (magic !== 2) throw new RangeError(`it has magic ${magic}, not 2`)
  const epoch = bytes.readInt32BE(12)
  if (epoch < 0) throw new RangeError(`it has epoch ${epoch}`)
  const delta = bytes.readInt32BE(23)
  if (delta < 0) throw new RangeError(`its last offset delta is ${delta}`)
  return {
    baseOffset,
    lastOffset: baseOffset + delta,
    epoch,
    bytes: PREFIX_BYTES + length,
    control: (bytes.readInt16BE(21) & CONTROL_MASK) !== 0,
    timestampMs: Number(bytes.readBigInt64BE(27)),
  }
}

/** @param batch the whole batch */
export function checksumHolds(batch: Buffer): boolean {
  return crc32c(batch.subarray(CRC_FROM)) === batch.readUInt32BE(CRC_AT)
}

/** Checks what the header says of the records. `batch` is the whole batch. @throws RangeError in words */
export function checkBatch(batch: Buffer): void {
  if (!checksumHolds(batch)) throw new RangeError('its checksum is wrong')
  if ((batch.readInt16BE(21) & COMPRESSION_MASK) !== 0) throw new RangeError('it is compressed')
  const [delta, count] = [batch.readInt32BE(23), batch.readInt32BE(57)]
  // The metadata log is never compacted: every offset has its record.
  if (count !== delta + 1) throw new RangeError(`it has ${count} records for ${delta + 1} offsets`)
}
