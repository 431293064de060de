/** Every sample counts: what fills the window, what begins it anew, and the boundaries of each limit. */
import { describe, expect, test } from 'vitest'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { CANDIDATE, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../thresholds.ts'
import { type CatchUpWindow, gainPerSecond, isFull, nearZeroMs, newWindow, watchCandidate } from './catchUpWindow.ts'

interface Seen {
  offset?: number | null
  leaderOffset?: number
  fetchAgeMs?: number
  caughtUpAgeMs?: number
  epoch?: number
  /** Leader's clock. */
  clockMs?: number
  fetchTimeoutMs?: number
  listed?: boolean
}

function seen({
  offset = 1000,
  leaderOffset = 1000,
  fetchAgeMs = 100,
  caughtUpAgeMs = 100,
  epoch = 9,
  clockMs = NOW,
  fetchTimeoutMs = 3000,
  listed = true,
}: Seen = {}): QuorumView {
  const times = { lastFetchMs: clockMs - 100, lastCaughtUpMs: clockMs - 100, logEndOffset: leaderOffset }
  const candidate = replica(CANDIDATE.nodeId, CANDIDATE.directoryId, {
    logEndOffset: offset,
    lastFetchMs: clockMs - fetchAgeMs,
    lastCaughtUpMs: clockMs - caughtUpAgeMs,
  })
  return exampleView({
    sample: {
      leaderEpoch: epoch,
      highWatermark: leaderOffset,
      voters: [
        { ...LEADER, logEndOffset: leaderOffset, lastFetchMs: clockMs, lastCaughtUpMs: clockMs },
        replica(1, DIRECTORY[1], times),
        replica(2, DIRECTORY[2], times),
      ],
      observers: listed ? [candidate] : [],
    },
    facts: {
      nodes: new Map([
        [
          0,
          {
            configs: new Map([['controller.quorum.fetch.timeout.ms', String(fetchTimeoutMs)]]),
            supportedMetadataVersion: 30,
          },
        ],
      ]),
    },
    log: { leader: { leaderId: 0, epoch, sinceMs: NOW - 3_600_000 } },
  })
}

const nobodyLeads = (view: QuorumView): QuorumView => ({
  ...view,
  quorum: { ...view.quorum, leaderId: null, leaderEpoch: null },
})

function watch(samples: (readonly [atMs: number, view: QuorumView])[], over: Partial<Thresholds> = {}): CatchUpWindow {
  const thresholds = { ...DEFAULT_THRESHOLDS, ...over }
  return samples.reduce((w, [atMs, view]) => watchCandidate(w, view, atMs, thresholds), newWindow(CANDIDATE))
}
const good = (...times: number[]) => times.map((atMs) => [atMs, seen()] as const)

describe('the window is full', () => {
  test.each([
    ['after exactly its length', [0, 2500, 5000, 7500, 10_000], {}, true],
    ['not a millisecond before', [0, 2500, 5000, 7500, 9999], {}, false],
    ['with exactly enough samples', [0, 2000, 4000, 6000, 8000, 10_000], { windowSamples: 6 }, true],
    ['not with one sample less', [0, 2500, 5000, 7500, 10_000], { windowSamples: 6 }, false],
    ['not by samples alone', [0, 1, 2, 3, 4, 5, 6], {}, false],
  ])('%s', (_what, times, over, full) => {
    expect(isFull(watch(good(...times)), { ...DEFAULT_THRESHOLDS, ...over })).toBe(full)
  })

  test('never without a sample', () => {
    expect(isFull(newWindow(CANDIDATE), { ...DEFAULT_THRESHOLDS, windowMs: 1, windowSamples: 0 })).toBe(false)
    expect(nearZeroMs(newWindow(CANDIDATE))).toBe(0)
  })
})

describe('one sample is near zero, or ends the stretch', () => {
  test.each<[what: string, seen: Seen, counts: boolean]>([
    ['lag at the limit', { offset: 990 }, true],
    ['lag above the limit', { offset: 989 }, false],
    ['fetched just in time', { fetchAgeMs: 1999 }, true],
    ['fetched too long ago', { fetchAgeMs: 2000 }, false],
    ['caught up just in time', { caughtUpAgeMs: 1999 }, true],
    ['caught up too long ago', { caughtUpAgeMs: 2000 }, false],
    ['within a shorter fetch timeout', { fetchTimeoutMs: 1000, fetchAgeMs: 999, caughtUpAgeMs: 999 }, true],
    ['beyond a shorter fetch timeout', { fetchTimeoutMs: 1000, fetchAgeMs: 1000 }, false],
    ['no offset is known', { offset: null }, false],
    ['it is not listed', { listed: false }, false],
  ])('%s', (_what, sample, counts) => {
    const window = watch([...good(0, 500, 1000), [1500, seen(sample)]])
    expect(window.goodSinceMs).toBe(counts ? 0 : null)
    expect(window.goodSamples).toBe(counts ? 4 : 0)
    expect(window.lastReset === null).toBe(counts)
    expect(window.samples).toHaveLength(4)
  })

  test.each(['lastFetchAgeMs', 'lastCaughtUpAgeMs'] as const)('%s is unknown', (field) => {
    const view = seen()
    const replicas = view.replicas.map((r) => (r.nodeId === CANDIDATE.nodeId ? { ...r, [field]: null } : r))
    expect(watch([...good(0, 500), [1000, { ...view, replicas }]]).goodSamples).toBe(0)
  })

  test.each(['offset', 'lag'] as const)('an unknown %s is no zero', (field) => {
    const view = seen()
    const key = field === 'lag' ? 'lag' : 'logEndOffset'
    const replicas = view.replicas.map((r) => (r.nodeId === CANDIDATE.nodeId ? { ...r, [key]: null } : r))
    expect(watch([...good(0, 500), [1000, { ...view, replicas }]]).goodSamples).toBe(0)
  })

  test('another incarnation of the id does not count for this one', () => {
    const view = seen()
    const replicas = view.replicas.map((r) =>
      r.nodeId === CANDIDATE.nodeId ? { ...r, directoryId: DIRECTORY.new2 } : r,
    )
    expect(watch([...good(0, 500), [1000, { ...view, replicas }]]).goodSamples).toBe(0)
  })
})

describe('on a busy log it keeps up with where the leader was a second ago', () => {
  const busy = (leaderOffset: number, offset: number, epoch = 9) => seen({ leaderOffset, offset, epoch })

  test.each<[what: string, samples: (readonly [number, QuorumView])[], counts: boolean]>([
    [
      'reached, a second later',
      [
        [0, busy(5000, 5000)],
        [1000, busy(9000, 5000)],
      ],
      true,
    ],
    [
      'one record short of it',
      [
        [0, busy(5000, 5000)],
        [1000, busy(9000, 4999)],
      ],
      false,
    ],
    [
      'the other sample is too young',
      [
        [0, busy(5000, 5000)],
        [999, busy(9000, 5000)],
      ],
      false,
    ],
    [
      'the newest sample that is old enough counts',
      [
        [0, busy(5000, 5000)],
        [500, busy(7000, 6995)],
        [1500, busy(9000, 6999)],
      ],
      false,
    ],
    [
      'a sample of another epoch does not count',
      [
        [0, busy(5000, 5000, 8)],
        [1000, busy(9000, 5000)],
      ],
      false,
    ],
  ])('%s', (_what, samples, counts) => {
    expect(watch(samples).goodSamples > 0).toBe(counts)
  })
})

describe('what begins the window anew', () => {
  test.each<[what: string, next: readonly [number, QuorumView], anew: boolean, text: RegExp]>([
    ['the next sample in time', [3500, seen()], false, /./],
    ['a gap in the observation', [3501, seen()], true, /nothing was observed for 2501 ms/],
    ['a new leader epoch', [1500, seen({ epoch: 10 })], true, /new leader epoch, 9 → 10/],
    ["the leader's clock set back", [1500, seen({ clockMs: NOW - 1 })], true, /clock was set back/],
    ["the leader's clock going on", [1500, seen({ clockMs: NOW + 1 })], false, /./],
  ])('%s', (_what, next, anew, text) => {
    const window = watch([...good(0, 500, 1000), next])
    expect(window.goodSinceMs).toBe(anew ? next[0] : 0)
    expect(window.goodSamples).toBe(anew ? 1 : 4)
    if (anew) expect(window.lastReset?.text).toMatch(text)
    else expect(window.lastReset).toBeNull()
  })

  test('nobody leads', () => {
    const window = watch([...good(0, 500), [1000, nobodyLeads(seen())]])
    expect(window).toMatchObject({ goodSinceMs: null, goodSamples: 0, lastReset: { text: 'nobody leads' } })
    expect(watchCandidate(window, seen(), 1500, DEFAULT_THRESHOLDS)).toMatchObject({ goodSinceMs: 1500 })
  })

  test.each(['leaderEpoch', 'leaderClockMs'] as const)('the %s is unknown', (field) => {
    const view = seen()
    expect(watch([...good(0), [500, { ...view, quorum: { ...view.quorum, [field]: null } }]]).goodSamples).toBe(0)
  })

  test('the log end of the leader is unknown', () => {
    const view = seen()
    const replicas = view.replicas.map((r) => (r.status === 'leader' ? { ...r, logEndOffset: null } : r))
    expect(watch([...good(0), [500, { ...view, replicas }]]).goodSamples).toBe(0)
  })

  test('a finding of a stepped clock', () => {
    const view = seen()
    const [finding] = exampleView({ facts: { unresolvedHosts: ['x'] } }).findings
    if (finding === undefined) throw new Error('no finding to begin with')
    const stepped = { ...view, findings: [{ ...finding, code: 'leader-clock-stepped' as const }] }
    expect(watch([...good(0, 500), [1000, stepped]]).goodSamples).toBe(0)
  })

  test('the reason of the last reset stays while there is no new stretch', () => {
    const bad = seen({ offset: 1 })
    expect(watch([[0, bad]]).lastReset).toBeNull()
    const first = watch([...good(0), [500, bad]])
    expect(first.lastReset?.text).toBe('its lag was 999 records')
    expect(watchCandidate(first, seen({ offset: 2 }), 1000, DEFAULT_THRESHOLDS).lastReset).toBe(first.lastReset)
  })
})

describe('the trail and the gain', () => {
  test('samples of the last minute are kept', () => {
    expect(watch(good(0, 1, 60_001)).samples.map((s) => s.atMs)).toEqual([60_001])
    expect(watch(good(0, 2, 60_001)).samples.map((s) => s.atMs)).toEqual([2, 60_001])
  })

  test.each<[what: string, samples: [number, Seen][], gain: number | null]>([
    [
      'a hundred in half a second',
      [
        [0, { offset: 800 }],
        [500, { offset: 900 }],
      ],
      200,
    ],
    [
      'too little time',
      [
        [0, { offset: 800 }],
        [499, { offset: 900 }],
      ],
      null,
    ],
    [
      'only the last five seconds',
      [
        [0, { offset: 0 }],
        [1000, { offset: 800 }],
        [5000, { offset: 900 }],
      ],
      25,
    ],
    [
      'only this epoch',
      [
        [0, { offset: 0, epoch: 8 }],
        [1000, { offset: 900 }],
      ],
      null,
    ],
    [
      'unknown now',
      [
        [0, { offset: 0 }],
        [1000, { offset: null }],
      ],
      null,
    ],
    [
      'unknown at first',
      [
        [0, { offset: null }],
        [500, { offset: 800 }],
        [1500, { offset: 900 }],
      ],
      100,
    ],
  ])('%s', (_what, samples, gain) => {
    expect(gainPerSecond(watch(samples.map(([atMs, over]) => [atMs, seen(over)] as const)))).toBe(gain)
  })

  test('no gain of nothing', () => expect(gainPerSecond(newWindow(CANDIDATE))).toBeNull())
})

test('a window without a good stretch, or without a sample, has no length', () => {
  const one = watchCandidate(newWindow(CANDIDATE), seen(), 5000, DEFAULT_THRESHOLDS)
  expect(one.samples).toHaveLength(1)
  expect(nearZeroMs({ ...one, goodSinceMs: null })).toBe(0)
  expect(nearZeroMs({ ...one, goodSinceMs: 1000 })).toBe(4000)
  expect(nearZeroMs({ ...one, goodSinceMs: 1000, samples: [] })).toBe(0)
})
