/**
 * Where the partitions are, as the committed metadata log has it: replicas, in-sync replicas, leaders, reassignments, and the
 * few configurations that decide what may be taken away. Pure.
 *
 * One record changes it in place, at a cost that does not depend on the size of the cluster. Beside it are kept the
 * partitions of each broker, those that are reassigned, and what is counted of all: nothing that looks at one broker goes
 * through the partitions of the others. What is handed out is made when it is asked for, and does not change afterwards.
 */
import type { LoggedPartition, MetadataRecord } from '../../kafka/records/metadataRecord.ts'
import { PartitionLists } from './partitionLists.ts'

/** `adding` and `removing` are not empty while the partition is reassigned. */
export type PartitionPlacement = Readonly<LoggedPartition>

export interface PlacedPartition extends PartitionPlacement {
  topicId: string
  topic: string
  partition: number
}

/** To be read. It changes in place when the log goes on. */
export interface Placement {
  /** Rises with every change. */
  readonly version: number
  /** Rises when a replica comes, goes or is about to; not when one falls out of sync or another leads. */
  readonly layout: number
  /** Rises when a configuration changes. */
  readonly settings: number
  /** Partitions in all. */
  readonly size: number
  /** The most replicas that a partition has; 0 without any. */
  readonly mostReplicas: number
  /** Dynamic configurations that count here: by `topic:NAME` or `broker:ID` (`broker:` is the default of all brokers). */
  readonly configs: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Those resources for which this configuration is set. */
  resourcesWith(name: string): ReadonlySet<string>
  partitions(): Generator<PlacedPartition>
  /** Partitions that a broker holds a replica of, or is being given one of. */
  hostedBy(brokerId: number): readonly PlacedPartition[]
  reassigning(): readonly PlacedPartition[]
  /** How many are reassigned. */
  readonly moving: number
  /** Each broker that is being given partitions, with one of them. */
  comingTo(): Iterable<{ brokerId: number; example: PlacedPartition }>
  at(topicId: string, partition: number): PlacedPartition | null
  /** Replicas on a broker, those that come or go included. */
  replicasOn(brokerId: number): number
  /** Partitions of which a broker is the preferred leader. */
  preferredOn(brokerId: number): number
}

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

interface Topic {
  id: string
  name: string
  /** By partition: its number in the lists. */
  numbers: number[]
}

/** What is kept of one broker. */
interface Broker {
  /** Numbers of the partitions that it hosts, or is being given. */
  hosted: Set<number>
  /** Those of them that it is being given. */
  coming: Set<number>
  replicas: number
  preferred: number
}

/** What was made of the partitions of one broker; only those that have changed since are made anew. */
interface Look {
  made: Map<number, PlacedPartition>
  /** `null` where one has changed, come or gone. */
  list: readonly PlacedPartition[] | null
}

/** Brokers that are looked at again and again: those that a run is about. */
const MAX_LOOKS = 16

const NOTHING: readonly PlacedPartition[] = []
const NO_RESOURCES: ReadonlySet<string> = new Set()

export class LoggedPlacement implements Placement {
  #version = 0
  #layout = 0
  #settings = 0
  readonly #topics = new Map<string, Topic>()
  readonly #lists = new PartitionLists()
  /** By number in the lists. */
  readonly #topicOf: (Topic | undefined)[] = []
  readonly #brokers = new Map<number, Broker>()
  readonly #reassigning = new Set<number>()
  /** How many partitions have so many replicas. */
  readonly #factors = new Map<number, number>()
  readonly #configs = new Map<string, Map<string, string>>()
  readonly #resources = new Map<string, Set<string>>()
  /** Of the brokers that were looked at last, the one whose turn is longest ago first. */
  readonly #looks = new Map<number, Look>()
  #madeReassigning: readonly PlacedPartition[] | null = null

  get version(): number {
    return this.#version
  }

  get layout(): number {
    return this.#layout
  }

  get settings(): number {
    return this.#settings
  }

  get size(): number {
    return this.#lists.size
  }

  get configs(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.#configs
  }

