/** DescribeCluster (60) and Metadata (3, without topics): who is in the cluster and where. */
import { EndpointType } from '../core/api/clientApi.ts'
import { ErrorCode } from '../core/api/errors.ts'
import { type ApiCodec, expectApi } from './call.ts'

/** "Not asked for", in both APIs. */
const NO_OPERATIONS = -2_147_483_648

export const describeCluster: ApiCodec = {
  apiKey: 60,
  flexibleFrom: 0,
  read(reader, { version }) {
    reader.boolean()
    const endpointType = version >= 1 ? reader.int8() : EndpointType.brokers
    const includeFenced = version >= 2 ? reader.boolean() : false
    reader.taggedFields()
    return {
      request: { api: 'describeCluster', endpointType, includeFenced },
      write(writer, response) {
        const answer = expectApi(response, 'describeCluster')
        // v0 has no endpoint type to speak of and answers with a code of its time.
        const mismatch = version === 0 && answer.error === ErrorCode.mismatchedEndpointType
        writer.int32(0).int16(mismatch ? ErrorCode.invalidRequest : answer.error)
        writer.string(answer.message, true)
        if (version >= 1) writer.int8(answer.endpointType)
        writer.string(answer.error === 0 ? answer.clusterId : '', true).int32(answer.controllerId ?? -1)
        writer.array(answer.nodes, true, ({ id, listener, fenced }) => {
          writer.int32(id).string(listener.host, true).int32(listener.port).string(null, true)
          if (version >= 2) writer.boolean(fenced)
        })
        writer.int32(NO_OPERATIONS).noTags()
      },
    }
  },
}

export const metadata: ApiCodec = {
  apiKey: 3,
  flexibleFrom: 9,
  read(reader, { version }) {
    const flexible = version >= 9
    const topics = reader.nullableArray(flexible, () => {
      const topicId = version >= 10 ? reader.uuid() : null
      return { topicId, name: reader.nullableString(flexible) }
    })
    if (version >= 4) reader.boolean()
    if (version >= 8 && version <= 10) reader.boolean()
    if (version >= 8) reader.boolean()
    if (flexible) reader.taggedFields()
    return {
      request: { api: 'metadata' },
      write(writer, response) {
        const answer = expectApi(response, 'metadata')
        if (version >= 3) writer.int32(0)
        writer.array(answer.brokers, flexible, ({ id, listener }) => {
          writer.int32(id).string(listener.host, flexible).int32(listener.port)
          if (version >= 1) writer.string(null, flexible)
        })
        if (version >= 2) writer.string(answer.clusterId, flexible)
        if (version >= 1) writer.int32(answer.controllerId ?? -1)
        // There are no topics: each one asked for by name is unknown.
        writer.array(topics ?? [], flexible, ({ topicId, name }) => {
          writer.int16(ErrorCode.unknownTopicOrPartition).string(version >= 12 ? name : (name ?? ''), flexible)
          if (version >= 10) writer.uuid(topicId)
          if (version >= 1) writer.boolean(false)
          writer.arrayLength(0, flexible)
          if (version >= 8) writer.int32(NO_OPERATIONS)
        })
        if (version >= 8 && version <= 10) writer.int32(NO_OPERATIONS)
        if (version >= 13) writer.int16(0)
        if (flexible) writer.noTags()
      },
    }
  },
}
