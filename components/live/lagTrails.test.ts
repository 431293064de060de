import { expect, test } from 'vitest'
import { aView } from '../testing/exampleView.ts'
import { LagTrails } from './lagTrails.ts'

test('a view carries both trails on; another cluster behind the same name begins them anew', () => {
  const trails = new LagTrails()
  const { minute, quarterHour } = trails.of('c')
  const view = (atMs: number, clusterId = 'one') => aView({ clusterId, observedAtMs: atMs })
  trails.take('c', null, view(0))
  trails.take('c', view(0), view(10_000))
  expect(minute.frames().map(({ atMs }) => atMs)).toContain(0)
  expect(quarterHour.frames().map(({ atMs }) => atMs)).toContain(0)
  trails.take('c', view(10_000), view(20_000, 'another'))
  for (const trail of [minute, quarterHour]) expect(trail.frames().every(({ atMs }) => atMs >= 20_000)).toBe(true)
  expect(trails.of('c').minute).toBe(minute)
  expect(trails.of('d').minute).not.toBe(minute)
})

test('a cluster that is gone leaves no trail behind', () => {
  const trails = new LagTrails()
  trails.take('c', null, aView({ observedAtMs: 0 }))
  trails.take('c', aView({ observedAtMs: 0 }), aView({ observedAtMs: 10_000 }))
  trails.take('c', aView({ observedAtMs: 10_000 }), null)
  expect(trails.of('c').minute.frames()).toEqual([])
})
