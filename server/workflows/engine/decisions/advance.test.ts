/** What an observation proves of an intent: never too early, never of a request that may still be carried out. */
import { describe, expect, test } from 'vitest'
import {
  CANDIDATE,
  contestedView,
  exampleFacts,
  exampleRun,
  exampleView,
  forgetfulView,
} from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import type { Facts } from '../../run/facts.ts'
import type { ChangeOutcome } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'
import { lateMs } from '../../run/thresholds.ts'
import { advance, type IntentClock, MAX_AUTOMATIC_TRIES } from './advance.ts'
import { standingOf, UNDO } from './progress.ts'

const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const before = exampleFacts()
const removing = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, before)
/** Voter 1 removed, as it is meant; voter 2 removed, by somebody else. */
const removed = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } }))
const foreign = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }))
const followed = exampleFacts(exampleView(), { log: exampleLog() })
const LATE_MS = lateMs(2000)

/** The run with the removal sent to this leader in this epoch; the example's are 0 and 9. */
function sent(outcome: ChangeOutcome | null, epoch = 9, leaderId = 0): Run {
  const expected = removing.expected.filter((v) => v.nodeId !== TARGET.nodeId)
  const change = { kind: 'remove', ...TARGET } as const
  const intent = {
    step: 'remove',
    change,
    before: removing.expected,
    expected,
    epoch,
    leaderId,
    seq: 2,
    sentAtMs: 0,
    outcome,
  }
  return { ...removing, intent }
}
const told = (run: Run, facts: Facts, clock: IntentClock | null) =>
  advance(standingOf(run, facts), clock).events.map((e) => (e.type === 'settled' ? `settled ${e.applied}` : e.type))
/** The request ended this long before the newest reading; it was sent at the beginning. */
const ended = (agoMs: number): IntentClock => ({ sentMs: 0, endedMs: before.monotonicMs - agoMs })
const UNANSWERED = { kind: 'unanswered', problem: 'no answer in time' } as const
const REFUSED = { kind: 'answered', errorCode: 7, errorName: 'REQUEST_TIMED_OUT', errorMessage: null } as const
const NOT_SENT = { kind: 'not-sent', problem: 'refused right before' } as const

describe('before the request is known to have ended', () => {
  test.each([
    ['the way to the leader opens', null],
    ['it is under way', { sentMs: 0, endedMs: null }],
  ] as const)('%s: old voters prove nothing, foreign ones neither', (_what, clock) => {
    expect(told(sent(null), before, clock)).toEqual([])
    expect(told(sent(null), foreign, clock)).toEqual([])
  })

  test('what it was to do is proven as soon as a settled reading shows it', () => {
    expect(told(sent(null), removed, { sentMs: 0, endedMs: null })).toEqual(['settled true'])
  })
})

describe('one of two quorums, or one that has lost what it committed, proves nothing', () => {
  const views = [contestedView(), forgetfulView(), { ...exampleView(), incidentMemory: 'failed' as const }]
  const onEach = (facts: Facts) =>
    views.map(({ quorum, incidents, incidentMemory, controllers }) => {
      const view = facts.view ?? exampleView()
      const { rivals } = quorum
      return { ...facts, view: { ...view, quorum: { ...view.quorum, rivals }, incidents, incidentMemory, controllers } }
    })
  const ownClock: IntentClock = { sentMs: 0, endedMs: 0 }

  test.each([
    ['a change that was sent', sent(UNANSWERED), removed, ownClock, 'settled true'],
    ['one that was not applied', sent(NOT_SENT), before, ownClock, 'settled false'],
    ['a change by somebody else', removing, foreign, null, 'drifted'],
    ['a change that was made already', removing, removed, null, 'adopted'],
  ] as const)('%s', (_what, run, facts, clock, otherwise) => {
    expect(told(run, facts, clock)).toEqual([otherwise])
    for (const seen of onEach(facts)) expect(told(run, seen, clock)).toEqual([])
  })

  test('a step that is only looked at, and the end', () => {
    const restarting = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [2] } }, followed)
    const isDone = { atMs: 1, how: 'observed', text: '' } as const
    const restarted: Run = { ...restarting, done: { '0.restart': isDone } }
    expect(told(restarted, followed, null)).toEqual(['step-done'])
    for (const seen of onEach(followed)) {
      expect(told(restarted, seen, null)).toEqual([])
      expect(stepsOf(restarted, seen).map((s) => s.done)).toEqual(stepsOf(restarted, seen).map(() => null))
    }
    const over: Run = { ...restarted, done: { ...restarted.done, '0.back': isDone } }
    expect(told(over, followed, null)).toEqual(['ended'])
    for (const seen of onEach(followed)) expect(told(over, seen, null)).toEqual([])
  })
})

