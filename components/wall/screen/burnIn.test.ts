import { expect, test } from 'vitest'
import { MINUTE_MS, shiftAt } from './burnIn.ts'

test('the picture is elsewhere every minute, by one step, within two of the middle, for days', () => {
  const places = new Set<string>()
  for (let minute = 0; minute < 3 * 24 * 60; minute += 1) {
    const here = shiftAt(minute * MINUTE_MS)
    const next = shiftAt((minute + 1) * MINUTE_MS)
    expect(Math.abs(here.x - next.x) + Math.abs(here.y - next.y)).toBe(1)
    expect(Math.max(Math.abs(here.x), Math.abs(here.y))).toBeLessThanOrEqual(2)
    places.add(`${here.x} ${here.y}`)
  }
  expect(places.size).toBe(25)
})

test('within a minute it stands still', () => {
  expect(shiftAt(7 * MINUTE_MS)).toEqual(shiftAt(8 * MINUTE_MS - 1))
})
