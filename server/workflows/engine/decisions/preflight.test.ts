/** What was decided is judged once more right before it is done. */
import { describe, expect, test } from 'vitest'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { exampleFacts, exampleRun, exampleView, probe, probed } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import { oldIncarnationSilent } from '../../gates/quorum/targetGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run, RunEntry } from '../../run/run.ts'
import { DEFAULT_THRESHOLDS } from '../../run/thresholds.ts'
import { EMPTY_TRACK, observe } from '../../run/windows/track.ts'
import { preflightChange, preflightHosts, preflightRequest } from './preflight.ts'
import { standingOf } from './progress.ts'

const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const whole = exampleFacts()
const removing = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, whole)
/** Voter 2 ended a moment ago: healthy by its fetch timeout, and its address refuses. */
const dying = exampleFacts(exampleView(), {
  probes: probed(
    whole.monotonicMs,
    ...[0, 1, 3].map((id) => probe(id)),
    probe(2, { outcome: 'refused', isNode: null }),
  ),
})

function intended(run: Run, epoch = 9): Run {
  const expected = run.expected.filter((v) => v.nodeId !== TARGET.nodeId)
  const change = { kind: 'remove', ...TARGET } as const
  const intent = {
    step: 'remove',
    change,
    before: run.expected,
    expected,
    epoch,
    leaderId: 0,
    seq: 2,
    sentAtMs: 0,
    outcome: null,
  }
  return { ...run, intent }
}

describe('a request', () => {
  test('goes where every gate still holds', () => {
    expect(preflightChange(standingOf(intended(removing), whole), 2)).toBeNull()
  })
  test.each<[string, Run, number, Facts, RegExp]>([
    ['of another intent', intended(removing), 3, whole, /moved on/],
    ['without an intent', removing, 2, whole, /moved on/],
    ['of a run that has ended', { ...intended(removing), outcome: 'aborted' }, 2, whole, /moved on/],
    ['of an older epoch', intended(removing, 8), 2, whole, /new leader: epoch 8 → 9/],
    ['while nobody leads', intended(removing), 2, { ...whole, view: null }, /Nobody leads/],
    ['after a voter died', intended(removing), 2, dying, /alive at this moment/],
  ])('%s does not', (_what, run, seq, facts, problem) => {
    expect(preflightChange(standingOf(run, facts), seq)).toMatch(problem)
  })
})

const at = (over: { type: 'step-done'; step: string }): RunEntry => ({
  ...over,
  how: 'observed',
  candidate: null,
  gates: [],
  quorum: { observedAtMs: NOW, quorum: exampleView().quorum, replicas: [] },
  atMs: NOW,
  actor: { id: 'operator', name: 'operator' },
  text: '',
})

describe('a host action', () => {
  // Kafka 3.9: the process is stopped before it is removed.
  const old = exampleFacts(
    exampleView({ log: { controllerMetadataVersions: new Map([[0, 21]]) }, facts: { nodes: whole39() } }),
  )
  const stopping = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, old)

  test('is done where its gates still hold', () => {
    expect(stopping.plan.stop).toBe('before')
    expect(preflightHosts(standingOf(stopping, old), 'stop')).toBeNull()
  })
  test('is not, after another voter died', () => {
    expect(preflightHosts(standingOf(stopping, { ...old, probes: dying.probes }), 'stop')).toMatch(
      /right before it was done/,
    )
  })
  test('of a run that rests since, or is paused, is not; nor is any other request of it', () => {
    const parked = { by: 'x', reason: 'y', atMs: NOW, lockLost: true }
    for (const run of [
      { ...stopping, parked },
      { ...stopping, drift: { seen: [], atMs: NOW } },
    ]) {
      expect(preflightHosts(standingOf(run, old), 'stop')).toBe('The run has moved on.')
    }
    const log = exampleLog([partition()], { features: new Map([['metadata.version', 30]]) })
    const static0 = exampleFacts(exampleView({ log: { kraftVersion: 0 } }), { log })
    const upgrading = exampleRun({ kind: 'static-to-dynamic', params: {} }, static0)
    expect(preflightRequest(standingOf(upgrading, static0), 'validate')).toBeNull()
    expect(preflightRequest(standingOf({ ...upgrading, parked }, static0), 'validate')).toBe('The run has moved on.')
  })
  test('of another step is not', () => {
    expect(preflightHosts(standingOf(stopping, old), 'remove')).toMatch(/at step stop/)
  })
  test('is not done to a removed controller that somebody made a voter again', () => {
    const removed = exampleRun(
      { kind: 'remove-controller', params: { ...TARGET } },
      whole,
      at({ type: 'step-done', step: 'remove' }),
    )
    expect(removed.plan.stop).toBe('after')
    expect(preflightHosts(standingOf(removed, whole), 'stop')).toMatch(/removed controller is no voter/)
  })
})

