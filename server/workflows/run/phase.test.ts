/** Each phase of a run, and each entry in it: where that leads, as the journal is folded. */
import { describe, expect, test } from 'vitest'
import { CANDIDATE, CLUSTER_ID, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, NOW } from '../../testing/examples/exampleObservation.ts'
import { foldEntry } from './fold.ts'
import { type EventType, PHASES, type Phase, phaseOf, TRANSITIONS } from './phase.ts'
import type { Run, RunEvent } from './run.ts'

const HEAD = { id: 'run', cluster: 'test', clusterId: CLUSTER_ID }
const ACTOR = { id: 'anna', name: 'Anna' }
const view = exampleView()
const quorum = { observedAtMs: view.observedAtMs, quorum: view.quorum, replicas: view.replicas }
const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const start = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, exampleFacts())
const change = { kind: 'remove' as const, ...TARGET }
const expected = start.expected.filter((v) => v.nodeId !== TARGET.nodeId)
const outcome = { kind: 'unanswered', problem: 'no answer' } as const
const act = { kind: 'unregister-broker', nodeId: 7 } as const

const EVENTS: { [Type in EventType]: Extract<RunEvent, { type: Type }> } = {
  chosen: { type: 'chosen', step: 'candidate', candidate: CANDIDATE },
  stated: { type: 'stated', step: 'remove', key: 'rescue', statement: 'x' },
  'step-done': { type: 'step-done', step: 'stop', how: 'observed', candidate: null, gates: [], quorum },
  intended: {
    type: 'intended',
    intent: { step: 'remove', change, before: start.expected, expected, epoch: 9, leaderId: 0 },
    confirmation: null,
    gates: [],
    quorum,
  },
  answered: { type: 'answered', intentSeq: 2, outcome, durationMs: 1 },
  settled: { type: 'settled', applied: true, quorum },
  acting: { type: 'acting', step: 'x', act, confirmation: null, gates: [], quorum },
  acted: { type: 'acted', step: 'x', actSeq: 2, outcome, durationMs: 1 },
  identified: { type: 'identified', voters: start.expected, quorum },
  'part-begun': { type: 'part-begun', part: 0, plan: start.plan, quorum },
  adopted: { type: 'adopted', changes: [{ step: 'remove', change }], moot: [], quorum },
  drifted: { type: 'drifted', seen: expected, quorum },
  replanned: { type: 'replanned', plan: start.plan, kept: [], expected: start.expected, quorum },
  'host-action': { type: 'host-action', step: 'stop', actions: [], problem: null },
  parked: { type: 'parked', by: 'Anna', reason: 'later', lockLost: false },
  resumed: { type: 'resumed' },
  driver: { type: 'driver', reason: 'my turn' },
  approved: { type: 'approved', plan: 'p', digest: 'd', untilMs: NOW + 1, reason: '' },
  'approval-withdrawn': { type: 'approval-withdrawn', reason: 'second thoughts' },
  'glass-broken': { type: 'glass-broken', missing: ['nobody has approved it'], reason: 'fire' },
  cleaning: { type: 'cleaning', reason: 'tidy' },
  undoing: { type: 'undoing', reason: 'wrong one', change, quorum },
  ended: { type: 'ended', outcome: 'aborted', reason: 'enough', quorum },
}

const folded = (run: Run, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(HEAD, before, { ...event, atMs: NOW, actor: ACTOR, text: '' }), run)

/** A run in each phase, as its entries bring it there. */
const RUNS: Record<Phase, Run> = {
  going: start,
  sent: folded(start, EVENTS.intended),
  drifted: folded(start, EVENTS.drifted),
  parked: folded(start, EVENTS.parked),
  undoing: folded(start, EVENTS.undoing),
  cleaning: folded(start, EVENTS.cleaning),
  ended: folded(start, EVENTS.ended),
}
const TYPES = Object.keys(EVENTS) as EventType[]

describe.each(PHASES)('a run that is %s', (phase) => {
  test('is in that phase', () => {
    expect(phaseOf(RUNS[phase])).toBe(phase)
    expect(Object.keys(TRANSITIONS[phase]).toSorted()).toEqual(TYPES.toSorted())
  })

  test.each(TYPES)('%s', (type) => {
    const after = folded(RUNS[phase], EVENTS[type])
    const to = TRANSITIONS[phase][type]
    // What no rule writes today may be in a journal all the same: it is read, and leads somewhere.
    if (to === null) expect(PHASES).toContain(phaseOf(after))
    else expect(phaseOf(after)).toBe(to)
  })
})

test('after the change of an undo, and when it goes on, a run is where it was', () => {
  const undone = folded(RUNS.undoing, EVENTS.intended, EVENTS.settled)
  expect(phaseOf(undone)).toBe('undoing')
  expect(phaseOf(folded(RUNS.undoing, EVENTS.parked))).toBe('parked')
  expect(phaseOf(folded(RUNS.undoing, EVENTS.parked, EVENTS.resumed))).toBe('undoing')
  expect(phaseOf(folded(RUNS.cleaning, EVENTS.parked, EVENTS.resumed))).toBe('cleaning')
  expect(phaseOf(folded(RUNS.parked, EVENTS.drifted, EVENTS.replanned))).toBe('parked')
})
