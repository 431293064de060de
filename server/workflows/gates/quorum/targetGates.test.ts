/** The gates on who leaves, and on auto-join, each condition alone. */
import { describe, expect, test } from 'vitest'
import type { ReplicaView } from '../../../contract/quorumView.ts'
import {
  CANDIDATE,
  exampleFacts,
  exampleRun,
  exampleView,
  probe,
  probed,
} from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import { autoJoinAsPlanned, autoJoinSafe } from './autoJoinGates.ts'
import {
  notLastVoter,
  oldIncarnationDown,
  oldIncarnationSilent,
  proofOfDeath,
  replacementReady,
  targetIsVoter,
} from './targetGates.ts'

const facts = exampleFacts()
const view = exampleView()
const blind = { ...facts, view: null }
const voter = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const old = { nodeId: 2, directoryId: DIRECTORY[2] } as const
const only = (nodeId: number, over: Partial<ReplicaView>): Facts => ({
  ...facts,
  view: { ...view, replicas: view.replicas.map((r) => (r.nodeId === nodeId ? { ...r, ...over } : r)) },
})

test('auto-join as planned, and safe', () => {
  const at = (autoJoin: boolean | null) => ({ ...facts, view: { ...view, quorum: { ...view.quorum, autoJoin } } })
  expect(autoJoinAsPlanned(at(false), false)).toMatchObject({ ok: true, observed: 'false' })
  expect(autoJoinAsPlanned(at(true), true).ok).toBe(true)
  expect(autoJoinAsPlanned(at(true), false)).toMatchObject({
    ok: false,
    remedy: 'The setting has changed since the plan was made. Plan anew.',
  })
  expect(autoJoinAsPlanned(at(null), false)).toMatchObject({ ok: false, observed: 'unknown' })
  expect(autoJoinAsPlanned(at(null), false).remedy).toContain('DESCRIBE_CONFIGS')
  expect(autoJoinAsPlanned(blind, false).ok).toBe(false)
  expect(autoJoinSafe(at(false), voter)).toMatchObject({ ok: true, observed: 'auto-join false, the controller is ok' })
  expect(autoJoinSafe(at(true), voter).ok).toBe(false)
  expect(autoJoinSafe(at(null), null)).toMatchObject({ ok: false })
  const silent = only(1, { health: 'silent' })
  const quorum = { ...view.quorum, autoJoin: true }
  const joining = silent.view === null ? silent : { ...silent, view: { ...silent.view, quorum } }
  expect(autoJoinSafe(joining, voter)).toMatchObject({
    ok: true,
    observed: 'auto-join true, the controller is silent',
  })
  expect(autoJoinSafe(joining, null).ok).toBe(false)
  expect(autoJoinSafe(blind, voter).ok).toBe(false)
})

test('the incarnation that leaves is a voter with this directory id', () => {
  expect(targetIsVoter(facts, voter)).toMatchObject({ ok: true, required: `1 ${DIRECTORY[1]}` })
  expect(targetIsVoter(facts, CANDIDATE)).toMatchObject({ ok: false, observed: 'an observer' })
  expect(targetIsVoter(facts, { nodeId: 1, directoryId: DIRECTORY.new2 }).observed).toBe('not listed')
  expect(targetIsVoter(facts, null)).toMatchObject({ ok: false, required: 'unknown' })
  expect(targetIsVoter(blind, voter).ok).toBe(false)
  const bare = { ...only(1, { directoryId: null }) }
  expect(targetIsVoter(bare, { nodeId: 1, directoryId: null })).toMatchObject({
    ok: false,
    observed: 'a voter (follower)',
  })
})

test('at least two voters before', () => {
  const of = (...voters: ReturnType<typeof replica>[]) =>
    notLastVoter(exampleFacts(exampleView({ sample: { voters } })))
  expect(of(LEADER, replica(1, DIRECTORY[1]))).toMatchObject({ ok: true, observed: '2' })
  expect(of(LEADER).ok).toBe(false)
  expect(notLastVoter(blind)).toMatchObject({ ok: false, observed: '0' })
})

