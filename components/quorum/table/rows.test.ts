import { expect, test } from 'vitest'
import { aReplica, directoryOf } from '../../testing/exampleView.ts'
import { byNode, choices, everyRow, filterRows, quietObservers, sortRows } from './rows.ts'

const leader = aReplica(0, { status: 'leader', roles: ['controller', 'broker'] })
const silent = aReplica(2, { health: 'silent', lag: 128, lastFetchAgeMs: 63_000 })
const replicas = [leader, aReplica(1, { lag: 3 }), silent, aReplica(7, { lag: 500 }), aReplica(8, { lag: null })]
const ids = (rows: readonly { nodeId: number }[]) => rows.map((row) => row.nodeId)

test('filters by status, role, health and text, together', () => {
  expect(ids(filterRows(replicas, { ...everyRow, status: 'observer' }))).toEqual([7, 8])
  expect(ids(filterRows(replicas, { ...everyRow, role: 'combined' }))).toEqual([0])
  expect(ids(filterRows(replicas, { ...everyRow, health: 'silent' }))).toEqual([2])
  expect(ids(filterRows(replicas, { ...everyRow, text: ' SLCS' }))).toEqual([2])
  expect(ids(filterRows(replicas, { ...everyRow, text: 'localhost:8001' }))).toEqual([1])
  expect(ids(filterRows(replicas, { ...everyRow, role: 'controller', health: 'ok' }))).toEqual([1])
  expect(directoryOf(2).toLowerCase()).toContain('slcs')
})

test('counts what each choice would leave under the other filters, and hides what does not exist', () => {
  expect(choices(replicas, everyRow, 'health', ['ok', 'lagging', 'silent', 'unknown'])).toEqual([
    { choice: 'all', count: 5 },
    { choice: 'ok', count: 4 },
    { choice: 'silent', count: 1 },
  ])
  expect(choices(replicas, { ...everyRow, status: 'observer' }, 'health', ['ok', 'silent'])).toEqual([
    { choice: 'all', count: 2 },
    { choice: 'ok', count: 2 },
    { choice: 'silent', count: 0 },
  ])
})

test('sorts within voters and within observers, the unknown last either way', () => {
  expect(ids(sortRows(replicas, { column: 'lag', descending: true }))).toEqual([2, 1, 0, 7, 8])
  expect(ids(sortRows(replicas, { column: 'lag', descending: false }))).toEqual([0, 1, 2, 7, 8])
  expect(ids(sortRows(replicas, byNode))).toEqual([0, 1, 2, 7, 8])
})

test('ages that differ by less than a second do not swap rows', () => {
  const a = aReplica(1, { lastFetchAgeMs: 300 })
  const b = aReplica(2, { lastFetchAgeMs: 200 })
  expect(ids(sortRows([a, b], { column: 'lastFetch', descending: false }))).toEqual([1, 2])
})

test('of many observers only those that stand out are not quiet', () => {
  const brokers = Array.from({ length: 60 }, (_, i) => aReplica(100 + i, { status: 'observer', roles: ['broker'] }))
  const others = [
    aReplica(200, { health: 'lagging', roles: ['broker'] }),
    aReplica(201, { fenced: true, roles: ['broker'] }),
  ]
  const candidate = aReplica(3, { status: 'observer' })
  const quiet = quietObservers([...brokers, ...others, candidate], new Set([105]))
  expect(quiet).toHaveLength(59)
  expect(ids(quiet)).not.toContain(105)
  expect(quietObservers(brokers.slice(0, 16), new Set())).toEqual([])
})
