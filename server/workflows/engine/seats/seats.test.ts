import { beforeEach, expect, test } from 'vitest'
import { Seat } from '../../../contract/room/seat.ts'
import { Seats } from './seats.ts'

const ANN = { id: 'ann', name: 'Ann' }
const BEN = { id: 'ben', name: 'Ben' }
const EVA = { id: 'eva', name: 'Eva' }
const run = { id: 'run', driver: ANN }

let nowMs = 0
let seats: Seats
beforeEach(() => {
  nowMs = 5_000
  seats = new Seats(() => nowMs, 60_000)
})

const refused = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return (error as { code: string; message: string }).code
  }
  return null
}

test('a driver who is here is asked first, and answers or does not', () => {
  seats.came('ann')
  expect(() => seats.mustBeFree(run, BEN)).toThrow('Ann drives this run and was not asked.')
  seats.raise(run, BEN)
  seats.raise(run, BEN)
  expect(Seat.parse(seats.seat(run))).toMatchObject({
    present: true,
    hands: [{ by: BEN, raisedMs: 0, mayTakeOver: false, freeInMs: 60_000 }],
  })
  nowMs += 59_999
  expect(() => seats.mustBeFree(run, BEN)).toThrow('may still answer, possible in 1 s')
  nowMs += 1
  expect(seats.mustBeFree(run, BEN)).toBe('Ann did not hand over in time')
  // Of somebody who never asked nothing has run out.
  expect(refused(() => seats.mustBeFree(run, EVA))).toBe('driver-present')
})

test('not now gives the same time once more, not for ever', () => {
  seats.came('ann')
  seats.raise(run, BEN)
  nowMs += 50_000
  seats.notNow(run, 'ben', ANN)
  nowMs += 50_000
  seats.notNow(run, 'ben', ANN)
  expect(refused(() => seats.mustBeFree(run, BEN))).toBe('driver-present')
  nowMs += 10_000
  expect(seats.mustBeFree(run, BEN)).toBe('Ann did not hand over in time')
})

test('consent is only the driver’s to give, and only to who asked', () => {
  seats.raise(run, BEN)
  expect(refused(() => seats.consent(run, 'ben', EVA))).toBe('seat-refused')
  expect(refused(() => seats.consent(run, 'eva', ANN))).toBe('seat-refused')
  expect(refused(() => seats.raise(run, ANN))).toBe('seat-refused')
  expect(seats.consent(run, 'ben', ANN)).toEqual(BEN)
  expect(seats.mustBeFree(run, BEN)).toBe('Ann handed over')
  expect(refused(() => seats.mustBeFree(run, EVA))).toBe('driver-present')
  seats.driverChanged('run')
  expect(refused(() => seats.mustBeFree({ id: 'run', driver: BEN }, EVA))).toBe('driver-present')
})

test('a driver is absent a while after the last page closed and the last command; so is one that nobody saw since the start', () => {
  seats.came('ann')
  seats.came('ann')
  seats.went('ann')
  nowMs += 600_000
  expect(seats.seat(run).present).toBe(true)
  seats.went('ann')
  nowMs += 30_000
  seats.heard('ann')
  nowMs += 59_999
  expect(refused(() => seats.mustBeFree(run, BEN))).toBe('driver-present')
  nowMs += 1
  expect(seats.mustBeFree(run, BEN)).toBe('Ann was absent')
  expect(seats.seat(run).present).toBe(false)
  expect(seats.mustBeFree({ id: 'other', driver: EVA }, BEN)).toBe('Eva was absent')
})

test('a lowered hand asks for nothing', () => {
  seats.came('ann')
  seats.raise(run, BEN)
  nowMs += 90_000
  seats.lower(run, BEN)
  expect(refused(() => seats.mustBeFree(run, BEN))).toBe('driver-present')
  expect(seats.seat(run).hands).toEqual([])
})
