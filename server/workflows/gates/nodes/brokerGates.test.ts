import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import { EMPTY_TRACK } from '../../run/windows/track.ts'
import { ghostAudit } from '../../wizards/unregisterBroker/unregisterBroker.ts'
import { brokerDown, brokerEmpty, brokerGone, brokerIsNoVoter, brokerRegistered, goneFor } from './brokerGates.ts'

const broker = (fenced: boolean) => ({ endpoints: [], incarnationId: 'x', fenced, rack: null })
const without7 = exampleView({ sample: { observers: [] } })
const silent7 = exampleView({
  sample: { observers: [replica(7, DIRECTORY[7], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })] },
})
const fenced = exampleLog([], { brokers: new Map([[7, broker(true)]]) })

test('a broker that serves, or fetches, is not down', () => {
  expect(brokerDown(exampleFacts(without7, { log: fenced }), 7).ok).toBe(true)
  expect(brokerDown(exampleFacts(silent7, { log: fenced }), 7).ok).toBe(true)
  expect(brokerDown(exampleFacts(exampleView(), { log: fenced }), 7)).toMatchObject({
    ok: false,
    observed: 'fenced, it fetches',
  })
  expect(brokerDown(exampleFacts(without7, { log: exampleLog() }), 7).ok).toBe(false)
  expect(brokerDown(exampleFacts(without7, { log: exampleLog() }), 99).ok).toBe(false)
  expect(brokerDown(exampleFacts(without7, { log: fenced, view: null }), 7).ok).toBe(false)
  // Not heard of yet is not down.
  const young = exampleFacts(exampleView({ sample: { observers: [] } }), { log: fenced, track: EMPTY_TRACK })
  expect(brokerDown(young, 7)).toMatchObject({
    ok: false,
    waiting: true,
    observed: 'fenced, not known to be silent',
  })
  const [view] = [exampleView()]
  const unknown = {
    ...view,
    replicas: view.replicas.map((r) => ({ ...r, health: r.nodeId === 7 ? 'unknown' : r.health })),
  }
  expect(brokerDown(exampleFacts(unknown as typeof view, { log: fenced }), 7)).toMatchObject({
    ok: false,
    observed: 'fenced, not known to be silent',
  })
})

test('a replica on it, or on its way to it', () => {
  const empty = (...partitions: ReturnType<typeof partition>[]) =>
    brokerEmpty(exampleFacts(exampleView(), { log: exampleLog(partitions) }), 7)
  expect(empty().ok).toBe(true)
  expect(empty(partition({ replicas: [8], isr: [8] })).ok).toBe(true)
  expect(empty(partition())).toMatchObject({ ok: false, observed: '1, for example orders-0' })
  expect(empty(partition({ replicas: [8], adding: [7] })).ok).toBe(false)
})

test('the broker of a voter', () => {
  expect(brokerIsNoVoter(exampleFacts(), 7).ok).toBe(true)
  expect(brokerIsNoVoter(exampleFacts(), 1).ok).toBe(false)
  expect(brokerIsNoVoter(exampleFacts(exampleView(), { view: null }), 7).ok).toBe(false)
})

test('without the metadata log nothing passes', () => {
  const facts = exampleFacts()
  for (const gate of [brokerRegistered, brokerDown, brokerEmpty, brokerGone]) expect(gate(facts, 7).ok).toBe(false)
  expect(ghostAudit(facts).ok).toBe(false)
})

