/** One record of the metadata log as a person reads it, where it is about something that they know. Pure. */
import { Reader } from '@platformatic/kafka'
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import { type MetadataRecord, metadataRecord } from './metadataRecord.ts'
import './readerGuard.ts'

export interface RecordText {
  text: string
  /** Name of the topic that it makes or takes away. */
  topic: string | null
}

const NO_OP = 20
const CONFIG = 4
/** ConfigResource.Type */
const RESOURCES: Readonly<Record<number, string>> = { 2: 'topic', 4: 'broker', 16: 'client metrics', 32: 'group' }
/** By their api keys (schemas in kafka-metadata, common/metadata). */
const OTHERS: Readonly<Record<number, string>> = {
  10: 'delegation token',
  11: 'SCRAM credential set',
  14: 'client quota',
  15: 'block of producer ids',
  16: 'feature level removed',
  18: 'ACL added',
  19: 'ACL removed',
  21: 'ZooKeeper migration state',
  22: 'SCRAM credential removed',
  23: 'metadata transaction begins',
  24: 'metadata transaction ends',
  25: 'metadata transaction aborted',
  26: 'delegation token removed',
  28: 'eligible leader replicas cleared',
}

function at(endpoints: readonly Endpoint[]): string {
  return endpoints.map((one) => `${one.listener} ${hostPort(one)}`).join(', ')
}

function configText(value: Buffer): string {
  const reader = Reader.from(value.subarray(3))
  const type = reader.readInt8()
  const resource = `${RESOURCES[type] ?? `resource of type ${type}`} ${reader.readString() || '(default)'}`
  const name = reader.readString()
  // Values may be secrets.
  return `configuration ${name} of ${resource} ${reader.readNullableString() === null ? 'removed' : 'set'}`
}

function textOf(record: MetadataRecord, topicName: (topicId: string) => string | null): RecordText {
  const named = (topicId: string, partition: number) => `${topicName(topicId) ?? `topic id ${topicId}`}-${partition}`
  const about = (text: string): RecordText => ({ text, topic: null })
  switch (record.kind) {
    case 'feature':
      return about(`feature ${record.name}: level ${record.level}`)
    case 'register-broker':
      return about(`broker ${record.nodeId} registered${record.fenced ? ', fenced' : ''}: ${at(record.endpoints)}`)
    case 'broker-fenced':
      return about(`broker ${record.nodeId} ${record.fenced ? 'fenced' : 'unfenced'}`)
    case 'unregister-broker':
      return about(`broker ${record.nodeId} unregistered`)
    case 'register-controller':
      return about(`controller ${record.nodeId} registered: ${at(record.endpoints)}`)
    case 'topic':
      return { text: `topic ${record.name} created`, topic: record.name }
    case 'remove-topic': {
      const name = topicName(record.topicId)
      return { text: `topic ${name ?? `id ${record.topicId}`} deleted`, topic: name }
    }
    case 'partition': {
      const { replicas, leader } = record.placement
      return about(
        `partition ${named(record.topicId, record.partition)} on ${replicas.join(',')}: leader ${leader ?? 'none'}`,
      )
    }
    case 'partition-change': {
      const { leader, isr, replicas, adding, removing } = record.change
      const changes = [
        leader === undefined ? '' : `leader ${leader ?? 'none'}`,
        isr === undefined ? '' : `in-sync replicas ${isr.join(',') || 'none'}`,
        replicas === undefined ? '' : `replicas ${replicas.join(',')}`,
        adding === undefined ? '' : `adding ${adding.join(',') || 'none'}`,
        removing === undefined ? '' : `removing ${removing.join(',') || 'none'}`,
      ].filter((part) => part !== '')
      return about(`partition ${named(record.topicId, record.partition)}: ${changes.join(', ') || 'changed'}`)
    }
    case 'config':
      return about(`configuration ${record.name} of ${record.resource}`)
    default:
      return record satisfies never
  }
}

/** `null` for NoOp records. @param topicName of a topic id, where it is known @throws RangeError for bytes that are no record */
export function recordText(value: Buffer, topicName: (topicId: string) => string | null): RecordText | null {
  const apiKey = value[1] ?? 0xff
  if (apiKey === NO_OP) return null
  if (apiKey === CONFIG) return { text: configText(value), topic: null }
  const record = metadataRecord(value)
  return record === null
    ? { text: OTHERS[apiKey] ?? `record of kind ${apiKey}`, topic: null }
    : textOf(record, topicName)
}
