/** Partitions of brokers 1, 2 and 3: what an active controller makes of a broker that goes, comes back, or is emptied. */
import { expect, test } from 'vitest'
import { EMPTY_PLACEMENT, partitionsOf, placed } from '../../quorum/log/placement.ts'
import { COPY_MS, controlled, type DataPlane, newDataPlane, offline, withAct } from './dataPlane.ts'

const placement = placed(EMPTY_PLACEMENT, [
  { kind: 'topic', topicId: 't', name: 'orders' },
  {
    kind: 'partition',
    topicId: 't',
    partition: 0,
    placement: { replicas: [1, 2], isr: [1, 2], adding: [], removing: [], leader: 1 },
  },
])
const one = (data: DataPlane) => [...partitionsOf(data.placement)][0]
const without =
  (...down: number[]) =>
  (id: number) =>
    !down.includes(id)

test('a broker goes: another one leads, and it is in sync again some time after it came back', () => {
  const data = controlled(newDataPlane(placement), without(1), 0)
  expect(one(data)).toMatchObject({ isr: [2], leader: 2 })
  const back = controlled(data, without(), 100)
  expect(one(back)).toMatchObject({ isr: [2], leader: 2 })
  expect(one(controlled(back, without(), 100 + COPY_MS))).toMatchObject({ isr: [2, 1], leader: 2 })
})

test('the last one in sync goes: nobody leads until it is back, whoever else is there', () => {
  const alone = controlled(newDataPlane(placement), without(1), 0)
  const gone = controlled(alone, without(1, 2), 10)
  expect([one(gone)?.isr, one(gone)?.leader, offline(gone)]).toEqual([[2], null, 1])
  const other = controlled(controlled(gone, without(2), 20), without(2), 20 + 2 * COPY_MS)
  expect(offline(other)).toBe(1)
  expect(offline(controlled(other, without(), 9 * COPY_MS))).toBe(0)
})

test('a move: the new replica is copied first, then the old one goes; taken back, all is as before', () => {
  const act = { kind: 'reassign', moves: [{ topic: 'orders', partition: 0, replicas: [3, 2] }] } as const
  const moving = withAct(
    newDataPlane(placement),
    { ...act, moves: [...act.moves.map((m) => ({ ...m, replicas: [3, 2] }))] },
    0,
  )
  expect(one(moving)).toMatchObject({ replicas: [3, 2, 1], adding: [3], removing: [1] })
  const copying = controlled(moving, without(), 0)
  const done = controlled(copying, without(), COPY_MS)
  expect(one(done)).toMatchObject({ replicas: [3, 2], adding: [], removing: [], leader: 3 })
  const back = withAct(copying, { kind: 'reassign', moves: [{ topic: 'orders', partition: 0, replicas: null }] }, 1)
  expect(one(back)).toMatchObject({ replicas: [2, 1], isr: [1, 2], adding: [], removing: [] })
  // The receiving broker is down: nothing is lost, and nothing goes on.
  expect(one(controlled(copying, without(3), 9 * COPY_MS))).toMatchObject({ adding: [3], leader: 1 })
})

test('configurations stand as they were asked for', () => {
  const throttled = withAct(
    newDataPlane(placement),
    { kind: 'configure', configs: [{ type: 'topic', resource: 'orders', name: 'a', value: '1' }] },
    0,
  )
  expect(throttled.placement.configs.get('topic:orders')?.get('a')).toBe('1')
  const endpoint = { listener: '', host: 'h', port: 1 }
  const cordoned = withAct(throttled, { kind: 'cordon', brokers: [{ nodeId: 3, endpoint }] }, 0)
  expect(cordoned.placement.configs.get('broker:3')?.get('cordoned.log.dirs')).toBe('*')
})
