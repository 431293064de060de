import { expect, test } from 'vitest'
import { DatabaseClock } from './databaseClock.ts'
import { fairShare, toGiveBack, toTake } from './share.ts'

test('each takes its share, and what is left over when nobody else came for it', () => {
  expect([fairShare(200, 2), fairShare(3, 2), fairShare(3, 0), fairShare(0, 2)]).toEqual([100, 2, 3, 0])
  const free = ['a', 'b', 'c', 'd']
  expect(toTake({ free, held: 0, share: 2, isOrphaned: () => false })).toEqual(['a', 'b'])
  expect(toTake({ free, held: 2, share: 2, isOrphaned: (one) => one === 'd' })).toEqual(['d'])
  expect(toTake({ free, held: 5, share: 2, isOrphaned: () => false })).toEqual([])
})

test('who has too many gives back those that may move, and never below the share', () => {
  expect(toGiveBack({ held: ['a', 'b', 'c'], count: 4, share: 2 })).toEqual(['a', 'b'])
  expect(toGiveBack({ held: [], count: 4, share: 2 })).toEqual([])
  expect(toGiveBack({ held: ['a', 'b'], count: 2, share: 2 })).toEqual([])
})

test('the clock of the database is taken from the quickest reading, until that is old', async () => {
  let nowMs = 1000
  const clock = new DatabaseClock(() => nowMs)
  const reading = (databaseMs: number, tookMs: number) =>
    clock.read(async () => {
      nowMs += tookMs
      return databaseMs
    })
  expect(clock.nowMs()).toBeNull()
  await reading(50_005, 10)
  expect(clock.nowMs()).toBe(50_010)
  await reading(99_000, 500)
  expect(clock.nowMs()).toBe(50_510)
  nowMs += 1_000_000
  await reading(2_000_250, 500)
  expect(clock.nowMs()).toBe(2_000_500)
})
