import { expect, test } from 'vitest'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import { fleetWords, summaryVerdict } from './summaryVerdict.ts'

function summary(
  change: Partial<ClusterSummary> = {},
  state: ClusterSummary['link']['state'] = 'live',
): ClusterSummary {
  return {
    cluster: 'c',
    name: 'c',
    kind: 'kafka',
    clusterId: null,
    link: { state, sinceMs: 0, problem: null, attempts: [] },
    ageMs: 200,
    leaderId: 0,
    voters: 3,
    healthyVoters: 3,
    margin: 1,
    observers: 3,
    kafkaRelease: '4.3',
    worst: null,
    ...change,
  }
}

test.each([
  [summary(), 'ok', 'Healthy: can lose 1 more'],
  [summary({ margin: 0, healthyVoters: 2 }), 'caution', 'Cannot lose another controller: 1 of 3 in trouble'],
  [summary({ margin: 0, voters: 1, healthyVoters: 1 }), 'caution', 'A single controller: it cannot be lost'],
  [summary({ margin: -1, healthyVoters: 1 }), 'danger', 'Majority lost: 1 of 3 healthy'],
  [summary({ margin: 1, voters: 5, healthyVoters: 4 }), 'caution', 'Can lose 1 more: 1 of 5 in trouble'],
  [summary({ worst: { severity: 'warning', title: 'A right is missing' } }), 'caution', 'A right is missing'],
  [summary({ worst: { severity: 'info', title: 'Even' } }), 'ok', 'Healthy: can lose 1 more'],
  [summary({ margin: null }), 'neutral', 'Settling'],
  [summary({}, 'connecting'), 'neutral', 'Connecting'],
  [summary({}, 'unreachable'), 'danger', 'Unreachable: nobody answers'],
  [summary({}, 'refused'), 'danger', 'The cluster refuses Quorumdeck'],
  [summary({}, 'unsupported'), 'caution', 'Cannot be shown'],
  [summary({ margin: null }, 'no-leader'), 'danger', 'No leader'],
  [summary({ margin: -1 }, 'no-leader'), 'danger', 'Majority lost'],
] as const)('%#: %s', (given, tone, words) => {
  expect(summaryVerdict(given, 0)).toMatchObject({ tone, words })
})

test('an old observation is never healthy, also when the list itself has aged', () => {
  expect(summaryVerdict(summary({ ageMs: 6_000 }), 0).tone).toBe('stale')
  expect(summaryVerdict(summary({ ageMs: 3_000 }), 3_000).tone).toBe('stale')
})

test('the fleet in two words', () => {
  expect(fleetWords([summary()], 0)).toBe('healthy')
  expect(fleetWords([summary(), summary()], 0)).toBe('all healthy')
  expect(fleetWords([summary(), summary({}, 'unreachable')], 0)).toBe('1 needs a person')
  expect(fleetWords([summary({ margin: -1 }), summary({}, 'unreachable')], 0)).toBe('2 need a person')
})
