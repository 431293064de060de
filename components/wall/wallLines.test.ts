import { expect, test } from 'vitest'
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import { spoken } from '../kit/words/words.ts'
import { aReplica, aView, directoryOf } from '../testing/exampleView.ts'
import { aWorkflow, summaryOfRun } from '../testing/exampleWorkflow.ts'
import { verdict } from '../verdict/verdict.ts'
import { otherClusters, wallChange, wallRun, wallSeat, wallSubline } from './wallLines.ts'

const link = { state: 'live' as const, sinceMs: 0, problem: null, attempts: [] }
const silent = aReplica(2, { health: 'silent', lag: 140, lastFetchAgeMs: 71_000 })

test('a seat says how its controller is, with a glyph', () => {
  const seat = (replica: Parameters<typeof wallSeat>[0]) => {
    const { glyph, tone, words } = wallSeat(replica, aView())
    return [glyph, tone, spoken(words, 0)]
  }
  expect(seat(aReplica(0, { status: 'leader' }))).toEqual(['★', 'ok', 'leader'])
  expect(seat(aReplica(1))).toEqual(['✓', 'ok', 'follows · lag 0'])
  expect(seat(silent)).toEqual(['✕', 'danger', 'silent 71 s · lag 140'])
  expect(seat(aReplica(1, { health: 'silent', lastFetchAgeMs: null }))[2]).toBe('silent, no fetch under this leader')
  expect(seat(aReplica(1, { health: 'lagging', lag: 9 }))).toEqual(['↓', 'caution', 'lagging · lag 9'])
  expect(seat(aReplica(1, { health: 'unknown' }))[2]).toBe('no fetch yet')
})

test('while nobody leads a seat says whether its controller answers for itself', () => {
  const controllers = (['answers', 'refused', 'unverifiable'] as const).map((reach, id) => ({
    address: `localhost:800${id}`,
    recordedId: id,
    registeredId: id,
    configured: true,
    reach,
    nodeId: reach === 'answers' ? id : null,
    roles: null,
    sameCluster: null,
    leaderId: null,
    leaderEpoch: null,
    sinceMs: 0,
    problem: '',
    certificate: null,
  }))
  const view = aView({ controllers }, { leaderId: null })
  const seat = (id: number) => {
    const { tone, words } = wallSeat(aReplica(id, { health: 'unknown' }), view)
    return [tone, spoken(words, 0)]
  }
  expect([0, 1, 2].map(seat)).toEqual([
    ['plain', 'answers, no leader'],
    ['danger', 'does not answer'],
    ['caution', 'answers, not verifiable'],
  ])
})

test('the line below the verdict', () => {
  const view = aView(
    { replicas: [aReplica(0, { status: 'leader' }), aReplica(1), silent] },
    { healthyVoters: 2, margin: 0 },
  )
  const found = verdict({ view, link, freshness: 'live', longWithoutLeader: false })
  expect(spoken(wallSubline(view, found), 0)).toBe(
    'Controller 2 silent for 71 s · leader 0, epoch 9, for 4 d 2 h · quorum works',
  )
})

test('a voter change is named while it is not committed', () => {
  expect(wallChange(aView())).toBe('No voter change in progress')
  const key = { nodeId: 2, directoryId: directoryOf(2) }
  const change = { offset: 1, epoch: 1, appendedAtMs: 0, added: [], removed: [key], voters: [] }
  expect(wallChange(aView({}, { pendingVoterChange: change }))).toBe('Voter change not committed yet: removing 2')
})

test('the other clusters are counted', () => {
  const summary = (cluster: string, margin: number) =>
    ({
      cluster,
      name: cluster,
      kind: 'kafka',
      clusterId: null,
      link,
      ageMs: 0,
      leaderId: 0,
      voters: 3,
      healthyVoters: margin + 2,
      margin,
      observers: 0,
      kafkaRelease: null,
      worst: null,
    }) satisfies ClusterSummary
  expect(otherClusters([summary('a', 1)], 'a')).toBeNull()
  expect(otherClusters([summary('a', 1), summary('b', 1)], 'a')).toEqual({
    words: '1 other cluster healthy',
    needsPerson: false,
  })
  expect(otherClusters([summary('a', 1), summary('b', 1), summary('c', 0)], 'a')).toEqual({
    words: '1 of 2 other clusters needs a person',
    needsPerson: true,
  })
})

test('a guided change: what, how far, in which state, who drives', () => {
  expect(wallRun([])).toBeNull()
  expect(wallRun([summaryOfRun(aWorkflow())])).toBe(
    '… Replace the failed disk of controller 2: step 3 of 6 (New incarnation has caught up), waiting · Browser 3f2a drives',
  )
})
