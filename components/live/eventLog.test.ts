import { expect, test } from 'vitest'
import type { QuorumEvent } from '../../server/contract/past/events.ts'
import { mergeEvents } from './eventLog.ts'

function event(id: string, change: Partial<QuorumEvent> = {}): QuorumEvent {
  return {
    id,
    revision: 1,
    cluster: 'c',
    kind: 'voters-changed',
    atMs: 1_000,
    severity: 'info',
    title: id,
    offset: 1,
    epoch: 1,
    committed: false,
    retracted: false,
    replicas: [],
    actor: null,
    ...change,
  }
}

test('the highest revision of an event wins, in whatever order it is told', () => {
  const appended = event('a')
  const committed = event('a', { revision: 2, committed: true })
  expect(mergeEvents([appended], [committed])).toEqual([committed])
  expect(mergeEvents([committed], [appended])).toEqual([committed])
})

test('is in the order in which things happened', () => {
  const log = mergeEvents(
    [event('late', { atMs: 3_000 })],
    [event('early', { atMs: 1_000 }), event('mid', { atMs: 2_000 })],
  )
  expect(log.map((one) => one.id)).toEqual(['early', 'mid', 'late'])
})

test('keeps the newest five hundred', () => {
  const many = Array.from({ length: 600 }, (_, i) => event(String(i), { atMs: i }))
  expect(mergeEvents(many, []).map((one) => one.atMs)[0]).toBe(100)
})
