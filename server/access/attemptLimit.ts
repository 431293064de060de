/** How often an address may be wrong with a token. */

/** Wrong attempts at once; one more comes back every REFILL_MS. */
const BURST = 10
const REFILL_MS = 6000
/** Addresses remembered; the oldest are forgotten first. */
const MAX_ADDRESSES = 10_000

export class AttemptLimit {
  readonly #spent = new Map<string, { wrong: number; atMs: number }>()

  #current(address: string, nowMs: number): number {
    const entry = this.#spent.get(address)
    if (entry === undefined) return 0
    return Math.max(0, entry.wrong - (nowMs - entry.atMs) / REFILL_MS)
  }

  /** Whether this address may try now. */
  allows(address: string, nowMs: number): boolean {
    return this.#current(address, nowMs) + 1 <= BURST
  }

  wrong(address: string, nowMs: number): void {
    const wrong = this.#current(address, nowMs) + 1
    this.#spent.delete(address)
    this.#spent.set(address, { wrong, atMs: nowMs })
    if (this.#spent.size > MAX_ADDRESSES) {
      const oldest = this.#spent.keys().next().value
      if (oldest !== undefined) this.#spent.delete(oldest)
    }
  }

  /** One that was counted as wrong before it was looked at was right. */
  forgive(address: string, nowMs: number): void {
    if (this.#spent.has(address)) {
      this.#spent.set(address, { wrong: Math.max(0, this.#current(address, nowMs) - 1), atMs: nowMs })
    }
  }
}
