import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rule, type SeatFacts } from './seatRule.ts'

const PATIENCE_MS = 60_000
const facts = (change: Partial<SeatFacts> = {}): SeatFacts => ({
  nowMs: 1_000_000,
  patienceMs: PATIENCE_MS,
  isConnected: true,
  heardAtMs: 990_000,
  hand: null,
  ...change,
})
const hand = (raisedAgoMs: number, notNowAgoMs: number | null = null, isConsented = false) => ({
  raisedAtMs: 1_000_000 - raisedAgoMs,
  notNowAtMs: notNowAgoMs === null ? null : 1_000_000 - notNowAgoMs,
  isConsented,
})

test.each<[string, Partial<SeatFacts>, unknown]>([
  ['the driver is here and nobody asked', {}, { free: false, inMs: null }],
  ['asked a moment ago', { hand: hand(1_000) }, { free: false, inMs: 59_000 }],
  ['not answered in time', { hand: hand(60_000) }, { free: true, why: 'unanswered' }],
  ['not now', { hand: hand(70_000, 10_000) }, { free: false, inMs: 50_000 }],
  ['not now, and the same time again', { hand: hand(120_000, 60_000) }, { free: true, why: 'unanswered' }],
  ['consented', { hand: hand(1_000, null, true) }, { free: true, why: 'consent' }],
  ['gone a moment ago', { isConnected: false }, { free: false, inMs: 50_000 }],
  ['absent', { isConnected: false, heardAtMs: 940_000 }, { free: true, why: 'absent' }],
  ['connected and silent is not absent', { heardAtMs: 0 }, { free: false, inMs: null }],
  ['gone, and asked before', { isConnected: false, hand: hand(30_000) }, { free: false, inMs: 30_000 }],
])('%s', (_what, change, ruling) => expect(rule(facts(change))).toEqual(ruling))

test('whoever asks drives after two times the patience at the latest, whatever the driver does but hand over', () => {
  const ago = fc.integer({ min: 0, max: 500_000 })
  fc.assert(
    fc.property(ago, fc.boolean(), ago, fc.option(ago), (raisedAgoMs, isConnected, heardAgoMs, answeredAgoMs) => {
      // An answer comes after the ask, and no later than it could be refused for.
      const answered = answeredAgoMs === null ? null : Math.max(0, raisedAgoMs - Math.min(answeredAgoMs, PATIENCE_MS))
      const now = facts({ isConnected, heardAtMs: 1_000_000 - heardAgoMs, hand: hand(raisedAgoMs, answered) })
      const ruling = rule(now)
      if (raisedAgoMs >= 2 * PATIENCE_MS) expect(ruling.free).toBe(true)
      if (raisedAgoMs < PATIENCE_MS && isConnected) expect(ruling.free).toBe(false)
      if (!ruling.free && ruling.inMs !== null) {
        expect(rule({ ...now, nowMs: now.nowMs + ruling.inMs }).free).toBe(true)
        expect(rule({ ...now, nowMs: now.nowMs + ruling.inMs - 1 }).free).toBe(false)
      }
    }),
  )
})
