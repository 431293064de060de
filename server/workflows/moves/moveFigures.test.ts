import { describe, expect, test } from 'vitest'
import { timeLeftText } from '../../contract/words/durations.ts'
import { exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../testing/examples/exampleLog.ts'
import type { Facts } from '../run/facts.ts'
import type { Run } from '../run/run.ts'
import type { MoveTrail } from '../run/windows/moveTrail.ts'
import { LEAST_SPAN_MS, moveProgress, moveText, rateOf } from './moveFigures.ts'

const { monotonicMs, nowMs } = exampleFacts()
const moving = partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })
const gone = partition({ replicas: [9, 8], isr: [9, 8] })

function disks(sizes: Record<number, Record<string, number>>, atMs = monotonicMs): Facts['disks'] {
  const brokers = Object.entries(sizes).map(
    ([id, replicas]) =>
      [Number(id), { replicas: new Map(Object.entries(replicas)), totalBytes: 1e9, usableBytes: 9e8 }] as const,
  )
  return { atMs, brokers: new Map(brokers) }
}

/** Bytes copied of one topic, look by look, six seconds apart, the last of them now. */
function trail(...copied: (number | null)[]): MoveTrail {
  const samples = copied.map((bytes, i) => ({
    atMs: monotonicMs - 6000 * (copied.length - 1 - i),
    copied: new Map([[TOPIC, bytes]]),
  }))
  return { retiring: [7], sinceMs: monotonicMs - 60_000, copies: new Map(), samples, hosted: [] }
}

function facts(partitions: ReturnType<typeof partition>[], over: Partial<Facts> = {}): Facts {
  return exampleFacts(exampleView(), { log: exampleLog(partitions), ...over })
}

function draining(of: Facts): Run {
  const run = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, of)
  return { ...run, params: { nodeIds: [7] }, plan: { ...run.plan, drain: { cordon: false } } }
}
const progress = (of: Facts) => moveProgress(draining(exampleFacts()), of)

describe('of a topic that is moved', () => {
  const sizes = disks({ 7: { 'orders-0': 100_000, 'orders-1': 50_000 }, 9: { 'orders-0': 40_000 } })

  test('bytes moved and left, rate and time left', () => {
    const of = facts([moving, partition()], { disks: sizes, moves: trail(0, 20_000, 40_000) })
    const figures = {
      partitionsLeft: 2,
      partitionsMoving: 1,
      bytesMoved: 40_000,
      bytesLeft: 110_000,
      bytesPerSecond: 3333,
      etaMs: 33_000,
    }
    expect(progress(of)).toEqual({
      sinceMs: nowMs - 60_000,
      lookedAtMs: nowMs,
      stillMs: null,
      total: figures,
      topics: [{ topic: TOPIC, ...figures }],
      moreTopics: 0,
    })
  })

  test('everything is told once nothing is left', () => {
    const of = facts([gone], { disks: sizes, moves: trail(0, 20_000, 100_000) })
    expect(progress(of)?.total).toMatchObject({ partitionsLeft: 0, bytesMoved: 100_000, bytesLeft: 0, etaMs: 0 })
    expect(progress(of)?.topics).toMatchObject([{ topic: TOPIC, partitionsLeft: 0, bytesLeft: 0, etaMs: 0 }])
  })

  test.each<[what: string, over: Partial<Facts>, unknown: object]>([
    ['the disks were never looked at', { disks: null, moves: null }, { bytesMoved: null, bytesLeft: null }],
    ['the look is old', { disks: disks({ 9: {} }, monotonicMs - 60_001) }, { bytesMoved: null, bytesLeft: null }],
    ['no broker tells the size', { disks: disks({ 9: {} }) }, { bytesLeft: null, etaMs: null }],
    [
      'the receiving broker does not tell',
      { disks: disks({ 7: { 'orders-0': 1 } }) },
      { bytesLeft: null, etaMs: null },
    ],
    [
      'its bytes are not told now',
      { moves: trail(0, 20_000, null) },
      { bytesMoved: null, bytesPerSecond: null, etaMs: null },
    ],
    ['it was looked at once', { moves: trail(0) }, { bytesPerSecond: null, etaMs: null }],
    ['it stands still', { moves: trail(20_000, 20_000, 20_000) }, { bytesPerSecond: 0, etaMs: null }],
    ['the trail is of other brokers', { moves: { ...trail(0, 1, 2), retiring: [8] } }, { bytesMoved: null }],
  ])('unknown is null: %s', (_what, over, unknown) => {
    const of = facts([moving], { disks: sizes, moves: trail(0, 20_000, 40_000), ...over })
    expect(progress(of)?.total).toMatchObject(unknown)
    expect(progress(of)?.topics).toMatchObject([unknown])
  })

  test('no time left is told while nothing of it is being moved', () => {
    const of = facts([partition()], { disks: sizes, moves: trail(0, 20_000, 40_000) })
    expect(progress(of)?.total).toMatchObject({ partitionsMoving: 0, bytesLeft: 100_000, etaMs: null })
  })

  test('for how long it has stood still', () => {
    const over = { disks: sizes, moves: trail(5, 5), movedAtMs: monotonicMs - 90_000 }
    expect(progress(facts([moving], over))?.stillMs).toBe(90_000)
    expect(progress(facts([partition()], over))?.stillMs).toBeNull()
  })
})

