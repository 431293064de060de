/** What an observation proves of an intent: never too early, never of a request that may still be carried out. */
import { describe, expect, test } from 'vitest'
import { DIRECTORY, LEADER, replica } from '../quorum/exampleObservation.ts'
import { advance, type IntentClock } from './advance.ts'
import { exampleFacts, exampleRun, exampleView } from './exampleFacts.ts'
import type { Facts } from './facts.ts'
import type { ChangeOutcome } from './ports.ts'
import type { Run } from './run.ts'
import { lateMs } from './thresholds.ts'

const TARGET = { nodeId: 1, directoryId: DIRECTORY[1] } as const
const before = exampleFacts()
const removing = exampleRun({ kind: 'remove-controller', params: { ...TARGET } }, before)
/** Voter 1 removed, as it is meant; voter 2 removed, by somebody else. */
const removed = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } }))
const foreign = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }))
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
  advance(run, facts, clock).events.map((e) => (e.type === 'settled' ? `settled ${e.applied}` : e.type))
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
