import { expect, test } from 'vitest'
import { DIRECTORY, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { clockSteppedBack, replicaHealth } from './health.ts'

const at = (fetchedMs: number, caughtUpMs: number) =>
  replica(1, DIRECTORY[1], { lastFetchMs: fetchedMs, lastCaughtUpMs: caughtUpMs })

test("either time in the leader's future tells that its clock was set back", () => {
  expect(clockSteppedBack(NOW, at(NOW, NOW))).toBe(false)
  expect(clockSteppedBack(NOW, at(NOW + 1, NOW))).toBe(true)
  expect(clockSteppedBack(NOW, at(NOW, NOW + 1))).toBe(true)
  expect(clockSteppedBack(null, at(NOW, NOW + 1))).toBe(false)
})

test('nothing is known of a replica by a clock that is not known, or was set back', () => {
  const health = (clockMs: number | null, fetchedMs: number, caughtUpMs: number) =>
    replicaHealth(at(fetchedMs, caughtUpMs), clockMs, 60_000, 2000)
  expect(health(NOW, NOW - 100, NOW - 100)).toBe('ok')
  expect(health(null, NOW - 100, NOW - 100)).toBe('unknown')
  expect(health(NOW, NOW + 1, NOW - 100)).toBe('unknown')
  expect(health(NOW, NOW - 100, NOW + 1)).toBe('unknown')
})
