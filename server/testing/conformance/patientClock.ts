/**
 * A clock that stands still while this program is held up. Many simulated quorums and their players share one process: where
 * it stalls, a follower that was frozen for a moment would find its timers run out, and nobody had a chance to act.
 */

const TICK_MS = 1

export class PatientClock {
  #nowMs = Date.now()
  #tickedMs = performance.now()
  readonly #longestTurnMs: number
  readonly #timer = setInterval(() => this.now(), TICK_MS)

  /** `longestTurnMs`: most that one turn of the program counts for. */
  constructor(longestTurnMs: number) {
    this.#longestTurnMs = longestTurnMs
  }

  /** Wall clock in ms, as far as this program could keep up. */
  readonly now = (): number => {
    const ms = performance.now()
    this.#nowMs += Math.min(ms - this.#tickedMs, this.#longestTurnMs)
    this.#tickedMs = ms
    return this.#nowMs
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
