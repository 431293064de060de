import { expect, test } from 'vitest'
import { localMs, localText, nextMorningMs, silenceTimes } from './silenceTimes.ts'

const at = (hour: number, minute = 0) => new Date(2026, 2, 31, hour, minute).getTime()

test.each([
  [at(3), new Date(2026, 2, 31, 8)],
  [at(7, 59), new Date(2026, 2, 31, 8)],
  [at(8), new Date(2026, 3, 1, 8)],
  [at(23, 30), new Date(2026, 3, 1, 8)],
])('the morning after %i', (nowMs, morning) => expect(nextMorningMs(nowMs)).toBe(morning.getTime()))

test('every choice ends later than now', () => {
  for (const { untilMs } of silenceTimes(at(8))) expect(untilMs).toBeGreaterThan(at(8))
})

test('a time goes through a field and back', () => {
  expect(localMs(localText(at(14, 5)))).toBe(at(14, 5))
  for (const text of ['', 'soon', '2026-13-45T99:99']) expect(localMs(text)).toBeNull()
})