test('gone is what the log says, for long enough', () => {
  const gone = exampleFacts(without7, { log: exampleLog([], { brokers: new Map() }) })
  expect(brokerGone(gone, 7).ok).toBe(true)
  expect(brokerRegistered(gone, 7).ok).toBe(false)
  expect(brokerGone(exampleFacts(exampleView(), { log: exampleLog() }), 7).ok).toBe(false)
  expect(goneFor(gone, 7).ok).toBe(true)
  const heldMs = gone.track.brokers === null ? 0 : gone.track.brokers.lastMs - gone.track.brokers.sinceMs
  const soak = (soakMs: number) => ({ ...gone, thresholds: { ...gone.thresholds, soakMs } })
  expect([goneFor(soak(heldMs), 7).ok, goneFor(soak(heldMs + 1), 7).ok]).toEqual([true, false])
  // However long ago the wall clock says it was: only what was watched counts.
  expect(goneFor({ ...gone, track: { ...gone.track, brokers: null }, nowMs: gone.nowMs + 1e9 }, 7).ok).toBe(false)
})

test('a registration without a process is a ghost', () => {
  expect(ghostAudit(exampleFacts(without7, { log: fenced }))).toMatchObject({ ok: false, observed: 'broker 7' })
  expect(ghostAudit(exampleFacts(silent7, { log: fenced })).ok).toBe(false)
  expect(ghostAudit(exampleFacts(exampleView(), { log: fenced })).ok).toBe(true)
})

test('the word is typed', () => {
  const facts = exampleFacts(
    exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])] } }),
    {
      log: exampleLog(),
    },
  )
  const run = exampleRun({ kind: 'unregister-broker', params: { nodeId: 7 } }, facts)
  const rule = stepsOf(run, facts).find((s) => s.key === 'unregister')
  expect(rule?.confirmation).toMatchObject({ typed: true, statement: 'broker 7 will not come back' })
  expect(rule?.gates.map((g) => g.code)).toEqual([
    'observation-fresh',
    'leader-reachable',
    'same-cluster',
    'quorum-settled',
    'one-quorum',
    'metadata-whole',
    'broker-registered',
    'broker-is-no-controller',
    'broker-down',
    'broker-empty',
  ])
})

test('what is left of a combined node', () => {
  const roles = (text: string) =>
    new Map([[1, { configs: new Map([['process.roles', text]]), supportedMetadataVersion: 30 }]])
  const log = exampleLog([], { brokers: new Map([[1, broker(true)]]) })
  const of = (text: string) => exampleFacts(exampleView(), { log, nodes: roles(text) })
  expect(brokerIsNoVoter(of('controller'), 1).ok).toBe(true)
  expect(brokerDown(of('controller'), 1).ok).toBe(true)
  expect(brokerIsNoVoter(of('broker,controller'), 1).ok).toBe(false)
  expect(brokerDown(of('broker,controller'), 1).ok).toBe(false)
})

test('what is seen of a broker that is to leave', () => {
  expect(brokerDown(exampleFacts(exampleView(), { log: exampleLog() }), 7)).toMatchObject({
    observed: 'not fenced: it serves clients, it fetches',
    waiting: false,
  })
  expect(brokerDown(exampleFacts(exampleView(), { log: fenced }), 7)).toMatchObject({
    observed: 'fenced, it fetches',
    waiting: true,
  })
  expect(brokerDown(exampleFacts(exampleView(), { log: exampleLog() }), 99).observed).toBe('unknown')
  expect(brokerDown(exampleFacts(exampleView(), { log: exampleLog(), view: null }), 7).observed).toBe('unknown')
  expect(brokerEmpty(exampleFacts(), 7)).toMatchObject({
    observed: 'the metadata log is not followed',
    remedy: expect.stringContaining('the metadata log is read'),
    waiting: true,
  })
  expect(brokerEmpty(exampleFacts(exampleView(), { log: exampleLog([partition()]) }), 7).remedy).toContain('Move')
  expect(brokerRegistered(exampleFacts(), 7).remedy).toContain('the metadata log is read')
  const lagging = exampleView()
  const replicas = lagging.replicas.map((r) => (r.nodeId === 7 ? { ...r, health: 'lagging' as const } : r))
  expect(brokerDown(exampleFacts({ ...lagging, replicas }, { log: fenced }), 7).ok).toBe(false)
})
