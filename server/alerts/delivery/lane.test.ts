import { expect, test } from 'vitest'
import { GIVE_UP_MS, Lane, retryAfterMs } from './lane.ts'

const of = (incidentId: string, state: 'open' | 'resolved' = 'open') => ({ incidentId, state, queuedAtMs: 0 })
const names = (lane: Lane, nowMs = 0) => {
  const taken: string[] = []
  for (let next = lane.take(nowMs); next !== null; next = lane.take(nowMs))
    taken.push(`${next.incidentId} ${next.state}`)
  return taken
}

test('some at once, in their order', () => {
  const lane = new Lane()
  for (const id of 'abcdef') lane.add(of(id), 0)
  expect(names(lane)).toEqual(['a open', 'b open', 'c open', 'd open'])
  lane.delivered(of('b'))
  expect(names(lane)).toEqual(['e open'])
  expect([lane.waiting, lane.dueAtMs()]).toEqual([5, null])
})

test('the end of an incident waits until its beginning was taken', () => {
  const lane = new Lane()
  lane.add(of('a'), 0)
  expect(names(lane)).toEqual(['a open'])
  expect(lane.add(of('a', 'resolved'), 0)).toEqual([])
  expect(names(lane)).toEqual([])
  lane.delivered(of('a'))
  expect(names(lane)).toEqual(['a resolved'])
})

test('what is over before anybody heard of it is one message', () => {
  const lane = new Lane()
  lane.add(of('a'), 0)
  expect(lane.add(of('a', 'resolved'), 0)).toMatchObject([of('a')])
  expect(names(lane)).toEqual(['a resolved'])
})

test('also where its beginning was on its way and came to nothing', () => {
  const lane = new Lane()
  lane.add(of('a'), 0)
  names(lane)
  lane.add(of('a', 'resolved'), 0)
  expect(lane.failed(of('a'), 'receiver', 0, 0)).toBe('replaced')
  expect(names(lane, 500)).toEqual(['a resolved'])
})

test('a receiver that fails is tried by one message at a time, later and later, and then takes all', () => {
  const lane = new Lane()
  for (const id of 'abcdef') lane.add(of(id), 0)
  expect(names(lane)).toHaveLength(4)
  for (const id of 'abcd') lane.failed(of(id), 'receiver', 0, 1)
  expect(lane.dueAtMs()).toBe(8000)
  expect(names(lane, 7999)).toEqual([])
  expect(names(lane, 8000)).toHaveLength(1)
  lane.failed(of('d'), 'receiver', 8000, 1)
  expect(lane.dueAtMs()).toBe(8000 + 16_000)
  const [probe] = names(lane, 24_000)
  lane.delivered({ incidentId: probe?.[0] ?? '' })
  expect(names(lane, 24_000)).toHaveLength(4)
})

test('a message that is refused stands in nobody’s way', () => {
  const lane = new Lane()
  for (const id of 'ab') lane.add(of(id), 0)
  lane.take(0)
  expect(lane.failed(of('a'), 'message', 0, 1)).toBe('again')
  expect(names(lane)).toEqual(['b open'])
  lane.delivered(of('b'))
  expect(lane.dueAtMs()).toBe(1000)
  expect(names(lane, 1000)).toEqual(['a open'])
})

test('after a day it is given up', () => {
  const lane = new Lane()
  lane.add(of('a'), 0)
  lane.take(0)
  expect(lane.failed(of('a'), 'receiver', GIVE_UP_MS - 1, 0)).toBe('again')
  lane.take(GIVE_UP_MS + 60_000)
  expect(lane.failed(of('a'), 'receiver', GIVE_UP_MS + 60_000, 0)).toBe('given-up')
  expect(lane.waiting).toBe(0)
})

test('waits double up to a minute, by chance up to half shorter', () => {
  expect([1, 2, 3, 7, 100].map((n) => retryAfterMs(n, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000])
  expect(retryAfterMs(3, 0)).toBe(2000)
})
