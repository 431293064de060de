/**
 * The one writer of the record. Events are taken in the order in which they come, given a place in the chain, and written
 * down together; what the disk does not take waits, bounded, and is told on the screen and in the metrics.
 */
import type { AuditEvent } from '../contract/access/audit.ts'
import type { AuditRow, AuditStore } from '../storage/access/audit.ts'
import type { AuditSink } from './auditSink.ts'
import { NOTHING, rowOf } from './chain.ts'

const MOST_WAITING = 5000
/** In one transaction. */
const MOST_AT_ONCE = 200
const RETRY_MS = 2000
/** More than so many lost to other writers in a row is no race any more. */
const MOST_RACES = 20

export interface AuditLogOptions {
  store: AuditStore
  nowMs: () => number
  /** Rows were written down. */
  onWritten: (rows: readonly AuditRow[]) => void
  onError: (error: unknown) => void
}

interface Waiting {
  event: AuditEvent
  atMs: number
  done: () => void
}

export class AuditLog implements AuditSink {
  readonly #options: AuditLogOptions
  readonly #waiting: Waiting[] = []
  #writing: Promise<void> | null = null
  #retry: NodeJS.Timeout | null = null
  #problem = ''
  #dropped = 0
  #closed = false

  constructor(options: AuditLogOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get problem(): string {
    return this.#problem
  }

  async record(event: AuditEvent): Promise<void> {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#dropped += 1
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ event, atMs: this.#options.nowMs(), done: resolve })
    this.#write()
    await promise
  }

  /** Writes down what waits, as far as the disk takes it. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    this.#write()
    await this.#writing
  }

  #write(): void {
    if (this.#retry !== null && !this.#closed) return this.#answerAll()
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null
      // Something may have come in the meantime.
      if (this.#waiting.length > 0 && this.#retry === null && !this.#closed) this.#write()
    })
  }

  async #writeAll(): Promise<void> {
    try {
      for (let races = 0; this.#waiting.length > 0; ) {
        const batch = this.#waiting.slice(0, MOST_AT_ONCE)
        const rows = await this.#rowsOf(batch)
        if (!(await this.#options.store.append(rows))) {
          races += 1
          if (races > MOST_RACES) throw new Error('others write to the record without a break')
          continue
        }
        this.#waiting.splice(0, batch.length)
        this.#problem = ''
        this.#dropped = 0
        for (const { done } of batch) done()
        this.#options.onWritten(rows)
      }
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
      this.#options.onError(error)
      // Nobody waits for a disk that takes nothing: it is kept, and what was asked for goes on.
      this.#answerAll()
      if (this.#closed) return
      this.#retry = setTimeout(() => {
        this.#retry = null
        this.#write()
      }, RETRY_MS)
    }
  }

  #answerAll(): void {
    for (const { done } of this.#waiting) done()
  }

  async #rowsOf(batch: readonly Waiting[]): Promise<AuditRow[]> {
    const head = await this.#options.store.mark('head')
    let [seq, hash, lastAtMs] = [head?.seq ?? 0, head?.hash ?? NOTHING, head?.at_ms ?? 0]
    const rows: AuditRow[] = []
    const events = this.#dropped === 0 ? batch : [...batch, lost(this.#dropped, this.#options.nowMs())]
    for (const { event, atMs } of events) {
      // A clock that is set back does not put an entry before another.
      lastAtMs = Math.max(lastAtMs, atMs)
      const row = rowOf(event, seq + 1, lastAtMs, hash)
      rows.push(row)
      seq = row.seq
      hash = row.hash
    }
    return rows
  }
}

function lost(events: number, atMs: number): Waiting {
  const text = `${events} events came while the record could not be written, and are not on it.`
  const event: AuditEvent = {
    kind: 'audit',
    actor: null,
    cluster: null,
    run: null,
    outcome: 'failed',
    text,
    address: null,
    detail: { lost: events },
  }
  return { event, atMs, done: () => {} }
}
