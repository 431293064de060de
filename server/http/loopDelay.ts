/**
 * For how long the event loop was blocked. Everything here runs on one loop: while it is blocked no poll is answered, no
 * websocket is served and no gate is judged, so it is measured all the time.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Between two looks of the monitor, in ms. A reading is the time between two of them, so nothing blocked for longer. */
const RESOLUTION_MS = 5
/** Readings are of the last one to two of these, in ms: whoever asks, how often ever. */
const WINDOW_MS = 15_000

export interface Delay {
  maxMs: number
  p99Ms: number
}

const NOTHING: Delay = { maxMs: 0, p99Ms: 0 }

export class LoopDelay {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #before = NOTHING

  constructor() {
    this.#monitor.enable()
    this.#timer = setInterval(() => {
      this.#before = this.#now()
      this.#monitor.reset()
    }, WINDOW_MS)
    // It must not keep a process alive that has nothing else to do.
    this.#timer.unref()
  }

  /** The worse of the window that goes on and the one before it. */
  get recent(): Delay {
    const now = this.#now()
    return {
      maxMs: Math.max(now.maxMs, this.#before.maxMs),
      p99Ms: Math.max(now.p99Ms, this.#before.p99Ms),
    }
  }

  close(): void {
    clearInterval(this.#timer)
    this.#monitor.disable()
  }

  #now(): Delay {
    const monitor = this.#monitor
    return monitor.count === 0 ? NOTHING : { maxMs: monitor.max / 1e6, p99Ms: monitor.percentile(99) / 1e6 }
  }
}
