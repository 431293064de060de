/** A node that answers while no leader lists it may be downloading a snapshot: nobody is told to end it. */
import { describe, expect, test } from 'vitest'
import { asked } from '../../testing/examples/exampleAccounts.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView, probe, probed } from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { allowedCommands } from '../engine/decisions/allowed.ts'
import { describeRun } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import { candidateGates } from '../gates/gateSets.ts'
import { oldIncarnationDown, replacementReady } from '../gates/quorum/targetGates.ts'
import type { Facts } from './facts.ts'
import { foldEntry } from './fold.ts'
import type { EndpointProbe } from './ports.ts'
import type { Run } from './run.ts'

const ONE = replica(1, DIRECTORY[1])
const DEAD = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
const OLD = { nodeId: 2, directoryId: DIRECTORY[2] }
const { monotonicMs } = exampleFacts()

/** Controller 2 is silent, and this is what its address says. */
function facts(over: Partial<EndpointProbe>, account: Parameters<typeof asked>[1] = {}): Facts {
  const view = exampleView({
    sample: { voters: [LEADER, ONE, DEAD] },
    asked: [asked(0), asked(1), asked(2, account)],
  })
  const probes = probed(monotonicMs, ...[0, 1, 3].map((id) => probe(id)), probe(2, over))
  return exampleFacts(view, { probes })
}

const REFUSED = { outcome: 'refused', isNode: null } as const
const UNVERIFIABLE = {
  outcome: 'unverifiable',
  isNode: null,
  detail: 'localhost:8002: the certificate does not name localhost',
} as const

/** The old process was proven down; then the new one was started. */
function pastDown(on: Facts): Run {
  const run = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, on)
  const { observedAtMs, quorum, replicas } = on.view as NonNullable<Facts['view']>
  return foldEntry({ id: 'run', cluster: 'test', clusterId: 'x' }, run, {
    type: 'step-done',
    step: 'old-down',
    how: 'observed',
    candidate: null,
    gates: [],
    quorum: { observedAtMs, quorum, replicas },
    atMs: NOW,
    actor: { id: 'operator', name: 'operator' },
    text: '',
  })
}

describe('a new disk that downloads a snapshot', () => {
  const run = pastDown(facts(REFUSED))
  const shown = describeRun(standingOf(run, facts({})))
  const said = JSON.stringify([shown, allowedCommands(standingOf(run, facts({})))])

  test('is waited for, with what else it may be', () => {
    expect(shown).toMatchObject({ state: 'waiting', currentStep: 'new-disk' })
    const step = shown.steps.find((s) => s.key === 'new-disk')
    expect(step?.detail).toContain('node 2 answers at localhost:8002')
    expect(step?.detail).toContain('downloading a snapshot')
    const down = step?.gates.find((g) => g.code === 'old-incarnation-down')
    expect(down).toMatchObject({ ok: false, waiting: true })
    expect(down?.remedy).toMatch(/without a time limit.*wrong cluster.id.*the old disk/)
    expect(step?.commands).toEqual([])
  })

  test('is no missing replacement: nobody is told to format the disk', () => {
    expect(replacementReady(facts({}), run, false)).toMatchObject({
      ok: false,
      waiting: true,
      observed: expect.stringContaining('downloading a snapshot'),
      remedy: expect.stringMatching(/without a time limit/),
    })
    expect(replacementReady(facts(REFUSED), run, false)).toMatchObject({
      waiting: false,
      observed: 'not seen',
      remedy: expect.stringContaining('Format the new disk'),
    })
  })

  test('nothing advises to stop it', () => {
    expect(said).not.toMatch(/[Mm]ake sure that (the old|its) process|Stop the (old )?process|kafka-server-stop/)
  })

  test('before the old one was proven down, the statement is nobody’s to recommend', () => {
    const fresh = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, facts({}))
    const statement = allowedCommands(standingOf(fresh, facts({}))).find((c) => c.key === 'old-is-down')
    expect(statement).toMatchObject({ danger: true })
    expect(statement?.needsConfirmation?.why).toContain('let it run')
    expect(allowedCommands(standingOf(fresh, facts({}))).some((c) => c.recommended)).toBe(false)
  })

  test.each<[string, Facts]>([
    ['a broker', facts({}, { account: { roles: ['broker'] } })],
    ['of another cluster', facts({}, { account: { sameCluster: false } })],
    ['another node', facts({ isNode: false, detail: 'another node' })],
  ])('what says of itself that it is %s is not taken for one', (_what, on) => {
    expect(oldIncarnationDown(on, OLD, false)).toMatchObject({ ok: false, waiting: false })
  })

  test('a candidate that is not listed any more is waited for, too', () => {
    const view = exampleView({ sample: { observers: [] } })
    const gates = candidateGates(exampleFacts(view), CANDIDATE).filter((g) => !g.ok)
    expect(gates.map((g) => [g.code, g.waiting])).toEqual([
      ['lag-near-zero', true],
      ['candidate-fetches', true],
      ['candidate-is-controller', true],
    ])
    expect(gates.every((g) => g.observed.includes('downloading a snapshot'))).toBe(true)
  })

  test('the finding on the silent controller does not say to restart it', () => {
    const of = (on: Facts) => on.view?.findings.find((f) => f.code === 'voter-silent')?.detail
    expect(of(facts({}))).toContain('a restart would start the download over')
    const { account } = { account: { reach: 'unverifiable', problem: 'the certificate has expired' } as const }
    expect(of(facts({}, { account }))).toMatch(/cannot be verified: the certificate has expired/)
    expect(of(facts({}, { account: { reach: 'refused' } }))).toContain('Restart it.')
  })
})

describe('something that cannot be verified', () => {
  test('is never down, whatever a person states', () => {
    const gate = oldIncarnationDown(facts(UNVERIFIABLE), OLD, true)
    expect(gate).toMatchObject({ ok: false, waiting: false })
    expect(gate.remedy).toContain('the certificate does not name localhost')
    // Not probed just now: what the controllers are asked for in turn counts.
    const account = { reach: 'unverifiable', problem: 'the certificate has expired' } as const
    const unasked = { ...facts(UNVERIFIABLE, { account }), probes: new Map() }
    expect(oldIncarnationDown(unasked, OLD, true)).toMatchObject({ ok: false })
    const run = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, facts(UNVERIFIABLE))
    expect(allowedCommands(standingOf(run, facts(UNVERIFIABLE))).some((c) => c.key === 'old-is-down')).toBe(false)
    expect(
      allowedCommands(standingOf(run, facts({ outcome: 'silent', isNode: null }))).some((c) => c.key === 'old-is-down'),
    ).toBe(true)
  })
})
