/**
 * Keys and values of the records of a metadata log, by the JSON schemas of kafka-clients (control records) and
 * kafka-metadata. All of them are flexible from version 0.
 */
import type { FeatureRange, Listener, LogRecord, ReplicaKey, VoterNode } from '../core/raft/records.ts'
import { ByteWriter } from './byteWriter.ts'

/** ControlRecordType */
const ControlType = { leaderChange: 2, snapshotHeader: 3, snapshotFooter: 4, kraftVersion: 5, kraftVoters: 6 } as const

function isControl(kind: string): kind is keyof typeof ControlType {
  return Object.hasOwn(ControlType, kind)
}

export function writeControlKey(record: LogRecord): Buffer {
  if (!isControl(record.kind)) throw new Error(`${record.kind} is no control record`)
  return new ByteWriter(4).int16(0).int16(ControlType[record.kind]).finish()
}

/** Metadata record api keys, from the schema files. */
const ApiKey = {
  registerBroker: 0,
  unregisterBroker: 1,
  brokerConfig: 4,
  featureLevel: 12,
  brokerChange: 17,
  noOp: 20,
  beginTransaction: 23,
  endTransaction: 24,
  registerController: 27,
} as const

/** ConfigResource.Type.BROKER */
const BROKER_RESOURCE = 4

/** Frame of MetadataRecordSerde: frame version 1, api key, version. */
function metadata(apiKey: number, version: number): ByteWriter {
  return new ByteWriter(64).unsignedVarint(1).unsignedVarint(apiKey).unsignedVarint(version)
}

/** LeaderChangeMessage version 0 names ids only; no release up to 4.3 writes version 1 (LEADER_CHANGE_CURRENT_VERSION). */
function writeVoterIds(writer: ByteWriter, keys: readonly ReplicaKey[]): void {
  writer.array(keys, true, (key) => {
    writer.int32(key.id)
  })
}

function writeVoters(writer: ByteWriter, voters: readonly VoterNode[]): void {
  writer.array(voters, true, (voter) => {
    writer.int32(voter.key.id).uuid(voter.key.directoryId)
    writer.array(voter.listeners, true, ({ name, host, port }) => {
      writer.string(name, true).string(host, true).uint16(port)
    })
    writer.int16(voter.kraftVersions.min).int16(voter.kraftVersions.max).noTags()
  })
}

/** Every listener here is PLAINTEXT: security protocol 0. */
function writeEndpoints(writer: ByteWriter, listeners: readonly Listener[]): void {
  writer.array(listeners, true, ({ name, host, port }) => {
    writer.string(name, true).string(host, true).uint16(port).int16(0)
  })
}

function writeFeatures(writer: ByteWriter, features: readonly FeatureRange[]): void {
  writer.array(features, true, ({ name, min, max }) => {
    writer.string(name, true).int16(min).int16(max)
  })
}

/** `registerBrokerVersion` depends on the metadata.version of the cluster. */
export function writeRecordValue(record: LogRecord, registerBrokerVersion: number): Buffer {
  switch (record.kind) {
    case 'leaderChange': {
      const writer = new ByteWriter(128).int16(0).int32(record.leaderId)
      writeVoterIds(writer, record.voters)
      writeVoterIds(writer, record.grantingVoters)
      return writer.noTags().finish()
    }
    case 'kraftVersion':
      return new ByteWriter(8).int16(0).int16(record.level).noTags().finish()
    case 'kraftVoters': {
      const writer = new ByteWriter(256).int16(0)
      writeVoters(writer, record.voters)
      return writer.noTags().finish()
    }
    case 'snapshotHeader':
      return new ByteWriter(16).int16(0).int64(record.lastContainedLogTimestampMs).noTags().finish()
    case 'snapshotFooter':
      return new ByteWriter(4).int16(0).noTags().finish()
    case 'noOp':
      return metadata(ApiKey.noOp, 0).noTags().finish()
    case 'beginTransaction':
      return metadata(ApiKey.beginTransaction, 0)
        .tags([{ tag: 0, write: (field) => field.string(record.name, true) }])
        .finish()
    case 'endTransaction':
      return metadata(ApiKey.endTransaction, 0).noTags().finish()
    case 'featureLevel':
      return metadata(ApiKey.featureLevel, 0).string(record.name, true).int16(record.level).noTags().finish()
    case 'registerController': {
      const writer = metadata(ApiKey.registerController, 0).int32(record.controllerId).uuid(record.incarnationId)
      writer.boolean(false)
      writeEndpoints(writer, record.listeners)
      writeFeatures(writer, record.features)
      return writer.noTags().finish()
    }
    case 'registerBroker':
      return registerBroker(record, registerBrokerVersion)
    case 'brokerChange': {
      // Kafka writes the lowest version that can hold what changed (BrokerRegistrationChangeRecord).
      const writer = metadata(ApiKey.brokerChange, record.startsControlledShutdown ? 1 : 0)
      writer.int32(record.brokerId).int64(record.brokerEpoch)
      // BrokerRegistrationFencingChange: 1 fences, -1 unfences; 0 is the default and is not written.
      const tags = []
      if (record.fencing !== 'none') {
        tags.push({ tag: 0, write: (field: ByteWriter) => field.int8(record.fencing === 'fence' ? 1 : -1) })
      }
      if (record.startsControlledShutdown) tags.push({ tag: 1, write: (field: ByteWriter) => field.int8(1) })
      return writer.tags(tags).finish()
    }
    case 'unregisterBroker':
      return metadata(ApiKey.unregisterBroker, 0).int32(record.brokerId).int64(record.brokerEpoch).noTags().finish()
    case 'brokerConfig':
      return metadata(ApiKey.brokerConfig, 0)
        .int8(BROKER_RESOURCE)
        .string(String(record.brokerId), true)
        .string(record.name, true)
        .string(record.value, true)
        .noTags()
        .finish()
    default:
      return record satisfies never
  }
}

function registerBroker(record: Extract<LogRecord, { kind: 'registerBroker' }>, version: number): Buffer {
  const writer = metadata(ApiKey.registerBroker, version).int32(record.brokerId)
  // IsMigratingZkBroker
  writer.boolean(false).uuid(record.incarnationId).int64(record.brokerEpoch)
  writeEndpoints(writer, record.listeners)
  writeFeatures(writer, record.features)
  // Rack
  writer.string(null, true).boolean(record.fenced).boolean(record.inControlledShutdown)
  const writeLogDirs = (field: ByteWriter) =>
    field.array(record.logDirs, true, (directoryId) => field.uuid(directoryId), false)
  return writer.tags([{ tag: 0, write: writeLogDirs }]).finish()
}
