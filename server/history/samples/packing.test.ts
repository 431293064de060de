import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PackedReader, PackedWriter } from './packing.ts'

const offset = fc.oneof(fc.constant(Number.NaN), fc.maxSafeNat(), fc.nat(300))

test('every column of whole numbers and gaps comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(offset, { maxLength: 80 }), fc.string(), (values, text) => {
      const writer = new PackedWriter()
      writer.column(Float64Array.from(values))
      writer.text(text)
      writer.count(values.length)
      const reader = new PackedReader(writer.bytes())
      expect([...reader.column(values.length)]).toEqual(values)
      expect(reader.text()).toBe(text)
      expect(reader.count()).toBe(values.length)
    }),
  )
})

test('whatever the bytes are, reading ends: with values or with a RangeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const reader = new PackedReader(bytes)
      try {
        for (;;) {
          reader.text()
          reader.column(5)
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})

test('a log that grows evenly takes a byte or two for a point', () => {
  const writer = new PackedWriter()
  writer.column(Float64Array.from({ length: 60 }, (_, at) => 9_000_000_000_000_000 + at * 1000))
  expect(writer.length).toBeLessThan(60 * 2 + 8)
})
