import { expect, test } from 'vitest'
import {
  abort,
  aCommand,
  aWorkflow,
  exampleCandidates,
  NEW_DISK,
  park,
  removeOld,
  takeOver,
} from '../../testing/exampleWorkflow.ts'
import { actLabel, askLabel, asks, choiceOf, commandName, emptyDraft, missing, places, said } from './runCommands.ts'

const leave = aCommand('leave', 'Leave it', { danger: true })
const state = aCommand('state', 'There is no replacement', { key: 'no-replacement' })

test('the action of the step is the main button; what ends the run is not, whatever comes first', () => {
  const placed = places(aWorkflow({ next: null, allowedCommands: [abort, leave, removeOld, park, takeOver] }))
  expect(placed.main).toBe(removeOld)
  expect(placed.side).toEqual([park, abort, leave])
  expect(placed.takeOver).toBe(takeOver)
  const endings = places(aWorkflow({ next: null, allowedCommands: [leave, takeOver] }))
  expect(endings.main).toBeNull()
})

test('a statement beside an action that is on its way is another way, not the main one', () => {
  const waiting = places(aWorkflow({ allowedCommands: [state, park] }))
  expect([waiting.main, waiting.others]).toEqual([null, [state]])
  const free = places(aWorkflow({ next: null, allowedCommands: [state, park] }))
  expect([free.main, free.others]).toEqual([state, []])
})

test('a candidate is chosen in its row', () => {
  const choose = aCommand('choose', 'Take this one', { nodeId: 2, directoryId: NEW_DISK })
  const run = aWorkflow({ next: null, candidates: [...exampleCandidates], allowedCommands: [choose, park] })
  expect(places(run).main).toBeNull()
  expect(run.candidates.map((candidate) => choiceOf(run, candidate))).toEqual([choose, null])
})

test('a tick is for one statement; another statement wants another tick', () => {
  expect(missing(removeOld, emptyDraft)).toBe('Tick the statement.')
  const ticked = { ...emptyDraft, ticked: removeOld.needsConfirmation?.statement ?? '' }
  expect(missing(removeOld, ticked)).toBeNull()
  const other = { ...removeOld, needsConfirmation: { statement: 'something else', typed: false, why: '' } }
  expect(missing(other, ticked)).toBe('Tick the statement.')
})

test('a typed statement is taken word for word, and a reason is no blank', () => {
  const command = aCommand('execute', 'Go', {
    needsConfirmation: { statement: 'no replacement', typed: true, why: '' },
    needsReason: true,
  })
  expect(missing(command, { ...emptyDraft, typed: 'No replacement' })).toContain('word for word')
  expect(missing(command, { ...emptyDraft, typed: 'no replacement', reason: '  ' })).toBe('Give a reason.')
  const draft = { ...emptyDraft, typed: 'no replacement ', reason: ' disk dead ' }
  expect(missing(command, draft)).toBeNull()
  expect(said(command, draft)).toEqual({ confirmation: 'no replacement', reason: 'disk dead' })
  expect(said(park, { ...emptyDraft, reason: 'x' })).toEqual({ reason: 'x' })
})

test('a command keeps its name from one revision to the next', () => {
  expect(commandName({ ...removeOld, does: 'other words' })).toBe(commandName(removeOld))
  expect(commandName({ ...removeOld, step: 'add' })).not.toBe(commandName(removeOld))
})

test('one ellipsis where something is asked, none where it is not', () => {
  expect([actLabel(abort), askLabel(abort)]).toEqual(['Abort', 'Abort…'])
  expect([actLabel(park), askLabel(park)]).toEqual(['Park it', 'Park it…'])
  expect([asks(park), asks(aCommand('resume', 'Resume'))]).toEqual([true, false])
})
