import { describe, expect, test } from 'vitest'
import { aReplica, aView, directoryOf } from '../testing/exampleView.ts'
import { replacementNews, twinIds, twinMark } from './incarnations.ts'

const leader = aReplica(0, { status: 'leader' })
const dead = aReplica(2, { health: 'silent' })
const second = (fields: Parameters<typeof aReplica>[1] = {}) =>
  aReplica(2, { directoryId: directoryOf(3), status: 'observer', ...fields })

test('only an id with two directories is a twin', () => {
  expect([...twinIds([leader, aReplica(1), dead, second()])]).toEqual([2])
  expect(twinIds([leader, aReplica(1), dead]).size).toBe(0)
})

describe('an observer with the id of a voter', () => {
  const markOf = (voter: typeof dead, observer: typeof dead) =>
    twinMark(observer, [leader, aReplica(1), voter, observer])

  test('is the new disk while the voter is in trouble, whatever the observer does', () => {
    expect(markOf(dead, second())).toBe('new disk of 2')
    expect(markOf(dead, second({ health: 'silent' }))).toBe('new disk of 2')
  })

  test('is the old disk only when it is silent and the voter is well', () => {
    expect(markOf(aReplica(2), second({ health: 'silent' }))).toBe('old disk of 2')
    expect(markOf(aReplica(2), second())).toBe('new disk of 2')
  })

  test('two observers of one id are neither, and a voter or a lone observer has no mark', () => {
    const [one, other] = [second(), second({ directoryId: directoryOf(4) })]
    expect(twinMark(one, [leader, one, other])).toBe('another disk of 2')
    expect(twinMark(one, [leader, one])).toBeNull()
    expect(twinMark(dead, [leader, dead, one])).toBeNull()
  })
})

describe('news of a replacement', () => {
  const newsOf = (observer: typeof dead) =>
    replacementNews(aView({ replicas: [leader, aReplica(1), dead, observer] }), [dead])

  test('none while the second disk is silent: nobody should count on it', () => {
    expect(newsOf(second({ health: 'silent' }))).toBeNull()
  })

  test('ten records behind have caught up; one more, or an unknown lag, has not', () => {
    expect(newsOf(second({ lag: 10 }))).toEqual(['A new disk of controller 2 is here and has caught up: lag 10.'])
    expect(newsOf(second({ lag: 11 }))?.[0]).toContain('is catching up')
    expect(newsOf(second({ lag: null }))?.[0]).toContain('is catching up')
    expect(newsOf(second({ lag: 0, health: 'lagging' }))?.[0]).toContain('is catching up')
  })
})