test('each replica that retires is to be copied, and one that only goes is not', () => {
  const sizes = disks({ 7: { 'orders-0': 100 }, 8: {} })
  const run = { ...draining(exampleFacts()), params: { nodeIds: [7, 8] } }
  expect(moveProgress(run, facts([partition()], { disks: sizes }))?.total.bytesLeft).toBe(200)
  const only = partition({ replicas: [7, 8], adding: [], removing: [7] })
  expect(progress(facts([only], { disks: sizes }))?.total.bytesLeft).toBe(0)
})

test('no other run has any, nor one without the log', () => {
  const of = facts([moving])
  const run = draining(of)
  expect(moveProgress({ ...run, plan: { ...run.plan, drain: undefined as never } }, of)).toBeNull()
  expect(moveProgress({ ...run, outcome: 'done' }, of)).toBeNull()
  expect(moveProgress(run, exampleFacts())).toBeNull()
})

test('the rate begins where the copying did', () => {
  const at = (...bytes: (number | null | undefined)[]) => rateOf(bytes.map((b, i) => ({ atMs: i * 6000, bytes: b })))
  expect(at(undefined, undefined, undefined, 30_000, 60_000)).toBe(5000)
  expect(at(undefined, undefined)).toBeNull()
  expect(at(0, 60_000)).toBeNull()
  expect(at(null, 0, 60_000, 60_000)).toBe(5000)
  expect(at(null, null, null)).toBeNull()
  expect(at(60_000, 30_000, 0)).toBe(0)
  expect(at()).toBeNull()
  expect(
    rateOf([
      { atMs: 0, bytes: 0 },
      { atMs: LEAST_SPAN_MS, bytes: 10_000 },
    ]),
  ).toBe(1000)
})

test('in words', () => {
  const figures = {
    partitionsLeft: 12,
    partitionsMoving: 5,
    bytesMoved: 1,
    bytesLeft: 2_400_000_000,
    bytesPerSecond: 12_000_000,
    etaMs: 200_000,
  }
  expect(moveText(figures)).toBe(
    '12 partitions left, 5 being moved, 2.4 GB to copy, 12 MB per second, about 3 min left',
  )
  expect(moveText({ ...figures, partitionsLeft: 0 })).toBe('nothing is left on them')
  expect([1, 45_000, 119_000, 120_000, 3_500_000, 11_100_000].map(timeLeftText)).toEqual([
    '1 s',
    '45 s',
    '119 s',
    '2 min',
    '58 min',
    '3 h 05 min',
  ])
})
