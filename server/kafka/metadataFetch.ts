/**
 * Fetch (1) v17 of the metadata log as a consumer (replica id -1, so the leader does not list us), with the tagged
 * fields that a consumer's parser usually skips. Needs CLUSTER_ACTION on CLUSTER.
 * Source: FetchRequest.json, FetchResponse.json; KafkaRaftClient#tryCompleteFetchRequest.
 */
import { createAPI, type Reader, readKnownTaggedFields, Writer } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'
import { known, safeInteger } from './records/int64.ts'

/** Raft's topic id of `__cluster_metadata` (org.apache.kafka.common.Uuid#METADATA_TOPIC_ID). */
export const METADATA_TOPIC_ID = '00000000-0000-0000-0000-000000000001'

export interface FetchPosition {
  clusterId: string | null
  /** Current epoch of the leader, > 0. */
  currentLeaderEpoch: number
  fetchOffset: number
  /** Epoch of the record before `fetchOffset`. */
  lastFetchedEpoch: number
  maxWaitMs: number
  maxBytes: number
}

export interface SnapshotId {
  endOffset: number
  epoch: number
}

export interface FetchAnswer {
  errorCode: number
  highWatermark: number | null
  logStartOffset: number | null
  records: Buffer
  /** What was read beyond `endOffset` is gone: an election cut it off. */
  diverging: { epoch: number; endOffset: number } | null
  leader: { leaderId: number | null; leaderEpoch: number } | null
  /** The log no longer reaches back to the offset: read this snapshot. */
  snapshotId: SnapshotId | null
  /** Where the leader is, when this node is not it. */
  nodeEndpoints: { nodeId: number; host: string; port: number }[]
}

function request(position: FetchPosition): Writer {
  const writer = Writer.create()
    .appendInt32(position.maxWaitMs)
    .appendInt32(1) // MinBytes
    .appendInt32(position.maxBytes)
    .appendInt8(0) // IsolationLevel: read uncommitted
    .appendInt32(0) // SessionId: no fetch session
    .appendInt32(-1) // SessionEpoch
    .appendArray([position], (w, p) =>
      w.appendUUID(METADATA_TOPIC_ID).appendArray([p], (partition, at) =>
        partition
          .appendInt32(0)
          .appendInt32(at.currentLeaderEpoch)
          .appendInt64(BigInt(at.fetchOffset))
          .appendInt32(at.lastFetchedEpoch)
          .appendInt64(-1n) // LogStartOffset: of followers only
          .appendInt32(at.maxBytes),
      ),
    )
    .appendArray([], () => {}) // ForgottenTopicsData
    .appendString('') // RackId
  if (position.clusterId === null) return writer.appendTaggedFields()
  const tag = Writer.create().appendString(position.clusterId)
  return writer.appendUnsignedVarInt(1).appendUnsignedVarInt(0).appendUnsignedVarInt(tag.length).append(tag.buffer)
}

interface PartitionAnswer extends Omit<FetchAnswer, 'nodeEndpoints'> {}

function parsePartition(reader: Reader): PartitionAnswer {
  reader.readInt32() // PartitionIndex
  const partition: PartitionAnswer = {
    errorCode: reader.readInt16(),
    highWatermark: known(reader.readInt64()),
    logStartOffset: null,
    records: Buffer.alloc(0),
    diverging: null,
    leader: null,
    snapshotId: null,
  }
  reader.readInt64() // LastStableOffset
  partition.logStartOffset = known(reader.readInt64())
  reader.readNullableArray((r) => {
    r.readInt64()
    r.readInt64()
  }) // AbortedTransactions
  reader.readInt32() // PreferredReadReplica
  partition.records = reader.readNullableBytes() ?? partition.records
  readKnownTaggedFields(reader, {
    0: (p) => {
      partition.diverging = { epoch: p.readInt32(), endOffset: safeInteger(p.readInt64()) }
    },
    1: (p) => {
      const leaderId = p.readInt32()
      partition.leader = { leaderId: leaderId < 0 ? null : leaderId, leaderEpoch: p.readInt32() }
    },
    2: (p) => {
      const endOffset = safeInteger(p.readInt64())
      partition.snapshotId = { endOffset, epoch: p.readInt32() }
    },
  })
  if (partition.diverging !== null && partition.diverging.epoch < 0) partition.diverging = null
  if (partition.snapshotId !== null && partition.snapshotId.endOffset < 0) partition.snapshotId = null
  return partition
}

export function parseMetadataFetch(reader: Reader): FetchAnswer {
  reader.readInt32() // ThrottleTimeMs
  const topLevelError = reader.readInt16()
  reader.readInt32() // SessionId
  const partitions = reader.readArray((topic) => {
    topic.readUUID()
    return topic.readArray((r) => parsePartition(r), true, false)
  })
  let nodeEndpoints: FetchAnswer['nodeEndpoints'] = []
  readKnownTaggedFields(reader, {
    0: (payload) => {
      nodeEndpoints = payload.readArray((r) => {
        const node = { nodeId: r.readInt32(), host: r.readString(), port: r.readInt32() }
        r.readNullableString() // Rack
        return node
      })
    },
  })
  const partition = partitions[0]?.[0]
  if (partition === undefined || topLevelError !== 0) {
    return {
      errorCode: topLevelError === 0 ? 3 : topLevelError,
      highWatermark: null,
      logStartOffset: null,
      records: Buffer.alloc(0),
      diverging: null,
      leader: null,
      snapshotId: null,
      nodeEndpoints,
    }
  }
  return { ...partition, nodeEndpoints }
}

const API = createAPI<[FetchPosition], FetchAnswer>(1, 17, request, (_id, _key, _version, reader) =>
  parseMetadataFetch(reader),
)

/** Whether this node offers the fetch (Kafka 3.9 or later). */
export function canFetchMetadata(connection: KafkaConnection): boolean {
  return connection.version(1, { min: 17, max: 17 }) !== null
}

/** @throws KafkaFailure */
export async function fetchMetadata(connection: KafkaConnection, position: FetchPosition): Promise<FetchAnswer> {
  return await connection.send((c) => API.async(c, position))
}
