/** The margin gates, each condition alone: rows and margin are set directly. */
import { describe, expect, test } from 'vitest'
import type { Health, QuorumView, ReplicaView } from '../../../contract/quorumView.ts'
import { CANDIDATE, exampleFacts, exampleView, probe, probed } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import type { VoterChange } from '../../run/ports.ts'
import { plannedVotersOf, votersAfter } from '../../run/votersAfter.ts'
import {
  majorityFetches,
  marginAfter,
  marginIfBad,
  marginNow,
  marginReached,
  rescuePossible,
  votersHeard,
} from './marginGates.ts'

/** Voters 0, 1, … with this health, 0 leading; the rest of the quorum as the example has it. */
function viewOf(healths: readonly Health[], margin: number | null, over: Partial<QuorumView['quorum']> = {}) {
  const view = exampleView()
  const [leader, follower] = view.replicas
  if (leader === undefined || follower === undefined) throw new Error('no rows')
  const rows = healths.map((health, nodeId): ReplicaView => {
    const row = nodeId === 0 ? leader : follower
    return { ...row, nodeId, directoryId: `disk${nodeId}`, health }
  })
  return { ...view, replicas: rows, quorum: { ...view.quorum, voters: rows.length, margin, ...over } }
}
const factsOf = (...args: Parameters<typeof viewOf>) => exampleFacts(viewOf(...args))
const voter = (nodeId: number) => ({ nodeId, directoryId: `disk${nodeId}` })

describe('a majority that fetches', () => {
  test.each<[Health[], boolean]>([
    [['ok', 'ok', 'silent'], true],
    [['ok', 'lagging', 'silent'], true],
    [['lagging', 'lagging', 'silent'], true],
    [['ok', 'silent', 'silent'], false],
    [['ok', 'unknown', 'silent'], false],
    [['ok', 'lagging', 'silent', 'silent'], false],
    [['ok', 'lagging', 'ok', 'silent'], true],
  ])('%j: %s', (healths, expected) => expect(majorityFetches(viewOf(healths, null))).toBe(expected))
})

describe('the rescue', () => {
  /** Four voters, two of them healthy: margin -1; without the silent one, 0. */
  const short = ['ok', 'ok', 'lagging', 'silent'] as const
  const silent = voter(3)

  test('is possible where the silent one is what the majority lacks', () => {
    expect(rescuePossible(factsOf(short, -1), silent)).toBe(true)
  })

  test.each<[string, Facts, { nodeId: number; directoryId: string | null } | null]>([
    ['without a view', { ...factsOf(short, -1), view: null }, silent],
    ['without a target', factsOf(short, -1), null],
    ['for a target without a directory id', factsOf(short, -1), { nodeId: 3, directoryId: null }],
    ['while the margin is not known', factsOf(short, null), silent],
    ['where nothing is short', factsOf(short, 0), silent],
    ['without a high watermark', factsOf(short, -1, { highWatermark: null }), silent],
    ['of one that still fetches', factsOf(['ok', 'ok', 'lagging', 'lagging'], -1), silent],
    ['of one that is not listed', factsOf(['ok', 'ok', 'lagging', 'silent'], -1), voter(9)],
    ['where no majority fetches', factsOf(['ok', 'ok', 'silent', 'silent'], -1), silent],
    ['while the health of another is not known', factsOf(['ok', 'ok', 'lagging', 'silent', 'unknown'], -1), silent],
    [
      'where the margin is short without it, too',
      factsOf(['ok', 'ok', 'lagging', 'silent', 'lagging', 'silent'], -2),
      silent,
    ],
  ])('is not possible %s', (_what, facts, target) => expect(rescuePossible(facts, target)).toBe(false))

  test('must be possible and stated', () => {
    expect(marginNow(factsOf(short, -1), silent, { rescue: true })).toMatchObject({
      ok: true,
      observed: '2 of 4 healthy, 3 needed; rescue stated',
    })
    expect(marginNow(factsOf(short, -1), silent)).toMatchObject({ ok: false, observed: '2 of 4 healthy, 3 needed' })
    expect(marginNow(factsOf(short, -1), silent, { rescue: false }).ok).toBe(false)
    expect(marginNow(factsOf(short, -1), voter(2), { rescue: true }).ok).toBe(false)
  })
})

test('the margin of now', () => {
  expect(marginNow(factsOf(['ok', 'ok', 'silent'], 0), null)).toMatchObject({ ok: true, waiting: false })
  expect(marginNow(factsOf(['ok', 'silent', 'silent'], -1), null)).toMatchObject({ ok: false, waiting: false })
  expect(marginNow(factsOf(['ok', 'ok', 'unknown'], null), null)).toMatchObject({
    ok: false,
    observed: 'unknown',
    waiting: true,
  })
  expect(marginNow(exampleFacts(exampleView(), { view: null }), null)).toMatchObject({ ok: false, observed: 'unknown' })
})

test('the margin afterwards names who is to be repaired', () => {
  const facts = factsOf(['ok', 'ok', 'silent'], 0)
  expect(marginAfter(facts, { kind: 'remove', ...voter(1) })).toMatchObject({
    ok: false,
    observed: '1 of 2 healthy, 2 needed',
    remedy: 'Repair controller 2 first, or add a healthy voter.',
  })
  expect(marginAfter(facts, { kind: 'remove', ...voter(2) })).toMatchObject({ ok: true })
  expect(marginAfter(facts, null)).toMatchObject({ ok: false, waiting: true })
  expect(marginAfter({ ...facts, view: null }, { kind: 'remove', ...voter(2) }).ok).toBe(false)
})

