import { describe, expect, test } from 'vitest'
import { DEFAULT_THRESHOLDS } from '../thresholds.ts'
import { type BrokerWatch, goneMs, watchBrokers } from './brokerWatch.ts'

type Look = readonly [atMs: number, registered: number[] | null, epoch?: number | null]
const watched = (...looks: Look[]) =>
  looks.reduce<BrokerWatch | null>(
    (before, [atMs, registered, epoch = 9]) => watchBrokers(before, epoch, registered, atMs, DEFAULT_THRESHOLDS),
    null,
  )
const gone = (nowMs: number, ...looks: Look[]) => goneMs(watched(...looks), 7, nowMs, DEFAULT_THRESHOLDS)

describe('the time that a broker is gone', () => {
  test('is counted from when it was seen to leave, or from the begin of the watch', () => {
    expect(gone(4000, [0, [7, 8]], [2000, [8]], [4000, [8]])).toBe(2000)
    expect(gone(4000, [0, [8]], [2000, [8]], [4000, [8]])).toBe(4000)
  })

  test('is nothing while it is registered, and begins anew when it was back', () => {
    expect(gone(2000, [0, [8]], [2000, [7]])).toBe(0)
    expect(gone(6000, [0, [8]], [2000, [7]], [4000, [8]], [6000, [8]])).toBe(2000)
  })

  test.each<[string, Look[]]>([
    [
      'a gap in the observation',
      [
        [0, []],
        [2501, []],
      ],
    ],
    [
      'another leader',
      [
        [0, []],
        [2000, [], 10],
      ],
    ],
    [
      'a moment without a leader',
      [
        [0, []],
        [1000, [], null],
        [2000, []],
      ],
    ],
    [
      'a moment without the log',
      [
        [0, []],
        [1000, null],
        [2000, []],
      ],
    ],
  ])('begins anew with %s', (_what, looks) => {
    expect(gone(looks.at(-1)?.[0] ?? 0, ...looks)).toBe(0)
  })

  test('is not known of a watch that has ended', () => {
    expect(gone(4500, [0, []], [2000, []])).toBe(2000)
    expect(gone(4501, [0, []], [2000, []])).toBe(0)
    expect(gone(0)).toBe(0)
  })
})
