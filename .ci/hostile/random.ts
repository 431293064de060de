/** A seeded source of chances: the same seed gives the same inputs on every machine. Pure. */

/** splitmix32 (public domain): one 32-bit word of state, so any input can be made again from its own number. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** The source of input number `index` of a run. */
  static of(seed: number, index: number): Random {
    const random = new Random(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35))
    random.word()
    return random
  }

  /** Any unsigned 32-bit number. */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }

  /** From 0 up to, not including, `end`. */
  below(end: number): number {
    return end <= 1 ? 0 : this.word() % end
  }

  /** True in one of `n` cases. */
  oneIn(n: number): boolean {
    return this.below(n) === 0
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined && items.length === 0) throw new RangeError('nothing to pick from')
    return item as T
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let i = 0; i < length; i += 1) bytes[i] = this.word() & 0xff
    return bytes
  }
}
