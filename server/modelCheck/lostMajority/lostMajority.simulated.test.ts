import { expect, test } from 'vitest'
import { PLANTED } from './plantedFaults.ts'
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

test.each([
  ['ranked by length alone', 48],
  ['copies of observers left out', 10],
  ['written in the next epoch', 165],
  ['majority of the committed voters alone', 211],
  ['the last high watermark believed to be the last one', 1],
  ['a silent voter believed to be silent for ever', 1610],
])('a rule broken on purpose is found: %s (seed %i)', (name, seed) => {
  const rules = PLANTED[name]
  expect(playLost(seed, rules).broken).not.toEqual([])
  expect(playLost(seed).broken).toEqual([])
})

test.each([
  [1284, 'a removal that only brokers hold: the survivors count by the older set and elect nobody'],
  [1300, 'the furthest copy is on the new disk of a lost voter: another one takes it'],
  [3767, 'a survivor whose own set does not name the seed, and which never looks for it'],
])('seed %i comes back: %s', (seed) => {
  expect(playLost(seed)).toMatchObject({ done: { kind: 'recovered' }, broken: [] })
})
