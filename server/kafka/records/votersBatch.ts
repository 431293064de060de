/**
 * A control batch with one VotersRecord, as a leader writes it (org.apache.kafka.raft.internals.BatchBuilder, MemoryRecordsBuilder;
 * VotersRecord.json of kafka-clients): what a quorum whose majority is lost is restored by. Pure.
 */
import type { LoggedVoter } from '../../contract/diskReport.ts'
import { crc32c } from './crc32c.ts'
import { uuidFromDirectoryId } from './directoryId.ts'

export interface VotersBatch {
  baseOffset: number
  /** Of the leader that appends it. */
  epoch: number
  /** Wall clock. */
  timestampMs: number
  voters: readonly LoggedVoter[]
}

const KRAFT_VOTERS = 6
/** Bit of a control batch; no compression, timestamps of their creation, no transaction. */
const CONTROL = 0x20
const NO_TAGGED_FIELDS = 0

function unsignedVarint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  bytes.push(rest)
  return bytes
}

/** Zigzag, of what is not negative. */
const varint = (value: number): number[] => unsignedVarint(value * 2)
const int16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff]
const int32 = (value: number): number[] => [...int16(value >> 16), ...int16(value & 0xffff)]

/** Compact arrays and strings carry their length and one. */
function compactString(text: string): number[] {
  const bytes = Buffer.from(text)
  return [...unsignedVarint(bytes.length + 1), ...bytes]
}

function compactArray<T>(items: readonly T[], element: (item: T) => number[]): number[] {
  return [...unsignedVarint(items.length + 1), ...items.flatMap(element)]
}

/** The record's value. @throws RangeError where a directory id is none */
export function votersRecordValue(voters: readonly LoggedVoter[]): Buffer {
  return Buffer.from([
    ...int16(0), // Version
    ...compactArray(voters, ({ nodeId, directoryId, endpoints, kraftVersions }) => [
      ...int32(nodeId),
      ...Buffer.from(uuidFromDirectoryId(directoryId).replaceAll('-', ''), 'hex'),
      ...compactArray(endpoints, ({ listener, host, port }) => [
        ...compactString(listener),
        ...compactString(host),
        ...int16(port),
        NO_TAGGED_FIELDS,
      ]),
      ...int16(kraftVersions.min),
      ...int16(kraftVersions.max),
      NO_TAGGED_FIELDS, // of the range
      NO_TAGGED_FIELDS,
    ]),
    NO_TAGGED_FIELDS,
  ])
}

export function votersBatch({ baseOffset, epoch, timestampMs, voters }: VotersBatch): Buffer {
  const value = votersRecordValue(voters)
  const record = Buffer.from([
    0, // attributes
    ...varint(0), // timestamp delta
    ...varint(0), // offset delta
    ...varint(4),
    ...int16(0),
    ...int16(KRAFT_VOTERS),
    ...varint(value.length),
    ...value,
    ...varint(0), // headers
  ])
  const records = Buffer.concat([Buffer.from(varint(record.length)), record])
  const header = Buffer.alloc(61)
  header.writeBigInt64BE(BigInt(baseOffset), 0)
  header.writeInt32BE(49 + records.length, 8)
  header.writeInt32BE(epoch, 12)
  header.writeInt8(2, 16)
  header.writeInt16BE(CONTROL, 21)
  header.writeInt32BE(0, 23) // last offset delta
  header.writeBigInt64BE(BigInt(timestampMs), 27)
  header.writeBigInt64BE(BigInt(timestampMs), 35)
  header.writeBigInt64BE(-1n, 43) // producer id
  header.writeInt16BE(-1, 51) // producer epoch
  header.writeInt32BE(-1, 53) // base sequence
  header.writeInt32BE(1, 57) // records
  const batch = Buffer.concat([header, records])
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}
