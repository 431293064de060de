import { expect, test } from 'vitest'
import { shifted, spanOf, stepOf, widened } from './spans.ts'

const NOW = 1_700_000_003_217
const HOUR = 3_600_000
const nothing = { last: null, from: null, to: null }

test('what stands in the address counts; what is no time is the last hour', () => {
  expect(spanOf({ last: null, from: '1000', to: '99000' }, NOW)).toEqual({ fromMs: 1000, toMs: 99_000, isLive: false })
  for (const bad of [
    nothing,
    { last: 'yesterday', from: null, to: null },
    { last: null, from: '9', to: '8' },
    { last: null, from: '-5', to: '1e9' },
    { last: null, from: '99999999999999999999', to: '1' },
  ]) {
    const { fromMs, toMs, isLive } = spanOf(bad, NOW)
    expect(toMs - fromMs).toBe(HOUR)
    expect(isLive).toBe(true)
    expect(toMs).toBeGreaterThanOrEqual(NOW)
  }
})

test('a stretch that ends now is the same question for a whole step', () => {
  const step = stepOf(HOUR)
  const begin = Math.floor(NOW / step) * step
  expect(spanOf(nothing, begin + 1)).toEqual(spanOf(nothing, begin + step))
  expect(spanOf(nothing, begin + step + 1)).not.toEqual(spanOf(nothing, begin + step))
})

test('steps are as wide as can be told apart', () => {
  expect([60_000, HOUR, 24 * HOUR, 90 * 24 * HOUR].map(stepOf)).toEqual([1000, 10_000, 300_000, 6 * HOUR])
})

test('neither shifting nor widening leads into the future', () => {
  const span = { fromMs: NOW - 2000, toMs: NOW - 1000, isLive: false }
  expect(shifted(span, 1, NOW - 800).toMs).toBe(NOW - 800)
  expect(shifted(span, -1, NOW)).toEqual({ fromMs: NOW - 2500, toMs: NOW - 1500, isLive: false })
  expect(widened(span, NOW)).toEqual({ fromMs: NOW - 2500, toMs: NOW - 500, isLive: false })
})
