/** What each kind of entry makes of a run; the journal is nothing but these. */
import { describe, expect, test } from 'vitest'
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'
import { CANDIDATE, CLUSTER_ID, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, NOW } from '../../testing/examples/exampleObservation.ts'
import { foldEntry, foldRun } from './fold.ts'
import type { VoterChange } from './ports.ts'
import { hasStated, type Run, type RunEntry, type RunEvent } from './run.ts'

const HEAD = { id: 'run', cluster: 'test', clusterId: CLUSTER_ID }
const { observedAtMs, quorum: facts, replicas } = exampleView()
const quorum = { observedAtMs, quorum: facts, replicas }
const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const REMOVE: VoterChange = { kind: 'remove', ...TARGET }
const ADD: VoterChange = { kind: 'add', ...CANDIDATE, endpoints: [] }
const start = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, exampleFacts())
const rest = start.expected.filter((v) => v.nodeId !== TARGET.nodeId)

function folded(run: Run, ...events: RunEvent[]): Run {
  return events.reduce((before, event, i) => {
    const entry: RunEntry = { ...event, atMs: NOW + 1 + i, actor: { id: 'anna', name: 'Anna' }, text: event.type }
    return foldEntry(HEAD, before, entry)
  }, run)
}

const intended: RunEvent = {
  type: 'intended',
  intent: { step: 'remove', change: REMOVE, before: start.expected, expected: rest, epoch: 9, leaderId: 0 },
  confirmation: null,
  gates: [],
  quorum,
}
const keys = (run: Run) => run.expected.map(keyText)
const outcome = { kind: 'unanswered', problem: 'no answer in time' } as const

describe('an intent', () => {
  test('is open until it is settled, at its place in the journal, and clears the failure before it', () => {
    const run = folded(start, intended)
    expect(run.intent).toMatchObject({ step: 'remove', seq: start.revision + 1, outcome: null })
    const failed = folded(run, { type: 'settled', applied: false, quorum })
    expect(failed).toMatchObject({ intent: null, failures: { remove: 1 }, lastFailure: { step: 'remove' } })
    expect(keys(failed)).toEqual(keys(start))
    expect(folded(failed, intended).lastFailure).toBeNull()
    expect(folded(failed, intended, { type: 'settled', applied: false, quorum }).failures).toEqual({ remove: 2 })
  })

  test('takes its own answer only', () => {
    const run = folded(start, intended)
    const answer = (intentSeq: number): RunEvent => ({ type: 'answered', intentSeq, outcome, durationMs: 3 })
    expect(folded(run, answer(run.intent?.seq ?? 0)).intent?.outcome).toEqual(outcome)
    expect(folded(run, answer(99)).intent?.outcome).toBeNull()
    expect(folded(start, answer(1)).intent).toBeNull()
  })

  test('applied: the step is done, and the voters are those that it was to make', () => {
    const run = folded(start, intended, { type: 'settled', applied: true, quorum })
    expect(run).toMatchObject({ intent: null, done: { remove: { how: 'applied' } } })
    expect(keys(run)).toEqual(rest.map(keyText))
    expect(folded(start, { type: 'settled', applied: true, quorum }).done).toEqual({})
  })
})

