import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { standingOf } from '../../engine/decisions/progress.ts'
import { everyVoterHealthy, isDynamicNow, nodesCanUpgrade, votersIdentified } from './upgradeGates.ts'

const staticView = exampleView({ log: { kraftVersion: 0 } })
const log = exampleLog()

test('a voter that is down', () => {
  expect(everyVoterHealthy(exampleFacts()).ok).toBe(true)
  const dead = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
  const view = exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead] } })
  expect(everyVoterHealthy(exampleFacts(view))).toMatchObject({ ok: false, observed: '2 not' })
  expect(everyVoterHealthy(exampleFacts(view, { view: null })).ok).toBe(false)
})

test('a controller that is too old, or unknown', () => {
  const versions = (entries: [number, number][]) =>
    nodesCanUpgrade(exampleFacts(staticView, { log: { ...log, controllerMetadataVersions: new Map(entries) } }))
  expect(versions([0, 1, 2, 3].map((id) => [id, 26])).ok).toBe(true)
  expect(versions([0, 1, 2, 3].map((id) => [id, id === 2 ? 25 : 26]))).toMatchObject({
    ok: false,
    waiting: false,
    observed: '2: up to 4.0-IV3',
  })
  expect(versions([0, 1, 3].map((id) => [id, 26]))).toMatchObject({
    ok: false,
    waiting: true,
    observed: 'not known of 2',
  })
  expect(nodesCanUpgrade(exampleFacts(staticView)).ok).toBe(false)
})

test('a voter without directory id or address', () => {
  expect(votersIdentified(exampleFacts())).toMatchObject({ ok: true, observed: 'all of them' })
  const view = exampleView()
  const unled = { ...view, quorum: { ...view.quorum, leaderId: null } }
  const said = votersIdentified(exampleFacts(unled))
  expect(said).toMatchObject({ ok: false, observed: 'unknown', remedy: 'Wait until a leader answers.' })
  const bare = exampleView({ sample: { voters: [LEADER, replica(1, null), replica(2, DIRECTORY[2])] } })
  expect(votersIdentified(exampleFacts(bare)).ok).toBe(false)
})

test('dynamic is what the quorum shows', () => {
  expect(isDynamicNow(exampleFacts()).ok).toBe(true)
  expect(isDynamicNow(exampleFacts(staticView)).ok).toBe(false)
  expect(isDynamicNow(exampleFacts(staticView, { view: null })).ok).toBe(false)
})

test('a ghost registration', () => {
  const ghost = { ...log, brokers: new Map([[9, { endpoints: [], incarnationId: 'x', fenced: true, rack: null }]]) }
  const of = (facts: Parameters<typeof standingOf>[1]) =>
    standingOf(exampleRun({ kind: 'static-to-dynamic', params: {} }, facts), facts).steps[0]?.gates.filter((g) => !g.ok)
  expect(of(exampleFacts(staticView, { log: ghost }))?.map((g) => g.code)).toEqual(['no-ghost-brokers'])
  expect(of(exampleFacts(staticView, { log }))).toEqual([])
})

test('who is asked for its version, and what helps', () => {
  const of = (entries: [number, number][], view = staticView) =>
    nodesCanUpgrade(exampleFacts(view, { log: { ...log, controllerMetadataVersions: new Map(entries) } }))
  const all = [0, 1, 2, 3].map((id): [number, number] => [id, 26])
  // A voter that is silent, or whose roles nobody reports, is asked all the same.
  const bare = {
    ...staticView,
    replicas: staticView.replicas.map((r) => (r.nodeId === 1 ? { ...r, roles: [], health: 'silent' as const } : r)),
  }
  expect(of(all, bare).ok).toBe(true)
  expect(
    of(
      all.filter(([id]) => id !== 1),
      bare,
    ),
  ).toMatchObject({ ok: false, observed: 'not known of 1' })
  expect(of([[0, 25], ...all.slice(1)]).remedy).toContain('Upgrade those controllers')
  expect(of(all.slice(1)).remedy).toContain('Let Quorumdeck reach')
  expect(nodesCanUpgrade(exampleFacts(staticView, { view: null, log }))).toMatchObject({ observed: 'unknown' })
})
