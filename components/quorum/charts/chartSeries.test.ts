import { expect, test } from 'vitest'
import { incarnation, type LagFrame } from '../../live/lagTrail.ts'
import { aReplica, aView, directoryOf } from '../../testing/exampleView.ts'
import { chartRows, chosenSeries } from './chartSeries.ts'

const leader = aReplica(0, { status: 'leader' })
const brokers = Array.from({ length: 60 }, (_, i) => aReplica(100 + i, { status: 'observer', roles: ['broker'] }))

function frame(atMs: number, lags: Record<string, number>): LagFrame {
  return { atMs, points: new Map(Object.entries(lags).map(([key, lag]) => [key, { lag, timeLagMs: lag * 1_000 }])) }
}

test('voters without the leader, then the three observers that lag most', () => {
  const [a, b] = [brokers[41], brokers[7]]
  if (a === undefined || b === undefined) throw new Error('there are sixty')
  const frames = [frame(0, { [incarnation(a)]: 4_096, [incarnation(b)]: 12 })]
  const view = aView({ replicas: [leader, aReplica(1), aReplica(2), ...brokers] })
  expect(chosenSeries(view, frames).map((one) => one.name)).toEqual(['1', '2', '141', '107', '100'])
})

test('two disks of one id are told apart, and the silent voter stands out', () => {
  const twin = aReplica(2, { directoryId: directoryOf(3), status: 'observer' })
  const view = aView({ replicas: [leader, aReplica(1), aReplica(2, { health: 'silent' }), twin] })
  expect(chosenSeries(view, [])).toMatchObject([
    { name: '1', dashed: false },
    { name: '2 · slcsM5ZA…Aeg (silent)', hue: -1, dashed: false },
    { name: '2 · wrqMDI1W…gYw', dashed: true },
  ])
})

test('rows hold records, or seconds; what is unknown stays a gap', () => {
  const view = aView({ replicas: [leader, aReplica(1)] })
  const key = incarnation(aReplica(1))
  const frames = [frame(0, { [key]: 3 }), frame(5_000, {})]
  const series = chosenSeries(view, frames)
  expect(chartRows(frames, series, 'lag')).toEqual([
    { atMs: 0, [key]: 3 },
    { atMs: 5_000, [key]: null },
  ])
  expect(chartRows(frames, series, 'timeLagMs')[0]).toEqual({ atMs: 0, [key]: 3 })
})
