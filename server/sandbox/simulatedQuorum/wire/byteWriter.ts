/** Writes Kafka's primitive types. Unknown numbers (`null`) become Kafka's -1 at the call, never here. */

export class ByteWriter {
  #bytes: Buffer
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafe(capacity)
  }

  get length(): number {
    return this.#length
  }

  #room(length: number): number {
    const from = this.#length
    if (from + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, from + length))
      this.#bytes.copy(larger, 0, 0, from)
      this.#bytes = larger
    }
    this.#length = from + length
    return from
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  int8(value: number): this {
    const at = this.#room(1)
    this.#bytes.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#room(2)
    this.#bytes.writeInt16BE(value, at)
    return this
  }

  uint16(value: number): this {
    const at = this.#room(2)
    this.#bytes.writeUInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#room(4)
    this.#bytes.writeInt32BE(value, at)
    return this
  }

  uint32(value: number): this {
    const at = this.#room(4)
    this.#bytes.writeUInt32BE(value, at)
    return this
  }

  int64(value: number): this {
    const at = this.#room(8)
    this.#bytes.writeBigInt64BE(BigInt(value), at)
    return this
  }

  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0)
  }

  bytes(value: Buffer): this {
    const at = this.#room(value.length)
    value.copy(this.#bytes, at)
    return this
  }

  unsignedVarint(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.int8(((rest % 0x80) | 0x80) - 256)
      rest = Math.floor(rest / 0x80)
    }
    return this.int8(rest)
  }

  /** Zigzag, as in record batches. */
  varint(value: number): this {
    return this.unsignedVarint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** From Kafka's 22-character form; `null` is the zero UUID. */
  uuid(value: string | null): this {
    return this.bytes(value === null ? Buffer.alloc(16) : Buffer.from(value, 'base64url'))
  }

  string(value: string | null, flexible: boolean): this {
    if (value === null) return flexible ? this.unsignedVarint(0) : this.int16(-1)
    const text = Buffer.from(value, 'utf8')
    return (flexible ? this.unsignedVarint(text.length + 1) : this.int16(text.length)).bytes(text)
  }

  arrayLength(length: number, flexible: boolean): this {
    return flexible ? this.unsignedVarint(length + 1) : this.int32(length)
  }

  /** An array; a flexible struct in it ends with an empty set of tagged fields. */
  array<T>(values: readonly T[], flexible: boolean, element: (value: T) => void, isStruct = true): this {
    this.arrayLength(values.length, flexible)
    for (const value of values) {
      element(value)
      if (flexible && isStruct) this.noTags()
    }
    return this
  }

  noTags(): this {
    return this.unsignedVarint(0)
  }

  /** Tagged fields in the order of their tags. */
  tags(fields: readonly { tag: number; write: (field: ByteWriter) => void }[]): this {
    this.unsignedVarint(fields.length)
    for (const { tag, write } of fields) {
      const field = new ByteWriter(64)
      write(field)
      this.unsignedVarint(tag).unsignedVarint(field.length).bytes(field.finish())
    }
    return this
  }
}
