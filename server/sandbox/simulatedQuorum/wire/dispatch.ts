/** From the bytes of one request frame to the core's question and back to the bytes of one answer frame. */
import { ErrorCode } from '../core/api/errors.ts'
import type { ClientRequest, ClientResponse } from '../core/api/rpc.ts'
import type { Profile } from '../core/profiles.ts'
import { apiRanges } from './apiRanges.ts'
import { apiVersions, writeUnsupportedApiVersions } from './apiVersions.ts'
import { ByteReader, MalformedBytes } from './byteReader.ts'
import { ByteWriter } from './byteWriter.ts'
import type { ApiCodec } from './call.ts'
import {
  addRaftVoter,
  incrementalAlterConfigs,
  removeRaftVoter,
  unregisterBroker,
  updateFeatures,
  updateRaftVoter,
} from './changes.ts'
import { describeCluster, metadata } from './describeCluster.ts'
import { describeConfigs } from './describeConfigs.ts'
import { describeQuorum } from './describeQuorum.ts'
import { fetch, fetchSnapshot } from './fetch.ts'

export type ListenerKind = 'controller' | 'broker'

const codecs: readonly ApiCodec[] = [
  addRaftVoter,
  apiVersions,
  describeCluster,
  describeConfigs,
  describeQuorum,
  fetch,
  fetchSnapshot,
  incrementalAlterConfigs,
  metadata,
  removeRaftVoter,
  unregisterBroker,
  updateFeatures,
  updateRaftVoter,
]

export type Parsed =
  | { readonly kind: 'call'; readonly request: ClientRequest; readonly answer: (response: ClientResponse) => Buffer }
  /** Answered without asking the node. */
  | { readonly kind: 'frame'; readonly frame: Buffer }

/** Throws `MalformedBytes` for anything a Kafka server would close the connection for. */
export function parseRequest(frame: Buffer, listener: ListenerKind, profile: Profile): Parsed {
  const reader = new ByteReader(frame)
  const apiKey = reader.int16()
  const version = reader.int16()
  const correlationId = reader.int32()
  const codec = codecs.find((candidate) => candidate.apiKey === apiKey)
  const ranges = apiRanges(profile.release, listener)
  const range = ranges.find((candidate) => candidate.apiKey === apiKey)
  if (codec === undefined || range === undefined) throw new MalformedBytes(`API ${apiKey} is not served here`)
  if (version < range.min || version > range.max) {
    if (codec !== apiVersions) throw new MalformedBytes(`API ${apiKey} has no version ${version}`)
    const frameOfError = answerFrame(correlationId, false, (writer) =>
      writeUnsupportedApiVersions(writer, ErrorCode.unsupportedVersion, ranges),
    )
    return { kind: 'frame', frame: frameOfError }
  }
  const flexible = version >= codec.flexibleFrom
  // The client id is a plain nullable string in every header version.
  reader.nullableString(false)
  if (flexible) reader.taggedFields()
  const call = codec.read(reader, { version, profile })
  // ApiVersions answers with header v0 always, so that any client can read it (KIP-511).
  const hasTags = flexible && codec !== apiVersions
  return {
    kind: 'call',
    request: call.request,
    answer: (response) => answerFrame(correlationId, hasTags, (writer) => call.write(writer, response)),
  }
}

function answerFrame(correlationId: number, hasTags: boolean, write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter(1024).int32(0).int32(correlationId)
  if (hasTags) writer.noTags()
  write(writer)
  const frame = Buffer.from(writer.finish())
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}
