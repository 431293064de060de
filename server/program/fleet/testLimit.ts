/** How many connection tests may be made: each opens connections to whatever it is told, and must not become a tool to search a network. Pure. */

/** At one time. */
const MAX_AT_ONCE = 2
/** In one go; one more comes back every REFILL_MS. */
const BURST = 10
const REFILL_MS = 5_000

export class TestLimit {
  #goingOn = 0
  #spent = 0
  #atMs = 0

  /** @param nowMs monotonic. @returns whether it may begin; then `end` is called */
  begin(nowMs: number): boolean {
    this.#spent = Math.max(0, this.#spent - (nowMs - this.#atMs) / REFILL_MS)
    this.#atMs = nowMs
    if (this.#goingOn >= MAX_AT_ONCE || this.#spent + 1 > BURST) return false
    this.#spent += 1
    this.#goingOn += 1
    return true
  }

  end(): void {
    this.#goingOn -= 1
  }
}
