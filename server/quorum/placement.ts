/**
 * Where the partitions are, as the committed metadata log says: replicas, in-sync replicas, leaders, reassignments, and the
 * few configurations that decide what may be taken away. Pure; each batch makes a new placement that shares what is unchanged.
 */
import type { LoggedPartition, MetadataRecord } from '../kafka/metadataRecord.ts'

/** `adding` and `removing` are not empty while the partition is reassigned. */
export type PartitionPlacement = Readonly<LoggedPartition>

export interface TopicPlacement {
  name: string
  partitions: ReadonlyMap<number, PartitionPlacement>
}

export interface Placement {
  /** By topic id. */
  topics: ReadonlyMap<string, TopicPlacement>
  /** Dynamic configurations that count here: by `topic:NAME` or `broker:ID` (`broker:` is the default of all brokers). */
  configs: ReadonlyMap<string, ReadonlyMap<string, string>>
}

export const EMPTY_PLACEMENT: Placement = { topics: new Map(), configs: new Map() }

export type PlacementRecord = Extract<
  MetadataRecord,
  { kind: 'topic' | 'remove-topic' | 'partition' | 'partition-change' | 'config' }
>

export function isPlacementRecord(record: { kind: string }): record is PlacementRecord {
  switch (record.kind) {
    case 'topic':
    case 'remove-topic':
    case 'partition':
    case 'partition-change':
    case 'config':
      return true
    default:
      return false
  }
}

function withConfig(configs: Map<string, ReadonlyMap<string, string>>, record: PlacementRecord & { kind: 'config' }) {
  const { resource, name, value } = record
  const own = new Map(configs.get(resource))
  if (value === null) own.delete(name)
  else own.set(name, value)
  if (own.size === 0) configs.delete(resource)
  else configs.set(resource, own)
}

/** The placement after these records. Of a partition or topic that was never told of, a change is dropped. */
export function placed(before: Placement, records: readonly PlacementRecord[]): Placement {
  if (records.length === 0) return before
  const topics = new Map(before.topics)
  const configs = new Map(before.configs)
  /** Copied in this call already: they may be written to. */
  const own = new Map<string, Map<number, PartitionPlacement>>()
  const partitionsOf = (topicId: string): Map<number, PartitionPlacement> | null => {
    const known = own.get(topicId)
    if (known !== undefined) return known
    const topic = topics.get(topicId)
    if (topic === undefined) return null
    const copy = new Map(topic.partitions)
    own.set(topicId, copy)
    topics.set(topicId, { ...topic, partitions: copy })
    return copy
  }
  for (const record of records) {
    switch (record.kind) {
      case 'topic':
        topics.set(record.topicId, { name: record.name, partitions: new Map() })
        own.delete(record.topicId)
        break
      case 'remove-topic': {
        const name = topics.get(record.topicId)?.name
        topics.delete(record.topicId)
        own.delete(record.topicId)
        if (name !== undefined) configs.delete(`topic:${name}`)
        break
      }
      case 'partition':
        partitionsOf(record.topicId)?.set(record.partition, record.placement)
        break
      case 'partition-change': {
        const partitions = partitionsOf(record.topicId)
        const known = partitions?.get(record.partition)
        if (known !== undefined) partitions?.set(record.partition, { ...known, ...record.change })
        break
      }
      case 'config':
        withConfig(configs, record)
        break
      default:
        record satisfies never
    }
  }
  return { topics, configs }
}

export interface PlacedPartition extends PartitionPlacement {
  topic: string
  partition: number
}

export function* partitionsOf({ topics }: Placement): Generator<PlacedPartition> {
  for (const { name, partitions } of topics.values()) {
    for (const [partition, placement] of partitions) yield { ...placement, topic: name, partition }
  }
}

/** Partitions that a broker holds a replica of, or is being given one of. */
export function hostedBy(placement: Placement, brokerId: number): PlacedPartition[] {
  return [...partitionsOf(placement)].filter((p) => p.replicas.includes(brokerId) || p.adding.includes(brokerId))
}

export function reassigning(placement: Placement): PlacedPartition[] {
  return [...partitionsOf(placement)].filter((p) => p.adding.length > 0 || p.removing.length > 0)
}
