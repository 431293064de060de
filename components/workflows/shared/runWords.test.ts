import { expect, test } from 'vitest'
import { soon, took } from '../../../server/contract/words/durations.ts'
import { WorkflowState } from '../../../server/contract/workflows.ts'
import { aStep, aWorkflow, STARTED_MS, summaryOfRun } from '../../testing/exampleWorkflow.ts'
import { drivesWords, progressWords, stateSign } from '../links/runBrief.ts'
import { callout, stepLine, stepTimes } from './runWords.ts'

const run = aWorkflow()

test('every state has its own word, and resting hides the state below it', () => {
  const words = WorkflowState.options.map((state) => stateSign(state, false).word)
  expect(new Set(words).size).toBe(words.length)
  expect(stateSign('waiting', true).word).toBe('parked')
})

test('what is out of the ordinary is said, with what it means', () => {
  expect(callout(run)).toBeNull()
  expect(callout({ ...run, state: 'outcomeUnknown' })?.text).toContain('not sent again')
  expect(callout({ ...run, state: 'blocked' })?.tone).toBe('warning')
  expect(callout({ ...run, state: 'pausedDrift' })?.tone).toBe('danger')
  const parked = { ...run, parked: { by: 'Ann', reason: 'first the other', atMs: 0 } }
  expect(callout(parked)?.title).toBe('Parked by Ann: “first the other”')
})

test('of drift the words of the server come before ours', () => {
  const notices = [{ severity: 'critical' as const, title: 'Voters changed', text: '' }]
  expect(callout({ ...run, state: 'pausedDrift', notices })).toBeNull()
})

test('the step line says whose turn it is', () => {
  const at = (state: 'ready' | 'awaiting-operator' | 'checking') => ({
    ...run,
    steps: [aStep('catch-up', 'x', { state })],
  })
  expect(stepLine(run, true)).toBe('Step 3 of 6 · nothing to do, Quorumdeck is watching')
  expect(stepLine(at('ready'), true)).toBe('Step 1 of 1 · waits for your go-ahead')
  expect(stepLine(at('ready'), false)).toBe('Step 1 of 1 · waits for Browser 3f2a')
  expect(stepLine(at('awaiting-operator'), true)).toBe('Step 1 of 1 · your turn, on the host')
  expect(stepLine({ ...at('checking'), state: 'blocked' }, true)).toContain('something has to be fixed')
  const [held] = run.steps.flatMap((step) => step.gates)
  const gates = held === undefined ? [] : [{ ...held, ok: false, waiting: false }]
  const unstated = {
    ...run,
    state: 'waiting' as const,
    currentStep: 'add',
    steps: [aStep('add', 'x', { state: 'checking', gates })],
  }
  expect(stepLine(unstated, true)).toBe('Step 1 of 1 · waits for your statement')
  expect(stepLine(unstated, false)).toBe('Step 1 of 1 · waits for Browser 3f2a')
  expect(stepLine({ ...run, parked: { by: 'Ann', reason: '', atMs: 0 } }, true)).toBe('Step 3 of 6 · resting')
})

test('who drives, and how far it is', () => {
  expect(drivesWords(run.driver, run.driver)).toBe('You drive')
  expect(drivesWords(run.driver, null)).toBe('Browser 3f2a drives')
  expect(progressWords(summaryOfRun(run))).toBe('step 3 of 6: New incarnation has caught up')
})

test.each([
  [1, 'in about 1 s'],
  [2_400, 'in about 3 s'],
  [119_000, 'in about 119 s'],
  [150_000, 'in about 3 min'],
])('%i ms from now: %s', (ms, words) => expect(soon(ms)).toBe(words))

test.each([
  [800, '0.8 s'],
  [12_000, '12 s'],
  [185_000, '3 min 05 s'],
  [3_840_000, '1 h 04 min'],
])('%i ms long: %s', (ms, words) => expect(took(ms)).toBe(words))

test('a step that does not tell when it began goes on from the end of the one before', () => {
  const ended = (key: string, endMs: number | null, startedAtMs: number | null = null) =>
    aStep(key, key, { startedAtMs, endedAtMs: endMs === null ? null : STARTED_MS + endMs })
  const times = stepTimes({ ...run, steps: [ended('a', 2_000), ended('b', 7_000), ended('c', null, STARTED_MS)] })
  expect([...times]).toEqual([
    ['a', 2_000],
    ['b', 5_000],
  ])
})
