/** Reads Kafka's primitive types from bytes of an unknown client: every read is checked, nothing is allocated unseen. */

export class MalformedBytes extends Error {
  override name = 'MalformedBytes'
}

export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  #take(length: number): number {
    const from = this.#at
    if (length < 0 || from + length > this.#bytes.length) throw new MalformedBytes(`${length} bytes missing at ${from}`)
    this.#at = from + length
    return from
  }

  int8(): number {
    return this.#bytes.readInt8(this.#take(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#take(2))
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#take(4))
  }

  /** An int64 as a number; one that a number cannot hold is malformed for every field we read. */
  int64(): number {
    const value = this.#bytes.readBigInt64BE(this.#take(8))
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) return Number.MAX_SAFE_INTEGER
    if (value < BigInt(Number.MIN_SAFE_INTEGER)) throw new MalformedBytes('int64 out of range')
    return Number(value)
  }

  boolean(): boolean {
    return this.int8() !== 0
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#take(1))
      value += (byte & 0x7f) * 2 ** shift
      if ((byte & 0x80) === 0) {
        if (value > 0xffff_ffff) break
        return value
      }
    }
    throw new MalformedBytes('varint too long')
  }

  /** A UUID in Kafka's 22-character form. */
  uuid(): string {
    const from = this.#take(16)
    return this.#bytes.toString('base64url', from, from + 16)
  }

  nullableString(flexible: boolean): string | null {
    const length = flexible ? this.unsignedVarint() - 1 : this.int16()
    if (length < 0) return null
    const from = this.#take(length)
    return this.#bytes.toString('utf8', from, from + length)
  }

  string(flexible: boolean): string {
    const text = this.nullableString(flexible)
    if (text === null) throw new MalformedBytes('a string that may not be null is null')
    return text
  }

  /** An array of elements; a flexible element ends with its tagged fields, which are read past. */
  array<T>(flexible: boolean, element: () => T, isStruct = true): T[] {
    return this.nullableArray(flexible, element, isStruct) ?? []
  }

  nullableArray<T>(flexible: boolean, element: () => T, isStruct = true): T[] | null {
    const length = flexible ? this.unsignedVarint() - 1 : this.int32()
    if (length < 0) return null
    // Every element takes at least a byte, so a length beyond what is left is a lie.
    if (length > this.#bytes.length - this.#at) throw new MalformedBytes(`array of ${length} elements`)
    const elements: T[] = []
    for (let index = 0; index < length; index += 1) {
      elements.push(element())
      if (flexible && isStruct) this.taggedFields()
    }
    return elements
  }

  /** Reads tagged fields; `fields` says which tags mean something here. */
  taggedFields(fields: Record<number, (field: ByteReader) => void> = {}): void {
    const count = this.unsignedVarint()
    for (let index = 0; index < count; index += 1) {
      const tag = this.unsignedVarint()
      const size = this.unsignedVarint()
      const from = this.#take(size)
      fields[tag]?.(new ByteReader(this.#bytes.subarray(from, from + size)))
    }
  }
}
