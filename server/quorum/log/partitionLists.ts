/**
 * Replicas, in-sync replicas, moves and leader of every partition, by numbers that are given here: one block of whole
 * numbers each, so that a large cluster is a few large arrays (intColumn.ts). Pure.
 */
import type { LoggedPartition } from '../../kafka/records/metadataRecord.ts'
import { IntColumn } from './intColumn.ts'

/** Of a block: its room, then how many replicas, in-sync replicas, adding and removing ones; their ids follow. */
const HEAD = 5
/** Blocks have as much room as the next multiple of this, so that one that was given back fits another partition. */
const ROUNDED = 4
/** In the column of leaders. Node ids are never negative. */
const NOBODY = -1
/** Most partitions are not moved. Shared, so nobody may change it. */
const NONE: number[] = []
Object.freeze(NONE)

export class PartitionLists {
  readonly #ids = new IntColumn()
  readonly #block = new IntColumn()
  readonly #leader = new IntColumn()
  readonly #partition = new IntColumn()
  /** Blocks that were given back, by their room. */
  readonly #freeBlocks = new Map<number, number[]>()
  readonly #freeNumbers: number[] = []

  get size(): number {
    return this.#partition.length - this.#freeNumbers.length
  }

  /** @returns the number of this partition */
  add(partition: number): number {
    const number = this.#freeNumbers.pop() ?? this.#added()
    this.#partition.set(number, partition)
    this.#block.set(number, NOBODY)
    this.#leader.set(number, NOBODY)
    return number
  }

  remove(number: number): void {
    this.#giveBack(number)
    this.#freeNumbers.push(number)
  }

  partitionOf(number: number): number {
    return this.#partition.get(number)
  }

  read(number: number): LoggedPartition {
    const at = this.#block.get(number)
    const isrAt = at + HEAD + this.#ids.get(at + 1)
    const addingAt = isrAt + this.#ids.get(at + 2)
    const removingAt = addingAt + this.#ids.get(at + 3)
    const leader = this.#leader.get(number)
    return {
      replicas: this.#list(at + HEAD, isrAt),
      isr: this.#list(isrAt, addingAt),
      adding: this.#list(addingAt, removingAt),
      removing: this.#list(removingAt, removingAt + this.#ids.get(at + 4)),
      leader: leader === NOBODY ? null : leader,
    }
  }

  write(number: number, { replicas, isr, adding, removing, leader }: Readonly<LoggedPartition>): void {
    const needed = HEAD + replicas.length + isr.length + adding.length + removing.length
    const at = this.#roomFor(number, needed)
    this.#leader.set(number, leader ?? NOBODY)
    this.#ids.set(at + 1, replicas.length)
    this.#ids.set(at + 2, isr.length)
    this.#ids.set(at + 3, adding.length)
    this.#ids.set(at + 4, removing.length)
    let to = at + HEAD
    for (const ids of [replicas, isr, adding, removing]) {
      for (const id of ids) {
        this.#ids.set(to, id)
        to += 1
      }
    }
  }

  #list(from: number, end: number): number[] {
    if (from === end) return NONE
    const ids: number[] = []
    for (let i = from; i < end; i += 1) ids.push(this.#ids.get(i))
    return ids
  }

  #added(): number {
    const number = this.#partition.extend(1)
    this.#block.extend(1)
    this.#leader.extend(1)
    return number
  }

  /** The block of this partition, where it has room enough; otherwise another. */
  #roomFor(number: number, needed: number): number {
    const at = this.#block.get(number)
    if (at !== NOBODY && this.#ids.get(at) >= needed) return at
    if (at !== NOBODY) this.#giveBack(number)
    const room = Math.ceil(needed / ROUNDED) * ROUNDED
    const block = this.#freeBlocks.get(room)?.pop() ?? this.#ids.extend(room)
    this.#ids.set(block, room)
    this.#block.set(number, block)
    return block
  }

  #giveBack(number: number): void {
    const at = this.#block.get(number)
    if (at === NOBODY) return
    const room = this.#ids.get(at)
    const free = this.#freeBlocks.get(room)
    if (free === undefined) this.#freeBlocks.set(room, [at])
    else free.push(at)
    this.#block.set(number, NOBODY)
  }
}
