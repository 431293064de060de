/**
 * The few metadata records that say who is in the cluster; all others are skipped by their key.
 * Frame: frame version, api key, version as unsigned varints, then the message
 * (org.apache.kafka.server.common.serialization.AbstractApiMessageSerde; schemas in kafka-metadata, common/metadata).
 */
import { Reader, readKnownTaggedFields } from '@platformatic/kafka'
import type { Endpoint } from '../contract/quorumView.ts'

export interface FeatureRange {
  min: number
  max: number
}

export type MetadataRecord =
  | { kind: 'feature'; name: string; level: number }
  | { kind: 'register-broker'; nodeId: number; endpoints: Endpoint[]; rack: string | null; fenced: boolean }
  | { kind: 'broker-fenced'; nodeId: number; fenced: boolean }
  | { kind: 'unregister-broker'; nodeId: number }
  | { kind: 'register-controller'; nodeId: number; endpoints: Endpoint[]; features: Map<string, FeatureRange> }

const REGISTER_BROKER = 0
const UNREGISTER_BROKER = 1
const FENCE_BROKER = 7
const UNFENCE_BROKER = 8
const FEATURE_LEVEL = 12
const BROKER_REGISTRATION_CHANGE = 17
const REGISTER_CONTROLLER = 27

function endpoints(reader: Reader): Endpoint[] {
  return reader.readArray((r) => {
    const endpoint = { listener: r.readString(), host: r.readString(), port: r.readUnsignedInt16() }
    r.readInt16() // SecurityProtocol
    return endpoint
  })
}

function features(reader: Reader): Map<string, FeatureRange> {
  return new Map(
    reader.readArray((r) => [r.readString(), { min: r.readInt16(), max: r.readInt16() }] as [string, FeatureRange]),
  )
}

function registerBroker(reader: Reader, version: number): MetadataRecord {
  const nodeId = reader.readInt32()
  if (version >= 2) reader.readBoolean() // IsMigratingZkBroker
  reader.readUUID() // IncarnationId
  reader.readInt64() // BrokerEpoch
  const listeners = endpoints(reader)
  features(reader)
  const rack = reader.readNullableString()
  return { kind: 'register-broker', nodeId, endpoints: listeners, rack, fenced: reader.readBoolean() }
}

function registrationChange(reader: Reader): MetadataRecord | null {
  const nodeId = reader.readInt32()
  reader.readInt64() // BrokerEpoch
  let change = 0
  readKnownTaggedFields(reader, {
    0: (payload) => {
      change = payload.readInt8()
    },
  })
  // Fenced: -1 unfenced, 0 no change, 1 fenced.
  return change === 0 ? null : { kind: 'broker-fenced', nodeId, fenced: change > 0 }
}

function registerController(reader: Reader): MetadataRecord {
  const nodeId = reader.readInt32()
  reader.readUUID() // IncarnationId
  reader.readBoolean() // ZkMigrationReady
  return { kind: 'register-controller', nodeId, endpoints: endpoints(reader), features: features(reader) }
}

/** The record in `value`, or `null` for every kind that is not ours. @throws RangeError for bytes that are no record. */
export function metadataRecord(value: Buffer): MetadataRecord | null {
  // Almost every record is skipped here, by three one-byte varints; only then a reader is made.
  const apiKey = value[1] ?? 0xff
  if ((apiKey & 0x80) !== 0 || ((value[0] ?? 0xff) & 0x80) !== 0 || ((value[2] ?? 0xff) & 0x80) !== 0) return null
  const version = value[2] ?? 0
  const body = () => Reader.from(value.subarray(3))
  switch (apiKey) {
    case FEATURE_LEVEL: {
      const reader = body()
      return { kind: 'feature', name: reader.readString(), level: reader.readInt16() }
    }
    case REGISTER_BROKER:
      return registerBroker(body(), version)
    case UNREGISTER_BROKER:
      return { kind: 'unregister-broker', nodeId: body().readInt32() }
    case FENCE_BROKER:
      return { kind: 'broker-fenced', nodeId: body().readInt32(), fenced: true }
    case UNFENCE_BROKER:
      return { kind: 'broker-fenced', nodeId: body().readInt32(), fenced: false }
    case BROKER_REGISTRATION_CHANGE:
      return registrationChange(body())
    case REGISTER_CONTROLLER:
      return registerController(body())
    default:
      return null
  }
}
