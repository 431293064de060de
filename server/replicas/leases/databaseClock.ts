/** What the database's clock shows, by our monotonic one: all replicas can say "now" alike. */

/** A reading that took longer says less; one that is old is believed less with time, by so much for each ms. */
const AGING = 0.01

interface Reading {
  /** Of the database, less ours. */
  offsetMs: number
  /** The database was read at some moment within this. */
  tookMs: number
  atMs: number
}

export class DatabaseClock {
  readonly #monotonicMs: () => number
  #best: Reading | null = null

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** Reads it by `ask`, which resolves with the database's Unix ms. */
  async read(ask: () => Promise<number>): Promise<void> {
    const askedMs = this.#monotonicMs()
    const databaseMs = await ask()
    const atMs = this.#monotonicMs()
    const tookMs = atMs - askedMs
    const best = this.#best
    if (best !== null && best.tookMs + (atMs - best.atMs) * AGING < tookMs) return
    this.#best = { offsetMs: databaseMs - (askedMs + tookMs / 2), tookMs, atMs }
  }

  /** Unix ms of the database by now; `null` before it was read. */
  nowMs(): number | null {
    return this.#best === null ? null : this.#monotonicMs() + this.#best.offsetMs
  }
}
