/** The gates on a candidate, each condition alone. */
import { describe, expect, test } from 'vitest'
import type { Endpoint, QuorumView, ReplicaView } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { CANDIDATE, exampleFacts, exampleView, probe, probed } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import {
  candidateEndpoints,
  candidateFetches,
  candidateIsController,
  candidateReachable,
  idIsNoVoter,
  lagNearZero,
  otherIncarnationsSilent,
} from './candidateGates.ts'

const facts = exampleFacts()
const view = exampleView()
const blind = { ...facts, view: null }
const twin = { nodeId: 2, directoryId: DIRECTORY.new2 } as const

/** The rows changed, each as it is now. */
const rows = (change: (row: ReplicaView) => Partial<ReplicaView>): QuorumView => ({
  ...view,
  replicas: view.replicas.map((r) => ({ ...r, ...change(r) })),
})
const only3 = (over: Partial<ReplicaView>): Facts => ({ ...facts, view: rows((r) => (r.nodeId === 3 ? over : {})) })

test('no voter has its id', () => {
  expect(idIsNoVoter(facts, CANDIDATE)).toMatchObject({ ok: true, observed: 'not a voter' })
  expect(idIsNoVoter(facts, twin)).toMatchObject({ ok: false, observed: '2 is a voter with directory slcsM5ZA…' })
  expect(idIsNoVoter(facts, null)).toMatchObject({ ok: false, observed: 'unknown' })
  expect(idIsNoVoter(blind, CANDIDATE)).toMatchObject({ ok: false, observed: 'unknown' })
  const leaderless = { ...view, quorum: { ...view.quorum, leaderId: null } }
  expect(idIsNoVoter({ ...facts, view: leaderless }, CANDIDATE).ok).toBe(false)
})

test('a registered controller that observes', () => {
  const of = (given: Facts, key: typeof CANDIDATE | null = CANDIDATE) => candidateIsController(given, key)
  expect(of(facts)).toMatchObject({ ok: true, observed: 'a registered controller' })
  expect(of(facts, null)).toMatchObject({ ok: false, observed: 'not listed', waiting: false })
  expect(of(blind)).toMatchObject({ ok: false, observed: 'not listed', waiting: false })
  expect(of(only3({ roles: ['broker'] }))).toMatchObject({ ok: false, observed: 'a broker only', waiting: false })
  expect(of(only3({ roles: [] }))).toMatchObject({ ok: false, observed: 'no controller registration', waiting: true })
  expect(of({ ...facts, endpoints: new Map() }).observed).toBe('its registration is not known')
  expect(of(only3({ status: 'follower' })).ok).toBe(false)
})

describe('endpoints that can be given to the quorum', () => {
  const at = (...own: Endpoint[]) =>
    candidateEndpoints({ ...facts, endpoints: new Map(facts.endpoints).set(3, own) }, CANDIDATE)
  const good = { listener: 'CONTROLLER', host: 'localhost', port: 8003 }

  test('have a name, a host and a port', () => {
    expect(at(good)).toMatchObject({ ok: true, observed: 'CONTROLLER://localhost:8003' })
    expect(at()).toMatchObject({ ok: false, observed: 'unknown' })
    expect(at(good, { ...good, listener: '' }).ok).toBe(false)
    expect(at(good, { ...good, host: '' }).ok).toBe(false)
    expect(at(good, { ...good, port: 0 }).ok).toBe(false)
    expect(at(good, { ...good, listener: 'PLAINTEXT', port: 1 }).ok).toBe(true)
    expect(at({ ...good, port: 0 }).remedy).toContain('registration')
    expect(candidateEndpoints(facts, null)).toMatchObject({ ok: false, observed: 'unknown' })
    expect(candidateEndpoints(blind, CANDIDATE).ok).toBe(false)
  })

  test("have the leader's listener name among theirs", () => {
    expect(at({ ...good, listener: 'OTHER' })).toMatchObject({
      ok: false,
      remedy: "Give it a controller listener with the leader's listener name (CONTROLLER).",
    })
    const named = (listener: string) =>
      rows((r) => (r.nodeId === 0 ? { endpoints: [{ listener, host: 'localhost', port: 8000 }] } : {}))
    expect(candidateEndpoints({ ...facts, view: named('LEADERS') }, CANDIDATE).ok).toBe(false)
    const followers = rows((r) =>
      r.nodeId === 1 || r.nodeId === 2 ? { endpoints: [{ listener: 'OTHER', host: 'localhost', port: 8001 }] } : {},
    )
    expect(candidateEndpoints({ ...facts, view: followers }, CANDIDATE).ok).toBe(true)
  })

  test('are reached from the other hosts', () => {
    const far = rows((r) => (r.nodeId === 1 ? { endpoints: [{ ...good, host: 'controller-1' }] } : {}))
    const on = (of: QuorumView, host: string) =>
      candidateEndpoints(
        { ...facts, view: of, endpoints: new Map(facts.endpoints).set(3, [{ ...good, host }]) },
        CANDIDATE,
      ).ok
    expect(on(far, 'localhost')).toBe(false)
    expect(on(far, 'controller-3')).toBe(true)
    expect(on(view, 'controller-3')).toBe(true)
    const unknown = rows((r) => (r.nodeId === 1 ? { endpoints: [] } : {}))
    expect(on(unknown, 'localhost')).toBe(false)
  })

  test('what its own old row says does not count', () => {
    const own = rows((r) => (r.nodeId === 2 ? { endpoints: [{ ...good, host: 'controller-2' }] } : {}))
    expect(candidateEndpoints({ ...facts, view: own }, twin).ok).toBe(true)
    expect(candidateEndpoints({ ...facts, view: own }, CANDIDATE).ok).toBe(false)
  })
})

