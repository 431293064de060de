import fc from 'fast-check'
import { expect, test } from 'vitest'
import { figure, median, percentile, spread, spreadText } from './percentiles.ts'

const HUNDRED = Array.from({ length: 100 }, (_, i) => 100 - i)

test('nearest rank of 1 to 100', () => {
  expect(spread(HUNDRED)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
})

test('one value is every percentile; nothing has none', () => {
  expect([0, 50, 99, 100].map((p) => percentile([7], p))).toEqual([7, 7, 7, 7])
  expect(median([])).toBeNaN()
})

test('a percentile is one of the values, and enough of them do not exceed it', () => {
  const values = fc.array(fc.integer(), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (list, percent) => {
      const found = percentile(list, percent)
      expect(list).toContain(found)
      expect(list.filter((v) => v <= found).length / list.length).toBeGreaterThanOrEqual(percent / 100)
    }),
  )
})

test('figures are short', () => {
  expect([0.0123, 0.5, 12.345, 1234.5].map(figure)).toEqual(['0.012', '0.50', '12.3', '1235'])
  expect(spreadText([1, 2], 'ms')).toBe('p50 1.00 · p95 2.00 · p99 2.00 · max 2.00 ms (2)')
})
