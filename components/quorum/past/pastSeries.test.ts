import { expect, test } from 'vitest'
import type { History, HistorySeries } from '../../../server/contract/past/history.ts'
import { directoryOf } from '../../testing/exampleView.ts'
import { growthRows, marginRows, pastRows, pastSeries } from './pastSeries.ts'

function series(nodeId: number, over: Partial<HistorySeries> = {}): HistorySeries {
  const column = [0, 0, 0, 0]
  const replica = { nodeId, directoryId: directoryOf(nodeId % 5) }
  return { replica, status: 'follower', lag: column, timeLagMs: column, lastFetchAgeMs: column, ...over }
}

function history(over: Partial<History> = {}): History {
  return {
    cluster: 'c',
    fromMs: 0,
    toMs: 10_000,
    stepMs: 1000,
    timesMs: [0, 1000, 2000, 9000],
    margin: [1, 1, 0, 1],
    leaderId: [0, 0, 0, 1],
    leaderEndOffset: [100, 150, null, 140],
    series: [series(0, { status: 'leader' }), series(1)],
    ...over,
  }
}

test('all voters, second disks, and the observers that lagged most', () => {
  const observers = [3, 4, 5, 6, 7].map((id) => series(id, { status: 'observer', lag: [0, id, null, 0] }))
  const twin = series(1, { status: 'observer', replica: { nodeId: 1, directoryId: directoryOf(3) } })
  const shown = pastSeries(history({ series: [series(0, { status: 'leader' }), series(1), twin, ...observers] }))
  expect(shown.map(({ line }) => line.name.split(' ')[0])).toEqual(['0', '1', '1', '7', '6', '5'])
  expect(shown[2]?.line.dashed).toBe(true)
})

test('a stretch without observations breaks the lines', () => {
  expect(marginRows(history())).toEqual([
    { atMs: 0, margin: 1 },
    { atMs: 1000, margin: 1 },
    { atMs: 2000, margin: 0 },
    { atMs: 3000, margin: null },
    { atMs: 9000, margin: 1 },
  ])
  expect(pastRows(history(), 'lag')).toHaveLength(5)
})

test('growth is records a second; unknown where an end is, and across a gap', () => {
  expect(growthRows(history()).map(({ growth }) => growth)).toEqual([null, 50, null, null, null])
  const shorter = history({ timesMs: [0, 1000, 2000, 3000], leaderEndOffset: [100, 150, 140, 240] })
  expect(growthRows(shorter).map(({ growth }) => growth)).toEqual([null, 50, 0, 100])
})

test('times are drawn in seconds, lag in records', () => {
  const one = series(1, { lag: [1500, 0, 0, 0], timeLagMs: [1500, 0, 0, 0] })
  const read = history({ series: [one] })
  const [key = ''] = pastSeries(read).map(({ line }) => line.key)
  expect(pastRows(read, 'lag')[0]?.[key]).toBe(1500)
  expect(pastRows(read, 'timeLagMs')[0]?.[key]).toBe(1.5)
})