describe('a request without an answer', () => {
  test('may still be carried out by the same leader for some time', () => {
    expect(told(sent(UNANSWERED), before, ended(LATE_MS - 2000))).toEqual([])
    expect(told(sent(UNANSWERED), foreign, ended(LATE_MS - 2000))).toEqual([])
    expect(told(sent(UNANSWERED), before, ended(LATE_MS + 2000))).toEqual(['settled false'])
    expect(told(sent(UNANSWERED), foreign, ended(LATE_MS + 2000))).toEqual(['drifted'])
  })

  test('is decided by a settled reading where another leads', () => {
    expect(told(sent(UNANSWERED, 8, 2), before, ended(2000))).toEqual(['settled false'])
  })

  test('may land at the same node in a later epoch, too: it led, lost the lead, and leads again', () => {
    expect(told(sent(UNANSWERED, 8, 0), before, ended(2000))).toEqual([])
    expect(told(sent(UNANSWERED, 8, 0), before, ended(LATE_MS + 2000))).toEqual(['settled false'])
  })

  test('of a run that was read from the journal has no outcome, and waits as long', () => {
    expect(told(sent(null), before, ended(LATE_MS - 2000))).toEqual([])
    expect(told(sent(null), before, ended(LATE_MS + 2000))).toEqual(['settled false'])
  })
})

describe('an answer', () => {
  test.each([REFUSED, NOT_SENT])('$kind: the readings after it decide', (outcome) => {
    expect(told(sent(outcome), before, ended(0))).toEqual([])
    expect(told(sent(outcome), before, ended(2000))).toEqual(['settled false'])
    expect(told(sent(outcome), foreign, ended(2000))).toEqual(['drifted'])
  })

  test('not sent, and made all the same: somebody else did it', () => {
    expect(told(sent(NOT_SENT), removed, ended(2000))).toEqual(['adopted'])
  })
})

test('what is proven is said in words', () => {
  const [event] = advance(standingOf(sent(null), removed), { sentMs: 0, endedMs: null }).events
  expect(event?.text).toBe('Committed: controller 1 is no voter any more.')
  const text = (outcome: ChangeOutcome | null) =>
    advance(standingOf(sent(outcome), before), ended(LATE_MS + 2000)).events[0]?.text
  const still = 'Not applied: the voters are proven to be 0, 1 and 2 still.'
  expect(text(REFUSED)).toBe(`${still} The leader answered REQUEST_TIMED_OUT.`)
  expect(text({ ...REFUSED, errorMessage: 'too slow' })).toBe(
    `${still} The leader answered REQUEST_TIMED_OUT: too slow.`,
  )
  expect(text(UNANSWERED)).toBe(`${still} no answer in time`)
  expect(text(null)).toBe(still)
})

describe('without an intent', () => {
  const adding = exampleRun({ kind: 'add-controller', params: { nodeId: 3 } }, before)
  const events = (run: Run, facts = before) => advance(standingOf(run, facts), null).events.map((e) => e.type)

  test('a step that is seen done is done', () => {
    expect(advance(standingOf(adding, before), null).events[0]).toMatchObject({
      type: 'step-done',
      step: 'candidate',
      how: 'observed',
      candidate: CANDIDATE,
    })
  })

  test('nothing is concluded of a run that has ended, drifted or lost its lock, nor without a leader', () => {
    expect(events({ ...adding, outcome: 'done' })).toEqual([])
    expect(events(adding, { ...before, view: null })).toEqual([])
    const view = exampleView()
    expect(events(adding, { ...before, view: { ...view, quorum: { ...view.quorum, leaderId: null } } })).toEqual([])
    expect(events({ ...adding, drift: { seen: [], atMs: 0 } })).toEqual([])
    const parked = { by: 'Anna', reason: '', atMs: 0, lockLost: false }
    expect(events({ ...adding, parked: { ...parked, lockLost: true } }, removed)).toEqual([])
    // One that rests still sees what others do.
    expect(events({ ...adding, parked })).toEqual([])
    expect(events({ ...adding, parked }, removed)).toEqual(['drifted'])
  })

  test('what somebody else made of the voters is found, and nothing of an unsettled reading', () => {
    expect(events(removing, removed)).toEqual(['adopted'])
    expect(events(removing, foreign)).toEqual(['drifted'])
    const unsettled = { ...foreign, track: { ...foreign.track, reads: foreign.track.reads.slice(-1) } }
    expect(events(removing, unsettled)).toEqual([])
  })

  test('a removal that is found leaves the steps before it to be done; an addition makes them moot', () => {
    const dead = replica(2, DIRECTORY[2], { lastFetchMs: 1, lastCaughtUpMs: 1 })
    const broken = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead] } }))
    const replacing = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, broken)
    expect(advance(standingOf(replacing, foreign), null).events[0]).toMatchObject({
      type: 'adopted',
      moot: [],
      changes: [{ step: 'remove-old' }],
      text: 'Found applied: controller 2 is no voter any more.',
    })
    const known = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, before)
    const voters = [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2]), replica(3, CANDIDATE.directoryId)]
    const added = exampleFacts(exampleView({ sample: { voters, observers: [] } }))
    expect(advance(standingOf(known, added), null).events[0]).toMatchObject({
      type: 'adopted',
      moot: ['candidate', 'caught-up'],
      changes: [{ step: 'add' }],
      text: 'Found applied: controller 3 is a voter.',
    })
  })

  test('a change that is taken back ends the run', () => {
    const undo = { reason: 'wrong one', change: { kind: 'remove', nodeId: 1, directoryId: DIRECTORY[1] } } as const
    const done = { ...removing.done, [UNDO]: { how: 'applied', atMs: 0, text: '' } } as const
    expect(advance(standingOf({ ...removing, undo, done }, before), null).events[0]).toMatchObject({
      type: 'ended',
      outcome: 'aborted',
      reason: 'wrong one',
    })
    expect(events({ ...removing, undo })).toEqual([])
    expect(events({ ...removing, done })).toEqual([])
  })

  test('a run whose steps are all done is done', () => {
    const at = { how: 'applied', atMs: 0, text: '' } as const
    const done = { remove: at, stop: at, 'stays-away': at }
    const expected = removing.expected.filter((v) => v.nodeId !== TARGET.nodeId)
    expect(advance(standingOf({ ...removing, done, expected }, removed), null).events[0]).toMatchObject({
      type: 'ended',
      outcome: 'done',
    })
  })
})

