/** DescribeQuorum (55). A follower's error stands at the partition, beside zeroes that mean nothing. */
import type { ClientResponse, ReplicaRow } from '../core/api/rpc.ts'
import type { ByteWriter } from './byteWriter.ts'
import { type ApiCodec, expectApi, METADATA_TOPIC } from './call.ts'

export const describeQuorum: ApiCodec = {
  apiKey: 55,
  flexibleFrom: 0,
  read(reader, { version }) {
    const topics = reader.array(true, () => ({
      name: reader.string(true),
      partitions: reader.array(true, () => reader.int32()),
    }))
    reader.taggedFields()
    const [topic] = topics
    const [partition] = topic?.partitions ?? []
    const knownTopic =
      topics.length === 1 && topic?.name === METADATA_TOPIC && topic.partitions.length === 1 && partition === 0
    const asked = { name: topic?.name ?? METADATA_TOPIC, partition: partition ?? 0 }
    return {
      request: { api: 'describeQuorum', knownTopic },
      write: (writer, response) => write(writer, expectApi(response, 'describeQuorum'), version, asked),
    }
  },
}

function write(
  writer: ByteWriter,
  answer: Extract<ClientResponse, { api: 'describeQuorum' }>,
  version: number,
  asked: { name: string; partition: number },
): void {
  const { quorum } = answer
  writer.int16(answer.atPartition ? 0 : answer.error)
  if (version >= 2) writer.string(answer.atPartition ? null : answer.message, true)
  const partitions = answer.atPartition ? [asked.partition] : []
  writer.array(answer.atPartition ? [asked.name] : [], true, (name) => {
    writer.string(name, true)
    writer.array(partitions, true, (partition) => {
      writer.int32(partition).int16(answer.error)
      if (version >= 2) writer.string(answer.error === 0 ? null : answer.message, true)
      writer.int32(quorum?.leaderId ?? 0).int32(quorum?.epoch ?? 0)
      writer.int64(quorum === null ? 0 : (quorum.highWatermark ?? -1))
      for (const rows of [quorum?.voters ?? [], quorum?.observers ?? []]) writeRows(writer, rows, version)
    })
  })
  if (version >= 2) {
    writer.array(quorum?.nodes ?? [], true, (node) => {
      writer.int32(node.id)
      writer.array(node.listeners, true, ({ name, host, port }) => {
        writer.string(name, true).string(host, true).uint16(port)
      })
    })
  }
  writer.noTags()
}

function writeRows(writer: ByteWriter, rows: readonly ReplicaRow[], version: number): void {
  writer.array(rows, true, (row) => {
    writer.int32(row.key.id)
    if (version >= 2) writer.uuid(row.key.directoryId)
    writer.int64(row.logEndOffset ?? -1)
    if (version >= 1) writer.int64(row.lastFetchMs ?? -1).int64(row.lastCaughtUpMs ?? -1)
  })
}
