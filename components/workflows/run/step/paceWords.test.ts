import { expect, test } from 'vitest'
import { paceWords } from './paceWords.ts'

const words = (lag: number | null, gainPerSecond: number | null, etaMs: number | null = null) =>
  paceWords({ lag, gainPerSecond, etaMs })

test('what is not known is not guessed', () => {
  expect(words(null, 100, 5_000)).toBe('Its lag is not known.')
  expect(words(500, null)).toBe('How fast it catches up is not known yet.')
})

test('a steady lag is keeping up only near zero', () => {
  expect(words(10, 0.4)).toBe('It keeps up with the leader.')
  expect(words(11, -0.4)).toBe('It neither gains on the leader nor falls further behind.')
})

test('a candidate that falls behind has no time of arrival', () => {
  expect(words(5_000, -1_200, 4_000)).toBe('It falls behind by 1,200 records a second.')
})

test('one that gains has a time of arrival, if that is known and it is not there already', () => {
  expect(words(5_000, 1_000, 5_000)).toMatch(/^It gains 1,000 records a second on the leader, there .+\.$/)
  expect(words(5_000, 1_000)).toBe('It gains 1,000 records a second on the leader.')
  expect(words(0, 1_000, 0)).toBe('It gains 1,000 records a second on the leader.')
})
