/** What a command of a person becomes where the run is not simply going. */
import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, NOW } from '../../../testing/examples/exampleObservation.ts'
import { foldEntry } from '../../run/fold.ts'
import { phaseOf } from '../../run/phase.ts'
import type { Run, RunEvent } from '../../run/run.ts'
import { allowedCommands } from './allowed.ts'
import { decide } from './decide.ts'
import { standingOf, UNDO } from './progress.ts'

const ACTOR = { id: 'operator', name: 'operator' }
const view = exampleView()
const quorum = { observedAtMs: view.observedAtMs, quorum: view.quorum, replicas: view.replicas }
const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const facts = exampleFacts()
const start = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, facts)
const expected = start.expected.filter((v) => v.nodeId !== TARGET.nodeId)
const grown = (run: Run, ...events: RunEvent[]) =>
  events.reduce((before, event) => foldEntry(before, before, { ...event, atMs: NOW, actor: ACTOR, text: '' }), run)
const removed = grown(
  start,
  {
    type: 'intended',
    intent: {
      step: 'remove',
      change: { kind: 'remove', ...TARGET },
      before: start.expected,
      expected,
      epoch: 9,
      leaderId: 0,
    },
    confirmation: null,
    gates: [],
    quorum,
  },
  { type: 'settled', applied: true, quorum },
)

test('a parked run that is to take its change back goes on first: parked, it would wait for ever', () => {
  const parked = grown(removed, { type: 'parked', by: 'x', reason: 'y', lockLost: false })
  expect(allowedCommands(standingOf(parked, facts)).map((c) => c.type)).toContain('undo')
  const { events } = decide(standingOf(parked, facts), { type: 'undo', reason: 'wrong one' }, ACTOR)
  expect(events.map((e) => e.type)).toEqual(['resumed', 'undoing'])
  const undoing = grown(parked, ...events)
  expect(phaseOf(undoing)).toBe('undoing')
  expect(standingOf(undoing, facts).current?.key).toBe(UNDO)
  expect(decide(standingOf(removed, facts), { type: 'undo', reason: 'x' }, ACTOR).events.map((e) => e.type)).toEqual([
    'undoing',
  ])
})
