/**
 * The library's Reader believes every count and every length. A varint that overflows 32 bits comes back negative and
 * moves the reader backwards: a loop over tagged fields then never ends, and an array grows until the memory is gone. So
 * a negative length ends the reading here, and so does an array with more elements than there are bytes left for it.
 * Imported for its effect, before any bytes are read.
 */
import { Reader } from '@platformatic/kafka'

const { readUnsignedVarInt, readNullableArray } = Reader.prototype

Reader.prototype.readUnsignedVarInt = function (): number {
  const value = readUnsignedVarInt.call(this)
  if (value < 0) throw new RangeError('a length is negative')
  return value
}

Reader.prototype.readNullableArray = function <T>(
  this: Reader,
  reader: (reader: Reader, index: number) => T,
  compact = true,
  discardTrailingTaggedFields = true,
): T[] | null {
  const count = compact ? this.peekUnsignedVarInt() - 1 : this.peekInt32()
  // Every element of every answer takes a byte at least; -1 is null.
  if (count < -1 || count > this.length - this.position) {
    throw new RangeError(`an array announces ${count} elements, more than its answer has bytes`)
  }
  return readNullableArray.call(this, reader, compact, discardTrailingTaggedFields) as T[] | null
}
