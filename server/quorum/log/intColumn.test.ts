import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IntColumn } from './intColumn.ts'

test('what was set is read back, over the borders of its pieces', () => {
  const column = new IntColumn()
  const count = 3 * 65_536 + 10
  expect(column.extend(count)).toBe(0)
  for (const index of [0, 63, 64, 65_535, 65_536, 131_072, count - 1]) column.set(index, -index - 1)
  for (const index of [0, 63, 64, 65_535, 65_536, 131_072, count - 1]) expect(column.get(index)).toBe(-index - 1)
  expect(column.get(count - 2)).toBe(0)
  expect(column.get(count + 65_536)).toBe(0)
  expect(() => column.set(count, 1)).toThrow(RangeError)
})

test('however it grows, places keep their values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 40 }), (counts) => {
      const column = new IntColumn()
      const firsts = counts.map((count, i) => {
        const first = column.extend(count)
        column.set(first, i + 1)
        return first
      })
      expect(firsts.map((first) => column.get(first))).toEqual(counts.map((_, i) => i + 1))
      expect(column.length).toBe(counts.reduce((sum, one) => sum + one, 0))
    }),
  )
})