  get mostReplicas(): number {
    let most = 0
    for (const factor of this.#factors.keys()) if (factor > most) most = factor
    return most
  }

  resourcesWith(name: string): ReadonlySet<string> {
    return this.#resources.get(name) ?? NO_RESOURCES
  }

  *partitions(): Generator<PlacedPartition> {
    for (const { numbers } of this.#topics.values()) {
      for (const number of numbers) if (number !== undefined) yield this.#placed(number)
    }
  }

  hostedBy(brokerId: number): readonly PlacedPartition[] {
    const broker = this.#brokers.get(brokerId)
    if (broker === undefined) return NOTHING
    const look = this.#looks.get(brokerId) ?? { made: new Map(), list: null }
    this.#looks.delete(brokerId)
    this.#looks.set(brokerId, look)
    for (const [oldest] of this.#looks) {
      if (this.#looks.size <= MAX_LOOKS) break
      this.#looks.delete(oldest)
    }
    if (look.list !== null) return look.list
    const list: PlacedPartition[] = []
    for (const number of broker.hosted) {
      const made = look.made.get(number) ?? this.#placed(number)
      look.made.set(number, made)
      list.push(made)
    }
    look.list = list
    return list
  }

  reassigning(): readonly PlacedPartition[] {
    this.#madeReassigning ??= [...this.#reassigning].map((number) => this.#placed(number))
    return this.#madeReassigning
  }

  get moving(): number {
    return this.#reassigning.size
  }

  *comingTo(): Generator<{ brokerId: number; example: PlacedPartition }> {
    for (const [brokerId, { coming }] of this.#brokers) {
      const [first] = coming
      if (first !== undefined) yield { brokerId, example: this.#placed(first) }
    }
  }

  at(topicId: string, partition: number): PlacedPartition | null {
    const number = this.#topics.get(topicId)?.numbers[partition]
    return number === undefined ? null : this.#placed(number)
  }

  replicasOn(brokerId: number): number {
    return this.#brokers.get(brokerId)?.replicas ?? 0
  }

  preferredOn(brokerId: number): number {
    return this.#brokers.get(brokerId)?.preferred ?? 0
  }

  /** Of a partition or topic that never came, a change is dropped. */
  apply(record: PlacementRecord): void {
    this.#version += 1
    this.#madeReassigning = null
    switch (record.kind) {
      case 'topic':
        this.#removeTopic(record.topicId)
        this.#topics.set(record.topicId, { id: record.topicId, name: record.name, numbers: [] })
        break
      case 'remove-topic': {
        const name = this.#removeTopic(record.topicId)
        if (name !== null) this.#dropConfigs(`topic:${name}`)
        break
      }
      case 'partition': {
        const topic = this.#topics.get(record.topicId)
        if (topic !== undefined) this.#place(topic, record.partition, record.placement)
        break
      }
      case 'partition-change': {
        const topic = this.#topics.get(record.topicId)
        const number = topic?.numbers[record.partition]
        if (topic !== undefined && number !== undefined) this.#change(number, record.change)
        break
      }
      case 'config':
        this.#configure(record.resource, record.name, record.value)
        break
      default:
        record satisfies never
    }
  }

  copy(): LoggedPlacement {
    const copy = new LoggedPlacement()
    for (const { id, name } of this.#topics.values()) copy.apply({ kind: 'topic', topicId: id, name })
    for (const { topicId, partition, ...placement } of this.partitions()) {
      copy.apply({ kind: 'partition', topicId, partition, placement })
    }
    for (const [resource, own] of this.#configs) {
      for (const [name, value] of own) copy.#configure(resource, name, value)
    }
    return copy
  }

  #placed(number: number): PlacedPartition {
    const topic = this.#topicOf[number]
    if (topic === undefined) throw new Error(`partition number ${number} belongs to no topic`)
    // Field by field: one broker has thousands, and they are made at every look at it.
    const { replicas, isr, adding, removing, leader } = this.#lists.read(number)
    const partition = this.#lists.partitionOf(number)
    return { topicId: topic.id, topic: topic.name, partition, replicas, isr, adding, removing, leader }
  }

  #place(topic: Topic, partition: number, placement: PartitionPlacement): void {
    const known = topic.numbers[partition]
    if (known !== undefined) this.#uncount(known)
    const number = known ?? this.#lists.add(partition)
    topic.numbers[partition] = number
    this.#topicOf[number] = topic
    this.#lists.write(number, placement)
    this.#count(number, placement)
  }

  #change(number: number, change: Partial<PartitionPlacement>): void {
    const isMove = change.replicas !== undefined || change.adding !== undefined || change.removing !== undefined
    if (isMove) this.#uncount(number)
    const after = { ...this.#lists.read(number), ...change }
    this.#lists.write(number, after)
    if (isMove) this.#count(number, after)
    else {
      for (const id of after.replicas) this.#changed(id, number)
      for (const id of after.adding) this.#changed(id, number)
    }
  }

  /** Whoever looks at this broker again gets this partition anew. */
  #changed(brokerId: number, number: number): void {
    const look = this.#looks.get(brokerId)
    if (look === undefined) return
    look.made.delete(number)
    look.list = null
  }

  #count(number: number, { replicas, adding, removing }: PartitionPlacement): void {
    this.#layout += 1
    for (const id of replicas) {
      const broker = this.#broker(id)
      broker.hosted.add(number)
      broker.replicas += 1
      this.#changed(id, number)
    }
    for (const id of adding) {
      const broker = this.#broker(id)
      broker.hosted.add(number)
      broker.coming.add(number)
      this.#changed(id, number)
    }
    if (adding.length > 0 || removing.length > 0) this.#reassigning.add(number)
    const [preferred] = replicas
    if (preferred !== undefined) this.#broker(preferred).preferred += 1
    this.#factors.set(replicas.length, (this.#factors.get(replicas.length) ?? 0) + 1)
  }

