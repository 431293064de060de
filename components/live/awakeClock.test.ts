import { expect, test } from 'vitest'
import { AwakeClock } from './awakeClock.ts'

function clockAt() {
  const at = { monotonicMs: 100, wallMs: 1_700_000_000_000 }
  return {
    at,
    clock: new AwakeClock(
      () => at.monotonicMs,
      () => at.wallMs,
    ),
  }
}

test('follows the monotonic clock, whatever small steps the wall clock makes', () => {
  const { at, clock } = clockAt()
  at.monotonicMs += 1_000
  at.wallMs += 1_900
  expect(clock.nowMs()).toBe(1_100)
  at.monotonicMs += 1_000
  at.wallMs -= 3_600_000
  expect(clock.nowMs()).toBe(2_100)
})

test('counts the time the machine slept', () => {
  const { at, clock } = clockAt()
  at.wallMs += 3_600_000
  expect(clock.nowMs()).toBe(3_600_100)
  at.monotonicMs += 250
  at.wallMs += 250
  expect(clock.nowMs()).toBe(3_600_350)
})
