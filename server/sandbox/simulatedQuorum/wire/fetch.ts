/** Fetch (1) of the metadata log and FetchSnapshot (59), with the tagged fields that carry what matters. */
import { ErrorCode } from '../core/api/errors.ts'
import type { FetchResponse, LeaderHint } from '../core/api/rpc.ts'
import type { OffsetAndEpoch, ReplicaKey } from '../core/raft/records.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'
import { type ApiCodec, expectApi, METADATA_TOPIC, METADATA_TOPIC_ID } from './call.ts'
import { encodeBatch, encodeSnapshot } from './recordBatch.ts'

/** KafkaRaftClient.MAX_FETCH_SIZE_BYTES: no answer grows beyond this, whatever the client allows. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

function replicaKey(id: number, directoryId: string | null): ReplicaKey | null {
  return id < 0 ? null : { id, directoryId: directoryId === ZERO_UUID ? null : directoryId }
}

function readPartition(reader: ByteReader, version: number) {
  const partition = {
    partition: reader.int32(),
    epoch: version >= 9 ? reader.int32() : -1,
    offset: reader.int64(),
    lastFetchedEpoch: version >= 12 ? reader.int32() : -1,
    directoryId: null as string | null,
    highWatermark: null as number | null,
    maxBytes: 0,
  }
  if (version >= 5) reader.int64()
  partition.maxBytes = reader.int32()
  if (version >= 12) {
    reader.taggedFields({
      0: (field) => {
        if (version >= 17) partition.directoryId = field.uuid()
      },
      1: (field) => {
        if (version >= 18) partition.highWatermark = field.int64()
      },
    })
  }
  return partition
}

/** Reads elements whose tagged fields the element reader takes itself. */
function readArray<T>(reader: ByteReader, flexible: boolean, element: () => T): T[] {
  return reader.array(flexible, element, false)
}

export const fetch: ApiCodec = {
  apiKey: 1,
  flexibleFrom: 12,
  read(reader, { version, profile }) {
    const flexible = version >= 12
    let replicaId = version <= 14 ? reader.int32() : -1
    const maxWaitMs = reader.int32()
    // MinBytes: an answer never waits for more than one record.
    reader.int32()
    const maxBytes = version >= 3 ? reader.int32() : MAX_ANSWER_BYTES
    if (version >= 4) reader.int8()
    if (version >= 7) reader.int32()
    if (version >= 7) reader.int32()
    const topics = readArray(reader, flexible, () => {
      const topic = version <= 12 ? reader.string(flexible) : reader.uuid()
      const partitions = readArray(reader, flexible, () => readPartition(reader, version))
      if (flexible) reader.taggedFields()
      return { topic, partitions }
    })
    if (version >= 7) {
      reader.array(flexible, () => {
        if (version <= 12) reader.string(flexible)
        else reader.uuid()
        reader.array(flexible, () => reader.int32(), false)
      })
    }
    if (version >= 11) reader.string(flexible)
    let clusterId: string | null = null
    if (flexible) {
      reader.taggedFields({
        0: (field) => {
          clusterId = field.nullableString(true)
        },
        1: (field) => {
          if (version >= 15) replicaId = field.int32()
        },
      })
    }
    const [topic] = topics
    const [partition] = topic?.partitions ?? []
    const expected = version <= 12 ? METADATA_TOPIC : METADATA_TOPIC_ID
    const knownTopic =
      topics.length === 1 &&
      topic?.topic === expected &&
      topic.partitions.length === 1 &&
      partition !== undefined &&
      partition.partition === 0
    const limit = Math.min(maxBytes, partition?.maxBytes ?? maxBytes, MAX_ANSWER_BYTES)
    return {
      request: {
        api: 'fetch',
        clusterId,
        knownTopic,
        replica: replicaKey(replicaId, partition?.directoryId ?? null),
        epoch: partition?.epoch ?? -1,
        offset: partition?.offset ?? -1,
        lastFetchedEpoch: partition?.lastFetchedEpoch ?? -1,
        highWatermark: partition?.highWatermark ?? null,
        maxWaitMs,
      },
      write: (writer, response) =>
        writeFetch(writer, expectApi(response, 'fetch'), version, limit, profile.registerBrokerVersion),
    }
  },
}

/** Whole batches up to the limit, at least one: a reader must always get on. */
function recordsOf(answer: FetchResponse, limit: number, registerBrokerVersion: number): Buffer {
  const buffers: Buffer[] = []
  let bytes = 0
  for (const batch of answer.batches) {
    const encoded = encodeBatch(batch, registerBrokerVersion)
    if (buffers.length > 0 && bytes + encoded.length > limit) break
    buffers.push(encoded)
    bytes += encoded.length
  }
  return Buffer.concat(buffers)
}

const offsetAndEpoch = (field: ByteWriter, { offset, epoch }: OffsetAndEpoch) => field.int64(offset).int32(epoch)

