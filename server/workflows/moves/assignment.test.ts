import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_PLACEMENT, type LoggedPlacement, type Placement, placed } from '../../quorum/log/placement.ts'
import { assignmentWithout, bytesToCome, plannedWithout, type Target } from './assignment.ts'

function placement(partitions: number[][]): Placement {
  const topicId = 't'
  return placed(EMPTY_PLACEMENT, [
    { kind: 'topic', topicId, name: 'orders' },
    ...partitions.map((replicas, partition) => ({
      kind: 'partition' as const,
      topicId,
      partition,
      placement: { replicas, isr: replicas, adding: [], removing: [], leader: replicas[0] ?? null },
    })),
  ])
}
const targets = (racks: Record<number, string | null>): Target[] =>
  Object.entries(racks).map(([nodeId, rack]) => ({ nodeId: Number(nodeId), rack }))

/** The rule, by looking at every broker each time: a rack without one, then the fewest replicas, then the lowest id. */
function naive(partitions: number[][], retiring: number[], brokers: Target[]): (number[] | null)[] {
  const counts = new Map(brokers.map(({ nodeId }) => [nodeId, partitions.flat().filter((id) => id === nodeId).length]))
  const rackOf = (id: number) => brokers.find((b) => b.nodeId === id)?.rack ?? `alone ${id}`
  return partitions
    .filter((before) => before.some((id) => retiring.includes(id)))
    .map((before) => {
      const kept = before.filter((id) => !retiring.includes(id))
      for (const _ of before.filter((id) => retiring.includes(id))) {
        const racks = kept.filter((id) => counts.has(id)).map(rackOf)
        const [best] = brokers
          .map((b) => b.nodeId)
          .filter((id) => !kept.includes(id))
          .toSorted(
            (a, b) =>
              Number(racks.includes(rackOf(a))) - Number(racks.includes(rackOf(b))) ||
              (counts.get(a) ?? 0) - (counts.get(b) ?? 0) ||
              a - b,
          )
        if (best === undefined) return null
        counts.set(best, (counts.get(best) ?? 0) + 1)
        kept.push(best)
      }
      return kept.toSorted()
    })
}

test('whatever the brokers, racks and partitions, each replica goes where the rule says', () => {
  const racks = fc.array(fc.option(fc.constantFrom('a', 'b', 'c')), { minLength: 1, maxLength: 6 })
  const replicas = fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 4, 5, 7, 8), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(racks, fc.array(replicas, { maxLength: 8 }), (given, partitions) => {
      const brokers = given.map((rack, nodeId) => ({ nodeId, rack }))
      const { moves, impossible } = assignmentWithout(placement(partitions), [7, 8], brokers)
      const wanted = naive(partitions, [7, 8], brokers)
      expect(moves.map((m) => m.replicas.toSorted())).toEqual(wanted.filter((w) => w !== null))
      expect(impossible).toHaveLength(wanted.filter((w) => w === null).length)
    }),
    { numRuns: 500 },
  )
})

test('a plan is kept until a replica moves, or the question is another', () => {
  const before = placement([[7, 8]])
  const brokers = targets({ 0: null, 1: null })
  const first = plannedWithout(before, [7], brokers)
  expect(plannedWithout(before, [7], brokers)).toBe(first)
  expect(plannedWithout(before, [8], brokers)).not.toBe(first)
  const again = plannedWithout(before, [7], brokers)
  expect(again).toEqual(first)
  const live = before as LoggedPlacement
  live.apply({ kind: 'partition-change', topicId: 't', partition: 0, change: { isr: [8] } })
  expect(plannedWithout(before, [7], brokers)).toBe(again)
  live.apply({ kind: 'partition-change', topicId: 't', partition: 0, change: { replicas: [8, 0] } })
  expect(plannedWithout(before, [7], brokers).moves).toEqual([])
})

