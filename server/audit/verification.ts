/** Walks along the whole chain, a slice at a time, and says where it is broken. */
import { setImmediate } from 'node:timers/promises'
import type { ChainState } from '../contract/access/audit.ts'
import type { AuditMark, AuditRow, AuditStore } from '../storage/access/audit.ts'
import { entryOf, flawOf, NOTHING } from './chain.ts'

/** Rows between two turns of everything else: about 1 ms. */
const SLICE = 50

export interface VerificationOptions {
  store: AuditStore
  nowMs: () => number
  onChange: (state: ChainState) => void
}

export class Verification {
  readonly #options: VerificationOptions
  #state: ChainState = { state: 'not-checked', checkedAtMs: null, entries: 0, broken: null }
  #running: Promise<ChainState> | null = null
  #closed = false

  constructor(options: VerificationOptions) {
    this.#options = options
  }

  get state(): ChainState {
    return this.#state
  }

  /** One at a time: whoever asks meanwhile gets the same answer. */
  async run(): Promise<ChainState> {
    this.#running ??= this.#walk().finally(() => {
      this.#running = null
    })
    return await this.#running
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running?.catch(() => {})
  }

  #set(state: ChainState): ChainState {
    this.#state = state
    this.#options.onChange(state)
    return state
  }

  async #walk(): Promise<ChainState> {
    const { store, nowMs } = this.#options
    const before = this.#state
    // A break that was found stays told until the chain was found whole again.
    if (before.state !== 'broken') this.#set({ ...before, state: 'checking' })
    // What is written while this goes on is looked at next time.
    // The cut first: the entry that tells of it is before the head.
    const [cut, head] = [await store.mark('cut'), await store.mark('head')]
    const last = head?.seq ?? 0
    let [seq, hash, entries] = [cut?.seq ?? 0, cut?.hash ?? NOTHING, 0]
    const end = (broken: ChainState['broken']): ChainState =>
      this.#set({ state: broken === null ? 'whole' : 'broken', checkedAtMs: nowMs(), entries, broken })
    let untold = cut
    const endOfAll = (): ChainState =>
      end(untold === null ? null : { seq: untold.seq, what: 'what was up to here is cut off, and no entry says so' })
    while (!this.#closed) {
      const rows = await store.after(seq, SLICE)
      if (rows.length === 0) {
        if (seq < last) return end({ seq: seq + 1, what: `entries ${seq + 1} to ${last} are missing at the end` })
        return endOfAll()
      }
      for (const row of rows) {
        const what = flawOf(row, seq + 1, hash)
        if (what !== null) {
          // Cut off while this went on: it begins elsewhere now.
          if ((await store.mark('cut'))?.seq !== cut?.seq) return await this.#walk()
          return end({ seq: row.seq, what })
        }
        entries += 1
        seq = row.seq
        hash = row.hash
        if (untold !== null && tellsOf(row, untold)) untold = null
        if (head !== null && row.seq === head.seq) {
          if (row.hash === head.hash) return endOfAll()
          return end({ seq: row.seq, what: 'it is not the entry that was written last' })
        }
      }
      await setImmediate()
    }
    return this.#state
  }
}

function tellsOf(row: AuditRow, cut: AuditMark): boolean {
  if (row.kind !== 'audit') return false
  const { upTo, hash } = entryOf(row)?.detail ?? {}
  return upTo === cut.seq && hash === cut.hash
}
