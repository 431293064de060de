/**
 * Walks a file of record batches from its first byte to its last, one batch at a time: a log of any size takes a buffer of a few
 * megabytes. Reads only. What a crash leaves (a last batch that is cut off, or zero bytes) is told apart from damage, since
 * the one may be cut off and the other must not be.
 */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { BATCH_HEADER_BYTES, type BatchHeader, batchHeader, checkBatch } from '../../kafka/records/batchHeader.ts'

const CHUNK_BYTES = 4 * 1024 * 1024

/** What the next batch must follow; `null` before the first one. */
export interface Chain {
  nextOffset: number
  lastEpoch: number | null
}

export interface WalkedFile {
  bytes: number
  sha256: string
  /** Where whole batches end. */
  wholeBytes: number
  sha256Whole: string
  /** Why it is not read to its last byte; `null` where it is. */
  stop: { kind: 'torn' | 'damaged'; problem: string } | null
}

export interface BatchChecks {
  /** In a log; in a snapshot every batch is of one epoch. */
  epochsRise: boolean
  /** @throws RangeError where the batch must not stand there */
  onBatch: (batch: Buffer, header: BatchHeader) => void
}

/** A window on a file that moves forwards only. */
class Window {
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  #buffer: Buffer
  /** Of the file: where the window begins, and where what was hashed ends. */
  #start = 0
  #hashed = 0
  #length = 0
  readonly size: number
  position = 0

  constructor(fd: number) {
    this.#fd = fd
    this.size = fstatSync(fd).size
    this.#buffer = Buffer.allocUnsafe(Math.min(this.size, CHUNK_BYTES))
  }

  get left(): number {
    return this.size - this.position
  }

  /** The next `length` bytes, or as many as there are. Valid until the next call. */
  peek(length: number): Buffer {
    const wanted = Math.min(length, this.left)
    if (this.position + wanted > this.#start + this.#length) this.#fill(wanted)
    const from = this.position - this.#start
    return this.#buffer.subarray(from, from + wanted)
  }

  #fill(wanted: number): void {
    this.#hashUpTo(this.position)
    const kept = this.#buffer.subarray(this.position - this.#start, this.#length)
    const next = wanted > this.#buffer.length ? Buffer.allocUnsafe(wanted + CHUNK_BYTES) : this.#buffer
    kept.copy(next)
    this.#length = kept.length
    this.#buffer = next
    this.#start = this.position
    while (this.#length < wanted) {
      const read = readSync(this.#fd, next, this.#length, next.length - this.#length, this.#start + this.#length)
      if (read === 0) throw new RangeError('the file became shorter while it was read')
      this.#length += read
    }
  }

  #hashUpTo(position: number): void {
    this.#hash.update(this.#buffer.subarray(this.#hashed - this.#start, position - this.#start))
    this.#hashed = position
  }

  /** SHA-256 of everything before the position. */
  digest(): string {
    this.#hashUpTo(this.position)
    return this.#hash.copy().digest('hex')
  }
}

/** Whether a whole batch that would follow later stands anywhere in `bytes`: then what precedes it is no torn end. */
function holdsLaterBatch(bytes: Buffer, nextOffset: number): boolean {
  for (let at = 1; at + BATCH_HEADER_BYTES <= bytes.length; at += 1) {
    // Cheap signs first: magic, and the upper bytes of an offset.
    if (bytes[at + 16] !== 2 || bytes[at] !== 0 || bytes[at + 1] !== 0) continue
    const rest = bytes.subarray(at)
    try {
      const header = batchHeader(rest)
      if (header.baseOffset <= nextOffset || header.bytes > rest.length) continue
      checkBatch(rest.subarray(0, header.bytes))
      return true
    } catch {
      // No batch begins here.
    }
  }
  return false
}

/** The same bytes under the length that the file has: then the length is what is wrong, and the batch is there. */
function wholeByFileEnd(bytes: Buffer): boolean {
  try {
    checkBatch(bytes)
    return true
  } catch {
    return false
  }
}