describe('the old incarnation', () => {
  const quiet = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
  const dead = exampleFacts(
    exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2], quiet)] } }),
  )
  const short = { ...dead, track: { ...dead.track, reads: dead.track.reads.slice(-2) } }

  test('is silent where a leader that is believed says so', () => {
    expect(oldIncarnationSilent(dead, old)).toMatchObject({ ok: true, observed: 'silent for 60 s' })
    expect(oldIncarnationSilent(short, old)).toMatchObject({
      ok: false,
      observed: 'silent; not watched long enough, or no majority fetches from the leader',
      waiting: true,
    })
    expect(oldIncarnationSilent(facts, old)).toMatchObject({ ok: false, observed: 'ok', waiting: false })
    expect(oldIncarnationSilent(only(2, { health: 'unknown' }), old)).toMatchObject({ ok: false, waiting: true })
    expect(oldIncarnationSilent(only(2, { health: 'silent', lastFetchAgeMs: null }), old)).toMatchObject({
      ok: true,
      observed: 'silent, never seen by this leader',
    })
    expect(oldIncarnationSilent(only(0, { health: 'silent' }), { nodeId: 0, directoryId: DIRECTORY[0] })).toMatchObject(
      {
        ok: false,
        observed: 'it leads',
      },
    )
    expect(oldIncarnationSilent(dead, null)).toMatchObject({ ok: false, observed: 'not listed', waiting: false })
    expect(oldIncarnationSilent({ ...dead, view: null }, old)).toMatchObject({
      ok: false,
      required: expect.any(String),
    })
    expect(oldIncarnationSilent(dead, old).required).toContain('no fetch for 2.0 s')
  })

  const probes = (over: Parameters<typeof probe>[1]) => ({ probes: probed(facts.monotonicMs, probe(2, over)) })
  const silentProbe = probes({ outcome: 'silent', isNode: null, detail: 'no answer' })
  const refusing = probes({ outcome: 'refused', isNode: null, detail: 'refused' })
  const successor = (over: Parameters<typeof replica>[2] = {}, nodeId = 2, directoryId: string = DIRECTORY.new2) => {
    const observers = [replica(nodeId, directoryId, over)]
    const voters = [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2], quiet)]
    return exampleFacts(exampleView({ sample: { voters, observers } }), silentProbe)
  }
  const elsewhere = (host: string, port: number) => new Map([[2, [{ listener: 'CONTROLLER', host, port }]]])

  test('is proven down by a refusal at its address, or by a successor in its place', () => {
    expect(proofOfDeath({ ...dead, ...refusing }, old)).toBe('nobody listens at its address')
    expect(proofOfDeath({ ...dead, ...silentProbe }, old)).toBeNull()
    expect(proofOfDeath({ ...dead, probes: new Map() }, old)).toBeNull()
    expect(proofOfDeath({ ...dead, ...refusing, view: null }, old)).toBeNull()
    expect(proofOfDeath(successor(), old)).toBe('its successor wrqMDI1W… fetches in its place')
    // Behind, but it fetches.
    expect(proofOfDeath(successor({ lastCaughtUpMs: NOW - 60_000 }), old)).toContain('in its place')
    expect(proofOfDeath(successor(quiet), old)).toBeNull()
    expect(proofOfDeath(successor({}, 3), old)).toBeNull()
    expect(proofOfDeath({ ...successor(), endpoints: elsewhere('localhost', 9999) }, old)).toBeNull()
    expect(proofOfDeath({ ...successor(), endpoints: elsewhere('another', 8002) }, old)).toBeNull()
    expect(proofOfDeath({ ...successor(), endpoints: new Map() }, old)).toBeNull()
    // Itself alive in its place is no successor.
    expect(proofOfDeath({ ...facts, ...silentProbe }, old)).toBeNull()
    expect(proofOfDeath({ ...dead, ...refusing }, { nodeId: 2, directoryId: 'unknown' })).toBeNull()
  })

  test('is down by proof or by statement', () => {
    expect(oldIncarnationDown({ ...dead, ...refusing }, old, false)).toMatchObject({
      ok: true,
      observed: 'nobody listens at its address',
    })
    expect(oldIncarnationDown({ ...dead, ...silentProbe }, old, true)).toMatchObject({
      ok: true,
      observed: 'stated by a person',
    })
    expect(oldIncarnationDown({ ...dead, ...silentProbe }, old, false)).toMatchObject({
      ok: false,
      observed: 'no answer',
      waiting: false,
    })
    const unasked = dead.view === null ? dead : { ...dead, view: { ...dead.view, controllers: null } }
    expect(oldIncarnationDown({ ...unasked, probes: new Map() }, old, false)).toMatchObject({
      ok: false,
      observed: 'not tried yet',
      waiting: true,
    })
    expect(oldIncarnationDown({ ...dead, ...refusing }, null, false)).toMatchObject({ ok: false, waiting: true })
    expect(oldIncarnationDown({ ...dead, ...refusing, view: null }, old, false)).toMatchObject({ ok: false })
  })

  test('has a replacement that observes, or a person says that there is none', () => {
    const twins = successor()
    const run = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, twins)
    const chosen = { ...run, plan: { ...run.plan, candidate: { nodeId: 2, directoryId: DIRECTORY.new2 } } }
    expect(replacementReady(twins, chosen, false)).toMatchObject({ ok: true, observed: 'wrqMDI1W… is an observer' })
    expect(replacementReady(twins, run, false)).toMatchObject({ ok: false, observed: 'not seen' })
    expect(replacementReady(twins, run, true)).toMatchObject({ ok: true, observed: 'stated: no replacement' })
    expect(replacementReady({ ...twins, view: null }, chosen, false).ok).toBe(false)
    const voting = { ...run, plan: { ...run.plan, candidate: voter } }
    expect(replacementReady(twins, voting, false).ok).toBe(false)
  })
})
