import { expect, test } from 'vitest'
import { aReplica, aView, directoryOf } from '../../components/testing/exampleView.ts'
import type { ClusterLink } from '../contract/clusters.ts'
import type { ControllerAccount, Health, QuorumView, Reach } from '../contract/quorumView.ts'
import { type Observed, readinessOf } from './readiness.ts'

const link = (state: ClusterLink['state']): ClusterLink => ({ state, sinceMs: 0, problem: null, attempts: [] })

function seen(view: QuorumView, change: Partial<Observed> = {}): Observed {
  return { view, ageMs: 300, intervalMs: 1_000, link: link('live'), ...change }
}

function account(nodeId: number, change: Partial<ControllerAccount> = {}): ControllerAccount {
  return {
    address: `localhost:800${nodeId}`,
    recordedId: nodeId,
    registeredId: nodeId,
    configured: true,
    reach: 'answers',
    nodeId,
    roles: ['controller'],
    sameCluster: true,
    leaderId: 0,
    leaderEpoch: 9,
    sinceMs: 77,
    problem: '',
    certificate: null,
    ...change,
  }
}

test('the leader and whoever has caught up with it are attached', () => {
  const view = aView({ controllers: [account(1)] })
  expect(readinessOf(0, seen(view))).toMatchObject({
    attached: true,
    role: 'leader',
    sinceMs: view.quorum.leaderSinceMs,
  })
  expect(readinessOf(1, seen(view))).toMatchObject({ attached: true, role: 'follower', lag: 0, sinceMs: 77 })
})

test.each<[Health, boolean | null, string]>([
  ['ok', true, 'has caught up'],
  ['lagging', false, 'has not caught up'],
  ['silent', false, 'does not fetch'],
  ['unknown', null, 'too young'],
])('a follower that is %s: %s', (health, attached, words) => {
  const view = aView({ replicas: [aReplica(0, { status: 'leader' }), aReplica(1, { health })] })
  const ready = readinessOf(1, seen(view))
  expect(ready?.attached).toBe(attached)
  expect(ready?.why).toContain(words)
})

test.each([
  ['old', { ageMs: 5_001 }],
  ['missing', { ageMs: null }],
  ['of a cluster that nobody reaches', { link: link('unreachable') }],
  ['of a cluster that refuses', { link: link('refused') }],
  ['of a connection that is being made', { link: link('connecting') }],
])('an observation that is %s attaches nobody, the leader neither', (_what, change) => {
  for (const id of [0, 1]) expect(readinessOf(id, seen(aView(), change))).toMatchObject({ attached: null, role: null })
})

test('slow sampling makes no observation old before its time', () => {
  expect(readinessOf(1, seen(aView(), { ageMs: 19_000, intervalMs: 10_000 }))?.attached).toBe(true)
})

test.each<[Reach, boolean | null]>([
  ['answers', false],
  ['refused', false],
  ['silent', false],
  ['unverifiable', null],
])('while nobody leads a controller is told by its own word: %s', (reach, attached) => {
  const view = aView({ controllers: [account(1, { reach, leaderId: 2 })] }, { leaderId: null })
  expect(readinessOf(1, seen(view, { link: link('no-leader') }))).toMatchObject({
    attached,
    role: null,
    sinceMs: 77,
    ownWord: { reach, leaderId: 2 },
  })
  expect(readinessOf(0, seen(view, { link: link('no-leader') }))).toMatchObject({ attached: null, ownWord: null })
})

test('a new disk beside its old voter is not attached: the voter counts', () => {
  const replicas = [
    aReplica(0, { status: 'leader' }),
    aReplica(1, { status: 'observer', directoryId: directoryOf(6) }),
    aReplica(1, { health: 'silent' }),
  ]
  expect(readinessOf(1, seen(aView({ replicas })))).toMatchObject({ attached: false, role: 'follower' })
})

test('beside a proven rival nobody is attached', () => {
  const rival = {
    ...account(2),
    nodeId: 2,
    leaderEpoch: 9,
    voters: [],
    highWatermark: null,
    logEndOffset: null,
    followers: [],
  }
  const rivals = [{ ...rival, proven: true }]
  for (const id of [0, 1]) expect(readinessOf(id, seen(aView({}, { rivals })))?.attached).toBeNull()
  expect(readinessOf(1, seen(aView({}, { rivals: [{ ...rival, proven: false }] })))?.attached).toBe(true)
})

test('a broker is no controller; a controller that nobody counts is not attached', () => {
  expect(readinessOf(7, seen(aView()))).toBeNull()
  expect(readinessOf(5, seen(aView()))).toBeNull()
  expect(readinessOf(5, seen(aView({ controllers: [account(5)] })))).toMatchObject({ attached: false, role: null })
})