describe('from one voter to two', () => {
  const added: VoterChange = { kind: 'add', nodeId: 3, directoryId: 'disk3', endpoints: [] }
  const one = factsOf(['ok'], 0)

  test('must be stated', () => {
    expect(marginIfBad(one, added, { oneToTwo: true })).toMatchObject({
      ok: true,
      observed: '1 of 2 healthy, 2 needed; stated',
    })
    expect(marginIfBad(one, added)).toMatchObject({ ok: false, observed: '1 of 2 healthy, 2 needed' })
    expect(marginIfBad(one, added).remedy).toContain('no other way')
  })

  test('is no exception for any other number, nor for a voter that is down', () => {
    const three = marginIfBad(factsOf(['ok', 'ok', 'silent'], 0), added, { oneToTwo: true })
    expect(three).toMatchObject({ ok: false, observed: '2 of 4 healthy, 3 needed' })
    expect(three.remedy).not.toContain('no other way')
    expect(marginIfBad(factsOf(['silent'], -1), added, { oneToTwo: true }).ok).toBe(false)
    expect(marginIfBad({ ...one, view: null }, added, { oneToTwo: true }).ok).toBe(false)
  })
})

describe('voters that were heard just now', () => {
  const view = exampleView()
  const aged = (ages: Record<number, number | null>, of = view): QuorumView => ({
    ...of,
    replicas: of.replicas.map((r) => {
      const age = ages[r.nodeId]
      return age === undefined ? r : { ...r, lastFetchAgeMs: age }
    }),
  })
  const heard = (of: QuorumView, over: Partial<Facts> = {}, plannedVoters = plannedVotersOf(of)) =>
    votersHeard(exampleFacts(of, over), plannedVoters)
  const refusing = (...ids: number[]) => ({
    probes: probed(
      exampleFacts().monotonicMs,
      ...[0, 1, 2, 3].map((id) => probe(id, ids.includes(id) ? { outcome: 'refused', isNode: null } : {})),
    ),
  })

  test('carry the quorum', () => {
    expect(heard(aged({ 1: 1000, 2: 1000 }))).toMatchObject({ ok: true, observed: '3 of 3 healthy, 2 needed' })
    expect(heard(aged({ 1: 1001 }))).toMatchObject({
      ok: true,
      observed: 'no recent fetch from controller 1; 2 of 3 healthy, 2 needed',
    })
    expect(heard(aged({ 1: 1001, 2: 1001 })).ok).toBe(false)
    expect(heard(aged({ 1: null, 2: null })).ok).toBe(false)
    expect(heard(aged({ 1: 1001 }), refusing(2)).ok).toBe(false)
  })

  test('the leader needs no fetch and no probe', () => {
    expect(heard(aged({ 0: null, 1: 2000 }), refusing(0)).ok).toBe(true)
  })

  test('an address that refuses is the only one that tells against a fetch', () => {
    expect(heard(aged({ 2: 2000 }), refusing(1)).ok).toBe(false)
    expect(heard(aged({ 2: 2000 }), { probes: new Map() }).ok).toBe(true)
    const silent = { probes: probed(exampleFacts().monotonicMs, probe(1, { outcome: 'silent', isNode: null })) }
    expect(heard(aged({ 2: 2000 }), silent).ok).toBe(true)
    // One of two addresses refuses: it may have moved.
    const two = [8001, 9001].map((port) => ({ listener: 'CONTROLLER', host: 'localhost', port }))
    const half = {
      endpoints: new Map(exampleFacts().endpoints).set(1, two),
      probes: new Map([
        ['1 at localhost:8001', { atMs: exampleFacts().monotonicMs, probe: probe(1, { outcome: 'refused' }) }],
        ['1 at localhost:9001', { atMs: exampleFacts().monotonicMs, probe: probe(1) }],
      ]),
    }
    expect(heard(aged({ 2: 2000 }), half).ok).toBe(true)
  })

  test('where nothing is registered, the address is the one that the voter set has', () => {
    expect(heard(aged({ 2: 2000 }), { ...refusing(1), endpoints: new Map() }).ok).toBe(false)
  })

  test('who is no voter yet, or not listed at all, has gates of its own', () => {
    const late = aged({ 3: 9000, 2: 2000 })
    const added = (nodeId: number, directoryId: string) =>
      votersAfter(plannedVotersOf(late), { kind: 'add', nodeId, directoryId, endpoints: [] })
    expect(heard(late, {}, added(CANDIDATE.nodeId, CANDIDATE.directoryId)).ok).toBe(true)
    expect(heard(late, {}, added(9, DIRECTORY.new2)).ok).toBe(true)
  })

  test('while nothing is seen, or a health is not known, nothing is said', () => {
    expect(votersHeard({ ...exampleFacts(), view: null }, []).observed).toBe('unknown')
    expect(votersHeard({ ...exampleFacts(), view: null }, plannedVotersOf(view)).observed).toBe(
      '3 of 3 healthy, 2 needed',
    )
    const plannedVoters = plannedVotersOf(view).map((s) => ({
      ...s,
      health: s.leads ? s.health : ('unknown' as const),
    }))
    expect(heard(view, {}, plannedVoters)).toMatchObject({ ok: false, observed: 'unknown' })
  })
})

test('the margin as planned', () => {
  expect(marginReached(factsOf(['ok', 'ok', 'ok'], 1), 1)).toMatchObject({ ok: true, observed: '1' })
  expect(marginReached(factsOf(['ok', 'ok', 'ok'], 1), 0).ok).toBe(true)
  expect(marginReached(factsOf(['ok', 'ok', 'silent'], 0), 1)).toMatchObject({
    ok: false,
    observed: '0',
    waiting: false,
  })
  expect(marginReached(factsOf(['ok', 'ok', 'unknown'], null), 0)).toMatchObject({
    ok: false,
    observed: 'unknown',
    waiting: true,
  })
})