function zerosToTheEnd(window: Window): boolean {
  while (window.left > 0) {
    const part = window.peek(CHUNK_BYTES)
    if (part.some((byte) => byte !== 0)) return false
    window.position += part.length
  }
  return true
}

/** Beginning of a header that is cut off: as far as it reaches, it must be the one that would follow. */
function beginsNext(bytes: Buffer, { nextOffset }: Chain): boolean {
  if (bytes.length >= 8 && bytes.readBigInt64BE(0) !== BigInt(nextOffset)) return false
  return bytes.length <= 16 || bytes[16] === 2
}

function checkChain(header: BatchHeader, chain: Chain, epochsRise: boolean): void {
  if (header.baseOffset !== chain.nextOffset)
    throw new RangeError(
      `offset ${header.baseOffset} stands where offset ${chain.nextOffset} must follow: records are missing, doubled, or of another log`,
    )
  if (!epochsRise) return
  if (chain.lastEpoch !== null && header.epoch < chain.lastEpoch)
    throw new RangeError(`epoch ${header.epoch} follows epoch ${chain.lastEpoch}: epochs only rise in one log`)
  // A leader begins its epoch with a control batch (LeaderState#appendStartOfEpochControlRecords). Of a log whose beginning was
  // dropped, the first batch may stand anywhere in its epoch.
  const begins = chain.lastEpoch === null ? header.baseOffset === 0 : header.epoch !== chain.lastEpoch
  if (begins && !header.control) throw new RangeError(`epoch ${header.epoch} begins without the record of its leader`)
}

type Stop = NonNullable<WalkedFile['stop']>

/** Takes the batch at the position; `null` where it is whole, `zeros` where nothing was written. */
function step(window: Window, chain: Chain, { epochsRise, onBatch }: BatchChecks): Stop | 'zeros' | null {
  const damaged = (problem: string): Stop => ({ kind: 'damaged', problem })
  const head = window.peek(BATCH_HEADER_BYTES)
  if (head.every((byte) => byte === 0)) return 'zeros'
  if (head.length < BATCH_HEADER_BYTES)
    return beginsNext(head, chain)
      ? { kind: 'torn', problem: `the last batch is cut off in its header, after ${head.length} bytes` }
      : damaged(`${head.length} bytes at the end are no beginning of the batch that would follow`)
  let header: BatchHeader
  try {
    header = batchHeader(head)
    checkChain(header, chain, epochsRise)
  } catch (error) {
    return damaged(`the batch that begins here: ${(error as Error).message}`)
  }
  const batch = window.peek(header.bytes)
  if (batch.length < header.bytes) {
    if (wholeByFileEnd(batch)) return damaged('the last batch is whole, but announces another length')
    if (holdsLaterBatch(batch, chain.nextOffset))
      return damaged('a batch announces more bytes than it has, and others follow it')
    return { kind: 'torn', problem: `the last batch is cut off: ${batch.length} of ${header.bytes} bytes are there` }
  }
  try {
    checkBatch(batch)
    onBatch(batch, header)
  } catch (error) {
    return damaged(`the batch that begins here: ${(error as Error).message}`)
  }
  window.position += header.bytes
  chain.nextOffset = header.lastOffset + 1
  chain.lastEpoch = header.epoch
  return null
}

/** Moves `chain` on as far as whole batches reach. */
export function walkBatches(path: string, chain: Chain, checks: BatchChecks): WalkedFile {
  const fd = openSync(path, 'r')
  try {
    const window = new Window(fd)
    let stop: Stop | 'zeros' | null = null
    while (stop === null && window.left > 0) stop = step(window, chain, checks)
    const [wholeBytes, sha256Whole] = [window.position, window.digest()]
    if (stop === 'zeros')
      stop = zerosToTheEnd(window)
        ? { kind: 'torn', problem: 'zero bytes stand where the next batch would begin' }
        : { kind: 'damaged', problem: 'zero bytes stand where the next batch would begin, and others behind them' }
    while (window.left > 0) window.position += window.peek(CHUNK_BYTES).length
    return { bytes: window.size, sha256: window.digest(), wholeBytes, sha256Whole, stop }
  } finally {
    closeSync(fd)
  }
}
