import { expect, test } from 'vitest'
import { playLost, playLostMajorities } from './playLost.ts'

test('150 quorums that lose their majority: each comes back as the rules say, and raw goes wrong', async () => {
  const tally = await playLostMajorities(1, 150, 2)
  expect(tally.schedules).toBe(150)
  expect(tally.violations).toEqual([])
  expect(tally.raw.bad).toBeGreaterThan(0)
  // Rules that refuse everything would break nothing either.
  expect(tally.recovered).toBeGreaterThan(100)
  expect(tally.proven.schedules).toBeGreaterThan(0)
  expect(tally.unknown.withLoss).toBeGreaterThan(0)
})

test('a seed gives its quorum, and its quorum the outcome', () => {
  expect(playLost(10).done).toEqual(playLost(10).done)
})
