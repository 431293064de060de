/** The record of who did what, put together: its writer, its check, what is handed on, what is cut off. */
import { setImmediate } from 'node:timers/promises'
import type { AuditEntry, AuditEvent, AuditPage, AuditState, ChainState } from '../contract/access/audit.ts'
import type { AuditFilter, AuditRow, AuditStore } from '../storage/access/audit.ts'
import { AuditLog } from './auditLog.ts'
import type { AuditSink } from './auditSink.ts'
import { entryOf } from './chain.ts'
import { type AuditTarget, Forwarding } from './forwarding.ts'
import { Verification } from './verification.ts'

const PAGE = 100
/** Entries that one question to the database looks at: about 2 ms. */
const WINDOW = 5000
const DAY_MS = 24 * 3600 * 1000
const CUT_EVERY_MS = 3600 * 1000
/** Entries of one piece of an export. */
const PIECE = 200

export interface AuditOptions {
  store: AuditStore
  targets: readonly AuditTarget[]
  /** `null`: everything is kept. */
  keepDays: number | null
  nowMs: () => number
  onError: (error: unknown) => void
  /** The chain was found broken, or whole. */
  onChain: (state: ChainState) => void
}

export class Audit implements AuditSink {
  readonly #options: AuditOptions
  readonly #log: AuditLog
  readonly #verification: Verification
  readonly #forwardings: Forwarding[]
  readonly #timer: NodeJS.Timeout

  constructor(options: AuditOptions) {
    this.#options = options
    const { store, targets, nowMs, onError, onChain } = options
    this.#forwardings = targets.map((target) => new Forwarding(store, target, nowMs))
    const onWritten = () => {
      for (const forwarding of this.#forwardings) forwarding.wake()
    }
    this.#log = new AuditLog({ store, nowMs, onError, onWritten })
    this.#verification = new Verification({ store, nowMs, onChange: onChain })
    this.#timer = setInterval(() => void this.cut().catch(onError), CUT_EVERY_MS).unref()
  }

  /** Looks at the chain as it was left, and hands on what was not yet. Nothing waits for it. */
  begin(): void {
    for (const forwarding of this.#forwardings) forwarding.wake()
    void this.cut()
      .then(() => this.#verification.run())
      .catch(this.#options.onError)
  }

  record(event: AuditEvent): Promise<void> {
    return this.#log.record(event)
  }

  async verify(): Promise<ChainState> {
    return await this.#verification.run()
  }

  get chain(): ChainState {
    return this.#verification.state
  }

  get waiting(): number {
    return this.#log.waiting
  }

  async page(filter: AuditFilter, before: number | null): Promise<AuditPage> {
    const rows = await this.#newest(filter, before, PAGE + 1)
    const shown = rows.slice(0, PAGE)
    const next = rows.length > PAGE ? (shown.at(-1)?.seq ?? null) : null
    return { entries: shown.flatMap((row) => entryOf(row) ?? []), next }
  }

  /** Newest first, piece by piece: a slow reader is made nothing ahead. */
  async *entries(filter: AuditFilter): AsyncGenerator<AuditEntry[]> {
    for (let before: number | null = null; ; ) {
      const rows = await this.#newest(filter, before, PIECE)
      if (rows.length === 0) return
      yield rows.flatMap((row) => entryOf(row) ?? [])
      before = rows.at(-1)?.seq ?? null
    }
  }

  /** A filter that few entries fit is looked for a window at a time, with a turn for everything else between two. */
  async #newest(filter: AuditFilter, before: number | null, limit: number): Promise<AuditRow[]> {
    const { store } = this.#options
    const first = await store.first()
    let to = before ?? ((await store.mark('head'))?.seq ?? 0) + 1
    const found: AuditRow[] = []
    while (first !== null && to > first && found.length < limit) {
      const from = Math.max(first, to - WINDOW)
      found.push(...(await store.page(filter, from, to, limit - found.length)))
      to = from
      await setImmediate()
    }
    return found
  }

  async state(): Promise<AuditState> {
    const { store, keepDays } = this.#options
    const [head, cut, first] = [await store.mark('head'), await store.mark('cut'), await store.first()]
    return {
      chain: this.chain,
      first,
      last: head?.seq ?? null,
      cut: cut === null ? null : { seq: cut.seq, atMs: cut.at_ms },
      keepDays,
      waiting: this.#log.waiting,
      problem: this.#log.problem,
      forwarding: this.#forwardings.map(({ state }) => state),
    }
  }

  /** Forgets what is older than it is to be kept; what is not handed on yet stays. */
  async cut(): Promise<void> {
    const { store, keepDays, nowMs } = this.#options
    if (keepDays === null) return
    const row = await store.lastBefore(nowMs() - keepDays * DAY_MS)
    if (row === null || this.chain.state === 'broken') return
    for (const { state } of this.#forwardings) {
      const handedOn = (await store.mark(`to:${state.to}`))?.seq ?? 0
      if (handedOn < row.seq) return
    }
    await this.record({
      kind: 'audit',
      actor: { id: 'quorumdeck', name: 'Quorumdeck', source: 'server' },
      cluster: null,
      run: null,
      outcome: 'done',
      text: `Entries up to ${row.seq} are cut off: they are older than ${keepDays} days.`,
      address: null,
      detail: { upTo: row.seq, hash: row.hash },
    })
    // A cut that no entry tells of is a break. What the disk has not taken is told at the next attempt.
    if (this.#log.waiting === 0) await store.cut(row, nowMs())
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#log.close()
    await this.#verification.close()
    await Promise.all(this.#forwardings.map((forwarding) => forwarding.close()))
  }
}
