import { describe, expect, test } from 'vitest'
import { exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, type Over, replica } from '../../../testing/examples/exampleObservation.ts'
import { DEFAULT_THRESHOLDS } from '../thresholds.ts'
import { type HealthWindows, healthyMs, watchHealth } from './healthWindow.ts'

const TWO = { nodeId: 2, directoryId: DIRECTORY[2] }
const NOBODY: HealthWindows = new Map()

/** The leader's clock goes with the time of the look. */
function at(ms: number, two: Partial<typeof LEADER> = {}, over: Over = {}, clockMs = ms) {
  const now = { lastFetchMs: NOW + clockMs, lastCaughtUpMs: NOW + clockMs }
  const voters = [{ ...LEADER, ...now }, replica(1, DIRECTORY[1], now), replica(2, DIRECTORY[2], { ...now, ...two })]
  return [ms, exampleView({ ...over, sample: { voters, ...over.sample } })] as const
}
const watched = (...looks: (readonly [number, ReturnType<typeof exampleView>])[]) =>
  looks.reduce((before, [ms, view]) => watchHealth(before, view, ms, DEFAULT_THRESHOLDS), NOBODY)
const heldMs = (nowMs: number, ...looks: Parameters<typeof watched>) =>
  healthyMs(watched(...looks), TWO, nowMs, DEFAULT_THRESHOLDS)
const stale = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }

describe('the time that a controller has been healthy', () => {
  test('grows with every healthy look', () => {
    expect(heldMs(0, at(0))).toBe(0)
    expect(heldMs(2000, at(0), at(1000), at(2000))).toBe(2000)
  })

  test.each<[string, Parameters<typeof watched>, number]>([
    ['one look in which it is not', [at(0), at(1000, stale), at(2000), at(3000)], 3000],
    ['a new leader epoch', [at(0), at(1000), at(2000, {}, { sample: { leaderEpoch: 10 } })], 2000],
    ['a gap in the observation', [at(0), at(2500), at(5001)], 5001],
    ["a clock of the leader's that was set back", [at(0), at(1000), at(2000, {}, {}, 500)], 2000],
  ])('begins anew with %s', (_what, looks, nowMs) => {
    expect(heldMs(nowMs, ...looks)).toBeLessThanOrEqual(1000)
    expect(heldMs(nowMs, ...looks)).toBe(looks.length === 4 ? 1000 : 0)
  })

  test('is nothing while nobody leads, of one that is not listed, and of one that was not looked at just now', () => {
    const [, led] = at(1000)
    const leaderless = { ...led, quorum: { ...led.quorum, leaderEpoch: null } }
    expect(heldMs(1000, at(0), [1000, leaderless])).toBe(0)
    expect(heldMs(1000, at(0), [1000, { ...led, quorum: { ...led.quorum, leaderClockMs: null } }])).toBe(0)
    const unlisted = { ...led, replicas: led.replicas.filter((r) => r.nodeId !== 2) }
    expect(heldMs(2000, at(0), [1000, unlisted], at(2000))).toBe(0)
    expect(heldMs(4500, at(0), at(2000))).toBe(2000)
    expect(heldMs(4501, at(0), at(2000))).toBe(0)
  })

  test('is kept of controllers that may vote soon, and of no broker', () => {
    const keys = [...watched(at(0)).keys()].map((key) => Number(key.split('/')[0]))
    expect(keys).toEqual([0, 1, 2, 3])
  })

  test('begins anew when a finding says that the clock was set', () => {
    const [, view] = at(1000)
    const finding = { code: 'leader-clock-stepped', severity: 'warning', title: '', detail: '' } as const
    expect(
      watchHealth(watched(at(0)), { ...view, findings: [{ ...finding, replicas: [] }] }, 1000, DEFAULT_THRESHOLDS).size,
    ).toBe(0)
  })
})
