import { expect, test } from 'vitest'
import { EMPTY_PLACEMENT, hostedBy, type PlacementRecord, placed, reassigning } from './placement.ts'

const placement = { replicas: [1, 2], isr: [1, 2], adding: [], removing: [], leader: 1 }
const topic = (topicId: string, name: string): PlacementRecord => ({ kind: 'topic', topicId, name })
const config = (resource: string, name: string, value: string | null): PlacementRecord => ({
  kind: 'config',
  resource,
  name,
  value,
})

test('the configuration of a topic goes with it, and no other', () => {
  const before = placed(EMPTY_PLACEMENT, [
    topic('a', 'orders'),
    topic('b', 'bills'),
    config('topic:orders', 'min.insync.replicas', '2'),
    config('topic:bills', 'min.insync.replicas', '1'),
    config('topic:undefined', 'min.insync.replicas', '3'),
  ])
  const after = placed(before, [{ kind: 'remove-topic', topicId: 'a' }])
  expect([...after.configs.keys()]).toEqual(['topic:bills', 'topic:undefined'])
  expect([...after.topics.keys()]).toEqual(['b'])
  const stranger = placed(before, [{ kind: 'remove-topic', topicId: 'c' }])
  expect([...stranger.configs.keys()]).toEqual([...before.configs.keys()])
  expect([...before.configs.keys()]).toHaveLength(3)
})

test('a configuration is set, replaced and deleted', () => {
  const set = placed(EMPTY_PLACEMENT, [config('broker:', 'a', '1'), config('broker:', 'b', '2')])
  const less = placed(set, [config('broker:', 'a', null)])
  expect([...(less.configs.get('broker:') ?? [])]).toEqual([['b', '2']])
  expect(placed(less, [config('broker:', 'b', null)]).configs.has('broker:')).toBe(false)
  expect([...(set.configs.get('broker:') ?? [])]).toHaveLength(2)
})

test('partitions, and what changes of them; of what was never told of nothing is kept', () => {
  const before = placed(EMPTY_PLACEMENT, [
    topic('a', 'orders'),
    { kind: 'partition', topicId: 'a', partition: 0, placement },
    { kind: 'partition', topicId: 'z', partition: 0, placement },
    { kind: 'partition-change', topicId: 'a', partition: 5, change: { isr: [] } },
    { kind: 'partition-change', topicId: 'z', partition: 0, change: { isr: [] } },
  ])
  expect(hostedBy(before, 1).map((p) => [p.topic, p.partition])).toEqual([['orders', 0]])
  expect(hostedBy(before, 3)).toEqual([])
  expect(reassigning(before)).toEqual([])
  const moving = placed(before, [
    { kind: 'partition-change', topicId: 'a', partition: 0, change: { adding: [3], isr: [1] } },
  ])
  expect(hostedBy(moving, 3)).toHaveLength(1)
  expect(reassigning(moving)).toHaveLength(1)
  expect(hostedBy(before, 1)[0]?.isr).toEqual([1, 2])
  expect(placed(before, [])).toBe(before)
})
