/**
 * Whether the wall clock may be believed when it says that something is old. A clock that jumps ahead by a year makes everything
 * old; nothing is dropped until it has run beside the monotonic clock for a while. Pure.
 */

/** Further apart than this since the last look, in ms: one of them was set. */
const STEP_MS = 60_000

export class ClockGuard {
  readonly #trustedAfterMs: number
  #last: { wallMs: number; monotonicMs: number; agreesSinceMs: number } | null = null

  /** @param trustedAfterMs how long both must run alike */
  constructor(trustedAfterMs: number) {
    this.#trustedAfterMs = trustedAfterMs
  }

  /** Called again and again, more often than every minute. @returns whether ages by the wall clock are believed now */
  trusts(wallMs: number, monotonicMs: number): boolean {
    const last = this.#last
    const isStepped = last === null || Math.abs(wallMs - last.wallMs - (monotonicMs - last.monotonicMs)) > STEP_MS
    const agreesSinceMs = isStepped ? monotonicMs : last.agreesSinceMs
    this.#last = { wallMs, monotonicMs, agreesSinceMs }
    return monotonicMs - agreesSinceMs >= this.#trustedAfterMs
  }
}