describe('what others do', () => {
  test('is adopted with the steps that it makes moot, and the added one is the candidate', () => {
    const run = folded(start, intended, {
      type: 'adopted',
      changes: [
        { step: 'remove', change: REMOVE },
        { step: 'add', change: ADD },
      ],
      moot: ['caught-up'],
      quorum,
    })
    expect(run.intent).toBeNull()
    expect(Object.entries(run.done).map(([step, { how }]) => [step, how])).toEqual([
      ['caught-up', 'found'],
      ['remove', 'found'],
      ['add', 'found'],
    ])
    expect(keys(run)).toEqual([...rest, CANDIDATE].map(keyText))
    expect(run.plan.candidate).toEqual(CANDIDATE)
  })

  test('pauses the run, and a new plan lets it go on', () => {
    const drifted = folded(start, intended, { type: 'drifted', seen: rest, quorum })
    expect(drifted).toMatchObject({ intent: null, drift: { seen: rest } })
    const said: RunEvent = {
      type: 'stated',
      step: 'stop',
      key: 'stop-first',
      statement: 'remove controller 1',
      about: 'it',
    }
    const failed = folded(drifted, said, intended, { type: 'settled', applied: false, quorum })
    const plan = { ...start.plan, goalMargin: 7 }
    const anew = folded(failed, { type: 'replanned', plan, kept: [], expected: rest, quorum })
    expect(anew).toMatchObject({ drift: null, plan, done: {}, statements: {}, failures: {}, lastFailure: null })
    expect(anew.expected).toEqual(rest)
    const kept = folded(failed, { type: 'replanned', plan, kept: ['remove'], expected: rest, quorum })
    expect(kept.done).toMatchObject({ remove: { how: 'found' } })
    expect(hasStated(kept, 'stop', 'stop-first', 'it')).toBe(true)
  })
})

describe('what people say', () => {
  test('counts for the fact that it was said of, and not after its step was done and has to be done anew', () => {
    const said: RunEvent = { type: 'stated', step: 'stop', key: 'stop-first', statement: 'x', about: 'it' }
    const done: RunEvent = { type: 'step-done', step: 'stop', how: 'observed', candidate: null, gates: [], quorum }
    expect(hasStated(folded(start, said), 'stop', 'stop-first', 'another')).toBe(false)
    expect(hasStated(folded(start, said), 'stop', 'stop-first', 'it', true)).toBe(true)
    const over = folded(start, said, done)
    expect(hasStated(over, 'stop', 'stop-first', 'it')).toBe(true)
    expect(hasStated(over, 'stop', 'stop-first', 'it', true)).toBe(false)
    expect(hasStated(folded(over, said), 'stop', 'stop-first', 'it', true)).toBe(true)
    // A journal of before facts were kept with it: it has to be said once more.
    const { about: _, ...old } = said
    expect(hasStated(folded(start, old), 'stop', 'stop-first', 'it')).toBe(false)
  })

  test('a candidate, a statement, rest, driver, the way back, the end', () => {
    const run = folded(
      start,
      { type: 'chosen', candidate: CANDIDATE },
      { type: 'stated', step: 'stop', key: 'stop-first', statement: 'remove controller 1', about: 'it' },
      { type: 'parked', by: 'Anna', reason: 'lunch', lockLost: true },
      { type: 'driver', reason: 'night shift' },
      { type: 'undoing', reason: 'wrong one', change: ADD, quorum },
    )
    expect(run.plan.candidate).toEqual(CANDIDATE)
    expect(hasStated(run, 'stop', 'stop-first', 'it')).toBe(true)
    expect(hasStated(run, 'remove', 'stop-first', 'it')).toBe(false)
    expect(run.parked).toMatchObject({ by: 'Anna', reason: 'lunch', lockLost: true })
    expect(run.driver).toEqual({ id: 'anna', name: 'Anna' })
    expect(run.undo).toEqual({ reason: 'wrong one', change: ADD })
    expect(folded(run, { type: 'resumed' }).parked).toBeNull()
    const ended = folded(run, { type: 'ended', outcome: 'aborted', reason: 'enough', quorum: null })
    expect(ended).toMatchObject({ outcome: 'aborted', endReason: 'enough', endedAtMs: NOW + 1 })
  })

  test('a host action is noted at its step and changes nothing else', () => {
    const run = folded(start, { type: 'host-action', step: 'stop', actions: ['stop 1'], problem: null })
    expect(run).toEqual({ ...start, revision: start.revision + 1, notes: run.notes })
    expect(run.notes.at(-1)).toMatchObject({ step: 'stop', actor: 'Anna' })
  })
})

