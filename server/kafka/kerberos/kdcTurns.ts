/**
 * Calls that may wait for a KDC take threads of libuv, which files, names and passwords need too: only a few at once, and one
 * for each credential. Those whose KDC did not answer lately share a lane of their own, so that however many realms are down,
 * the others are not kept out.
 */

/** Of the four threads of libuv. */
const AT_ONCE = { quick: 2, slow: 1 } as const
/** A KDC in the next room answers in a few milliseconds. */
const SLOW_MS = 1000

type Lane = keyof typeof AT_ONCE

interface Waiting {
  credential: string
  begin(): void
}

export class KdcTurns {
  readonly #nowMs: () => number
  readonly #running = new Map<string, Lane>()
  readonly #waiting: Waiting[] = []
  /** Credentials whose last call took long. */
  readonly #slow = new Set<string>()

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** Runs the work once it is its turn. @param credential what distinguishes it from others, in any words */
  async take<T>(credential: string, work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ credential, begin: resolve })
    this.#beginNext()
    await promise
    const sinceMs = this.#nowMs()
    try {
      return await work()
    } finally {
      if (this.#nowMs() - sinceMs > SLOW_MS) this.#slow.add(credential)
      else this.#slow.delete(credential)
      this.#running.delete(credential)
      this.#beginNext()
    }
  }

  #beginNext(): void {
    const free = { ...AT_ONCE } as Record<Lane, number>
    for (const lane of this.#running.values()) free[lane] -= 1
    for (let at = 0; at < this.#waiting.length && free.quick + free.slow > 0; ) {
      const { credential, begin } = this.#waiting[at] as Waiting
      const lane = this.#slow.has(credential) ? 'slow' : 'quick'
      if (this.#running.has(credential) || free[lane] === 0) {
        at += 1
        continue
      }
      this.#waiting.splice(at, 1)
      this.#running.set(credential, lane)
      free[lane] -= 1
      begin()
    }
  }
}

const ofThisProcess = new KdcTurns()

export function inKdcTurn<T>(credential: string, work: () => Promise<T>): Promise<T> {
  return ofThisProcess.take(credential, work)
}
