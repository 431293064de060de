import { expect, test } from 'vitest'
import { lagBox, lagLine } from './lagLine.ts'

const floor = lagBox.height - lagBox.bottom

test('from the upper left, where it was furthest behind, to the floor on the right', () => {
  const line = lagLine({
    trail: [
      [1_000, 500],
      [2_000, 250],
      [3_000, 0],
    ],
    nearZeroMs: 500,
  })
  expect(line.points).toBe(`0,${lagBox.top} 150,${(lagBox.top + floor) / 2} 300,${floor}`)
  expect(line.nearZeroX).toBe(225)
  expect([line.highest, line.spanMs]).toEqual([500, 2_000])
})

test('a few records are no mountain', () => {
  const trail: [number, number][] = [
    [0, 2],
    [1_000, 2],
  ]
  const first = lagLine({ trail, nearZeroMs: 0 }).points.split(' ')[0]?.split(',')[1]
  expect(Number(first)).toBeGreaterThan(lagBox.height / 2)
})

test('nothing to draw with fewer than two moments; no mark where the window began before the picture', () => {
  expect(lagLine({ trail: [], nearZeroMs: 0 }).points).toBe('')
  expect(lagLine({ trail: [[5, 5]], nearZeroMs: 0 }).points).toBe('')
  const trail: [number, number][] = [
    [0, 1],
    [1_000, 1],
  ]
  expect(lagLine({ trail, nearZeroMs: 9_000 }).nearZeroX).toBeNull()
  expect(lagLine({ trail, nearZeroMs: 0 }).nearZeroX).toBeNull()
})
