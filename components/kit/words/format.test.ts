import { expect, test } from 'vitest'
import { listed } from '../../../server/contract/words/lists.ts'
import { formatCount, formatMoment, formatUtc, plural, shortId } from './format.ts'
import { chooseZone } from './zone.ts'

test('an unknown count is a dash, a large one is grouped', () => {
  expect(formatCount(null)).toBe('–')
  expect(formatCount(0)).toBe('0')
  expect(formatCount(918_273_645)).toBe('918,273,645')
})

test('counts and lists read like a sentence', () => {
  expect(plural(1, 'controller')).toBe('1 controller')
  expect(plural(0, 'controller')).toBe('0 controllers')
  expect(listed([0])).toBe('0')
  expect(listed([0, 1])).toBe('0 and 1')
  expect(listed([0, 1, 2], 'or')).toBe('0, 1 or 2')
})

test('directory ids keep both ends', () => {
  expect(shortId('pbvuBlaTTwKRxS5NLJwRFQ')).toBe('pbvuBlaT…RFQ')
})

test('a moment says as much of the date as is needed', () => {
  const now = new Date(2026, 10, 18, 14, 2, 11).getTime()
  expect(formatMoment(now - 60_000, now)).toBe('14:01:11')
  expect(formatMoment(now - 86_400_000, now)).toBe('Tue 14:02')
  expect(formatMoment(now - 30 * 86_400_000, now)).toBe('19 Oct 2026')
  expect(formatUtc(Date.UTC(2026, 1, 1, 14, 5, 9))).toBe('14:05:09 UTC')
})

test('in UTC, where that was chosen, the day is that of UTC, too', () => {
  chooseZone('UTC')
  const now = Date.UTC(2026, 10, 18, 0, 2, 11)
  expect(formatMoment(now - 60_000, now)).toBe('00:01:11')
  expect(formatMoment(now - 180_000, now)).toBe('Tue 23:59')
  chooseZone('local')
})
