/**
 * Reads again what another process may have changed: one at a time, and once more where somebody asked while one went on, so that
 * what was read last is what counts. What is being written here meanwhile may have been read as it was before: it is left as it is,
 * and read once more when it is written.
 */

/** Somebody may write without end; what is left then is read with the next. */
const MOST_ROUNDS = 3

export class Reloading {
  readonly #read: (isOwn: (key: string) => boolean) => Promise<void>
  readonly #writing = new Map<Promise<unknown>, string>()
  /** Written, or being written, since the read under way began. */
  #own = new Set<string>()
  #going: Promise<void> | null = null
  #next: Promise<void> | null = null

  /** @param read asks `isOwn` after the database has answered */
  constructor(read: (isOwn: (key: string) => boolean) => Promise<void>) {
    this.#read = read
  }

  /** Resolves when all is known that was written before this was called. */
  run(): Promise<void> {
    if (this.#going === null) {
      this.#going = this.#rounds().finally(() => {
        this.#going = null
      })
      return this.#going
    }
    this.#next ??= this.#going
      .catch(() => {})
      .then(() => {
        this.#next = null
        return this.run()
      })
    return this.#next
  }

  async during<T>(key: string, write: () => Promise<T>): Promise<T> {
    if (this.#going !== null) this.#own.add(key)
    const writing = write()
    this.#writing.set(writing, key)
    try {
      return await writing
    } finally {
      this.#writing.delete(writing)
    }
  }

  async #rounds(): Promise<void> {
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      this.#own = new Set(this.#writing.values())
      let wasOwn = false
      await this.#read((key) => {
        const isOwn = this.#own.has(key)
        wasOwn ||= isOwn
        return isOwn
      })
      if (!wasOwn) return
      await Promise.allSettled(this.#writing.keys())
    }
  }
}
