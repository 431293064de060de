/** The way back, and which step is going on. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CANDIDATE, exampleFacts, exampleRun } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../../../testing/examples/exampleObservation.ts'
import type { Run } from '../../run/run.ts'
import { advance } from './advance.ts'
import { decide } from './decide.ts'
import { describeRun, summarize } from './describe.ts'
import { currentStep, nothingLanded, standingOf, UNDO, undoChange, wizardOf } from './progress.ts'

const facts = exampleFacts()
const removing = exampleRun({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } }, facts)
const at = { how: 'applied', atMs: 0, text: '' } as const
const without = (...ids: number[]) => removing.expected.filter((v) => !ids.includes(v.nodeId))

describe('what takes the last change back', () => {
  const of = (expected: Run['expected']) => undoChange({ ...removing, expected })

  test('is its opposite, where one change is enough', () => {
    expect(of(without(1))).toEqual({ kind: 'add', nodeId: 1, directoryId: DIRECTORY[1], endpoints: [] })
    expect(of([...removing.expected, CANDIDATE])).toEqual({ kind: 'remove', ...CANDIDATE })
    expect(of(removing.expected)).toBeNull()
    expect(of(without(1, 2))).toBeNull()
    expect(of([...without(1), CANDIDATE])).toBeNull()
    expect(nothingLanded({ ...removing, expected: without(1) })).toBe(false)
    expect(nothingLanded(removing)).toBe(true)
  })

  test('needs the directory id', () => {
    expect(of([...removing.expected, { nodeId: 3, directoryId: null }])).toBeNull()
    const bare = { nodeId: 1, directoryId: null }
    const plan = { ...removing.plan, initial: [...without(1), bare] }
    expect(undoChange({ ...removing, plan, expected: without(1) })).toBeNull()
  })
})

test('while it is taken back, a run has the steps that are done, and that one', () => {
  const undoing = (change: NonNullable<Run['undo']>['change']) => ({
    ...removing,
    expected: without(1),
    done: { remove: at },
    undo: { reason: 'wrong one', change },
  })
  const back = undoing({ kind: 'add', nodeId: 1, directoryId: DIRECTORY[1], endpoints: [] })
  const steps = standingOf(back, facts).steps
  expect(steps.map((s) => s.key)).toEqual(['remove', UNDO])
  expect(currentStep(back, steps)).toMatchObject({
    key: UNDO,
    title: 'Add controller 1 again',
    change: { kind: 'add', nodeId: 1, endpoints: [{ port: 8001 }] },
  })
  const out = standingOf(undoing({ kind: 'remove', ...CANDIDATE }), facts).steps.at(-1)
  expect(out).toMatchObject({ title: 'Remove controller 3 again', change: { kind: 'remove', ...CANDIDATE } })
  expect(out?.gates.map((g) => g.code)).toContain('auto-join-safe')
  expect(steps.at(-1)?.gates.map((g) => g.code)).toContain('auto-join-as-planned')
})

test('the step that is going on is the first that is not done, or does not hold any more', () => {
  const steps = standingOf(removing, facts).steps
  const [first, second] = steps
  if (first === undefined || second === undefined) throw new Error('no steps')
  const done = { [first.key]: at }
  expect(currentStep(removing, steps)?.key).toBe(first.key)
  expect(currentStep({ ...removing, done }, steps)?.key).toBe(second.key)
  const again = steps.map((s) => (s === first ? { ...s, reopened: true } : s))
  expect(currentStep({ ...removing, done }, again)?.key).toBe(first.key)
  const all = Object.fromEntries(steps.map((s) => [s.key, at]))
  expect(currentStep({ ...removing, done: all }, steps)).toBeNull()
})

describe('the steps are evaluated once for what was seen', () => {
  const evaluated = () => vi.spyOn(wizardOf('remove-controller'), 'steps')
  afterEach(() => void vi.restoreAllMocks())

  test('whoever asks: what follows, the headline, the whole picture, a command', () => {
    const steps = evaluated()
    const seen = exampleFacts()
    advance(standingOf(removing, seen), null)
    summarize(standingOf(removing, seen))
    const { allowedCommands } = describeRun(standingOf(removing, seen))
    const [command] = allowedCommands
    if (command === undefined) throw new Error('nothing is allowed')
    const actor = { id: 'operator', name: 'operator' }
    const { needsConfirmation, ...words } = command
    decide(standingOf(removing, seen), { ...words, reason: 'test', confirmation: needsConfirmation?.statement }, actor)
    expect(steps).toHaveBeenCalledTimes(1)
  })

  test('anew on other facts, and of another run', () => {
    const steps = evaluated()
    const seen = exampleFacts()
    standingOf(removing, seen).steps
    standingOf(removing, { ...seen }).steps
    standingOf({ ...removing }, seen).steps
    expect(steps).toHaveBeenCalledTimes(3)
  })
})
