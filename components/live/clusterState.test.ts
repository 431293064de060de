import { expect, test } from 'vitest'
import { diffViews } from '../../server/contract/delta.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { aView } from '../testing/exampleView.ts'
import { fold, nothingYet, observationAgeMs, pulseAfter } from './clusterState.ts'

const link = { state: 'live' as const, sinceMs: 0, problem: null, attempts: [] }
const snapshot = (view: QuorumView | null) => ({
  type: 'snapshot' as const,
  cluster: 'c',
  ageMs: 30,
  intervalMs: 500,
  link,
  view,
  workflows: [],
})

function delta(before: QuorumView, after: QuorumView) {
  const difference = diffViews(before, after, 10)
  if (difference === null) throw new Error('these two views need a snapshot')
  return difference
}

test('a snapshot sets everything it tells', () => {
  const view = aView({ seq: 4 })
  expect(fold(nothingYet, snapshot(view))).toEqual({
    kind: 'changed',
    state: { ...nothingYet, view, link, intervalMs: 500 },
  })
})

test('an older snapshot of the same server run does not put old over new; another run always replaces', () => {
  const held = { ...nothingYet, view: aView({ seq: 9 }) }
  const older = fold(held, snapshot(aView({ seq: 8 })))
  expect(older.kind === 'changed' && older.state.view?.seq).toBe(9)
  const restarted = fold(held, snapshot(aView({ seq: 0, serverRunId: 'another' })))
  expect(restarted.kind === 'changed' && restarted.state.view?.seq).toBe(0)
})

test('a delta that follows is applied; one that was applied before is ignored; a gap asks for a snapshot', () => {
  const four = aView({ seq: 4 })
  const five = aView({ seq: 5, observedAtMs: four.observedAtMs + 1_000 })
  const six = aView({ seq: 6, observedAtMs: four.observedAtMs + 2_000 })
  const held = { ...nothingYet, view: four }
  const applied = fold(held, delta(four, five))
  expect(applied).toEqual({ kind: 'changed', state: { ...held, view: five } })
  expect(fold({ ...held, view: five }, delta(four, five))).toEqual({ kind: 'unchanged' })
  expect(fold(held, delta(five, six))).toEqual({ kind: 'gap' })
  expect(fold(nothingYet, delta(four, five))).toEqual({ kind: 'gap' })
})

test('ages run on from the message that told them; presence tells none', () => {
  const first = pulseAfter(null, { type: 'ping', cluster: 'c', ageMs: 400 }, 1_000)
  const then = pulseAfter(first, { type: 'presence', cluster: 'c', watching: 2 }, 1_500)
  expect(then.heardAtMs).toBe(1_500)
  expect(observationAgeMs(then, 2_000)).toBe(1_400)
  expect(observationAgeMs(pulseAfter(then, { type: 'ping', cluster: 'c', ageMs: null }, 2_000), 3_000)).toBeNull()
})
