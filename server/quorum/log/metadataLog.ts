/**
 * What the metadata log holds, folded record by record. Pure.
 *
 * A record counts as committed once the high watermark has passed it. Until then an election may cut it off, so
 * uncommitted records wait beside the committed facts and can be dropped again.
 *
 * Everything that may be long is a generator that stops after each record: whoever drives it decides how much is done
 * before something else gets its turn (slices.ts), and may leave it at any step.
 */
import type { Endpoint } from '../../contract/quorumView.ts'
import { type ControlRecord, controlRecord, type Voter } from '../../kafka/records/controlRecord.ts'
import { type MetadataRecord, metadataRecord } from '../../kafka/records/metadataRecord.ts'
import type { RecordFrame } from '../../kafka/records/recordBatch.ts'
import { LoggedState } from './loggedState.ts'
import { EMPTY_PLACEMENT, isPlacementRecord, LoggedPlacement, type Placement } from './placement.ts'

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

export interface BrokerRegistration extends Registration {
  fenced: boolean
  rack: string | null
  /** Directory ids of its log directories; absent where nothing shows it. */
  directories?: string[]
}

/** To be read. The maps and the placement change in place when the log goes on. */
export interface LogFacts {
  controllers: ReadonlyMap<number, Registration>
  brokers: ReadonlyMap<number, BrokerRegistration>
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

/** What stood in the log right before a record, as far as its event tells of it. */
export interface Before {
  leader: LogFacts['leader']
  voters: LogFacts['voters']
  /** Of the broker that the record is about; `null` where there is none. */
  fenced: boolean | null
}

/** What became of one record that is about the quorum; those of partitions and configurations are no news. */
export type LogChange =
  /** It was read now; `committed`: it is already. */
  | { kind: 'appended'; logged: LoggedRecord; committed: boolean; before: Before }
  /** It was uncommitted, and is committed now. */
  | { kind: 'committed'; logged: LoggedRecord }
  /** It was uncommitted, and is gone. */
  | { kind: 'retracted'; logged: LoggedRecord }

/** After each record: what became of it, or `null` where that is no news. */
export type Steps = Generator<LogChange | null, void, undefined>

/** More uncommitted records than any leader leaves behind; beyond it the reader starts over. A topic may have 10,000s of partitions. */
const MAX_UNCOMMITTED = 200_000
/** Records that are done with are dropped from the front of the queue once they are this many. */
const DROPPED_AT_ONCE = 1024

/** The records of a batch that are about the quorum, or `null` for each of the others. @throws RangeError */
function* loggedRecords(batch: RecordFrame): Generator<{ offset: number; logged: LoggedRecord | null }> {
  for (const entry of batch.records) {
    const record = batch.control ? controlRecord(entry) : entry.value === null ? null : metadataRecord(entry.value)
    const { offset } = entry
    yield {
      offset,
      logged: record === null ? null : { offset, epoch: batch.epoch, atMs: batch.timestampMs, record },
    }
  }
}

/** The state of the reading: committed facts, and the uncommitted records after them. */
export class LogReading {
  readonly #committed = new LoggedState()
  readonly #placement = new LoggedPlacement()
  /** Committed and uncommitted ones. */
  #current = new LoggedState()
  #uncommitted: LoggedRecord[] = []
  /** How many at the front of them are committed by now. */
  #settled = 0
  #pending: LoggedRecord | null = null
  #nextOffset = 0
  #lastEpoch = 0
  #highWatermark = 0

  /** Where to read on. */
  get nextOffset(): number {
    return this.#nextOffset
  }

  /** Epoch of the record before {@link nextOffset}. */
  get lastEpoch(): number {
    return this.#lastEpoch
  }

  get highWatermark(): number {
    return this.#highWatermark
  }

  facts(): LogFacts {
    const pending = this.#pending
    return {
      ...this.#current.facts(),
      placement: this.#placement,
      endOffset: this.#nextOffset,
      pendingVoters:
        pending?.record.kind !== 'voters'
          ? null
          : {
              offset: pending.offset,
              epoch: pending.epoch,
              atMs: pending.atMs,
              voters: pending.record.voters,
              before: this.#committed.voters,
            },
    }
  }

