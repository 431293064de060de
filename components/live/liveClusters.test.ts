import { expect, test } from 'vitest'
import { diffViews } from '../../server/contract/delta.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { aView } from '../testing/exampleView.ts'
import { type HeldCluster, heldAfter, NOTHING_HELD, observationAgeMs } from './liveClusters.ts'

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

const holding = (view: QuorumView): HeldCluster => ({
  ...NOTHING_HELD,
  awaits: 'nothing',
  shown: { ...NOTHING_HELD.shown, view },
})

function delta(before: QuorumView, after: QuorumView) {
  const difference = diffViews(before, after, 10)
  if (difference === null) throw new Error('these two views need a snapshot')
  return difference
}

test('a snapshot sets everything it tells', () => {
  const view = aView({ seq: 4 })
  expect(heldAfter(NOTHING_HELD, snapshot(view), 1_000)).toEqual({
    ...NOTHING_HELD,
    awaits: 'nothing',
    pulse: { receivedAtMs: 1_000, ageMs: 30, ageAtMs: 1_000 },
    shown: { ...NOTHING_HELD.shown, view, link, intervalMs: 500 },
  })
})

test('while a snapshot is awaited what is shown grows old, whatever else arrives', () => {
  const [four, five, six] = [4, 5, 6].map((seq) => aView({ seq, observedAtMs: seq * 1_000 }))
  if (four === undefined || five === undefined || six === undefined) throw new Error('three views')
  const shown = heldAfter(NOTHING_HELD, snapshot(four), 1_000)
  const gap = heldAfter(shown, delta(five, six), 2_000)
  const later = heldAfter(gap, { type: 'ping', cluster: 'c', ageMs: 10 }, 601_000)
  expect(later.pulse).toMatchObject({ receivedAtMs: 601_000 })
  expect(observationAgeMs(later.pulse, 601_000)).toBe(600_030)
  expect(observationAgeMs(heldAfter(later, snapshot(six), 602_000).pulse, 602_000)).toBe(30)
})

test('an older snapshot of the same server run does not put old over new; another run always replaces', () => {
  const held = holding(aView({ seq: 9 }))
  expect(heldAfter(held, snapshot(aView({ seq: 8 })), 0).shown.view?.seq).toBe(9)
  expect(heldAfter(held, snapshot(aView({ seq: 0, serverRunId: 'another' })), 0).shown.view?.seq).toBe(0)
})

test('a delta that follows is applied; one that was applied before is ignored; a gap asks for a snapshot', () => {
  const four = aView({ seq: 4 })
  const five = aView({ seq: 5, observedAtMs: four.observedAtMs + 1_000 })
  const six = aView({ seq: 6, observedAtMs: four.observedAtMs + 2_000 })
  const held = holding(four)
  expect(heldAfter(held, delta(four, five), 0)).toMatchObject({
    awaits: 'nothing',
    shown: { ...held.shown, view: five },
  })
  const before = holding(five)
  const again = heldAfter(before, delta(four, five), 0)
  expect(again.awaits).toBe('nothing')
  expect(again.shown).toBe(before.shown)
  const gap = heldAfter(held, delta(five, six), 0)
  expect(gap.awaits).toBe('snapshot')
  expect(gap.shown).toBe(held.shown)
  expect(heldAfter({ ...NOTHING_HELD, awaits: 'nothing' }, delta(four, five), 0).awaits).toBe('snapshot')
})

test('while a snapshot is awaited no delta counts, and each of them is a sign of life', () => {
  const four = aView({ seq: 4 })
  const pulse = { receivedAtMs: 1_000, ageMs: 30, ageAtMs: 1_000 }
  const waiting: HeldCluster = { ...holding(four), awaits: 'snapshot', pulse }
  const after = heldAfter(waiting, delta(four, aView({ seq: 5 })), 2_000)
  expect(after.shown).toBe(waiting.shown)
  expect(after.awaits).toBe('snapshot')
  expect(after.pulse).toEqual({ ...pulse, receivedAtMs: 2_000 })
  expect(heldAfter(after, snapshot(aView({ seq: 6 })), 3_000)).toMatchObject({
    awaits: 'nothing',
    shown: { view: { seq: 6 } },
  })
})

test('a ping changes an age and nothing that is shown', () => {
  const held = holding(aView({ seq: 4 }))
  const after = heldAfter(held, { type: 'ping', cluster: 'c', ageMs: 900 }, 5_000)
  expect(after.shown).toBe(held.shown)
  expect(after.events).toBe(held.events)
  expect(observationAgeMs(after.pulse, 5_100)).toBe(1_000)
})

test('ages run on from the message that told them; presence tells none', () => {
  const first = heldAfter(NOTHING_HELD, { type: 'ping', cluster: 'c', ageMs: 400 }, 1_000)
  const then = heldAfter(first, { type: 'presence', cluster: 'c', watching: 2, people: [], more: 0 }, 1_500)
  expect(then.pulse?.receivedAtMs).toBe(1_500)
  expect(observationAgeMs(then.pulse, 2_000)).toBe(1_400)
  const unknown = heldAfter(then, { type: 'ping', cluster: 'c', ageMs: null }, 2_000)
  expect(observationAgeMs(unknown.pulse, 3_000)).toBeNull()
})

test('open alerts come with a snapshot and with every change; a snapshot without any ends them', () => {
  const alert = {
    id: 'i',
    rule: 'no-leader' as const,
    severity: 'critical' as const,
    title: 't',
    firedAtMs: 1,
    acknowledged: null,
    silencedBy: null,
  }
  const view = aView({ seq: 4 })
  const told = heldAfter(holding(view), { type: 'alerts', cluster: 'c', alerts: [alert] }, 0)
  expect([told.shown.alerts, told.shown.view]).toEqual([[alert], view])
  expect(heldAfter(NOTHING_HELD, { ...snapshot(view), alerts: [alert] }, 0).shown.alerts).toEqual([alert])
  expect(heldAfter(told, snapshot(view), 0).shown.alerts).toEqual([])
})