function writeFetch(
  writer: ByteWriter,
  answer: FetchResponse,
  version: number,
  limit: number,
  registerBrokerVersion: number,
): void {
  const flexible = version >= 12
  writer.int32(0)
  if (version >= 7) writer.int16(answer.topError).int32(0)
  if (answer.topError !== 0) {
    writer.arrayLength(0, flexible)
    if (flexible) writer.noTags()
    return
  }
  const records = recordsOf(answer, limit, registerBrokerVersion)
  writer.arrayLength(1, flexible)
  if (version <= 12) writer.string(METADATA_TOPIC, flexible)
  else writer.uuid(METADATA_TOPIC_ID)
  writer.arrayLength(1, flexible)
  writer
    .int32(0)
    .int16(answer.error)
    .int64(answer.highWatermark ?? -1)
  if (version >= 4) writer.int64(-1)
  if (version >= 5) writer.int64(answer.logStartOffset)
  // No aborted transactions: null.
  if (version >= 4) writer.arrayLength(flexible ? -1 : 0, flexible)
  if (version >= 11) writer.int32(-1)
  if (flexible) writer.unsignedVarint(records.length + 1).bytes(records)
  else writer.int32(records.length).bytes(records)
  if (!flexible) return
  writer.tags(partitionTags(answer)).noTags()
  writer.tags(version >= 16 ? nodeEndpoints(answer.leader) : [])
}

function partitionTags({ diverging, leader, snapshotId }: FetchResponse) {
  const tags: { tag: number; write: (field: ByteWriter) => void }[] = []
  if (diverging !== null) {
    tags.push({ tag: 0, write: (field) => field.int32(diverging.epoch).int64(diverging.offset).noTags() })
  }
  tags.push({
    tag: 1,
    write: (field) =>
      field
        .int32(leader.leaderId ?? -1)
        .int32(leader.epoch)
        .noTags(),
  })
  if (snapshotId !== null) tags.push({ tag: 2, write: (field) => offsetAndEpoch(field, snapshotId).noTags() })
  return tags
}

/** Address of the leader, as the answering node knows it. */
function nodeEndpoints({ leaderId, listener }: LeaderHint) {
  if (leaderId === null || listener === null) return []
  const write = (field: ByteWriter) =>
    field.array([listener], true, ({ host, port }) => {
      field.int32(leaderId).string(host, true).int32(port).string(null, true)
    })
  return [{ tag: 0, write }]
}

export const fetchSnapshot: ApiCodec = {
  apiKey: 59,
  flexibleFrom: 0,
  read(reader, { version, profile }) {
    const replicaId = reader.int32()
    const maxBytes = reader.int32()
    const topics = readArray(reader, true, () => {
      const name = reader.string(true)
      const partitions = readArray(reader, true, () => {
        const partition = reader.int32()
        const epoch = reader.int32()
        const snapshotId = { offset: reader.int64(), epoch: reader.int32() }
        reader.taggedFields()
        const position = reader.int64()
        let directoryId: string | null = null
        reader.taggedFields({
          0: (field) => {
            directoryId = field.uuid()
          },
        })
        return { partition, epoch, snapshotId, position, directoryId }
      })
      reader.taggedFields()
      return { name, partitions }
    })
    let clusterId: string | null = null
    reader.taggedFields({
      0: (field) => {
        clusterId = field.nullableString(true)
      },
    })
    const [topic] = topics
    const [partition] = topic?.partitions ?? []
    const asked = {
      name: topic?.name ?? METADATA_TOPIC,
      partition: partition?.partition ?? 0,
      snapshotId: partition?.snapshotId ?? { offset: -1, epoch: -1 },
      position: partition?.position ?? 0,
    }
    const knownTopic = topics.length === 1 && topic?.name === METADATA_TOPIC && partition?.partition === 0
    return {
      request: {
        api: 'fetchSnapshot',
        clusterId,
        knownTopic,
        replica: replicaKey(replicaId, partition?.directoryId ?? null),
        epoch: partition?.epoch ?? -1,
        snapshotId: asked.snapshotId,
      },
      write(writer, response) {
        const answer = expectApi(response, 'fetchSnapshot')
        const bytes = answer.snapshot === null ? null : encodeSnapshot(answer.snapshot, profile.registerBrokerVersion)
        const outside = bytes !== null && (asked.position < 0 || asked.position >= bytes.length)
        const chunk =
          bytes === null || outside
            ? Buffer.alloc(0)
            : bytes.subarray(asked.position, asked.position + Math.max(1, Math.min(maxBytes, MAX_ANSWER_BYTES)))
        // The error of a partition never arrives: the answer that carries it has no records, and the schema allows no null
        // there, so that Kafka fails while it writes it (FetchSnapshotResponse.json, RaftUtil#singletonFetchSnapshotResponse).
        const topError =
          answer.topError === 0 && (outside || answer.error !== 0) ? ErrorCode.unknownServerError : answer.topError
        writer.int32(0).int16(topError)
        if (topError !== 0) {
          writer.arrayLength(0, true).noTags()
          return
        }
        writer.arrayLength(1, true).string(asked.name, true).arrayLength(1, true)
        writer.int32(asked.partition).int16(0)
        offsetAndEpoch(writer, asked.snapshotId).noTags()
        writer.int64(bytes?.length ?? 0).int64(asked.position)
        writer.unsignedVarint(chunk.length + 1).bytes(chunk)
        const { leader } = answer
        writer
          .tags([
            {
              tag: 0,
              write: (f) =>
                f
                  .int32(leader.leaderId ?? -1)
                  .int32(leader.epoch)
                  .noTags(),
            },
          ])
          .noTags()
        writer.tags(version >= 1 ? snapshotEndpoints(leader) : [])
      },
    }
  },
}

function snapshotEndpoints({ leaderId, listener }: LeaderHint) {
  if (leaderId === null || listener === null) return []
  const write = (field: ByteWriter) =>
    field.array([listener], true, ({ host, port }) => {
      field.int32(leaderId).string(host, true).uint16(port)
    })
  return [{ tag: 0, write }]
}
