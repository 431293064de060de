import { describe, expect, test } from 'vitest'
import { type ChangeWindow, isInWindow, type Weekday, windowText } from './changeRules.ts'

const at = (text: string) => Date.parse(text)
const NIGHTS: ChangeWindow = {
  days: [1, 2, 3, 4] as Weekday[],
  fromMinute: 22 * 60,
  toMinute: 4 * 60,
  zone: 'Europe/Berlin',
}

describe('a window over midnight, Monday to Thursday, by the clock of Berlin', () => {
  // 2026-11-30 is a Monday; Berlin is an hour ahead of UTC in winter.
  test.each([
    ['2026-11-30T20:59Z', false],
    ['2026-11-30T21:00Z', true],
    ['2026-12-01T02:59Z', true],
    ['2026-12-01T03:00Z', false],
    ['2026-12-04T02:59Z', true],
    ['2026-12-04T21:00Z', false],
    ['2026-11-30T02:00Z', false],
    // In summer two hours.
    ['2026-07-06T19:59Z', false],
    ['2026-07-06T20:00Z', true],
    ['2026-07-07T01:59Z', true],
    ['2026-07-07T02:00Z', false],
  ])('%s: %s', (moment, inside) => {
    expect(isInWindow(NIGHTS, at(moment))).toBe(inside)
  })
})

test('a whole day ends with it', () => {
  const saturday: ChangeWindow = { days: [6], fromMinute: 0, toMinute: 1440, zone: 'UTC' }
  expect(isInWindow(saturday, at('2026-12-05T00:00Z'))).toBe(true)
  expect(isInWindow(saturday, at('2026-12-05T23:59Z'))).toBe(true)
  expect(isInWindow(saturday, at('2026-12-06T00:00Z'))).toBe(false)
  expect(windowText(saturday)).toBe('Sat 00:00-24:00 UTC')
  expect(windowText({ ...NIGHTS, days: [0, 1, 2, 3, 4, 5, 6] })).toBe('every day 22:00-04:00 Europe/Berlin')
})
