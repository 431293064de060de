/**
 * Sixty points of one cluster in columns: filled point by point, packed as one, read as one. A moment that is folded twice is
 * one point, and none is lost for good where the clock steps back: the later statement about a time counts.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { QuorumView, ReplicaKey } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'
import { type Fold, folded, QUORUM_COLUMNS, quorumValues, REPLICA_COLUMNS, replicaValues } from './columns.ts'
import { PackedReader, PackedWriter } from './packing.ts'
import { BLOCK_POINTS } from './tiers.ts'

const VERSION = 1
/** More of what is packed is none of ours. */
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024

export interface ReplicaColumns {
  replica: ReplicaKey
  /** In the order of `REPLICA_COLUMNS`; `NaN` where unknown or not listed. */
  columns: Float64Array[]
}

function emptyColumns(of: readonly unknown[]): Float64Array[] {
  return of.map(() => new Float64Array(BLOCK_POINTS).fill(Number.NaN))
}

function fold(
  columns: readonly Float64Array[],
  at: number,
  values: (number | null)[],
  folds: readonly { fold: Fold }[],
) {
  folds.forEach((one, index) => {
    const column = columns[index]
    if (column !== undefined) column[at] = folded(one.fold, column[at] ?? Number.NaN, values[index] ?? Number.NaN)
  })
}

function copyPoint(into: readonly Float64Array[], from: readonly Float64Array[], at: number): void {
  into.forEach((column, index) => {
    column[at] = from[index]?.[at] ?? Number.NaN
  })
}

export class SampleBlock {
  readonly startMs: number
  readonly stepMs: number
  /** 1 where something was observed. */
  readonly observed: Uint8Array
  readonly quorum: Float64Array[]
  readonly replicas: Map<string, ReplicaColumns>

  constructor(
    startMs: number,
    stepMs: number,
    observed = new Uint8Array(BLOCK_POINTS),
    quorum = emptyColumns(QUORUM_COLUMNS),
    replicas = new Map<string, ReplicaColumns>(),
  ) {
    this.startMs = startMs
    this.stepMs = stepMs
    this.observed = observed
    this.quorum = quorum
    this.replicas = replicas
  }

  get endMs(): number {
    return this.startMs + this.stepMs * BLOCK_POINTS
  }

  /** @returns the point of this moment; out of range where it is not in the block */
  pointAt(atMs: number): number {
    return Math.floor((atMs - this.startMs) / this.stepMs)
  }

  /** Begin of a point. */
  timeOf(point: number): number {
    return this.startMs + point * this.stepMs
  }

  fold(view: QuorumView): void {
    const at = this.pointAt(view.observedAtMs)
    if (at < 0 || at >= BLOCK_POINTS) throw new RangeError('the observation is not of this block')
    this.observed[at] = 1
    fold(this.quorum, at, quorumValues(view), QUORUM_COLUMNS)
    for (const replica of view.replicas) {
      fold(this.#of(replica).columns, at, replicaValues(replica), REPLICA_COLUMNS)
    }
  }

  /** Whatever was said about the time from this moment on is void: the clock was set back. */
  forgetFrom(atMs: number): void {
    const at = Math.max(0, this.pointAt(atMs))
    this.observed.fill(0, at)
    for (const column of this.quorum) column.fill(Number.NaN, at)
    for (const { columns } of this.replicas.values()) for (const column of columns) column.fill(Number.NaN, at)
  }

  /** Points that are not observed here, from another block of the same time. */
  fillFrom(other: SampleBlock): void {
    for (let at = 0; at < BLOCK_POINTS; at += 1) {
      if (this.observed[at] === 1 || other.observed[at] !== 1) continue
      this.observed[at] = 1
      copyPoint(this.quorum, other.quorum, at)
      for (const { replica, columns } of other.replicas.values()) copyPoint(this.#of(replica).columns, columns, at)
    }
  }

  pack(): Uint8Array {
    const writer = new PackedWriter()
    writer.count(VERSION)
    writer.raw(this.observed)
    writer.count(this.quorum.length)
    for (const column of this.quorum) writer.column(column)
    writer.count(this.replicas.size)
    writer.count(REPLICA_COLUMNS.length)
    for (const { replica, columns } of this.replicas.values()) {
      writer.count(replica.nodeId)
      writer.text(replica.directoryId ?? '')
      for (const column of columns) writer.column(column)
    }
    return deflateRawSync(writer.bytes())
  }

  /** @throws Error for bytes that are no block of this version */
  static unpack(startMs: number, stepMs: number, bytes: Uint8Array): SampleBlock {
    const reader = new PackedReader(inflateRawSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }))
    const version = reader.count()
    if (version !== VERSION) throw new RangeError(`a block of version ${version}`)
    const observed = Uint8Array.from(reader.raw(BLOCK_POINTS))
    const columns = (count: number) => Array.from({ length: count }, () => reader.column(BLOCK_POINTS))
    const quorum = columns(reader.count())
    const replicas = new Map<string, ReplicaColumns>()
    const count = reader.count()
    const width = reader.count()
    for (let i = 0; i < count; i += 1) {
      const nodeId = reader.count()
      const replica = { nodeId, directoryId: reader.text() || null }
      replicas.set(keyText(replica), { replica, columns: columns(width) })
    }
    return new SampleBlock(startMs, stepMs, observed, quorum, replicas)
  }

  #of({ nodeId, directoryId }: ReplicaKey): ReplicaColumns {
    const key = keyText({ nodeId, directoryId })
    const held = this.replicas.get(key)
    if (held !== undefined) return held
    const made = { replica: { nodeId, directoryId }, columns: emptyColumns(REPLICA_COLUMNS) }
    this.replicas.set(key, made)
    return made
  }
}
