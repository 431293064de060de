import { describe, expect, test } from 'vitest'
import { type ChangeWindow, isInWindow, NO_CHANGE_RULES, strictest, type Weekday, windowText } from './changeRules.ts'
import { closedReason } from './permission.ts'

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

test('the strictest of several asks for all that any of them asks for', () => {
  const saturday: ChangeWindow = { days: [6], fromMinute: 0, toMinute: 1440, zone: 'UTC' }
  const evening: ChangeWindow = { days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 18 * 60, toMinute: 1440, zone: 'UTC' }
  const freeze = { fromMs: at('2026-12-12T00:00Z'), toMs: at('2026-12-13T00:00Z'), reason: 'x' }
  const all = strictest([
    { ...NO_CHANGE_RULES, approvedKinds: ['scale'], approvalMs: 5000, windows: [saturday] },
    { ...NO_CHANGE_RULES, approvedKinds: ['replace-disk'], approvalMs: 1000, windows: [evening] },
    { ...NO_CHANGE_RULES, freezes: [freeze] },
  ])
  expect(all).toMatchObject({ approvedKinds: ['scale', 'replace-disk'], approvalMs: 1000 })
  expect(closedReason(all, at('2026-12-05T20:00Z'))).toBeNull()
  for (const moment of ['2026-12-05T10:00Z', '2026-12-04T20:00Z', '2026-12-12T20:00Z'])
    expect(closedReason(all, at(moment)), moment).not.toBeNull()
  expect(strictest([NO_CHANGE_RULES])).toMatchObject({ approvedKinds: [], windows: [], freezes: [] })
})
