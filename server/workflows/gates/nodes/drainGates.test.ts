import { describe, expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../../testing/examples/exampleLog.ts'
import { targetsOf } from '../../moves/retiring.ts'
import type { Facts } from '../../run/facts.ts'
import {
  allEmpty,
  enoughBrokers,
  logFollowed,
  moversAlive,
  movingOn,
  noForeignMoves,
  roomOnDisks,
  STALLED_AFTER_MS,
} from './drainGates.ts'

const broker = (fenced = false) => ({ endpoints: [], incarnationId: 'x', fenced, rack: null })
const brokers = (fenced: number[] = []) => new Map([7, 8, 9].map((id) => [id, broker(fenced.includes(id))]))

function facts(partitions: ReturnType<typeof partition>[], over: Partial<Facts> = {}, fenced: number[] = []) {
  return exampleFacts(exampleView(), { log: exampleLog(partitions, { brokers: brokers(fenced) }), ...over })
}
const on7 = partition({ replicas: [7, 8], isr: [7, 8] })

test('without the metadata log nothing passes', () => {
  const nothing = exampleFacts()
  expect(logFollowed(nothing).ok).toBe(false)
  expect(logFollowed(facts([])).ok).toBe(true)
  for (const gate of [enoughBrokers, roomOnDisks, noForeignMoves, moversAlive, allEmpty]) {
    expect(gate(nothing, [7]).ok).toBe(false)
  }
})

test('as many brokers as the largest replication factor, fenced and retiring ones not counted', () => {
  expect(enoughBrokers(facts([on7]), [7]).ok).toBe(true)
  expect(enoughBrokers(facts([on7], {}, [9]), [7])).toMatchObject({ ok: false, waiting: false })
  expect(enoughBrokers(facts([on7]), [7, 9]).ok).toBe(false)
  expect(targetsOf(facts([], {}, [9]), [7]).map((t) => t.nodeId)).toEqual([8])
})

describe('a disk that would run full, and one that nobody knows', () => {
  const disk = (usableBytes: number, sizes: Record<string, number> = {}) => ({
    replicas: new Map(Object.entries(sizes)),
    totalBytes: 1000,
    usableBytes,
  })
  const looked = (usableOf9: number, atMs = exampleFacts().monotonicMs) => ({
    disks: {
      atMs,
      brokers: new Map([
        [7, disk(500, { [`${TOPIC}-0`]: 300 })],
        [9, disk(usableOf9)],
      ]),
    },
  })
  test.each([
    ['room for it and the reserve', 400, true],
    ['not for the reserve', 399, false],
  ])('%s', (_what, usable, ok) => expect(roomOnDisks(facts([on7], looked(usable)), [7]).ok).toBe(ok))

  test('unknown is not room enough', () => {
    expect(roomOnDisks(facts([on7]), [7]).ok).toBe(false)
    expect(roomOnDisks(facts([on7], looked(900, -100_000)), [7]).ok).toBe(false)
    const noSize = { disks: { atMs: exampleFacts().monotonicMs, brokers: new Map([[9, disk(900)]]) } }
    expect(roomOnDisks(facts([on7], noSize), [7]).ok).toBe(false)
    const not9 = {
      disks: { atMs: exampleFacts().monotonicMs, brokers: new Map([[7, disk(500, { [`${TOPIC}-0`]: 1 })]]) },
    }
    expect(roomOnDisks(facts([on7], not9), [7])).toMatchObject({ ok: false, observed: '9 does not report it' })
    expect(roomOnDisks(facts([partition({ replicas: [8], isr: [8] })]), [7]).ok).toBe(true)
  })
})

test('foreign moves', () => {
  expect(noForeignMoves(facts([partition({ adding: [9], removing: [8] })]), [7]).ok).toBe(false)
  expect(noForeignMoves(facts([partition({ adding: [9], removing: [7] })]), [7]).ok).toBe(true)
  expect(noForeignMoves(facts([on7]), [7]).ok).toBe(true)
})

test('a broker that receives and is down', () => {
  const moving = partition({ replicas: [8, 9, 7], adding: [9], removing: [7] })
  expect(moversAlive(facts([moving]), [7]).ok).toBe(true)
  expect(moversAlive(facts([moving], {}, [9]), [7])).toMatchObject({ ok: false, observed: '9 not' })
})

test('moves that stand still', () => {
  const { monotonicMs } = exampleFacts()
  expect(movingOn(facts([], { movedAtMs: null }))).toMatchObject({
    ok: false,
    waiting: true,
    remedy: expect.stringContaining('first look at the disks'),
  })
  expect(movingOn(facts([], { movedAtMs: monotonicMs - STALLED_AFTER_MS + 1 })).ok).toBe(true)
  expect(movingOn(facts([], { movedAtMs: monotonicMs - STALLED_AFTER_MS }))).toMatchObject({
    ok: false,
    waiting: false,
    remedy: expect.stringContaining('Raise the throttle'),
  })
})

test('empty is every one of them, of all topics', () => {
  expect(allEmpty(facts([on7]), [9]).ok).toBe(true)
  expect(allEmpty(facts([on7]), [9, 7]).ok).toBe(false)
  expect(allEmpty(facts([partition({ replicas: [8], isr: [8], adding: [7] })]), [7]).ok).toBe(false)
})

test('what is seen of the partitions', () => {
  const nothing = exampleFacts()
  expect(enoughBrokers(nothing, [7])).toMatchObject({ observed: 'unknown', waiting: true })
  expect(enoughBrokers(facts([on7]), [7]).observed).toBe('2 remain')
  expect(enoughBrokers(facts([on7], {}, [9]), [7]).observed).toBe('orders-0 has 2 replicas, 1 brokers remain')
  expect(noForeignMoves(nothing, [7]).observed).toBe('unknown')
  expect(noForeignMoves(facts([partition({ adding: [9] })]), [7]).observed).toBe('1, for example orders-0')
  expect(moversAlive(nothing, [7])).toMatchObject({ observed: 'unknown', waiting: true })
  expect(moversAlive(facts([on7]), [7]).observed).toBe('all of them')
  expect(allEmpty(nothing, [7])).toMatchObject({ observed: 'unknown' })
  expect(allEmpty(facts([on7]), [7]).observed).toBe('1, for example orders-0')
  expect(allEmpty(facts([on7]), [9]).observed).toBe('none')
})
