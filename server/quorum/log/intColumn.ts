/**
 * Whole numbers of 32 bits, side by side. A million partitions as objects would be millions of them for the garbage
 * collector, which stops the process for 50 to 100 ms to look at them all; in here they are a few dozen. It grows by
 * further pieces, so growing copies nothing large.
 */
const PIECE_BITS = 16
const PIECE = 1 << PIECE_BITS
const WITHIN = PIECE - 1
const FIRST = 64

export class IntColumn {
  readonly #pieces: Int32Array[] = []
  #length = 0

  get length(): number {
    return this.#length
  }

  /** 0 beyond the end. */
  get(index: number): number {
    return this.#pieces[index >>> PIECE_BITS]?.[index & WITHIN] ?? 0
  }

  set(index: number, value: number): void {
    const piece = this.#pieces[index >>> PIECE_BITS]
    if (piece === undefined || index >= this.#length) throw new RangeError(`no place ${index} in a column`)
    piece[index & WITHIN] = value
  }

  /** Makes so many places more, all 0. @returns the first of them */
  extend(count: number): number {
    const first = this.#length
    this.#length += count
    while (this.#room() < this.#length) this.#grow()
    return first
  }

  #room(): number {
    const last = this.#pieces.at(-1)
    return last === undefined ? 0 : (this.#pieces.length - 1) * PIECE + last.length
  }

  /** The first piece begins small and doubles: most columns stay small. */
  #grow(): void {
    const only = this.#pieces.length === 1 ? this.#pieces[0] : undefined
    if (only !== undefined && only.length < PIECE) {
      const larger = new Int32Array(only.length * 2)
      larger.set(only)
      this.#pieces[0] = larger
    } else this.#pieces.push(new Int32Array(this.#pieces.length === 0 ? FIRST : PIECE))
  }
}
