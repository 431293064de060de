import { expect, test } from 'vitest'
import type { ClusterMessage } from '../../../server/contract/live.ts'
import { aWorkflow, summaryOfRun } from '../../testing/exampleWorkflow.ts'
import { heldAfter, NOTHING_HELD } from '../liveClusters.ts'
import { newerRun } from './workflowRuns.ts'

const run = aWorkflow({ revision: 7 })
const told = (workflow: typeof run, whole = true) => ({
  type: 'workflow' as const,
  cluster: 'payments',
  summary: summaryOfRun(workflow),
  workflow: whole ? workflow : null,
})

function after(...messages: ClusterMessage[]) {
  const held = messages.reduce((before, message) => {
    const next = heldAfter(before, message, 0)
    expect(next.shown).not.toBe(before.shown)
    return next
  }, NOTHING_HELD)
  return held.shown
}

const snapshot = (...runs: (typeof run)[]) => ({
  type: 'snapshot' as const,
  cluster: 'payments',
  ageMs: 0,
  intervalMs: 1_000,
  link: { state: 'live' as const, sinceMs: 0, problem: null, attempts: [] },
  view: null,
  workflows: runs.map(summaryOfRun),
})

test('a run appears, moves and goes when it has ended; the followed one is kept to its last word', () => {
  const state = after(told(run), told({ ...run, revision: 8, now: 'next' }))
  expect(state.workflows.map((one) => one.now)).toEqual(['next'])
  expect(state.followed?.revision).toBe(8)
  const ended = after(told(run), told({ ...run, revision: 9, state: 'done', endedAtMs: 1 }))
  expect(ended.workflows).toEqual([])
  expect(ended.followed?.state).toBe('done')
})

test('live figures of the same revision replace, an older revision does not', () => {
  const live = after(told(run), told({ ...run, now: 'a later figure' }))
  expect(live.followed?.now).toBe('a later figure')
  const late = after(told({ ...run, revision: 8 }), told({ ...run, revision: 7, now: 'overtaken' }))
  expect(late.followed?.revision).toBe(8)
  expect(late.workflows.map((one) => one.revision)).toEqual([8])
})

test('a summary alone moves the list and leaves the followed run as it was', () => {
  const state = after(told(run), told({ ...run, id: 'other', revision: 1 }, false))
  expect(state.workflows.map((one) => one.id)).toEqual([run.id, 'other'])
  expect(state.followed?.id).toBe(run.id)
})

test('a snapshot lists what has not ended, and nothing older than what is held', () => {
  const state = after(told({ ...run, revision: 8 }), told({ ...run, id: 'gone' }, false), snapshot(run))
  expect(state.workflows.map((one) => [one.id, one.revision])).toEqual([[run.id, 8]])
})

test('of two tellings the newer is shown, of equal ones the one that came later', () => {
  const later = { ...run, now: 'later' }
  expect(newerRun(run, later)).toBe(later)
  expect(newerRun({ ...run, revision: 8 }, later).revision).toBe(8)
  expect(newerRun(null, later)).toBe(later)
})
