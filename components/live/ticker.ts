/**
 * The one heartbeat of the page's ages: four times a second while somebody can see the page. Components read `nowMs()`,
 * which stands still between ticks, so that one render sees one time.
 */
import { AwakeClock } from './awakeClock.ts'

const TICK_MS = 250

class Ticker {
  readonly #clock = new AwakeClock(
    () => performance.now(),
    () => Date.now(),
  )
  readonly #listeners = new Set<() => void>()
  #nowMs = this.#clock.nowMs()
  #visibleSinceMs = this.#nowMs
  #timer: ReturnType<typeof setInterval> | null = null

  constructor() {
    if (typeof document === 'undefined') return
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return
      this.#visibleSinceMs = this.#clock.nowMs()
      this.#tick()
    })
  }

  /** The time of the last tick or message, in milliseconds since some moment. */
  nowMs(): number {
    return this.#nowMs
  }

  /** Since when the page is visible without a break. */
  visibleSinceMs(): number {
    return this.#visibleSinceMs
  }

  /** Called when something arrived: what is rendered next must not be dated before it. */
  advance(): number {
    this.#nowMs = this.#clock.nowMs()
    return this.#nowMs
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    this.#timer ??= setInterval(() => {
      if (!document.hidden) this.#tick()
    }, TICK_MS)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0 || this.#timer === null) return
      clearInterval(this.#timer)
      this.#timer = null
    }
  }

  #tick(): void {
    this.advance()
    for (const listener of this.#listeners) listener()
  }
}

export const ticker = new Ticker()
