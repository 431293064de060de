import { describe, expect, it } from 'vitest'
import { copy, snapshot } from './exampleReports.ts'
import { commonEnd, EPOCH_STEP, endOf, goesItsOwnWay, ranked, recoveryEpoch, votesWithout } from './ranking.ts'

const older = copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 212 })
const newer = copy({
  nodeId: 21,
  epochs: [
    [3, 0],
    [4, 150],
  ],
  endOffset: 183,
})

describe('copies', () => {
  it('are ranked by epoch, then by length: the longest may be the wrong one', () => {
    const longer = copy({ nodeId: 1, epochs: [[3, 0]], endOffset: 300 })
    expect(ranked([older, longer, newer]).map(({ report }) => report.meta?.nodeId)).toEqual([21, 1, 0])
  })

  it('that reach equally far: a voter before an observer, then by node id; empty ones are left out', () => {
    const [observer, voter] = [7, 2].map((nodeId) => copy({ nodeId, epochs: [[3, 0]], endOffset: 10 }))
    const empty = copy({ nodeId: 1, epochs: [], endOffset: 0 })
    if (observer === undefined || voter === undefined) throw new Error('two copies')
    expect(ranked([empty, observer, voter]).map(({ report }) => report.meta?.nodeId)).toEqual([2, 7])
  })

  it('end where their newest complete snapshot ends, if that is further', () => {
    const changes = { snapshots: [snapshot(250, 4), snapshot(400, 9, false)] }
    expect(endOf(copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 212, changes }))).toEqual({ epoch: 4, endOffset: 250 })
  })
})

describe('two copies', () => {
  it('agree as far as the shorter one reaches in the newest epoch of both', () => {
    expect(commonEnd(older, newer)).toBe(150)
    expect(goesItsOwnWay(older, newer)).toBe(true)
    const behind = copy({ nodeId: 2, epochs: [[3, 0]], endOffset: 140 })
    expect(goesItsOwnWay(behind, newer)).toBe(false)
  })

  it('without an epoch in common are taken for different, unless one ends in what the other has committed', () => {
    const cut = copy({ nodeId: 1, epochs: [[5, 300]], endOffset: 400, snapshotEnd: 300 })
    expect(commonEnd(older, cut)).toBe(212)
    expect(commonEnd(older, copy({ nodeId: 1, epochs: [[5, 100]], endOffset: 400, snapshotEnd: 100 }))).toBeNull()
  })
})

describe('a survivor', () => {
  it('whose own set does not name the seed looks past it', () => {
    const survivor = copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 10, sets: [[5, [0, 1]]] })
    expect(votesWithout(survivor, 2)).toBe(true)
    expect(votesWithout(survivor, 1)).toBe(false)
    // An observer asks the bootstrap servers.
    expect(votesWithout(copy({ nodeId: 7, epochs: [[3, 0]], endOffset: 10 }), 9)).toBe(false)
  })
})

describe('the epoch of a recovery', () => {
  it('is far above every log, snapshot and quorum-state', () => {
    const quorumState = { dataVersion: 1, leaderId: null, leaderEpoch: 41, voted: null, staticVoters: null }
    const climbed = copy({ nodeId: 1, epochs: [[3, 0]], endOffset: 10, changes: { quorumState } })
    expect(recoveryEpoch([older, climbed, newer])).toBe(41 + EPOCH_STEP)
    const changes = { snapshots: [snapshot(5, 77)] }
    expect(recoveryEpoch([older, copy({ nodeId: 1, epochs: [], endOffset: 0, changes })])).toBe(77 + EPOCH_STEP)
  })

  it('does not run over', () => {
    const last = copy({ nodeId: 0, epochs: [[2_147_483_000, 0]], endOffset: 10 })
    expect(() => recoveryEpoch([last])).toThrow(/leaves no room/)
  })
})
