/**
 * Hands entries on, in order and none twice as long as the other side says that it has them: as JSON lines to a file, or
 * signed to a webhook. How far it has come is a mark in the database, so that nothing is lost over a restart.
 */
import { appendFile } from 'node:fs/promises'
import { post } from '../alerts/delivery/post.ts'
import { signature } from '../alerts/delivery/webhook.ts'
import type { AuditStore } from '../storage/access/audit.ts'
import { entryOf } from './chain.ts'

export interface AuditTarget {
  /** Names it on the screen, and its mark. */
  name: string
  send(lines: readonly string[], lastSeq: number): Promise<void>
}

const AT_ONCE = 100
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000

export function fileTarget(file: string): AuditTarget {
  return {
    name: `file ${file}`,
    send: async (lines) => await appendFile(file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 }),
  }
}

export interface WebhookTargetOptions {
  url: string
  secret: string
  allowPrivate: boolean
  nowMs: () => number
}

/** One message for some entries: `{version, entries}`, signed as alerts are. */
export function webhookTarget({ url, secret, allowPrivate, nowMs }: WebhookTargetOptions): AuditTarget {
  const { host } = new URL(url)
  return {
    name: `webhook ${host}`,
    send: async (lines, lastSeq) => {
      const body = `{"version":1,"entries":[${lines.join(',')}]}`
      const headers = {
        'idempotency-key': `audit-${lastSeq}`,
        'x-quorumdeck-signature': signature(secret, body, nowMs()),
      }
      await post({ url, allowPrivate, headers, body })
    },
  }
}

export class Forwarding {
  readonly #store: AuditStore
  readonly #target: AuditTarget
  readonly #nowMs: () => number
  #seq = 0
  #problem = ''
  #retryMs = FIRST_RETRY_MS
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #again = false
  #closed = false

  constructor(store: AuditStore, target: AuditTarget, nowMs: () => number) {
    this.#store = store
    this.#target = target
    this.#nowMs = nowMs
  }

  get state(): { to: string; seq: number; problem: string } {
    return { to: this.#target.name, seq: this.#seq, problem: this.#problem }
  }

  /** There may be something to hand on. */
  wake(): void {
    if (this.#closed || this.#timer !== null) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      if (this.#again && this.#timer === null) this.wake()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running
  }

  async #run(): Promise<void> {
    this.#again = false
    const name = `to:${this.#target.name}`
    try {
      this.#seq = (await this.#store.mark(name))?.seq ?? 0
      while (!this.#closed) {
        const rows = await this.#store.after(this.#seq, AT_ONCE)
        const last = rows.at(-1)
        if (last === undefined) break
        await this.#target.send(
          rows.flatMap((row) => {
            const entry = entryOf(row)
            return entry === null ? [] : [JSON.stringify(entry)]
          }),
          last.seq,
        )
        await this.#store.setMark({ name, seq: last.seq, hash: last.hash, at_ms: this.#nowMs() })
        this.#seq = last.seq
        this.#problem = ''
        this.#retryMs = FIRST_RETRY_MS
      }
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
      if (this.#closed) return
      this.#timer = setTimeout(() => {
        this.#timer = null
        this.wake()
      }, this.#retryMs)
      this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
    }
  }
}
