/**
 * The metadata log of a large cluster, as bytes: 100,000 topics of ten partitions, three replicas each, on 1,000 brokers.
 * Layouts: TopicRecord, PartitionRecord and PartitionChangeRecord (kafka-metadata, common/metadata), all flexible.
 */

import type { Batch } from '../server/sandbox/simulatedQuorum/core/raft/records.ts'
import { ByteWriter } from '../server/sandbox/simulatedQuorum/wire/byteWriter.ts'
import { encodeBatch } from '../server/sandbox/simulatedQuorum/wire/recordBatch.ts'

export const BROKERS = 1000
export const TOPICS = 100_000
export const PARTITIONS_EACH = 10
export const PARTITIONS = TOPICS * PARTITIONS_EACH
export const FIRST_BROKER = 1000
export const VOTERS = [0, 1, 2]
export const EPOCH = 5
/** Records of one batch while the log is read from its beginning. */
const RECORDS_A_BATCH = 1000
/** metadata.version 4.3-IV0 */
export const METADATA_LEVEL = 30

const TOPIC = 2
const PARTITION = 3
const PARTITION_CHANGE = 5

/** 16 bytes in 22 characters, told by the number. */
export function uuidOf(number: number): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32BE(0x51000000, 0)
  bytes.writeUInt32BE(number + 1, 12)
  return bytes.toString('base64url')
}

export function replicasOf(topic: number, partition: number): number[] {
  const first = (topic * 7919 + partition * 104_729) % BROKERS
  const second = (first + 1 + (topic % 331)) % BROKERS
  const third = (second + 1 + (partition % 7) + (topic % 97)) % BROKERS
  const ids = [first, second, third === first ? (third + 1) % BROKERS : third]
  return [...new Set(ids)].map((id) => FIRST_BROKER + id)
}

function metadata(apiKey: number): ByteWriter {
  return new ByteWriter(96).unsignedVarint(1).unsignedVarint(apiKey).unsignedVarint(0)
}

const ids = (writer: ByteWriter, list: readonly number[]) => writer.array(list, true, (id) => writer.int32(id), false)

function topicRecord(topic: number): Buffer {
  return metadata(TOPIC).string(`topic-${topic}`, true).uuid(uuidOf(topic)).noTags().finish()
}

function partitionRecord(topic: number, partition: number): Buffer {
  const replicas = replicasOf(topic, partition)
  const writer = metadata(PARTITION).int32(partition).uuid(uuidOf(topic))
  ids(writer, replicas)
  ids(writer, replicas)
  ids(writer, [])
  ids(writer, [])
  return writer
    .int32(replicas[0] ?? -1)
    .int32(0)
    .int32(0)
    .noTags()
    .finish()
}

/** One replica falls out of sync, or comes back. */
export function changeRecord(step: number): Buffer {
  const topic = (step * 31) % TOPICS
  const partition = step % PARTITIONS_EACH
  const replicas = replicasOf(topic, partition)
  const isr = step % 2 === 0 ? replicas.slice(0, 2) : replicas
  return metadata(PARTITION_CHANGE)
    .int32(partition)
    .uuid(uuidOf(topic))
    .tags([
      { tag: 0, write: (field) => ids(field, isr) },
      { tag: 1, write: (field) => field.int32(isr[0] ?? -1) },
    ])
    .finish()
}

/** A batch of magic 2 with these values. The reader takes no checksum. */
export function batchOf(baseOffset: number, values: readonly Buffer[]): Buffer {
  const writer = new ByteWriter(values.reduce((sum, value) => sum + value.length + 24, 128))
  const atMs = Date.now()
  writer
    .int64(baseOffset)
    .int32(0)
    .int32(EPOCH)
    .int8(2)
    .uint32(0)
    .int16(0)
    .int32(values.length - 1)
  writer.int64(atMs).int64(atMs).int64(-1).int16(-1).int32(-1).int32(values.length)
  for (const [index, value] of values.entries()) {
    const body = new ByteWriter(value.length + 16).int8(0).varint(0).varint(index).varint(-1)
    body.varint(value.length).bytes(value).varint(0)
    writer.varint(body.length).bytes(body.finish())
  }
  const bytes = Buffer.from(writer.finish())
  bytes.writeInt32BE(bytes.length - 12, 8)
  return bytes
}

/** Who leads, who votes, who is registered. @param hostOf where each broker says that it is */
export function formation(port: number, brokerPort: number, hostOf: (brokerId: number) => string): Buffer[] {
  const atMs = Date.now()
  const listener = (name: string, at: number) => ({ name, host: '127.0.0.1', port: at })
  const voters = VOTERS.map((id) => ({
    key: { id, directoryId: uuidOf(500_000 + id) },
    listeners: [listener('CONTROLLER', port)],
    kraftVersions: { min: 0, max: 1 },
  }))
  const keys = voters.map(({ key }) => key)
  const features = [{ name: 'metadata.version', min: 7, max: METADATA_LEVEL }]
  const control: Batch = {
    baseOffset: 0,
    epoch: EPOCH,
    timestampMs: atMs,
    control: true,
    records: [
      { kind: 'leaderChange', leaderId: 0, voters: keys, grantingVoters: keys },
      { kind: 'kraftVersion', level: 1 },
      { kind: 'kraftVoters', voters },
    ],
  }
  const registered: Batch = {
    baseOffset: 3,
    epoch: EPOCH,
    timestampMs: atMs,
    control: false,
    records: [
      { kind: 'featureLevel', name: 'metadata.version', level: METADATA_LEVEL },
      ...VOTERS.map(
        (id) =>
          ({
            kind: 'registerController',
            controllerId: id,
            incarnationId: uuidOf(600_000 + id),
            listeners: [listener('CONTROLLER', port)],
            features,
          }) as const,
      ),
      ...Array.from({ length: BROKERS + VOTERS.length }, (_, i) => i).map((i) => {
        const brokerId = i < VOTERS.length ? i : FIRST_BROKER + i - VOTERS.length
        return {
          kind: 'registerBroker',
          brokerId,
          incarnationId: uuidOf(700_000 + brokerId),
          brokerEpoch: i,
          listeners: [{ name: 'CLIENT', host: hostOf(brokerId), port: brokerPort }],
          features,
          fenced: false,
          inControlledShutdown: false,
          logDirs: [],
        } as const
      }),
    ],
  }
  return [control, registered].map((batch) => encodeBatch(batch, 3))
}

/** The batches of all topics and partitions, from this offset on. */
export function* topicBatches(baseOffset: number): Generator<Buffer> {
  let offset = baseOffset
  let values: Buffer[] = []
  for (let topic = 0; topic < TOPICS; topic += 1) {
    values.push(topicRecord(topic))
    for (let partition = 0; partition < PARTITIONS_EACH; partition += 1) values.push(partitionRecord(topic, partition))
    if (values.length < RECORDS_A_BATCH) continue
    yield batchOf(offset, values)
    offset += values.length
    values = []
  }
  if (values.length > 0) yield batchOf(offset, values)
}

/** Offset after a batch. */
export function endOf(batch: Buffer): number {
  return Number(batch.readBigInt64BE(0)) + batch.readInt32BE(23) + 1
}
