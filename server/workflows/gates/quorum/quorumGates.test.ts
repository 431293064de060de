import { expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import { MAX_OBSERVATION_AGE_MS } from '../../run/thresholds.ts'
import { voterKeys } from '../../run/voterSet.ts'
import {
  dynamicQuorum,
  leaderReachable,
  noChangeInFlight,
  observationFresh,
  quorumSettled,
  sameCluster,
  votersAsExpected,
} from './quorumGates.ts'

const facts = exampleFacts()
const view = exampleView()
const leaderless = { ...view, quorum: { ...view.quorum, leaderId: null } }

test('fresh is the newest observation of a leader, over a link that lives', () => {
  const at = (ageMs: number | null) => observationFresh({ ...facts, ageMs })
  expect(at(MAX_OBSERVATION_AGE_MS)).toMatchObject({ ok: true, observed: '5.0 s old' })
  expect(at(MAX_OBSERVATION_AGE_MS + 1).ok).toBe(false)
  expect(at(null)).toMatchObject({ ok: false, observed: 'unknown' })
  expect(observationFresh({ ...facts, view: null }).ok).toBe(false)
  expect(observationFresh({ ...facts, view: leaderless }).ok).toBe(false)
  expect(observationFresh({ ...facts, link: 'unreachable' })).toMatchObject({
    ok: false,
    observed: '0.1 s old, unreachable',
  })
})

test('a leader that is reached through a controller', () => {
  expect(leaderReachable(facts)).toMatchObject({ ok: true, observed: 'through a controller' })
  expect(leaderReachable({ ...facts, view: leaderless })).toMatchObject({ ok: false, observed: 'unknown' })
})

test('the cluster, by its id', () => {
  expect(sameCluster(facts, view.clusterId ?? '').ok).toBe(true)
  expect(sameCluster(facts, 'another').ok).toBe(false)
  expect(sameCluster({ ...facts, view: null }, 'another')).toMatchObject({ ok: false, observed: 'unknown' })
})

test('dynamic from kraft.version 1 on', () => {
  const at = (kraftVersion: number | null) =>
    dynamicQuorum({ ...facts, view: { ...view, quorum: { ...view.quorum, kraftVersion } } })
  expect(at(1)).toMatchObject({ ok: true, observed: 'kraft.version 1' })
  expect(at(2).ok).toBe(true)
  expect(at(0)).toMatchObject({ ok: false, observed: 'kraft.version 0' })
  expect(at(null)).toMatchObject({ ok: false, observed: 'unknown' })
})

test('what is not settled says what is awaited', () => {
  expect(quorumSettled(facts)).toMatchObject({ ok: true, observed: 'settled, high watermark 535' })
  expect(quorumSettled({ ...facts, view: null })).toMatchObject({ ok: false, observed: 'nobody leads' })
  expect(quorumSettled({ ...facts, view: leaderless }).observed).toBe('nobody leads')
  const quorum = { ...view.quorum, settling: true }
  expect(quorumSettled({ ...facts, view: { ...view, quorum } }).ok).toBe(false)
  const noMark = { ...view, quorum: { ...view.quorum, highWatermark: null } }
  expect(quorumSettled({ ...facts, view: noMark }).observed).toBe('high watermark unknown')
  const replicas = view.replicas.map((r) => (r.nodeId === 2 ? { ...r, health: 'unknown' as const } : r))
  expect(quorumSettled({ ...facts, view: { ...view, replicas } }).observed).toBe('2 not seen yet by the leader')
  expect(quorumSettled({ ...facts, track: { ...facts.track, reads: [] } })).toMatchObject({
    ok: false,
    observed: 'voters not proven committed yet',
  })
  expect(quorumSettled(facts, facts.monotonicMs).ok).toBe(false)
})

test('a change that is not committed, or a leader on its way out', () => {
  expect(noChangeInFlight(facts)).toMatchObject({ ok: true, observed: 'none' })
  expect(noChangeInFlight({ ...facts, view: null })).toMatchObject({ ok: false, observed: 'unknown' })
  const pending = { offset: 536, epoch: 9, appendedAtMs: 0, added: [], removed: [], voters: [] }
  const appended = { ...view, quorum: { ...view.quorum, pendingVoterChange: pending } }
  expect(noChangeInFlight({ ...facts, view: appended })).toMatchObject({
    ok: false,
    observed: 'appended at offset 536, not committed',
  })
  const leaving = exampleView({
    sample: { voters: [replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])], observers: [LEADER] },
  })
  const gate = noChangeInFlight(exampleFacts(leaving))
  expect(gate.ok).toBe(false)
  expect(gate.observed).toContain('the leader is not among its own voters')
  expect(gate.remedy).toContain('election')
})

test('the voters that the plan knows', () => {
  expect(votersAsExpected(facts, voterKeys(view))).toMatchObject({ ok: true, observed: '0, 1 and 2' })
  expect(votersAsExpected(facts, voterKeys(view).slice(1)).ok).toBe(false)
  expect(votersAsExpected({ ...facts, view: leaderless }, voterKeys(view)).ok).toBe(false)
  expect(votersAsExpected({ ...facts, view: null }, [])).toMatchObject({ ok: false, observed: 'unknown' })
})
