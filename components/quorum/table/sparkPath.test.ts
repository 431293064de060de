import { expect, test } from 'vitest'
import { sparkLines } from './sparkPath.ts'

const box = { width: 60, height: 23 }
const at = (lags: (number | null)[]) => lags.map((lag, i) => ({ atMs: i * 10_000, lag }))

test('runs from left to right, zero at the bottom, the largest lag at the top', () => {
  expect(sparkLines(at([0, 50, 100]), 20_000, 20_000, box)).toEqual(['0.0,21.5 30.0,11.5 60.0,1.5'])
})

test('a gap stays a gap', () => {
  expect(sparkLines(at([0, null, 0]), 20_000, 20_000, box)).toEqual(['0.0,21.5', '60.0,21.5'])
})

test('noise of a few records stays near the ground', () => {
  expect(sparkLines(at([0, 1]), 10_000, 10_000, box)).toEqual(['0.0,21.5 60.0,19.5'])
})

test('what is older than the box is left out', () => {
  expect(sparkLines(at([9, 0, 0]), 20_000, 10_000, box)).toEqual(['0.0,21.5 60.0,21.5'])
})
