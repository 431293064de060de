/**
 * The APIs that change something: AddRaftVoter (80), RemoveRaftVoter (81), UpdateRaftVoter (82), UnregisterBroker (64), UpdateFeatures (57),
 * IncrementalAlterConfigs (44).
 */

import type { ClientRequest, Outcome } from '../core/api/rpc.ts'
import type { Listener } from '../core/raft/records.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'
import { type ApiCodec, expectApi } from './call.ts'

function readVoter(reader: ByteReader) {
  return { id: reader.int32(), directoryId: reader.uuid() }
}

function readListeners(reader: ByteReader): Listener[] {
  return reader.array(true, () => ({ name: reader.string(true), host: reader.string(true), port: reader.uint16() }))
}

function writeOutcome(writer: ByteWriter, { error, message }: Outcome): void {
  writer.int32(0).int16(error).string(message, true)
}

export const addRaftVoter: ApiCodec = {
  apiKey: 80,
  flexibleFrom: 0,
  read(reader, { version }) {
    const clusterId = reader.nullableString(true)
    // TimeoutMs: Kafka's controllers do not look at it, nor do we.
    reader.int32()
    const voter = readVoter(reader)
    const listeners = readListeners(reader)
    const ackWhenCommitted = version >= 1 ? reader.boolean() : true
    reader.taggedFields()
    return {
      request: { api: 'addRaftVoter', clusterId, voter, listeners, ackWhenCommitted },
      write(writer, response) {
        writeOutcome(writer, expectApi(response, 'addRaftVoter'))
        writer.noTags()
      },
    }
  },
}

export const removeRaftVoter: ApiCodec = {
  apiKey: 81,
  flexibleFrom: 0,
  read(reader) {
    const clusterId = reader.nullableString(true)
    const voter = readVoter(reader)
    reader.taggedFields()
    return {
      request: { api: 'removeRaftVoter', clusterId, voter },
      write(writer, response) {
        writeOutcome(writer, expectApi(response, 'removeRaftVoter'))
        writer.noTags()
      },
    }
  },
}

export const updateRaftVoter: ApiCodec = {
  apiKey: 82,
  flexibleFrom: 0,
  read(reader) {
    const clusterId = reader.nullableString(true)
    const epoch = reader.int32()
    const voter = readVoter(reader)
    const listeners = readListeners(reader)
    const kraftVersions = { min: reader.int16(), max: reader.int16() }
    reader.taggedFields()
    reader.taggedFields()
    return {
      request: { api: 'updateRaftVoter', clusterId, voter, epoch, listeners, kraftVersions },
      write(writer, response) {
        const { error, leader } = expectApi(response, 'updateRaftVoter')
        writer.int32(0).int16(error)
        const { host, port } = leader.listener ?? { host: '', port: 0 }
        const write = (field: ByteWriter) =>
          field
            .int32(leader.leaderId ?? -1)
            .int32(leader.epoch)
            .string(host, true)
            .int32(port)
            .noTags()
        writer.tags([{ tag: 0, write }])
      },
    }
  },
}

export const unregisterBroker: ApiCodec = {
  apiKey: 64,
  flexibleFrom: 0,
  read(reader) {
    const brokerId = reader.int32()
    reader.taggedFields()
    return {
      request: { api: 'unregisterBroker', brokerId },
      write(writer, response) {
        writeOutcome(writer, expectApi(response, 'unregisterBroker'))
        writer.noTags()
      },
    }
  },
}

type UpgradeType = Extract<ClientRequest, { api: 'updateFeatures' }>['updates'][number]['type']

/** FeatureUpdate.UpgradeType */
const upgradeTypes: Record<number, UpgradeType> = { 1: 'upgrade', 2: 'safeDowngrade', 3: 'unsafeDowngrade' }

export const updateFeatures: ApiCodec = {
  apiKey: 57,
  flexibleFrom: 0,
  read(reader, { version }) {
    reader.int32()
    const updates = reader.array(true, () => {
      const name = reader.string(true)
      const level = reader.int16()
      if (version === 0) return { name, level, type: reader.boolean() ? 'safeDowngrade' : 'upgrade' } as const
      return { name, level, type: upgradeTypes[reader.int8()] ?? 'unknown' } as const
    })
    const validateOnly = version >= 1 && reader.boolean()
    reader.taggedFields()
    return {
      request: { api: 'updateFeatures', updates, validateOnly },
      write(writer, response) {
        const answer = expectApi(response, 'updateFeatures')
        writeOutcome(writer, answer)
        if (version <= 1) {
          writer.array(answer.results, true, ({ name, error, message }) => {
            writer.string(name, true).int16(error).string(message, true)
          })
        }
        writer.noTags()
      },
    }
  },
}

export const incrementalAlterConfigs: ApiCodec = {
  apiKey: 44,
  flexibleFrom: 1,
  read(reader, { version }) {
    const flexible = version >= 1
    const resources = reader.array(flexible, () => ({
      type: reader.int8(),
      name: reader.string(flexible),
      configs: reader.array(flexible, () => ({
        name: reader.string(flexible),
        operation: reader.int8(),
        value: reader.nullableString(flexible),
      })),
    }))
    const validateOnly = reader.boolean()
    if (flexible) reader.taggedFields()
    return {
      request: { api: 'alterConfigs', resources, validateOnly },
      write(writer, response) {
        const { results } = expectApi(response, 'alterConfigs')
        writer.int32(0).array(results, flexible, ({ error, message, type, name }) => {
          writer.int16(error).string(message, flexible).int8(type).string(name, flexible)
        })
        if (flexible) writer.noTags()
      },
    }
  },
}