  /** Reads one more batch. @throws RangeError for bytes that are no records, or endless uncommitted ones */
  *read(batch: RecordFrame): Steps {
    this.#lastEpoch = batch.epoch
    for (const { offset, logged } of loggedRecords(batch)) {
      // A fetch may answer from the beginning of the batch that holds the wanted offset.
      if (offset < this.#nextOffset) continue
      this.#nextOffset = offset + 1
      yield logged === null ? null : this.#append(logged)
    }
    this.#nextOffset = Math.max(this.#nextOffset, batch.lastOffset + 1)
  }

  /** The high watermark is known to have reached this; it never falls. {@link settle} follows. */
  raise(highWatermark: number): void {
    this.#highWatermark = Math.max(this.#highWatermark, highWatermark)
  }

  /** What was uncommitted and is below the high watermark becomes committed. */
  *settle(): Steps {
    for (;;) {
      const logged = this.#uncommitted[this.#settled]
      if (logged === undefined || logged.offset >= this.#highWatermark) return
      this.#settled += 1
      if (this.#settled === DROPPED_AT_ONCE || this.#settled === this.#uncommitted.length) {
        this.#uncommitted.splice(0, this.#settled)
        this.#settled = 0
      }
      yield this.#commit(logged)
    }
  }

  /**
   * An election cut the log off at `endOffset`.
   * @returns what is gone; `null` where that reaches into what was committed: the reading cannot be mended and must start over
   */
  truncate(endOffset: number, epoch: number): LogChange[] | null {
    if (endOffset < this.#highWatermark) return null
    const waiting = this.#uncommitted.slice(this.#settled)
    const gone = waiting.filter(({ offset, record }) => offset >= endOffset && !isPlacementRecord(record))
    this.#uncommitted = waiting.filter(({ offset }) => offset < endOffset)
    this.#settled = 0
    this.#current = this.#committed.copy()
    this.#pending = null
    for (const logged of this.#uncommitted) this.#foldCurrent(logged)
    this.#nextOffset = Math.min(this.#nextOffset, endOffset)
    this.#lastEpoch = epoch
    return gone.map((logged) => ({ kind: 'retracted', logged }))
  }

  /** Everything that waits to be committed, as gone: the reading is given up. */
  retracted(): LogChange[] {
    return this.#uncommitted
      .slice(this.#settled)
      .filter(({ record }) => !isPlacementRecord(record))
      .map((logged) => ({ kind: 'retracted', logged }))
  }

  /**
   * Reads one batch of a snapshot, into a reading that has read nothing else. Its offsets and times are the snapshot's
   * own, so nothing in it is an event: it is where reading begins.
   */
  *readSnapshot(batch: RecordFrame): Steps {
    for (const { logged } of loggedRecords(batch)) {
      if (logged !== null) {
        this.#commit(logged)
        this.#foldCurrent(logged)
      }
      yield null
    }
  }

  /** After a whole snapshot: the log goes on at its end offset, and all of it is committed. */
  afterSnapshot(endOffset: number, epoch: number): void {
    this.#nextOffset = endOffset
    this.#lastEpoch = epoch
    this.#pending = null
    this.raise(endOffset)
  }

  #append(logged: LoggedRecord): LogChange | null {
    const { record } = logged
    const before = this.#before(record)
    const committed = logged.offset < this.#highWatermark
    this.#foldCurrent(logged)
    // In their order: nothing is committed before what stands in front of it.
    if (committed && this.#settled === this.#uncommitted.length) this.#commit(logged)
    else if (this.#uncommitted.push(logged) - this.#settled > MAX_UNCOMMITTED) {
      throw new RangeError('the log holds too many uncommitted records')
    }
    return isPlacementRecord(record) ? null : { kind: 'appended', logged, committed, before }
  }

  #before(record: LoggedRecord['record']): Before {
    const { leader, voters } = this.#current
    return { leader, voters, fenced: 'nodeId' in record ? this.#current.isFenced(record.nodeId) : null }
  }

  #commit(logged: LoggedRecord): LogChange | null {
    const { record } = logged
    if (isPlacementRecord(record)) {
      this.#placement.apply(record)
      return null
    }
    this.#committed.apply(logged)
    if (this.#pending === logged) this.#pending = null
    return { kind: 'committed', logged }
  }

  #foldCurrent(logged: LoggedRecord): void {
    if (isPlacementRecord(logged.record)) return
    this.#current.apply(logged)
    if (logged.record.kind === 'voters') this.#pending = logged
  }
}