function whole39() {
  const configs = new Map([
    ['controller.quorum.auto.join.enable', 'false'],
    ['controller.quorum.fetch.timeout.ms', '2000'],
  ])
  return new Map([0, 1, 2, 3].map((id) => [id, { configs, supportedMetadataVersion: 21 }]))
}

/** Facts of a dashboard that was started so long ago. */
function watchedFor(ms: number, view: QuorumView): Facts {
  let track = EMPTY_TRACK
  for (let atMs = 0; atMs <= ms; atMs += 500) track = observe(track, view, atMs, DEFAULT_THRESHOLDS)
  return exampleFacts(view, { track })
}

test('a removed controller that a young leader does not list yet is not taken for stopped', () => {
  const view = exampleView({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } })
  const removed = exampleRun(
    { kind: 'remove-controller', params: { ...TARGET } },
    whole,
    at({ type: 'step-done', step: 'remove' }),
  )
  const stop = (facts: Facts) => stepsOf(removed, facts).find((s) => s.key === 'stop')
  expect(stop(watchedFor(9500, view))?.done).toBeNull()
  expect(stop(watchedFor(10_000, view))?.done).not.toBeNull()
})

test('who looks silent at a first look is not taken for stopped', () => {
  const silent = { lastFetchMs: NOW - 3000, lastCaughtUpMs: NOW - 3000 }
  const view = exampleView({
    sample: { voters: [LEADER, replica(2, DIRECTORY[2])], observers: [replica(1, DIRECTORY[1], silent)] },
  })
  const removed = exampleRun(
    { kind: 'remove-controller', params: { ...TARGET } },
    whole,
    at({ type: 'step-done', step: 'remove' }),
  )
  const stop = (facts: Facts) => stepsOf(removed, facts).find((s) => s.key === 'stop')
  expect(stop(watchedFor(1500, view))?.done).toBeNull()
  expect(stop(watchedFor(2000, view))?.done).not.toBeNull()
  // The leader hears nobody: it may be cut off itself.
  const quiet = exampleView({
    sample: {
      voters: [LEADER, replica(2, DIRECTORY[2], { lastFetchMs: NOW - 1500, lastCaughtUpMs: NOW - 1500 })],
      observers: [replica(1, DIRECTORY[1], silent)],
    },
  })
  expect(stop(watchedFor(6000, quiet))?.done).toBeNull()
})

test('nor is an old incarnation', () => {
  const silent = { lastFetchMs: NOW - 3000, lastCaughtUpMs: NOW - 3000 }
  const view = exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1], silent), replica(2, DIRECTORY[2])] } })
  const isSilent = (ms: number) => oldIncarnationSilent(watchedFor(ms, view), TARGET)
  expect(isSilent(1500)).toMatchObject({
    ok: false,
    waiting: true,
    observed: expect.stringContaining('not watched long enough'),
  })
  expect(isSilent(2000)).toMatchObject({ ok: true, waiting: false })
})
