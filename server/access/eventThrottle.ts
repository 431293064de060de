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

const MOST_KEPT = 1000

/** As above, for each of many: nobody's flood keeps what others do off the record. */
export class ThrottleOfEach {
  readonly #of = new Map<string, EventThrottle>()

  /** @param id whose event it is */
  take(id: string, nowMs: number): number | null {
    const throttle = this.#of.get(id) ?? new EventThrottle()
    // The one that was used last is the last to be forgotten.
    this.#of.delete(id)
    this.#of.set(id, throttle)
    const [oldest] = this.#of.keys()
    if (this.#of.size > MOST_KEPT && oldest !== undefined) this.#of.delete(oldest)
    return throttle.take(nowMs)
  }
}
