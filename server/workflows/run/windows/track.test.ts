/** What proves that the shown voters are committed, and how long the quorum has been steady. */
import { describe, expect, test } from 'vitest'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { CANDIDATE, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { DEFAULT_THRESHOLDS } from '../thresholds.ts'
import { voterKeys } from '../voterSet.ts'
import { EMPTY_TRACK, observe, settledVoters, steadyMs, type Track } from './track.ts'

interface Seen {
  highWatermark?: number | null
  leaderOffset?: number | null
  epoch?: number
  ids?: (0 | 1 | 2)[]
  pending?: boolean
  silent?: 1 | 2
}

function seen({ highWatermark = 535, leaderOffset = 535, epoch = 9, ids = [0, 1, 2], pending, silent }: Seen = {}) {
  const times = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
  return exampleView({
    sample: {
      leaderEpoch: epoch,
      highWatermark,
      voters: ids.map((id) =>
        id === 0 ? { ...LEADER, logEndOffset: leaderOffset } : replica(id, DIRECTORY[id], id === silent ? times : {}),
      ),
    },
    log: {
      leader: { leaderId: 0, epoch, sinceMs: NOW - 3_600_000 },
      ...(pending ? { pendingVoters: { offset: 536, epoch, atMs: NOW, voters: [], before: [] } } : {}),
    },
  })
}
const leaderless = (view: QuorumView): QuorumView => ({
  ...view,
  quorum: { ...view.quorum, leaderId: null, leaderEpoch: null },
})
function tracked(...views: (readonly [atMs: number, view: QuorumView])[]): Track {
  return views.reduce((track, [atMs, view]) => observe(track, view, atMs, DEFAULT_THRESHOLDS), EMPTY_TRACK)
}

const THREE = voterKeys(seen())
const ALWAYS = Number.NEGATIVE_INFINITY

describe('a settled reading', () => {
  test.each<[what: string, first: Seen, second: Seen, settled: boolean]>([
    ['two reads with the high watermark at the log end of the first', {}, {}, true],
    ['the high watermark one short of it', { leaderOffset: 536 }, {}, false],
    ['the log went on meanwhile', {}, { leaderOffset: 900 }, true],
    ['another epoch', { epoch: 8 }, {}, false],
    ['other voters', { ids: [0, 1] }, {}, false],
    ['a change is pending', {}, { pending: true }, false],
    ['a change was pending and is no more', { pending: true }, {}, true],
    ['the high watermark is unknown', {}, { highWatermark: null }, false],
    ['it was unknown in the first read', { highWatermark: null }, {}, true],
    ['the log end of the first read is unknown', { leaderOffset: null }, {}, false],
  ])('%s', (_what, first, second, settled) => {
    const track = tracked([0, seen(first)], [500, seen(second)])
    expect(settledVoters(track, ALWAYS)).toEqual(settled ? THREE : null)
  })

  test('one read is none, and neither is no read', () => {
    expect(settledVoters(tracked([0, seen()]), ALWAYS)).toBeNull()
    expect(settledVoters(EMPTY_TRACK, ALWAYS)).toBeNull()
  })

  test('both reads are after the mark', () => {
    const track = tracked([0, seen()], [500, seen()], [1000, seen()])
    expect(settledVoters(track, 499)).toEqual(THREE)
    expect(settledVoters(track, 500)).toBeNull()
    expect(settledVoters(track, 1000)).toBeNull()
  })

  test('the mark counts for the read that proves it, too', () => {
    // The high watermark has reached the first read's log end, but not that of the reads after the mark.
    const track = tracked([0, seen()], [500, seen({ leaderOffset: 600 })], [1000, seen({ leaderOffset: 600 })])
    expect(settledVoters(track, ALWAYS)).toEqual(THREE)
    expect(settledVoters(track, 0)).toBeNull()
  })

  test('voters that went and came back begin anew', () => {
    const track = tracked([0, seen()], [500, seen({ ids: [0, 1] })], [1000, seen()])
    expect(settledVoters(track, ALWAYS)).toBeNull()
  })

  test('nothing from before a time without a leader counts', () => {
    expect(settledVoters(tracked([0, seen()], [500, leaderless(seen())]), ALWAYS)).toBeNull()
    expect(settledVoters(tracked([0, seen()], [500, leaderless(seen())], [1000, seen()]), ALWAYS)).toBeNull()
  })

  test('only so many reads are kept', () => {
    const views = Array.from({ length: 201 }, (_, i) => [i, seen()] as const)
    expect(tracked(...views).reads.map((r) => r.atMs)).toEqual(views.slice(1).map(([atMs]) => atMs))
  })
})

describe('steady', () => {
  test.each<[what: string, second: readonly [number, QuorumView], ms: number]>([
    ['the same, in time', [2500, seen()], 2500],
    ['a gap in the observation', [2501, seen()], 0],
    ['another epoch', [500, seen({ epoch: 10 })], 0],
    ['another margin', [500, seen({ silent: 1 })], 0],
  ])('%s', (_what, second, ms) => {
    expect(steadyMs(tracked([0, seen()], second), THREE)).toBe(ms)
  })

  test('goes on from sample to sample', () => {
    expect(steadyMs(tracked([0, seen()], [2000, seen()], [4000, seen()]), THREE)).toBe(4000)
  })

  test('other voters, a time without a leader, and no view', () => {
    const [first] = THREE
    if (first === undefined) throw new Error('no voters')
    expect(steadyMs(tracked([0, seen()], [500, seen()]), [first])).toBe(0)
    expect(steadyMs(tracked([0, seen()], [500, seen({ ids: [0, 1] })], [1000, seen()]), THREE)).toBe(0)
    expect(steadyMs(tracked([0, seen()], [500, leaderless(seen())]), THREE)).toBe(0)
    expect(steadyMs(EMPTY_TRACK, THREE)).toBe(0)
  })
})

describe('windows', () => {
  test('every controller has one, a broker has none', () => {
    const keys = [...tracked([0, seen()]).windows.keys()]
    expect(keys).toEqual([...THREE.map(keyText), keyText(CANDIDATE)])
  })

  test('one of a replica that is listed no more goes on for a minute', () => {
    const gone = exampleView({ sample: { observers: [] } })
    const key = keyText(CANDIDATE)
    expect(tracked([0, seen()], [59_999, gone]).windows.get(key)?.goodSamples).toBe(0)
    expect(tracked([0, seen()], [60_000, gone]).windows.has(key)).toBe(false)
  })

  test('their number has a limit', () => {
    const ids = Array.from({ length: 70 }, (_, i) => 100 + i)
    const said = { configs: new Map([['process.roles', 'controller']]), supportedMetadataVersion: null }
    const many = exampleView({
      sample: { observers: ids.map((id) => replica(id, DIRECTORY.new2)) },
      facts: { nodes: new Map([0, 1, 2, ...ids].map((id) => [id, said])) },
    })
    expect(tracked([0, many]).windows.size).toBe(64)
  })
})

describe('a leader whose own removal is appended', () => {
  /** Among the observers, and shown as the leader. */
  const leaving = (highWatermark: number) =>
    exampleView({
      sample: {
        highWatermark,
        voters: [replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])],
        observers: [LEADER, replica(7, DIRECTORY[7])],
      },
    })
  const twice = (view: QuorumView) =>
    [0, 250].reduce((track, atMs) => observe(track, view, atMs, DEFAULT_THRESHOLDS), EMPTY_TRACK)

  test('is no voter', () => {
    expect(voterKeys(leaving(535)).map((v) => v.nodeId)).toEqual([1, 2])
  })
  test('proves its removal once the high watermark has passed it, also where it leads on', () => {
    expect(settledVoters(twice(leaving(534)), Number.NEGATIVE_INFINITY)).toBeNull()
    expect(settledVoters(twice(leaving(535)), Number.NEGATIVE_INFINITY)?.map((v) => v.nodeId)).toEqual([1, 2])
  })
})
