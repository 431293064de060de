/**
 * The three voter changes of KIP-853: AddRaftVoter (80) v0-v1, RemoveRaftVoter (81) v0, UpdateRaftVoter (82) v0.
 * Kafka's error codes are data here, never exceptions: each of them means something else for the quorum. Nothing retries:
 * REQUEST_TIMED_OUT (7) and a lost answer leave the outcome open.
 * Source: AddRaftVoterRequest.json and its kin; KafkaRaftClient#handleAddVoterRequest.
 */
import { createAPI, type Reader, readKnownTaggedFields, Writer } from '@platformatic/kafka'
import type { Endpoint } from '../contract/quorumView.ts'
import { uuidFromDirectoryId } from './records/directoryId.ts'

export interface AddVoterRequest {
  /** Always sent, so that another cluster refuses (104 INCONSISTENT_CLUSTER_ID). */
  clusterId: string
  /** The server ignores it and uses `controller.quorum.request.timeout.ms`. */
  timeoutMs: number
  voterId: number
  directoryId: string
  /** All controller listeners of the candidate. */
  endpoints: Endpoint[]
}

export interface RemoveVoterRequest {
  clusterId: string
  voterId: number
  directoryId: string
}

/** Sent by controllers about themselves; Quorumdeck only decodes it. */
export interface UpdateVoterRequest extends RemoveVoterRequest {
  currentLeaderEpoch: number
  endpoints: Endpoint[]
  kraftVersions: { min: number; max: number }
}

export interface VoterChangeAnswer {
  errorCode: number
  errorMessage: string | null
}

export interface UpdateVoterAnswer {
  errorCode: number
  leader: { leaderId: number; leaderEpoch: number; host: string; port: number } | null
}

function appendEndpoints(writer: Writer, endpoints: Endpoint[]): Writer {
  return writer.appendArray(endpoints, (w, e) =>
    w.appendString(e.listener).appendString(e.host).appendUnsignedInt16(e.port),
  )
}

export function addVoterRequest(version: 0 | 1, request: AddVoterRequest): Writer {
  const writer = Writer.create()
    .appendString(request.clusterId)
    .appendInt32(request.timeoutMs)
    .appendInt32(request.voterId)
    .appendUUID(uuidFromDirectoryId(request.directoryId))
  appendEndpoints(writer, request.endpoints)
  // AckWhenCommitted: the answer comes when the high watermark has passed the new voter set (KIP-1186).
  if (version === 1) writer.appendBoolean(true)
  return writer.appendTaggedFields()
}

export function removeVoterRequest(request: RemoveVoterRequest): Writer {
  return Writer.create()
    .appendString(request.clusterId)
    .appendInt32(request.voterId)
    .appendUUID(uuidFromDirectoryId(request.directoryId))
    .appendTaggedFields()
}

export function updateVoterRequest(request: UpdateVoterRequest): Writer {
  const writer = Writer.create()
    .appendString(request.clusterId)
    .appendInt32(request.currentLeaderEpoch)
    .appendInt32(request.voterId)
    .appendUUID(uuidFromDirectoryId(request.directoryId))
  return appendEndpoints(writer, request.endpoints)
    .appendInt16(request.kraftVersions.min)
    .appendInt16(request.kraftVersions.max)
    .appendTaggedFields()
    .appendTaggedFields()
}

export function parseVoterChange(reader: Reader): VoterChangeAnswer {
  reader.readInt32() // ThrottleTimeMs
  return { errorCode: reader.readInt16(), errorMessage: reader.readNullableString() }
}

export function parseUpdateVoter(reader: Reader): UpdateVoterAnswer {
  reader.readInt32() // ThrottleTimeMs
  const answer: UpdateVoterAnswer = { errorCode: reader.readInt16(), leader: null }
  readKnownTaggedFields(reader, {
    0: (p) => {
      answer.leader = { leaderId: p.readInt32(), leaderEpoch: p.readInt32(), host: p.readString(), port: p.readInt32() }
    },
  })
  return answer
}

export const addRaftVoterV0 = createAPI<[AddVoterRequest], VoterChangeAnswer>(
  80,
  0,
  (request: AddVoterRequest) => addVoterRequest(0, request),
  (_id, _key, _version, reader) => parseVoterChange(reader),
)
export const addRaftVoterV1 = createAPI<[AddVoterRequest], VoterChangeAnswer>(
  80,
  1,
  (request: AddVoterRequest) => addVoterRequest(1, request),
  (_id, _key, _version, reader) => parseVoterChange(reader),
)
export const removeRaftVoterV0 = createAPI<[RemoveVoterRequest], VoterChangeAnswer>(
  81,
  0,
  removeVoterRequest,
  (_id, _key, _version, reader) => parseVoterChange(reader),
)
export const updateRaftVoterV0 = createAPI<[UpdateVoterRequest], UpdateVoterAnswer>(
  82,
  0,
  updateVoterRequest,
  (_id, _key, _version, reader) => parseUpdateVoter(reader),
)
