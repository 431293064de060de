/**
 * The few metadata records that say who is in the cluster; all others are skipped by their key.
 * Frame: frame version, api key, version as unsigned varints, then the message
 * (org.apache.kafka.server.common.serialization.AbstractApiMessageSerde; schemas in kafka-metadata, common/metadata).
 */
import { Reader, readKnownTaggedFields } from '@platformatic/kafka'
import type { Endpoint } from '../../contract/quorumView.ts'
import { directoryIdFromUuid } from './directoryId.ts'

export interface FeatureRange {
  min: number
  max: number
}

export type MetadataRecord =
  | { kind: 'feature'; name: string; level: number }
  | {
      kind: 'register-broker'
      nodeId: number
      /** New with every start of the process. */
      incarnationId: string
      endpoints: Endpoint[]
      rack: string | null
      fenced: boolean
      /** Directory ids of its log directories; empty below version 3 of the record. */
      directories: string[]
    }
  | { kind: 'broker-fenced'; nodeId: number; fenced: boolean }
  | { kind: 'unregister-broker'; nodeId: number }
  | {
      kind: 'register-controller'
      nodeId: number
      incarnationId: string
      endpoints: Endpoint[]
      features: Map<string, FeatureRange>
    }
  | { kind: 'topic'; topicId: string; name: string }
  | { kind: 'remove-topic'; topicId: string }
  | { kind: 'partition'; topicId: string; partition: number; placement: LoggedPartition }
  | { kind: 'partition-change'; topicId: string; partition: number; change: Partial<LoggedPartition> }
  /** `resource`: `topic:NAME` or `broker:ID`; `value` null takes it away. */
  | { kind: 'config'; resource: string; name: string; value: string | null }

export interface LoggedPartition {
  replicas: number[]
  isr: number[]
  adding: number[]
  removing: number[]
  leader: number | null
}

const REGISTER_BROKER = 0
const UNREGISTER_BROKER = 1
const TOPIC = 2
const PARTITION = 3
const CONFIG = 4
const PARTITION_CHANGE = 5
const FENCE_BROKER = 7
const UNFENCE_BROKER = 8
const REMOVE_TOPIC = 9
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
  const incarnationId = reader.readUUID()
  reader.readInt64() // BrokerEpoch
  const listeners = endpoints(reader)
  features(reader)
  const rack = reader.readNullableString()
  const fenced = reader.readBoolean()
  if (version >= 1) reader.readBoolean() // InControlledShutdown
  let directories: string[] = []
  readKnownTaggedFields(reader, {
    0: (payload) => {
      directories = payload.readArray((r) => directoryIdFromUuid(r.readUUID()), true, false).filter((id) => id !== null)
    },
  })
  return { kind: 'register-broker', nodeId, incarnationId, endpoints: listeners, rack, fenced, directories }
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
  const incarnationId = reader.readUUID()
  reader.readBoolean() // ZkMigrationReady
  return {
    kind: 'register-controller',
    nodeId,
    incarnationId,
    endpoints: endpoints(reader),
    features: features(reader),
  }
}

const nodeIds = (reader: Reader): number[] => reader.readArray((r) => r.readInt32(), true, false)

/** Kafka keeps -1 where nobody leads. */
const leaderOf = (nodeId: number): number | null => (nodeId < 0 ? null : nodeId)

function partition(reader: Reader): MetadataRecord {
  const id = reader.readInt32()
  const topicId = reader.readUUID()
  const replicas = nodeIds(reader)
  const isr = nodeIds(reader)
  const removing = nodeIds(reader)
  const adding = nodeIds(reader)
  const leader = leaderOf(reader.readInt32())
  return { kind: 'partition', topicId, partition: id, placement: { replicas, isr, removing, adding, leader } }
}

/** Only what has changed is in it; the tags are those of PartitionChangeRecord.json. */
function partitionChange(reader: Reader): MetadataRecord {
  const id = reader.readInt32()
  const topicId = reader.readUUID()
  const change: Partial<LoggedPartition> = {}
  readKnownTaggedFields(reader, {
    0: (r) => {
      change.isr = nodeIds(r)
    },
    1: (r) => {
      const leader = r.readInt32()
      // -2: as it was.
      if (leader !== -2) change.leader = leaderOf(leader)
    },
    2: (r) => {
      change.replicas = nodeIds(r)
    },
    3: (r) => {
      change.removing = nodeIds(r)
    },
    4: (r) => {
      change.adding = nodeIds(r)
    },
  })
  return { kind: 'partition-change', topicId, partition: id, change }
}

/** Configurations that decide what may be taken away from a cluster; all others are skipped. */
const KEPT_CONFIGS: ReadonlySet<string> = new Set([
  'min.insync.replicas',
  'cordoned.log.dirs',
  'leader.replication.throttled.rate',
  'follower.replication.throttled.rate',
  'leader.replication.throttled.replicas',
  'follower.replication.throttled.replicas',
])

/** ConfigResource.Type */
const RESOURCES: Readonly<Record<number, string>> = { 2: 'topic', 4: 'broker' }

function config(reader: Reader): MetadataRecord | null {
  const type = RESOURCES[reader.readInt8()]
  const resource = reader.readString()
  const name = reader.readString()
  return type === undefined || !KEPT_CONFIGS.has(name)
    ? null
    : { kind: 'config', resource: `${type}:${resource}`, name, value: reader.readNullableString() }
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
    case TOPIC: {
      const reader = body()
      const name = reader.readString()
      return { kind: 'topic', topicId: reader.readUUID(), name }
    }
    case REMOVE_TOPIC:
      return { kind: 'remove-topic', topicId: body().readUUID() }
    case PARTITION:
      return partition(body())
    case PARTITION_CHANGE:
      return partitionChange(body())
    case CONFIG:
      return config(body())
    default:
      return null
  }
}
