import { expect, test } from 'vitest'
import { assess, NOTHING_REMEMBERED } from '../quorum/assess.ts'
import { DIRECTORY, LEADER, observation, replica } from '../quorum/exampleObservation.ts'
import { KEPT_MS, RecentHistory } from './recentHistory.ts'

const START = 1_700_000_000_000

function at(atMs: number, lag: number, directoryId: string = DIRECTORY[2]) {
  const sample = {
    observedAtMs: atMs,
    voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, directoryId, { logEndOffset: 535 - lag })],
  }
  return { cluster: 'c', serverRunId: 'r', seq: 1, ...assess(observation({ sample }), NOTHING_REMEMBERED).view }
}

test('a point a second; faster samples are folded by the largest lag', () => {
  const history = new RecentHistory('c')
  for (const [ms, lag] of [
    [0, 1],
    [250, 9],
    [500, 2],
    [1000, 3],
  ] as const)
    history.add(at(START + ms, lag))
  const read = history.read(START, START + 1000, 1000)
  expect(read.timesMs).toEqual([START, START + 1000])
  expect(read.series.find((s) => s.replica.nodeId === 2)?.lag).toEqual([9, 3])
  expect(read.margin).toEqual([1, 1])
})

test('two incarnations are two series, absent where they were not listed', () => {
  const history = new RecentHistory('c')
  history.add(at(START, 4))
  history.add(at(START + 1000, 5, DIRECTORY.new2))
  const lags = history.read(START, START + 2000, 1000).series.filter((s) => s.replica.nodeId === 2)
  expect(lags.map((s) => [s.replica.directoryId, s.lag])).toEqual([
    [DIRECTORY[2], [4, null]],
    [DIRECTORY.new2, [null, 5]],
  ])
})

test('wider steps keep the peak; a stretch selects', () => {
  const history = new RecentHistory('c')
  for (let second = 0; second < 60; second += 1) history.add(at(START + second * 1000, second === 33 ? 500 : 1))
  const read = history.read(START, START + 59_000, 10_000)
  expect(read.timesMs).toHaveLength(6)
  expect(read.series.find((s) => s.replica.nodeId === 2)?.lag).toEqual([1, 1, 1, 500, 1, 1])
  expect(history.read(START + 58_000, START + 90_000, 1000).timesMs).toHaveLength(2)
})

test('memory is bounded, and a clock that steps back forgets what it contradicts', () => {
  const history = new RecentHistory('c')
  for (let second = 0; second < KEPT_MS / 1000 + 100; second += 1) history.add(at(START + second * 1000, 0))
  expect(history.read(START, START + 2 * KEPT_MS, 1000).timesMs[0]).toBeGreaterThanOrEqual(START + 99_000)
  history.add(at(START + 200_000, 0))
  expect(history.read(START, START + 2 * KEPT_MS, 1000).timesMs.at(-1)).toBe(START + 200_000)
})
