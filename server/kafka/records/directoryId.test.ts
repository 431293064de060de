import fc from 'fast-check'
import { expect, test } from 'vitest'
import { directoryIdFromUuid, uuidFromDirectoryId } from './directoryId.ts'
import { known, safeInteger } from './int64.ts'

test("Kafka's own example: Uuid.toString of the metadata topic", () => {
  expect(directoryIdFromUuid('00000000-0000-0000-0000-000000000001')).toBe('AAAAAAAAAAAAAAAAAAAAAQ')
})

test('the zero id of static quorums is unknown', () => {
  expect(directoryIdFromUuid('00000000-0000-0000-0000-000000000000')).toBeNull()
  expect(uuidFromDirectoryId(null)).toBe('00000000-0000-0000-0000-000000000000')
})

test('there and back again', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = directoryIdFromUuid(uuid)
      expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
      expect(uuidFromDirectoryId(id)).toBe(uuid)
    }),
  )
})

test.each(['', 'short', 'has a blank 1234567890', '0'.repeat(32)])('%j is no directory id', (text) => {
  expect(() => uuidFromDirectoryId(text)).toThrow(RangeError)
})

test('int64: -1 is unknown, what cannot be told exactly is refused', () => {
  expect(known(-1n)).toBeNull()
  expect(known(0n)).toBe(0)
  expect(safeInteger(2n ** 53n - 1n)).toBe(Number.MAX_SAFE_INTEGER)
  expect(() => safeInteger(2n ** 53n)).toThrow(RangeError)
})
