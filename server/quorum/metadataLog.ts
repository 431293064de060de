/**
 * What the metadata log says, folded record by record. Pure.
 *
 * A record counts as committed once the high watermark has passed it. Until then an election may cut it off, so
 * uncommitted records wait beside the committed facts and can be dropped again.
 */
import type { Endpoint } from '../contract/quorumView.ts'
import { type ControlRecord, controlRecord, type Voter } from '../kafka/controlRecord.ts'
import { type MetadataRecord, metadataRecord } from '../kafka/metadataRecord.ts'
import type { RecordBatch } from '../kafka/recordBatch.ts'
import { EMPTY_PLACEMENT, isPlacementRecord, type Placement, placed } from './placement.ts'

export interface LoggedRecord {
  offset: number
  epoch: number
  /** Append time, leader's wall clock. */
  atMs: number
  record: ControlRecord | MetadataRecord
}

export interface Registration {
  endpoints: Endpoint[]
  /** New with every start of the process. */
  incarnationId: string
}

export interface LogFacts {
  controllers: ReadonlyMap<number, Registration>
  brokers: ReadonlyMap<number, Registration & { fenced: boolean; rack: string | null }>
  features: ReadonlyMap<string, number>
  kraftVersion: number | null
  /** Highest metadata.version each controller said it supports. */
  controllerMetadataVersions: ReadonlyMap<number, number>
  leader: { leaderId: number; epoch: number; sinceMs: number } | null
  voters: Voter[] | null
  /** The newest voter set that is appended but not committed. */
  pendingVoters: { offset: number; epoch: number; atMs: number; voters: Voter[]; before: Voter[] | null } | null
  /** All records below are read. */
  endOffset: number
  /** Of the committed records alone. */
  placement: Placement
}

export const EMPTY_LOG: LogFacts = {
  controllers: new Map(),
  brokers: new Map(),
  features: new Map(),
  kraftVersion: null,
  controllerMetadataVersions: new Map(),
  leader: null,
  voters: null,
  pendingVoters: null,
  endOffset: 0,
  placement: EMPTY_PLACEMENT,
}

/** The records of a batch that say something of the quorum; the others are skipped. @throws RangeError */
export function loggedRecords(batch: RecordBatch): LoggedRecord[] {
  const found: LoggedRecord[] = []
  for (const entry of batch.records) {
    const record = batch.control ? controlRecord(entry) : entry.value === null ? null : metadataRecord(entry.value)
    if (record !== null) found.push({ offset: entry.offset, epoch: batch.epoch, atMs: batch.timestampMs, record })
  }
  return found
}

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): Map<K, V> {
  return new Map(map).set(key, value)
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): Map<K, V> {
  const copy = new Map(map)
  copy.delete(key)
  return copy
}

/** The facts after one more record. */
export function fold(facts: LogFacts, { record, epoch, atMs }: LoggedRecord): LogFacts {
  switch (record.kind) {
    case 'leader-change':
      return { ...facts, leader: { leaderId: record.leaderId, epoch, sinceMs: atMs } }
    case 'kraft-version':
      return { ...facts, kraftVersion: record.kraftVersion }
    case 'voters':
      return { ...facts, voters: record.voters }
    case 'feature':
      return {
        ...facts,
        features:
          record.level === 0 ? without(facts.features, record.name) : put(facts.features, record.name, record.level),
      }
    case 'register-broker': {
      const { endpoints, incarnationId, fenced, rack } = record
      return { ...facts, brokers: put(facts.brokers, record.nodeId, { endpoints, incarnationId, fenced, rack }) }
    }
    case 'broker-fenced': {
      const broker = facts.brokers.get(record.nodeId)
      if (broker === undefined) return facts
      return { ...facts, brokers: put(facts.brokers, record.nodeId, { ...broker, fenced: record.fenced }) }
    }
    case 'unregister-broker':
      return { ...facts, brokers: without(facts.brokers, record.nodeId) }
    case 'register-controller': {
      const max = record.features.get('metadata.version')?.max
      return {
        ...facts,
        controllers: put(facts.controllers, record.nodeId, {
          endpoints: record.endpoints,
          incarnationId: record.incarnationId,
        }),
        controllerMetadataVersions:
          max === undefined
            ? facts.controllerMetadataVersions
            : put(facts.controllerMetadataVersions, record.nodeId, max),
      }
    }
    // Partitions are placed by whole batches of committed records: `placedBy`.
    case 'topic':
    case 'remove-topic':
    case 'partition':
    case 'partition-change':
    case 'config':
      return facts
    default:
      return record satisfies never
  }
}

/** More uncommitted records than any leader leaves behind; beyond it the reader starts over. A topic may have 10,000s of partitions. */
const MAX_UNCOMMITTED = 200_000

function placedBy(facts: LogFacts, logged: readonly LoggedRecord[]): LogFacts {
  const records = logged.map(({ record }) => record).filter(isPlacementRecord)
  return records.length === 0 ? facts : { ...facts, placement: placed(facts.placement, records) }
}

