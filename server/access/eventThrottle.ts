/** How many events of strangers are put on record: a flood of them must not fill the disk. What is left out is counted, and told with the next. */

/** At once; one more comes back every REFILL_MS. */
const BURST = 200
const REFILL_MS = 1000

export class EventThrottle {
  #spent = 0
  #atMs = 0
  #left = 0

  /** How many were left out before this one; `null`: this one is left out too. */
  take(nowMs: number): number | null {
    this.#spent = Math.max(0, this.#spent - Math.max(0, nowMs - this.#atMs) / REFILL_MS)
    this.#atMs = nowMs
    if (this.#spent + 1 > BURST) {
      this.#left += 1
      return null
    }
    this.#spent += 1
    const left = this.#left
    this.#left = 0
    return left
  }
}
