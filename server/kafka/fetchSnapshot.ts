/**
 * FetchSnapshot (59) v0-v1: one piece of a snapshot of the metadata log, from the leader. Needs CLUSTER_ACTION.
 * Source: FetchSnapshotRequest.json, FetchSnapshotResponse.json; KafkaRaftClient#handleFetchSnapshotRequest.
 */
import { createAPI, type Reader, readKnownTaggedFields, Writer } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'
import type { SnapshotId } from './metadataFetch.ts'
import { safeInteger } from './records/int64.ts'

export interface SnapshotPosition {
  clusterId: string | null
  currentLeaderEpoch: number
  snapshotId: SnapshotId
  /** Byte position in the snapshot. */
  position: number
  maxBytes: number
}

export interface SnapshotPiece {
  errorCode: number
  /** Bytes of the whole snapshot. */
  size: number
  position: number
  /** May begin and end in the middle of a batch. */
  bytes: Buffer
}

function request(at: SnapshotPosition): Writer {
  const writer = Writer.create()
    .appendInt32(-1) // ReplicaId: a consumer
    .appendInt32(at.maxBytes)
    .appendArray([at], (w) =>
      w.appendString('__cluster_metadata').appendArray([at], (p) =>
        p
          .appendInt32(0)
          .appendInt32(at.currentLeaderEpoch)
          .appendInt64(BigInt(at.snapshotId.endOffset))
          .appendInt32(at.snapshotId.epoch)
          .appendTaggedFields() // end of SnapshotId
          .appendInt64(BigInt(at.position)),
      ),
    )
  if (at.clusterId === null) return writer.appendTaggedFields()
  const tag = Writer.create().appendString(at.clusterId)
  return writer.appendUnsignedVarInt(1).appendUnsignedVarInt(0).appendUnsignedVarInt(tag.length).append(tag.buffer)
}

export function parseFetchSnapshot(reader: Reader): SnapshotPiece {
  reader.readInt32() // ThrottleTimeMs
  const topLevelError = reader.readInt16()
  const pieces = reader.readArray((topic) => {
    topic.readString()
    return topic.readArray(
      (p) => {
        p.readInt32() // Index
        const errorCode = p.readInt16()
        p.readInt64() // SnapshotId.EndOffset
        p.readInt32() // SnapshotId.Epoch
        p.readTaggedFields()
        const piece: SnapshotPiece = {
          errorCode,
          size: safeInteger(p.readInt64()),
          position: safeInteger(p.readInt64()),
          bytes: p.readNullableBytes() ?? Buffer.alloc(0),
        }
        readKnownTaggedFields(p, {})
        return piece
      },
      true,
      false,
    )
  })
  const piece = pieces[0]?.[0]
  if (piece === undefined) {
    return { errorCode: topLevelError === 0 ? 3 : topLevelError, size: 0, position: 0, bytes: Buffer.alloc(0) }
  }
  return topLevelError === 0 ? piece : { ...piece, errorCode: topLevelError }
}

const API = createAPI<[SnapshotPosition], SnapshotPiece>(59, 0, request, (_id, _key, _version, reader) =>
  parseFetchSnapshot(reader),
)

/** @throws KafkaFailure */
export async function fetchSnapshot(connection: KafkaConnection, at: SnapshotPosition): Promise<SnapshotPiece> {
  connection.requireVersion(59, { min: 0, max: 0 }, 'FetchSnapshot')
  return await connection.send((c) => API.async(c, at))
}
