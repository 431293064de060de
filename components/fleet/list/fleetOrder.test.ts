import { expect, test } from 'vitest'
import type { ClusterSummary } from '../../../server/contract/clusters.ts'
import { aSummary, linked } from '../../testing/exampleSummary.ts'
import { arranged, counts, judged, matches, passes, twins } from './fleetOrder.ts'

function summary(name: string, change: Partial<ClusterSummary> = {}): ClusterSummary {
  const addresses = [`${name.toLowerCase()}.example:9093`]
  return aSummary(name.toLowerCase().replaceAll(' ', '-'), { name, clusterId: `id-of-${name}`, addresses, ...change })
}

const FLEET = [
  summary('well 10'),
  summary('well 9'),
  summary('silent', { ageMs: 60_000 }),
  summary('gone', linked('unreachable')),
  summary('noted', { worst: { severity: 'warning', title: 'A right is missing' } as ClusterSummary['worst'] }),
  summary('edge', { margin: 0, healthyVoters: 3 }),
  summary('critical', { worst: { severity: 'critical', title: 'Two leaders' } as ClusterSummary['worst'] }),
  summary('lost', { margin: -1, healthyVoters: 2 }),
  summary('headless', { ...linked('no-leader'), margin: null }),
  summary('new', linked('connecting')),
]

test('the gravest first, then by name, numbers as people count', () => {
  expect(judged(FLEET).map((row) => row.summary.name)).toEqual([
    'headless',
    'lost',
    'critical',
    'edge',
    'noted',
    'gone',
    'silent',
    'new',
    'well 9',
    'well 10',
  ])
})

test('found by name, short name, Kafka cluster id, address, group and verdict; every word counts', () => {
  const rows = judged([...FLEET, summary('Orders', { group: 'Shop' })])
  const found = (text: string) => rows.filter((row) => matches(row, text)).map((row) => row.summary.name)
  expect(found('ID-OF-EDGE')).toEqual(['edge'])
  expect(found('noted.example:9093')).toEqual(['noted'])
  expect(found('shop orders')).toEqual(['Orders'])
  expect(found('shop edge')).toEqual([])
  expect(found('nobody answers')).toEqual(['gone'])
  expect(found('  ')).toHaveLength(11)
})

test('filters tell how many there are, and let through as many', () => {
  const rows = judged(FLEET)
  const told = counts(rows)
  expect(told.slice(0, 3).map(({ words, count }) => `${words} ${count}`)).toEqual([
    'All 10',
    'Need you 7',
    'No leader 1',
  ])
  for (const { filter, count } of told) expect(rows.filter((row) => passes(row, filter))).toHaveLength(count)
  const whole = counts(judged([summary('a')]))
  expect(whole.map(({ words }) => words)).toEqual(['All', 'Healthy'])
})

test('trouble stands before all groups, groups by name, those without one last', () => {
  const rows = judged([
    summary('a', { group: 'Warm' }),
    summary('b', { group: 'Burning', margin: -1 }),
    summary('c', { group: 'Burning' }),
    summary('d', { ...linked('no-leader') }),
    summary('e'),
  ])
  const { needing, groups } = arranged(rows)
  expect(needing.map(({ summary: { name } }) => name)).toEqual(['d', 'b'])
  expect(groups.map(({ name, rows: of, above }) => [name, of.length, above])).toEqual([
    ['Burning', 1, 1],
    ['Warm', 1, 0],
    [null, 1, 1],
  ])
})

test('where nobody makes groups it is one list', () => {
  const { needing, groups } = arranged(judged(FLEET))
  expect([needing, groups.map(({ name, rows: { length } }) => [name, length])]).toEqual([[], [[null, FLEET.length]]])
})

test('a Kafka cluster under several names is one line', () => {
  const fleet = [summary('b', { sameKafkaCluster: ['a'] }), summary('a', { sameKafkaCluster: ['b'] }), summary('c')]
  expect(twins(fleet)).toEqual(['a, b'])
})
