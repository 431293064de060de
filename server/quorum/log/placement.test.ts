import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  EMPTY_PLACEMENT,
  hostedBy,
  hostedByAny,
  LoggedPlacement,
  type PartitionPlacement,
  type PlacedPartition,
  type PlacementRecord,
  placed,
  reassigning,
  recordsOf,
} from './placement.ts'

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
  expect([...after.resourcesWith('min.insync.replicas')]).toEqual(['topic:bills', 'topic:undefined'])
  expect([...before.resourcesWith('min.insync.replicas')]).toHaveLength(3)
  expect(after.settings).toBeGreaterThan(before.settings)
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

/** A placement as plain maps, changed the long way. */
type Model = Map<string, { name: string; partitions: Map<number, PartitionPlacement> }>

function applied(model: Model, record: PlacementRecord): void {
  switch (record.kind) {
    case 'topic':
      model.set(record.topicId, { name: record.name, partitions: new Map() })
      break
    case 'remove-topic':
      model.delete(record.topicId)
      break
    case 'partition':
      model.get(record.topicId)?.partitions.set(record.partition, record.placement)
      break
    case 'partition-change': {
      const partitions = model.get(record.topicId)?.partitions
      const known = partitions?.get(record.partition)
      if (known !== undefined) partitions?.set(record.partition, { ...known, ...record.change })
      break
    }
    default:
      break
  }
}

const ids = fc.uniqueArray(fc.nat(6), { maxLength: 4 })
const places = fc.record({ replicas: ids, isr: ids, adding: ids, removing: ids, leader: fc.option(fc.nat(6)) })
const at = { topicId: fc.constantFrom('a', 'b', 'c'), partition: fc.nat(4) }
const records: fc.Arbitrary<PlacementRecord> = fc.oneof(
  fc.record({ kind: fc.constant('topic' as const), topicId: at.topicId, name: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ kind: fc.constant('remove-topic' as const), topicId: at.topicId }),
  fc.record({ kind: fc.constant('partition' as const), ...at, placement: places }),
  fc.record({
    kind: fc.constant('partition-change' as const),
    ...at,
    change: fc.record(
      { replicas: ids, isr: ids, adding: ids, removing: ids, leader: fc.option(fc.nat(6)) },
      { requiredKeys: [] },
    ),
  }),
)

test('whatever the log says, the indexes say what going through all partitions says', () => {
  fc.assert(
    fc.property(fc.array(records, { maxLength: 60 }), (all) => {
      const placement = new LoggedPlacement()
      const model: Model = new Map()
      for (const record of all) {
        placement.apply(record)
        applied(model, record)
      }
      const expected = [...model].flatMap(([topicId, { name, partitions }]) =>
        [...partitions].map(([partition, place]) => ({ topicId, topic: name, partition, ...place })),
      )
      const sorted = (list: Iterable<PlacedPartition>) =>
        [...list].toSorted((a, b) => a.topicId.localeCompare(b.topicId) || a.partition - b.partition)
      expect(sorted(placement.partitions())).toEqual(sorted(expected))
      expect(placement.size).toBe(expected.length)
      expect(sorted(placement.reassigning())).toEqual(
        sorted(expected.filter((p) => p.adding.length > 0 || p.removing.length > 0)),
      )
      expect(hostedByAny(placement, [3])).toBe(placement.hostedBy(3))
      const both = expected.filter((p) => [3, 4].some((id) => p.replicas.includes(id) || p.adding.includes(id)))
      expect(sorted(hostedByAny(placement, [3, 4]))).toEqual(sorted(both))
      expect(placement.moving).toBe(placement.reassigning().length)
      const coming = [...placement.comingTo()].toSorted((a, b) => a.brokerId - b.brokerId)
      const added = [...new Set(expected.flatMap((p) => p.adding))].toSorted((a, b) => a - b)
      expect(coming.map((c) => c.brokerId)).toEqual(added)
      expect(coming.every(({ brokerId, example }) => example.adding.includes(brokerId))).toBe(true)
      expect(placement.mostReplicas).toBe(
        expected.reduce((most, p) => (p.replicas.length > most ? p.replicas.length : most), 0),
      )
      for (let id = 0; id <= 6; id += 1) {
        const hosted = expected.filter((p) => p.replicas.includes(id) || p.adding.includes(id))
        expect(sorted(placement.hostedBy(id))).toEqual(sorted(hosted))
        expect(placement.replicasOn(id)).toBe(expected.filter((p) => p.replicas.includes(id)).length)
        expect(placement.preferredOn(id)).toBe(expected.filter((p) => p.replicas[0] === id).length)
      }
      expect(sorted(placed(EMPTY_PLACEMENT, recordsOf(placement)).partitions())).toEqual(sorted(expected))
    }),
  )
})

test('a replica that falls out of sync is no change of the layout; one that comes is', () => {
  const log = new LoggedPlacement()
  log.apply(topic('a', 'orders'))
  log.apply({ kind: 'partition', topicId: 'a', partition: 0, placement })
  const { layout, version } = log
  const before = log.hostedBy(1)
  log.apply({ kind: 'partition-change', topicId: 'a', partition: 0, change: { isr: [1], leader: 1 } })
  expect([log.layout === layout, log.version > version]).toEqual([true, true])
  expect(before[0]?.isr).toEqual([1, 2])
  log.apply({ kind: 'partition-change', topicId: 'a', partition: 0, change: { adding: [3] } })
  expect(log.layout).toBeGreaterThan(layout)
})