test('it answers, and as itself', () => {
  const at = (over: Parameters<typeof probe>[1]) =>
    candidateReachable({ ...facts, probes: probed(facts.monotonicMs, probe(3, over)) }, CANDIDATE)
  expect(at({})).toMatchObject({ ok: true, observed: 'answers, seen from here' })
  expect(at({ isNode: null }).ok).toBe(false)
  expect(at({ isNode: false, detail: 'another node' })).toMatchObject({
    ok: false,
    observed: 'another node',
    waiting: false,
  })
  expect(at({ outcome: 'refused' }).ok).toBe(false)
  const untried = { ...facts, probes: new Map() }
  expect(candidateReachable(untried, CANDIDATE)).toMatchObject({ ok: false, observed: 'not tried yet', waiting: true })
  expect(candidateReachable(facts, null)).toMatchObject({ ok: false, observed: 'not tried yet', waiting: true })
})

test('it fetches', () => {
  const at = (lastFetchAgeMs: number | null, health: ReplicaView['health'] = 'ok') =>
    candidateFetches(only3({ lastFetchAgeMs, health }), CANDIDATE)
  expect(at(1999)).toMatchObject({ ok: true, observed: '1999 ms ago, ok' })
  expect(at(2000)).toMatchObject({ ok: false, waiting: false })
  expect(at(null)).toMatchObject({ ok: false, observed: 'unknown', waiting: false })
  expect(at(1999, 'lagging')).toMatchObject({ ok: false, waiting: true })
  expect(at(5000, 'silent').ok).toBe(false)
  expect(candidateFetches(facts, null)).toMatchObject({ ok: false, observed: 'not listed', waiting: false })
  expect(candidateFetches(blind, CANDIDATE)).toMatchObject({ ok: false, observed: 'not listed' })
})

test('its lag is near zero, with this leader', () => {
  expect(lagNearZero(facts, CANDIDATE)).toMatchObject({ ok: true, observed: 'lag 0, near zero for 10 s' })
  const epoch10 = { ...view, quorum: { ...view.quorum, leaderEpoch: 10 } }
  expect(lagNearZero({ ...facts, view: epoch10 }, CANDIDATE).ok).toBe(false)
  expect(lagNearZero(blind, CANDIDATE).ok).toBe(false)
  expect(lagNearZero(facts, null)).toMatchObject({ ok: false, observed: 'not known', waiting: false })
  const key = keyText(CANDIDATE)
  const kept = facts.track.windows.get(key)
  if (kept === undefined) throw new Error('no window')
  const windows = (over: Partial<typeof kept>) => ({
    ...facts,
    track: { ...facts.track, windows: new Map([[key, { ...kept, ...over }]]) },
  })
  expect(lagNearZero(windows({ goodSamples: 1 }), CANDIDATE)).toMatchObject({ ok: false, waiting: true })
  expect(lagNearZero(windows({ samples: [] }), CANDIDATE)).toMatchObject({ ok: false, waiting: false })
})

test('no other incarnation is alive', () => {
  const withTwin = (health: ReplicaView['health']) => {
    const [row] = view.replicas
    if (row === undefined) throw new Error('no rows')
    const other = { ...row, nodeId: 3, directoryId: DIRECTORY.new2, status: 'observer' as const, health }
    return otherIncarnationsSilent({ ...facts, view: { ...view, replicas: [...view.replicas, other] } }, CANDIDATE)
  }
  expect(otherIncarnationsSilent(facts, CANDIDATE)).toMatchObject({ ok: true, observed: 'there is no other' })
  expect(withTwin('silent')).toMatchObject({ ok: true, observed: 'silent' })
  expect(withTwin('ok')).toMatchObject({ ok: false, observed: 'wrqMDI1W… fetches', waiting: false })
  expect(withTwin('unknown')).toMatchObject({ ok: false, observed: 'wrqMDI1W… unknown', waiting: true })
  expect(otherIncarnationsSilent(facts, null)).toMatchObject({ ok: false, observed: 'unknown' })
  expect(otherIncarnationsSilent(blind, CANDIDATE).ok).toBe(false)
})