  #uncount(number: number): void {
    this.#layout += 1
    const { replicas, adding } = this.#lists.read(number)
    for (const id of replicas) {
      const broker = this.#broker(id)
      broker.hosted.delete(number)
      broker.replicas -= 1
      this.#changed(id, number)
    }
    for (const id of adding) {
      const broker = this.#broker(id)
      broker.hosted.delete(number)
      broker.coming.delete(number)
      this.#changed(id, number)
    }
    this.#reassigning.delete(number)
    const [preferred] = replicas
    if (preferred !== undefined) this.#broker(preferred).preferred -= 1
    const others = (this.#factors.get(replicas.length) ?? 0) - 1
    if (others > 0) this.#factors.set(replicas.length, others)
    else this.#factors.delete(replicas.length)
  }

  #broker(brokerId: number): Broker {
    const known = this.#brokers.get(brokerId)
    if (known !== undefined) return known
    const made: Broker = { hosted: new Set(), coming: new Set(), replicas: 0, preferred: 0 }
    this.#brokers.set(brokerId, made)
    return made
  }

  /** @returns its name; `null` where it is not known */
  #removeTopic(topicId: string): string | null {
    const topic = this.#topics.get(topicId)
    if (topic === undefined) return null
    for (const number of topic.numbers) {
      if (number === undefined) continue
      this.#uncount(number)
      this.#topicOf[number] = undefined
      this.#lists.remove(number)
    }
    this.#topics.delete(topicId)
    return topic.name
  }

  #configure(resource: string, name: string, value: string | null): void {
    this.#settings += 1
    const own = this.#configs.get(resource) ?? new Map<string, string>()
    const with_ = this.#resources.get(name) ?? new Set<string>()
    if (value === null) {
      own.delete(name)
      with_.delete(resource)
    } else {
      own.set(name, value)
      with_.add(resource)
    }
    this.#resources.set(name, with_)
    if (own.size === 0) this.#configs.delete(resource)
    else this.#configs.set(resource, own)
  }

  #dropConfigs(resource: string): void {
    this.#settings += 1
    for (const name of this.#configs.get(resource)?.keys() ?? []) this.#resources.get(name)?.delete(resource)
    this.#configs.delete(resource)
  }
}

export const EMPTY_PLACEMENT: Placement = new LoggedPlacement()

/** Another placement, with these records more: where the one before is still needed, and small. */
export function placed(before: Placement, records: readonly PlacementRecord[]): Placement {
  if (records.length === 0 || !(before instanceof LoggedPlacement)) return before
  const after = before.copy()
  for (const record of records) after.apply(record)
  return after
}

/** What makes it anew elsewhere, for example in another thread. */
export function recordsOf(placement: Placement): PlacementRecord[] {
  const topics = new Map<string, string>()
  const partitions: PlacementRecord[] = []
  for (const { topicId, topic, partition, ...place } of placement.partitions()) {
    topics.set(topicId, topic)
    partitions.push({ kind: 'partition', topicId, partition, placement: place })
  }
  const configs = [...placement.configs].flatMap(([resource, own]) =>
    [...own].map(([name, value]): PlacementRecord => ({ kind: 'config', resource, name, value })),
  )
  const named = [...topics].map(([topicId, name]): PlacementRecord => ({ kind: 'topic', topicId, name }))
  return [...named, ...partitions, ...configs]
}

export function partitionsOf(placement: Placement): Generator<PlacedPartition> {
  return placement.partitions()
}

export function hostedBy(placement: Placement, brokerId: number): readonly PlacedPartition[] {
  return placement.hostedBy(brokerId)
}

/** Partitions of which any of these brokers holds a replica, or is being given one; each once. */
export function hostedByAny(placement: Placement, brokerIds: readonly number[]): readonly PlacedPartition[] {
  const [only, another] = brokerIds
  if (only !== undefined && another === undefined) return placement.hostedBy(only)
  const found = new Map<string, PlacedPartition>()
  for (const id of brokerIds) for (const p of placement.hostedBy(id)) found.set(`${p.topicId}/${p.partition}`, p)
  return [...found.values()]
}

export function reassigning(placement: Placement): readonly PlacedPartition[] {
  return placement.reassigning()
}
