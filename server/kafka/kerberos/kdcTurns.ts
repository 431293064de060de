/**
 * Calls that may wait for a KDC take threads of libuv, which files, names and passwords need too: only a few at once. What
 * waits long counts as slow from then on, and of the slow ones only one begins at a time: however many realms are down, those
 * that are well go on.
 */

/** Of the four threads of libuv. */
const MOST = 3
const QUICK_AT_ONCE = 2
/** A KDC in the next room answers in a few milliseconds; the library waits a second for each that does not. */
const SLOW_MS = 3000

interface Waiting {
  key: string
  begin(): void
}

export class KdcTurns {
  readonly #running = new Set<string>()
  readonly #waiting: Waiting[] = []
  readonly #slow = new Set<string>()

  /** Runs the work once it is its turn. @param key work of the same key runs one after another */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push({ key, begin: resolve })
    this.#beginNext()
    await promise
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      this.#slow.add(key)
      this.#beginNext()
    }, SLOW_MS)
    try {
      const result = await work()
      // A failure proves nothing: it may be one that asked no KDC.
      if (!isLate) this.#slow.delete(key)
      return result
    } finally {
      clearTimeout(timer)
      this.#running.delete(key)
      this.#beginNext()
    }
  }

  #beginNext(): void {
    let slow = [...this.#running].filter((key) => this.#slow.has(key)).length
    for (let at = 0; at < this.#waiting.length && this.#running.size < MOST; ) {
      const { key, begin } = this.#waiting[at] as Waiting
      const isSlow = this.#slow.has(key)
      const isFull = isSlow ? slow > 0 : this.#running.size - slow >= QUICK_AT_ONCE
      if (isFull || this.#running.has(key)) {
        at += 1
        continue
      }
      this.#waiting.splice(at, 1)
      this.#running.add(key)
      if (isSlow) slow += 1
      begin()
    }
  }
}

const ofThisProcess = new KdcTurns()

export function inKdcTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  return ofThisProcess.take(key, work)
}