test('a step that is observed as done may find the candidate', () => {
  const done = (candidate: ReplicaKey | null): RunEvent => ({
    type: 'step-done',
    step: 'stop',
    how: 'observed',
    gates: [],
    quorum,
    candidate,
  })
  expect(folded(start, done(null))).toMatchObject({
    done: { stop: { how: 'observed' } },
    plan: { candidate: null },
    stepSinceMs: NOW + 1,
  })
  expect(folded(start, done(CANDIDATE)).plan.candidate).toEqual(CANDIDATE)
})

test('a journal begins with its start', () => {
  expect(() => foldRun(HEAD, [])).toThrow(/empty/)
  const resumed: RunEntry = { type: 'resumed', atMs: NOW, actor: { id: 'a', name: 'A' }, text: '' }
  expect(() => foldRun(HEAD, [resumed])).toThrow(/does not begin with its start/)
})

describe('a request that is no voter change', () => {
  const act = { kind: 'unregister-broker', nodeId: 7 } as const
  const answered = { kind: 'answered', errorCode: 0, errorName: 'NONE', errorMessage: null } as const
  const acting: RunEvent = { type: 'acting', step: 'unregister', act, confirmation: null, gates: [], quorum }
  const acted = (actSeq: number): RunEvent => ({
    type: 'acted',
    step: 'unregister',
    actSeq,
    outcome: answered,
    durationMs: 3,
  })

  test('is the last of its step until the next, and takes its own answer only', () => {
    const run = folded(start, acting)
    const seq = start.revision + 1
    expect(run.acts).toEqual({ unregister: { seq, act, sentAtMs: NOW + 1, outcome: null, endedAtMs: null } })
    expect(folded(run, acted(99)).acts.unregister?.outcome).toBeNull()
    expect(folded(run, acted(seq)).acts.unregister).toMatchObject({ outcome: answered, endedAtMs: expect.any(Number) })
    expect(folded(start, acted(1)).acts).toEqual({})
    expect(run.notes.at(-1)?.step).toBe('unregister')
    expect(folded(run, acted(seq)).notes.at(-1)?.step).toBe('unregister')
  })

  test('is forgotten by a plan made anew, and kept where something of it stands', () => {
    const run = folded(start, acting)
    const plan = start.plan
    const anew = (kept: string[]) => folded(run, { type: 'replanned', plan, kept, expected: rest, quorum }).acts
    expect(anew([])).toEqual({})
    expect(anew(['unregister'])).toEqual(run.acts)
  })
})

test('host actions that are done are remembered with their time, those begun or failed are not', () => {
  const hosted = (actions: string[], problem: string | null) =>
    folded(start, { type: 'host-action', step: 'restart', actions, problem }).hosted
  expect(hosted([], null)).toEqual({ restart: NOW + 1 })
  expect(hosted(['restart 1'], null)).toEqual({})
  expect(hosted([], 'no such node')).toEqual({})
})

test('voters that show their directory ids are those that are counted on', () => {
  const run = folded(start, { type: 'identified', voters: rest, quorum })
  expect(run.expected).toEqual(rest)
  expect(run.plan.initial).toEqual(rest)
})

test('a part that begins has its plan, and a candidate of its own', () => {
  const part = { kind: 'add-controller', title: 'Add', params: {}, plan: null } as const
  const { plan } = start
  const long = { ...start, plan: { ...plan, parts: [part, part] } }
  const begun = folded(long, { type: 'part-begun', part: 1, plan: { ...plan, goalMargin: 7 }, quorum })
  expect(begun.plan.parts?.map((p) => p.plan?.goalMargin ?? null)).toEqual([null, 7])
  expect(begun.stepSinceMs).toBe(NOW + 1)
  const chosen = folded(begun, { type: 'chosen', step: '1.candidate', candidate: CANDIDATE })
  expect(chosen.plan.parts?.map((p) => p.plan?.candidate ?? null)).toEqual([null, CANDIDATE])
  expect(chosen.plan.candidate).toBeNull()
})
