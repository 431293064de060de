/**
 * Requests as a script wants them, right or wrong: the product's own codecs refuse to write what a test must be able to
 * send (no cluster id, a zero directory, an early answer, a fetch in another's name). Answers are read by the product's.
 */
import { createAPI, Writer } from '@platformatic/kafka'
import type { Endpoint } from '../../contract/quorumView.ts'
import { type FetchAnswer, METADATA_TOPIC_ID, parseMetadataFetch } from '../../kafka/metadataFetch.ts'
import { parseVoterChange, type VoterChangeAnswer } from '../../kafka/raftVoters.ts'
import { uuidFromDirectoryId } from '../../kafka/records/directoryId.ts'
import type { ReplicaKey } from './participants.ts'

export interface VoterRequest {
  clusterId: string | null
  voter: ReplicaKey
}

export interface AddRequest extends VoterRequest {
  endpoints: Endpoint[]
  ackWhenCommitted: boolean
}

function appendKey(writer: Writer, { id, directoryId }: ReplicaKey): Writer {
  return writer.appendInt32(id).appendUUID(uuidFromDirectoryId(directoryId))
}

function addRequest(version: 0 | 1, request: AddRequest): Writer {
  const writer = appendKey(
    Writer.create().appendString(request.clusterId).appendInt32(30_000),
    request.voter,
  ).appendArray(request.endpoints, (w, { listener, host, port }) =>
    w.appendString(listener).appendString(host).appendUnsignedInt16(port),
  )
  if (version === 1) writer.appendBoolean(request.ackWhenCommitted)
  return writer.appendTaggedFields()
}

const addApi = (version: 0 | 1) =>
  createAPI<[AddRequest], VoterChangeAnswer>(
    80,
    version,
    (request: AddRequest) => addRequest(version, request),
    (_id, _key, _version, reader) => parseVoterChange(reader),
  )
export const ADD_VOTER = [addApi(0), addApi(1)] as const

export const REMOVE_VOTER = createAPI<[VoterRequest], VoterChangeAnswer>(
  81,
  0,
  (request: VoterRequest) =>
    appendKey(Writer.create().appendString(request.clusterId), request.voter).appendTaggedFields(),
  (_id, _key, _version, reader) => parseVoterChange(reader),
)

/** What DescribeCluster v0 says first: it knows of no endpoint types. */
export const DESCRIBE_CLUSTER_V0 = createAPI<[], { errorCode: number; errorMessage: string | null }>(
  60,
  0,
  () => Writer.create().appendBoolean(false).appendTaggedFields(),
  (_id, _key, _version, reader) => {
    reader.readInt32() // ThrottleTimeMs
    const errorCode = reader.readInt16()
    const errorMessage = reader.readNullableString()
    reader.readString() // ClusterId
    reader.readInt32() // ControllerId
    reader.readArray((r) => [r.readInt32(), r.readString(), r.readInt32(), r.readNullableString()])
    return { errorCode, errorMessage }
  },
)

export interface FetchRequest {
  clusterId: string | null
  epoch: number
  offset: number
  lastFetchedEpoch: number
  /** `null`: a consumer. */
  replica: ReplicaKey | null
}

function tagged(tag: number, value: Writer): Writer {
  return Writer.create().appendUnsignedVarInt(tag).appendUnsignedVarInt(value.length).append(value.buffer)
}

function appendTags(writer: Writer, tags: Writer[]): Writer {
  writer.appendUnsignedVarInt(tags.length)
  for (const tag of tags) writer.append(tag.buffer)
  return writer
}

/** Fetch v17: FetchRequest.json, ReplicaState in tag 1, the replica's directory in tag 0 of the partition. */
function fetchRequest({ clusterId, epoch, offset, lastFetchedEpoch, replica }: FetchRequest): Writer {
  const writer = Writer.create()
    .appendInt32(0) // MaxWaitMs: an answer at once
    .appendInt32(0) // MinBytes
    .appendInt32(1024 * 1024)
    .appendInt8(0) // IsolationLevel
    .appendInt32(0) // SessionId
    .appendInt32(-1) // SessionEpoch
    .appendArray([0], (topics) =>
      topics.appendUUID(METADATA_TOPIC_ID).appendArray(
        [0],
        (partition) => {
          partition
            .appendInt32(0)
            .appendInt32(epoch)
            .appendInt64(BigInt(offset))
            .appendInt32(lastFetchedEpoch)
            .appendInt64(-1n) // LogStartOffset
            .appendInt32(1024 * 1024)
          const directory = Writer.create().appendUUID(uuidFromDirectoryId(replica?.directoryId ?? null))
          appendTags(partition, replica === null ? [] : [tagged(0, directory)])
        },
        true,
        false,
      ),
    )
    .appendArray([], () => {}) // ForgottenTopicsData
    .appendString('') // RackId
  const tags: Writer[] = []
  if (clusterId !== null) tags.push(tagged(0, Writer.create().appendString(clusterId)))
  if (replica !== null) {
    tags.push(tagged(1, Writer.create().appendInt32(replica.id).appendInt64(-1n).appendTaggedFields()))
  }
  return appendTags(writer, tags)
}

export const FETCH = createAPI<[FetchRequest], FetchAnswer>(1, 17, fetchRequest, (_id, _key, _version, reader) =>
  parseMetadataFetch(reader),
)