describe('a change that is sent without a click', () => {
  const quiet = { lastFetchMs: 1, lastCaughtUpMs: 1 }
  const fresh = replica(2, DIRECTORY.new2)
  const two = [LEADER, replica(1, DIRECTORY[1])]
  const twins = exampleFacts(
    exampleView({ sample: { voters: [...two, replica(2, DIRECTORY[2], quiet)], observers: [fresh] } }),
  )
  const out = exampleFacts(exampleView({ sample: { voters: two, observers: [fresh] } }))
  const at = { how: 'observed', atMs: 0, text: '' } as const
  const started = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, twins)
  const replacing: Run = {
    ...started,
    plan: { ...started.plan, candidate: { nodeId: 2, directoryId: DIRECTORY.new2 } },
    done: { 'old-down': at, 'new-disk': at, 'caught-up': at, 'remove-old': at },
    expected: started.expected.filter((v) => v.nodeId !== 2),
  }

  test('is the addition of a new disk, while its gates hold', () => {
    expect(advance(standingOf(replacing, out), null)).toEqual({ events: [], executes: 'add-new' })
    expect(advance(standingOf(replacing, { ...out, probes: new Map() }), null)).toEqual({ events: [], executes: null })
    const parked = { by: 'Anna', reason: '', atMs: 0, lockLost: false }
    expect(advance(standingOf({ ...replacing, parked }, out), null).executes).toBeNull()
  })

  test('not for ever', () => {
    const failed = (tries: number) =>
      advance(standingOf({ ...replacing, failures: { 'add-new': tries } }, out), null).executes
    expect(failed(MAX_AUTOMATIC_TRIES - 1)).toBe('add-new')
    expect(failed(MAX_AUTOMATIC_TRIES)).toBeNull()
  })

  test('no removal is, whatever its gates say', () => {
    expect(advance(standingOf(removing, before), null)).toEqual({ events: [], executes: null })
  })

  test('without a candidate there is no change', () => {
    const none = { ...replacing, plan: { ...replacing.plan, candidate: null } }
    expect(advance(standingOf(none, out), null)).toEqual({ events: [], executes: null })
  })
})

describe('the next part', () => {
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, before)
  const at = { how: 'observed', atMs: 0, text: '' } as const
  const done = { '0.candidate': at, '0.caught-up': at, '0.add': at, '0.steady': at }

  test('begins where its gates hold', () => {
    expect(advance(standingOf({ ...run, done }, before), null).events[0]).toMatchObject({
      type: 'part-begun',
      part: 1,
      text: 'Begins: Add controller 2 of 2.',
    })
    const blurred = { ...before, track: { ...before.track, reads: [] } }
    expect(advance(standingOf({ ...run, done, expected: run.expected.slice(1) }, blurred), null).events).toEqual([])
  })

  test('a step of a part that waits for a click begins nothing', () => {
    const smaller = exampleRun({ kind: 'scale', params: { controllers: 1 } }, before)
    expect(smaller.plan.parts?.[0]?.kind).toBe('remove-controller')
    expect(advance(standingOf(smaller, before), null)).toEqual({ events: [], executes: null })
  })
})
