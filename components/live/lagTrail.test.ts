import { expect, test } from 'vitest'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { aReplica, aView } from '../testing/exampleView.ts'
import { incarnation, LagTrail } from './lagTrail.ts'

const replica = aReplica(1)
const key = incarnation(replica)

function viewAt(observedAtMs: number, lag: number | null): QuorumView {
  return aView({ observedAtMs, replicas: [{ ...replica, lag, timeLagMs: lag === null ? null : lag * 10 }] })
}

function lags(trail: LagTrail) {
  return trail.frames().map((frame) => [frame.atMs, frame.points.get(key)?.lag])
}

test('keeps the largest lag of each step and shows a step when it is whole', () => {
  const trail = new LagTrail(1_000, 60_000)
  for (const [at, lag] of [
    [10_000, 1],
    [10_100, 40],
    [10_900, 2],
    [11_200, 3],
    [12_100, null],
    [13_000, 5],
  ] as const)
    trail.append(viewAt(at, lag))
  expect(lags(trail).slice(-3)).toEqual([
    [10_000, 40],
    [11_000, 3],
    [12_000, null],
  ])
})

test('forgets what is older than its span', () => {
  const trail = new LagTrail(1_000, 3_000)
  for (let at = 0; at <= 10_000; at += 1_000) trail.append(viewAt(at, at / 1_000))
  expect(lags(trail)).toEqual([
    [7_000, 7],
    [8_000, 8],
    [9_000, 9],
  ])
})

test('history goes before the live part and never over it', () => {
  const trail = new LagTrail(1_000, 60_000)
  trail.append(viewAt(20_000, 7))
  trail.append(viewAt(21_000, 8))
  trail.seed({
    cluster: 'c',
    fromMs: 18_000,
    toMs: 21_000,
    stepMs: 1_000,
    timesMs: [18_000, 19_000, 20_000],
    margin: [1, 1, 1],
    leaderId: [0, 0, 0],
    leaderEndOffset: [1, 2, 3],
    series: [{ replica, status: 'follower', lag: [1, 2, 99], timeLagMs: [0, 0, 0] }],
  })
  expect(lags(trail)).toEqual([
    [18_000, 1],
    [19_000, 2],
    [20_000, 7],
  ])
})