describe('where the replicas of retiring brokers go', () => {
  test('only what must move is moved, evenly', () => {
    const before = placement([
      [7, 8],
      [8, 7],
      [0, 1],
    ])
    const { moves, impossible } = assignmentWithout(before, [7, 8], targets({ 0: null, 1: null, 2: null }))
    expect(impossible).toEqual([])
    expect(moves.map((m) => m.partition)).toEqual([0, 1])
    const counts = new Map<number, number>([
      [0, 1],
      [1, 1],
    ])
    for (const { replicas } of moves) for (const id of replicas) counts.set(id, (counts.get(id) ?? 0) + 1)
    expect([...counts.values()].toSorted()).toEqual([2, 2, 2])
  })

  test('another rack before a shorter queue', () => {
    const before = placement([
      [0, 7],
      [2, 3],
      [2, 3],
    ])
    const racks = targets({ 0: 'a', 1: 'a', 2: 'b', 3: 'b' })
    const [move] = assignmentWithout(before, [7], racks).moves
    // Broker 1 holds nothing, but it stands in the rack of 0.
    expect(move?.replicas[0]).toBe(0)
    expect([2, 3]).toContain(move?.replicas[1])
  })

  test('leadership is spread: to who leads least, then to the lowest id', () => {
    const of = (...partitions: number[][]) =>
      assignmentWithout(placement(partitions), [7], targets({ 0: null, 1: null })).moves.map((m) => m.replicas)
    expect(of([7, 0], [7, 0])).toEqual([
      [0, 1],
      [1, 0],
    ])
    // A leader that stays is counted once, and stays first.
    expect(of([0, 7], [1, 0], [7, 0])).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  test('by topic, then by partition, whatever the order in the log', () => {
    const replicas = [7, 0]
    const record = (topicId: string, partition: number) => ({
      kind: 'partition' as const,
      topicId,
      partition,
      placement: { replicas, isr: replicas, adding: [], removing: [], leader: 7 },
    })
    const before = placed(EMPTY_PLACEMENT, [
      { kind: 'topic', topicId: 'x', name: 'orders' },
      { kind: 'topic', topicId: 'y', name: 'bills' },
      ...[record('x', 1), record('x', 0), record('y', 3), record('y', 2)],
    ])
    const { moves } = assignmentWithout(before, [7], targets({ 0: null, 1: null }))
    expect(moves.map((m) => `${m.topic}-${m.partition}`)).toEqual(['bills-2', 'bills-3', 'orders-0', 'orders-1'])
  })

  test('more replicas than brokers that remain are told, not shortened', () => {
    const { moves, impossible } = assignmentWithout(placement([[7, 8, 9]]), [7, 8, 9], targets({ 0: null, 1: null }))
    expect(moves).toEqual([])
    expect(impossible).toEqual([{ topic: 'orders', partition: 0, replicas: 3 }])
  })

  test('the bytes that come to each broker; unknown sizes are unknown', () => {
    const { moves } = assignmentWithout(placement([[7, 0]]), [7], targets({ 0: null, 1: null }))
    expect(bytesToCome(moves, () => 100)).toEqual(new Map([[1, 100]]))
    expect(bytesToCome(moves, () => null)).toBeNull()
  })

  test('whatever the placement: as many replicas as before, each broker once, none retiring, the same plan again', () => {
    const arbitrary = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(
        arbitrary,
        fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
        (all, retiring) => {
          const staying = targets(
            Object.fromEntries(
              Array.from({ length: 10 }, (_, i) => i)
                .filter((id) => !retiring.includes(id))
                .map((id) => [id, ['a', 'b', null][id % 3] ?? null]),
            ),
          )
          const { moves, impossible } = assignmentWithout(placement(all), retiring, staying)
          const concerned = all.filter((replicas) => replicas.some((id) => retiring.includes(id)))
          expect(moves.length + impossible.length).toBe(concerned.length)
          for (const { before, replicas } of moves) {
            expect(replicas).toHaveLength(before.length)
            expect(new Set(replicas).size).toBe(replicas.length)
            expect(replicas.some((id) => retiring.includes(id))).toBe(false)
            for (const id of before) if (!retiring.includes(id)) expect(replicas).toContain(id)
          }
          expect(assignmentWithout(placement(all), retiring, staying).moves).toEqual(moves)
        },
      ),
    )
  })
})
