/**
 * Whole numbers as bytes: each as its difference to the one before it, few bytes for a small one. Pure.
 * First byte: bit 7 more bytes follow, bit 6 sign, six bits of value; then seven bits a byte, low ones first. "Minus nothing" is unknown.
 */

const UNKNOWN = 0x40
/** Bytes of the longest number: six bits, then seven at a time, of 54. */
const LONGEST = 8

export class PackedWriter {
  #bytes = new Uint8Array(4096)
  #length = 0

  /** How many bytes are written. */
  get length(): number {
    return this.#length
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A whole number from 0 to 2^53 - 1. */
  count(value: number): void {
    this.#signed(value, false)
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value)
    this.count(encoded.length)
    this.raw(encoded)
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Whole numbers, each at most 2^53 - 1 apart from 0; `NaN` is unknown. */
  column(values: Float64Array): void {
    this.#reserve(values.length * LONGEST)
    let before = 0
    for (const value of values) {
      if (Number.isNaN(value)) {
        this.#bytes[this.#length] = UNKNOWN
        this.#length += 1
        continue
      }
      const step = value - before
      this.#signed(Math.abs(step), step < 0)
      before = value
    }
  }

  #signed(size: number, negative: boolean): void {
    this.#reserve(LONGEST)
    let rest = Math.floor(size / 64)
    this.#bytes[this.#length++] = (size % 64) + (negative ? 64 : 0) + (rest > 0 ? 128 : 0)
    while (rest > 0) {
      const next = Math.floor(rest / 128)
      this.#bytes[this.#length++] = (rest % 128) + (next > 0 ? 128 : 0)
      rest = next
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** @throws RangeError from every reading beyond the end, or of a number that nobody has written */
export class PackedReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  count(): number {
    const value = this.#signed()
    if (!(value >= 0)) throw new RangeError('a count is missing')
    return value
  }

  text(): string {
    return new TextDecoder().decode(this.raw(this.count()))
  }

  raw(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new RangeError('the block ends early')
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  column(length: number): Float64Array {
    const values = new Float64Array(length)
    let before = 0
    for (let at = 0; at < length; at += 1) {
      const step = this.#signed()
      if (!Number.isNaN(step)) before += step
      values[at] = Number.isNaN(step) ? step : before
    }
    return values
  }

  #signed(): number {
    const first = this.#byte()
    if (first === UNKNOWN) return Number.NaN
    let size = first & 63
    let factor = 64
    for (let more = first >= 128, read = 1; more; read += 1) {
      if (read === LONGEST + 1) throw new RangeError('a number never ends')
      const byte = this.#byte()
      size += (byte & 127) * factor
      factor *= 128
      more = byte >= 128
    }
    return (first & 64) === 0 ? size : -size
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined) throw new RangeError('the block ends early')
    this.#at += 1
    return byte
  }
}
