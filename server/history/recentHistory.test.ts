import { expect, test } from 'vitest'
import { History } from '../contract/history.ts'
import { assess, NOTHING_REMEMBERED } from '../quorum/assessment/assess.ts'
import { DIRECTORY, LEADER, observation, replica } from '../testing/examples/exampleObservation.ts'
import { historyText } from './historyText.ts'
import { KEPT_MS, MAX_VALUES, RecentHistory } from './recentHistory.ts'

const START = 1_700_000_000_000

function at(atMs: number, lag: number, directoryId: string = DIRECTORY[2]) {
  const sample = {
    observedAtMs: atMs,
    voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, directoryId, { logEndOffset: 535 - lag })],
  }
  return { cluster: 'c', serverRunId: 'r', seq: 1, ...assess(observation({ sample }), NOTHING_REMEMBERED).view }
}

function whole(history: RecentHistory, fromMs: number, toMs: number, stepMs: number): History {
  const { head, series } = history.read(fromMs, toMs, stepMs)
  return { ...head, series: [...series] }
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
  const read = whole(history, START, START + 1000, 1000)
  expect(read.timesMs).toEqual([START, START + 1000])
  expect(read.series.find((s) => s.replica.nodeId === 2)?.lag).toEqual([9, 3])
  expect(read.margin).toEqual([1, 1])
})

test('two incarnations are two series, absent where they were not listed', () => {
  const history = new RecentHistory('c')
  history.add(at(START, 4))
  history.add(at(START + 1000, 5, DIRECTORY.new2))
  const lags = whole(history, START, START + 2000, 1000).series.filter((s) => s.replica.nodeId === 2)
  expect(lags.map((s) => [s.replica.directoryId, s.lag])).toEqual([
    [DIRECTORY[2], [4, null]],
    [DIRECTORY.new2, [null, 5]],
  ])
})

test('wider steps keep the peak; a stretch selects', () => {
  const history = new RecentHistory('c')
  for (let second = 0; second < 60; second += 1) history.add(at(START + second * 1000, second === 33 ? 500 : 1))
  const read = whole(history, START, START + 59_000, 10_000)
  expect(read.timesMs).toHaveLength(6)
  expect(read.series.find((s) => s.replica.nodeId === 2)?.lag).toEqual([1, 1, 1, 500, 1, 1])
  expect(whole(history, START + 58_000, START + 90_000, 1000).timesMs).toHaveLength(2)
})

test('memory is bounded, and a clock that steps back forgets what it contradicts', () => {
  const history = new RecentHistory('c')
  for (let second = 0; second < KEPT_MS / 1000 + 100; second += 1) history.add(at(START + second * 1000, 0))
  expect(whole(history, START, START + 2 * KEPT_MS, 1000).timesMs[0]).toBeGreaterThanOrEqual(START + 99_000)
  history.add(at(START + 200_000, 0))
  expect(whole(history, START, START + 2 * KEPT_MS, 1000).timesMs.at(-1)).toBe(START + 200_000)
})

test('what is unknown is null, and the margin of a step is its smallest', () => {
  const history = new RecentHistory('c')
  const view = at(START, 4)
  history.add({ ...view, quorum: { ...view.quorum, margin: null } })
  history.add({ ...at(START + 1000, 4), quorum: { ...view.quorum, margin: 0 } })
  history.add({ ...at(START + 2000, 4), quorum: { ...view.quorum, margin: 2 } })
  expect(whole(history, START, START + 2000, 1000).margin).toEqual([null, 0, 2])
  expect(whole(history, START, START + 2000, 10_000).margin).toEqual([0])
})

test('with a thousand observers the step is widened until the answer is bounded, and no peak is lost', async () => {
  const history = new RecentHistory('c')
  const many = Array.from({ length: 1000 }, (_, i) => replica(100 + i, `${String(i).padStart(21, 'x')}A`))
  for (let second = 0; second < 900; second += 1) {
    const view = at(START + second * 1000, second === 333 ? 500 : 1)
    const [observer] = view.replicas
    if (observer === undefined) throw new Error('no replica')
    const observers = many.map(({ nodeId, directoryId }) => ({
      ...observer,
      nodeId,
      directoryId,
      status: 'observer' as const,
    }))
    history.add({ ...view, replicas: [...view.replicas, ...observers] })
  }
  const read = whole(history, START, START + 899_000, 1000)
  expect(read.series.length).toBeGreaterThan(1000)
  expect(read.series.length * 2 * read.timesMs.length).toBeLessThanOrEqual(MAX_VALUES)
  expect(read.series.find((s) => s.replica.nodeId === 2)?.lag).toContain(500)
  const text = await historyText(history.read(START, START + 899_000, 1000))
  expect(History.parse(JSON.parse(text))).toEqual(read)
})

test('the text of a history is its JSON, also where nothing was observed', async () => {
  const history = new RecentHistory('c')
  expect(JSON.parse(await historyText(history.read(START, START + 1000, 1000)))).toEqual({
    cluster: 'c',
    fromMs: START,
    toMs: START + 1000,
    stepMs: 1000,
    timesMs: [],
    margin: [],
    series: [],
  })
})

test('a replica that is gone for as long as anything is kept takes no more room', () => {
  const history = new RecentHistory('c')
  history.add(at(START, 4))
  for (let ms = 1000; ms <= KEPT_MS + 2000; ms += 1000) history.add(at(START + ms, 5, DIRECTORY.new2))
  const read = whole(history, START, START + KEPT_MS + 2000, 1000)
  expect(read.series.filter((s) => s.replica.nodeId === 2)).toMatchObject([
    { replica: { directoryId: DIRECTORY.new2 } },
  ])
})