export interface LogChange {
  /** Records that were read now, with whether they are committed already. */
  appended: { logged: LoggedRecord; committed: boolean; before: LogFacts }[]
  /** Records that were uncommitted and are committed now. */
  committed: LoggedRecord[]
  /** Records that were uncommitted and are gone. */
  retracted: LoggedRecord[]
}

/** The state of the reading: committed facts, and the uncommitted records after them. Immutable. */
export interface LogReading {
  committed: LogFacts
  uncommitted: LoggedRecord[]
  /** Where to read on, and the epoch of the record before. */
  nextOffset: number
  lastEpoch: number
  highWatermark: number
}

export const START_OF_LOG: LogReading = {
  committed: EMPTY_LOG,
  uncommitted: [],
  nextOffset: 0,
  lastEpoch: 0,
  highWatermark: 0,
}

export function currentFacts(reading: LogReading): LogFacts {
  let facts = reading.committed
  let pendingVoters: LogFacts['pendingVoters'] = null
  for (const logged of reading.uncommitted) {
    if (logged.record.kind === 'voters') {
      const { offset, epoch, atMs } = logged
      pendingVoters = { offset, epoch, atMs, voters: logged.record.voters, before: reading.committed.voters }
    }
    facts = fold(facts, logged)
  }
  return { ...facts, pendingVoters, endOffset: reading.nextOffset }
}

/** Reads one more batch. @throws RangeError for bytes that are no records, or endless uncommitted ones */
export function readBatch(reading: LogReading, batch: RecordBatch): { reading: LogReading; change: LogChange } {
  const appended: LogChange['appended'] = []
  let { committed } = reading
  let facts = currentFacts(reading)
  const uncommitted = [...reading.uncommitted]
  const placing: LoggedRecord[] = []
  for (const logged of loggedRecords(batch)) {
    // A fetch may answer from the beginning of the batch that holds the wanted offset.
    if (logged.offset < reading.nextOffset) continue
    const isCommitted = logged.offset < reading.highWatermark
    if (isPlacementRecord(logged.record)) {
      if (isCommitted && uncommitted.length === 0) placing.push(logged)
      else uncommitted.push(logged)
      continue
    }
    appended.push({ logged, committed: isCommitted, before: facts })
    facts = fold(facts, logged)
    if (isCommitted && uncommitted.length === 0) committed = fold(committed, logged)
    else uncommitted.push(logged)
  }
  committed = placedBy(committed, placing)
  if (uncommitted.length > MAX_UNCOMMITTED) throw new RangeError('the log holds too many uncommitted records')
  const next = Math.max(reading.nextOffset, batch.lastOffset + 1)
  return {
    reading: { ...reading, committed, uncommitted, nextOffset: next, lastEpoch: batch.epoch },
    change: { appended, committed: [], retracted: [] },
  }
}

/** The high watermark is known to have reached `highWatermark`; it never falls. */
export function commitUpTo(reading: LogReading, highWatermark: number): { reading: LogReading; change: LogChange } {
  const change: LogChange = { appended: [], committed: [], retracted: [] }
  if (highWatermark <= reading.highWatermark) return { reading, change }
  let { committed } = reading
  const uncommitted: LoggedRecord[] = []
  const placing: LoggedRecord[] = []
  for (const logged of reading.uncommitted) {
    if (logged.offset >= highWatermark) uncommitted.push(logged)
    else if (isPlacementRecord(logged.record)) placing.push(logged)
    else {
      committed = fold(committed, logged)
      change.committed.push(logged)
    }
  }
  committed = placedBy(committed, placing)
  return { reading: { ...reading, committed, uncommitted, highWatermark }, change }
}

/**
 * An election cut the log off at `endOffset`. `null` where that reaches into what was committed: the reading cannot be
 * mended and must start over.
 */
export function truncate(
  reading: LogReading,
  endOffset: number,
  epoch: number,
): { reading: LogReading; change: LogChange } | null {
  if (endOffset < reading.highWatermark) return null
  const change: LogChange = {
    appended: [],
    committed: [],
    retracted: reading.uncommitted.filter((logged) => logged.offset >= endOffset && !isPlacementRecord(logged.record)),
  }
  return {
    reading: {
      ...reading,
      uncommitted: reading.uncommitted.filter((logged) => logged.offset < endOffset),
      nextOffset: Math.min(reading.nextOffset, endOffset),
      lastEpoch: epoch,
    },
    change,
  }
}

/**
 * Reads one batch of a snapshot. Its offsets and times are the snapshot's own, so nothing in it is an event: it is where
 * reading begins.
 */
export function readSnapshotBatch(reading: LogReading, batch: RecordBatch): LogReading {
  const logged = loggedRecords(batch)
  return { ...reading, committed: placedBy(logged.reduce(fold, reading.committed), logged) }
}

/** After a whole snapshot: the log goes on at its end offset, and all of it is committed. */
export function afterSnapshot(reading: LogReading, endOffset: number, epoch: number): LogReading {
  return {
    ...reading,
    uncommitted: [],
    nextOffset: endOffset,
    lastEpoch: epoch,
    highWatermark: Math.max(reading.highWatermark, endOffset),
  }
}
