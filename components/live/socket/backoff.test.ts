import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('grows from a quarter of a second to four seconds and stays there', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 50, 5_000].map((attempt) => backoffMs(attempt, 1))
  expect(ceilings).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000])
})

test('leaves half of the wait to chance, and never waits for nothing', () => {
  expect(backoffMs(3, 0)).toBe(1000)
  expect(backoffMs(3, 0.5)).toBe(1500)
  expect(backoffMs(0, 0)).toBe(125)
})
