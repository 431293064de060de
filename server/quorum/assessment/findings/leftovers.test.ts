import { expect, test } from 'vitest'
import { type BrokerRegistration, EMPTY_LOG } from '../../log/metadataLog.ts'
import { EMPTY_PLACEMENT, type PlacementRecord, placed } from '../../log/placement.ts'
import { leftoversIn } from './leftovers.ts'

const config = (resource: string, name: string, value = '1000'): PlacementRecord => ({
  kind: 'config',
  resource,
  name,
  value,
})
const found = (...records: PlacementRecord[]) =>
  leftoversIn({ ...EMPTY_LOG, placement: placed(EMPTY_PLACEMENT, records) })

/** Of a move to broker 9, as it is registered. */
function movedTo(broker: { fenced: boolean } | null, ...records: PlacementRecord[]) {
  const brokers = new Map<number, BrokerRegistration>()
  if (broker !== null) brokers.set(9, { incarnationId: 'a', endpoints: [], rack: null, ...broker })
  const placement = placed(EMPTY_PLACEMENT, [...moving([9]), ...records])
  return leftoversIn({ ...EMPTY_LOG, brokers, placement })
}

const RATE = config('broker:7', 'leader.replication.throttled.rate')
const LIST = config('topic:orders', 'leader.replication.throttled.replicas', '*')
const moving = (adding: number[]): PlacementRecord[] => [
  { kind: 'topic', topicId: 'x', name: 'orders' },
  {
    kind: 'partition',
    topicId: 'x',
    partition: 0,
    placement: { replicas: [7, 8, ...adding], isr: [7, 8], adding, removing: [], leader: 7 },
  },
]

test('a throttle that stands while nothing is moved is told, with the way to take it away', () => {
  const [throttle, ...others] = found(...moving([]), RATE, LIST)
  expect(others).toEqual([])
  expect(throttle).toMatchObject({ code: 'throttle-stands', severity: 'info' })
  expect(throttle?.detail).toMatch(/^2 configurations of/)
  expect(throttle?.detail).toContain(
    '--entity-type brokers --entity-name 7 --delete-config leader.replication.throttled.rate',
  )
})

test('of a default of all brokers the tool names none', () => {
  expect(found(config('broker:', 'follower.replication.throttled.rate'))[0]?.detail).toContain(
    '--entity-type brokers --entity-default',
  )
})

test('while partitions are moved a throttle does its work, and the moves are told', () => {
  const [moves, ...others] = movedTo({ fenced: false }, RATE, LIST)
  expect(moves).toMatchObject({ code: 'moves-under-way', severity: 'info', title: 'Partitions are being moved' })
  expect(moves?.detail).toContain('kafka-reassign-partitions.sh --cancel')
  expect(others).toEqual([])
})

test('a move to a broker that is down has a cause of its own', () => {
  const [waits, moves] = movedTo({ fenced: true })
  expect(waits).toMatchObject({
    code: 'move-waits',
    severity: 'warning',
    title: 'A move waits for broker 9, which is fenced',
    replicas: [{ nodeId: 9, directoryId: null }],
  })
  expect(waits?.detail).toContain('For example the move of orders-0.')
  expect(waits?.detail).toContain('start it with the disk that it had')
  expect(moves?.code).toBe('moves-under-way')
  expect(movedTo(null)[0]?.title).toBe('A move waits for broker 9, which is not registered')
})

test('a move that has ended, and a topic that is gone, leave nothing to wait for', () => {
  const ended: PlacementRecord = {
    kind: 'partition-change',
    topicId: 'x',
    partition: 0,
    change: { replicas: [8, 9], adding: [], removing: [] },
  }
  expect(found(...moving([9]), ended)).toEqual([])
  expect(found(...moving([9]), { kind: 'remove-topic', topicId: 'x' })).toEqual([])
})

test('cordoned brokers are named', () => {
  const [cordon] = found(config('broker:8', 'cordoned.log.dirs', '*'), config('broker:7', 'cordoned.log.dirs', '*'))
  expect(cordon).toMatchObject({ code: 'broker-cordoned', title: 'Brokers 7, 8 cordoned' })
})

test('nothing left is nothing told, nor is what nobody can see', () => {
  expect(found(config('topic:orders', 'min.insync.replicas', '2'))).toEqual([])
  expect(leftoversIn(null)).toEqual([])
})
