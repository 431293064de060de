import { describe, expect, test } from 'vitest'
import { EMPTY_PLACEMENT, type Placement, placed } from '../../../quorum/log/placement.ts'
import { partition } from '../../../testing/examples/exampleLog.ts'
import { afterLook, copiedBytes, type MoveTrail, RATE_WINDOW_MS } from './moveTrail.ts'

type Of = Parameters<typeof partition>[0]

/** Topics with their partitions, in order. */
function placement(topics: Record<string, Of[]>): Placement {
  return placed(
    EMPTY_PLACEMENT,
    Object.entries(topics).flatMap(([name, partitions]) => [
      { kind: 'topic' as const, topicId: name, name },
      ...partitions.map((over, i) => {
        const { replicas, isr, adding, removing, leader } = partition(over)
        const whole = { replicas: [...replicas], isr: [...isr], adding: [...adding], removing: [...removing], leader }
        return { kind: 'partition' as const, topicId: name, partition: i, placement: whole }
      }),
    ]),
  )
}

function disks(sizes: Record<number, Record<string, number>>) {
  return new Map(
    Object.entries(sizes).map(([id, replicas]) => [
      Number(id),
      { replicas: new Map(Object.entries(replicas)), totalBytes: 1000, usableBytes: 900 },
    ]),
  )
}

const moving: Of = { replicas: [9, 7, 8], adding: [9], removing: [7] }
const moved: Of = { replicas: [9, 8], isr: [9, 8] }
const copied = (trail: MoveTrail) => Object.fromEntries(trail.samples.at(-1)?.copied ?? [])

describe('what was copied', () => {
  const began = placement({ orders: [moving, {}] })
  const first = afterLook(null, [7], {
    atMs: 0,
    placement: began,
    brokers: disks({ 7: { 'orders-0': 100 }, 9: { 'orders-0': 40 } }),
  })

  test('is what the receiving broker has of the moves away from those that retire', () => {
    expect(copied(first)).toEqual({ orders: 40 })
    const foreign = { replicas: [9, 7, 8], adding: [9], removing: [8] }
    const look = { atMs: 0, placement: placement({ orders: [foreign] }), brokers: disks({ 9: { 'orders-0': 40 } }) }
    expect(copied(afterLook(null, [7], look))).toEqual({})
  })

  test('stays counted when the copy is done, also one that nobody saw going on', () => {
    const ended = placement({ orders: [moved, moved] })
    const after = afterLook(first, [7], {
      atMs: 6000,
      placement: ended,
      brokers: disks({ 9: { 'orders-0': 100, 'orders-1': 70 } }),
    })
    expect(copied(after)).toEqual({ orders: 170 })
    const later = { atMs: 12_000, placement: ended, brokers: disks({ 9: { 'orders-0': 900 } }) }
    expect(copied(afterLook(after, [7], later))).toEqual({ orders: 170 })
  })

  test('of a move that was cancelled counts no more', () => {
    const back = { atMs: 6000, placement: placement({ orders: [{}, {}] }), brokers: disks({ 9: {} }) }
    expect(copied(afterLook(first, [7], back))).toEqual({})
  })

  test('is not known where a receiving broker does not tell', () => {
    const look = { atMs: 6000, placement: began, brokers: disks({ 7: { 'orders-0': 100 } }) }
    const after = afterLook(first, [7], look)
    expect(copied(after)).toEqual({ orders: null })
    const told = { ...look, atMs: 12_000, brokers: disks({ 9: { 'orders-0': 60 } }) }
    expect(copied(afterLook(after, [7], told))).toEqual({ orders: 60 })
  })

  test('begins anew with other brokers', () => {
    const look = { atMs: 6000, placement: began, brokers: disks({ 9: { 'orders-0': 50 } }) }
    expect(afterLook(first, [7], look)).toMatchObject({ sinceMs: 0, samples: [{ atMs: 0 }, { atMs: 6000 }] })
    expect(afterLook(first, [8], look)).toMatchObject({ sinceMs: 6000, samples: [{ atMs: 6000 }] })
  })
})

test('samples cover the window and no more', () => {
  let trail: MoveTrail | null = null
  const look = { placement: placement({ orders: [moving] }), brokers: disks({ 9: { 'orders-0': 1 } }) }
  for (let atMs = 0; atMs <= 3 * RATE_WINDOW_MS; atMs += 6000) trail = afterLook(trail, [7], { atMs, ...look })
  const times = trail?.samples.map((s) => s.atMs) ?? []
  expect([times[0], times.at(-1)]).toEqual([2 * RATE_WINDOW_MS, 3 * RATE_WINDOW_MS])
  // A pause longer than the window leaves the one look before it.
  const late = afterLook(trail, [7], { atMs: 10 * RATE_WINDOW_MS, ...look })
  expect(late.samples.map((s) => s.atMs)).toEqual([3 * RATE_WINDOW_MS, 10 * RATE_WINDOW_MS])
})

test('what producers write is no progress of a move', () => {
  const at = (orders0: number, other: number) =>
    copiedBytes(
      placement({ orders: [moving], bills: [{}] }),
      disks({ 8: { 'bills-0': other }, 9: { 'orders-0': orders0 } }),
    )
  expect([at(10, 1), at(10, 999), at(11, 999)]).toEqual([10, 10, 11])
})
