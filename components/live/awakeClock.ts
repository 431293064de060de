/**
 * A clock for ages: monotonic, and running on while the machine sleeps.
 *
 * `performance.now()` never steps, but on several systems it stands still during suspend: after opening the lid, an hour
 * old picture would look fresh. Where the wall clock moved on and the monotonic one did not, the difference is added. A
 * wall clock that was merely set forward makes ages too old until the next message: the safe direction.
 */
const SLEPT_MS = 2_000

export class AwakeClock {
  readonly #monotonicMs: () => number
  readonly #wallMs: () => number
  #lastMonotonicMs: number
  #lastWallMs: number
  #sleptMs = 0

  constructor(monotonicMs: () => number, wallMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#wallMs = wallMs
    this.#lastMonotonicMs = monotonicMs()
    this.#lastWallMs = wallMs()
  }

  nowMs(): number {
    const monotonicMs = this.#monotonicMs()
    const wallMs = this.#wallMs()
    const missedMs = wallMs - this.#lastWallMs - (monotonicMs - this.#lastMonotonicMs)
    if (missedMs > SLEPT_MS) this.#sleptMs += missedMs
    this.#lastMonotonicMs = monotonicMs
    this.#lastWallMs = wallMs
    return monotonicMs + this.#sleptMs
  }
}
