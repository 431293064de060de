import { expect, test } from 'vitest'
import type { Seat } from '../../../../server/contract/room/seat.ts'
import { seatTalk } from './seatWords.ts'

const ANN = { id: 'ann', name: 'Ann' }
const BEN = { id: 'ben', name: 'Ben' }
const hand = { by: BEN, raisedMs: 10_000, notNow: false, mayTakeOver: false, freeInMs: 50_000 }
const seat = (change: Partial<Seat> = {}): Seat => ({
  run: 'r',
  driver: ANN,
  present: true,
  hands: [],
  patienceMs: 60_000,
  ...change,
})

test('a driver hears who asks, and for how long there is to answer', () => {
  expect(seatTalk(seat(), ANN, 0)).toEqual({ kind: 'nothing' })
  const words = (given: Seat, sinceMs: number) => {
    const talk = seatTalk(given, ANN, sinceMs)
    return talk.kind === 'asked' ? talk.by.map((one) => one.words) : []
  }
  expect(words(seat({ hands: [hand] }), 10_000)).toEqual(['Unanswered, Ben may take over in 40 s.'])
  expect(words(seat({ hands: [{ ...hand, notNow: true }] }), 0)).toEqual([
    'You said not now: Ben may take over in 50 s.',
  ])
  expect(words(seat({ hands: [hand] }), 50_000)).toEqual(['Unanswered, Ben may take over now, with a reason.'])
})

test.each([
  [seat(), 0, true, false, 'Ann drives and is here. Ask to drive; unanswered for 60 s, you may take over.'],
  [seat({ present: false }), 0, false, false, 'Ann is not here. You may take over, with a reason.'],
  [seat({ hands: [hand] }), 5_000, false, true, 'Ann was asked. You may take over in 45 s.'],
  [seat({ hands: [{ ...hand, notNow: true }] }), 0, false, true, 'Ann says not now. You may take over in 50 s.'],
  [seat({ hands: [hand] }), 60_000, false, true, 'Ann was asked. You may take over now, with a reason.'],
])('somebody else hears how to come to drive: %#', (given, sinceMs, mayAsk, hasAsked, words) => {
  expect(seatTalk(given, BEN, sinceMs)).toEqual({ kind: 'watching', words, mayAsk, hasAsked })
})

test('where nothing is known of the seat nothing is said', () => {
  expect(seatTalk(null, BEN, 0)).toEqual({ kind: 'nothing' })
  expect(seatTalk(seat(), null, 0)).toEqual({ kind: 'nothing' })
})
