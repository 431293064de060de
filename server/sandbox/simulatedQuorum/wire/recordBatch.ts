/** Record batches of magic 2 (DefaultRecordBatch, DefaultRecord) from the simulation's batches. */
import type { Batch, Snapshot } from '../core/raft/records.ts'
import { ByteWriter } from './byteWriter.ts'
import { crc32c } from './crc32c.ts'
import { writeControlKey, writeRecordValue } from './logRecords.ts'

const CONTROL_BATCH = 0x20
/** Position of `attributes`: the checksum covers everything from there on. */
const ATTRIBUTES_AT = 21
const CRC_AT = 17
const LENGTH_AT = 8

/** Encoded once per batch: a batch is sent to many readers. */
const encoded = new WeakMap<Batch, Buffer>()

export function encodeBatch(batch: Batch, registerBrokerVersion: number): Buffer {
  const known = encoded.get(batch)
  if (known !== undefined) return known
  const bytes = encode(batch, registerBrokerVersion)
  encoded.set(batch, bytes)
  return bytes
}

function encode(batch: Batch, registerBrokerVersion: number): Buffer {
  const writer = new ByteWriter(512)
  const count = batch.records.length
  writer.int64(batch.baseOffset).int32(0).int32(batch.epoch).int8(2).uint32(0)
  writer.int16(batch.control ? CONTROL_BATCH : 0).int32(count - 1)
  writer.int64(batch.timestampMs).int64(batch.timestampMs)
  // No producer: id, epoch and sequence are -1.
  writer.int64(-1).int16(-1).int32(-1).int32(count)
  for (const [index, record] of batch.records.entries()) {
    const key = batch.control ? writeControlKey(record) : null
    const value = writeRecordValue(record, registerBrokerVersion)
    const body = new ByteWriter(value.length + 32)
    body.int8(0).varint(0).varint(index)
    if (key === null) body.varint(-1)
    else body.varint(key.length).bytes(key)
    body.varint(value.length).bytes(value).varint(0)
    writer.varint(body.length).bytes(body.finish())
  }
  const bytes = Buffer.from(writer.finish())
  bytes.writeInt32BE(bytes.length - LENGTH_AT - 4, LENGTH_AT)
  bytes.writeUInt32BE(crc32c(bytes.subarray(ATTRIBUTES_AT)), CRC_AT)
  return bytes
}

/** A snapshot file: header, kraft.version and voters as control batches, then the records, then a footer (KIP-630). */
export function encodeSnapshot(snapshot: Snapshot, registerBrokerVersion: number): Buffer {
  const timestampMs = snapshot.lastContainedLogTimestampMs
  const { epoch } = snapshot.id
  const header: Batch['records'] = [
    { kind: 'snapshotHeader', lastContainedLogTimestampMs: timestampMs },
    ...(snapshot.voters === null
      ? []
      : ([
          { kind: 'kraftVersion', level: snapshot.kraftVersion },
          { kind: 'kraftVoters', voters: snapshot.voters },
        ] as const)),
  ]
  const parts = [
    { control: true, records: header },
    { control: false, records: snapshot.records },
    { control: true, records: [{ kind: 'snapshotFooter' }] as const },
  ]
  let baseOffset = 0
  const buffers: Buffer[] = []
  for (const { control, records } of parts) {
    if (records.length === 0) continue
    buffers.push(encode({ baseOffset, epoch, timestampMs, control, records }, registerBrokerVersion))
    baseOffset += records.length
  }
  return Buffer.concat(buffers)
}
