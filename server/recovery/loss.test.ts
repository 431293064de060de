import { describe, expect, it } from 'vitest'
import type { LastLed } from '../contract/quorumView.ts'
import { copy, seenLed, voter } from './exampleReports.ts'
import { lossOf } from './loss.ts'

const THREE = [0, 1, 2].map(voter)

/** Of three voters only 0 is left, with this end. */
function lossAt(epoch: number, endOffset: number, lastLed: LastLed | null, snapshotEnd?: number) {
  const seed = copy({
    nodeId: 0,
    epochs: [[epoch, 10]],
    endOffset,
    ...(snapshotEnd === undefined ? {} : { snapshotEnd }),
  })
  return lossOf({ voterSets: [THREE], seed, reports: [seed], lastLed })
}

describe('what is lost', () => {
  it('nothing, while fewer than half of the voters are missing', () => {
    const seed = copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 100 })
    const other = copy({ nodeId: 1, epochs: [[3, 0]], endOffset: 90 })
    expect(lossOf({ voterSets: [THREE], seed, reports: [seed, other], lastLed: null })).toMatchObject({
      atMost: 0,
      atLeast: 0,
      ifDownSince: [],
    })
  })

  it('nobody knows, where half of an even set is missing: a removal that no copy has seen makes it a majority', () => {
    const seed = copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 100 })
    const other = copy({ nodeId: 1, epochs: [[3, 0]], endOffset: 100 })
    const four = [0, 1, 2, 3].map(voter)
    expect(lossOf({ voterSets: [four], seed, reports: [seed, other], lastLed: seenLed() }).atMost).toBeNull()
  })

  it('nobody knows, where the quorum was not watched, or the lost voters may have gone on', () => {
    expect(lossAt(3, 100, null)).toMatchObject({ atMost: null, atLeast: 0 })
    expect(lossAt(3, 110, seenLed())).toMatchObject({ atMost: null, atLeast: 0 })
  })

  it('counts what the last leader had committed and the copy does not hold', () => {
    expect(lossAt(3, 100, seenLed())).toMatchObject({ atMost: null, atLeast: 5, comesAlive: { from: 100, to: 100 } })
    // At least the record with which that leader began, however long this copy is.
    expect(lossAt(2, 200, seenLed())).toMatchObject({ atLeast: 1, comesAlive: { from: 0, to: 200 } })
    expect(lossAt(2, 200, seenLed({ highWatermark: null }))).toMatchObject({ atLeast: 0 })
  })

  it('is bounded by what was committed when a lost voter was silent, if it has not run since', () => {
    expect(lossAt(3, 100, seenLed({}, [1]))).toMatchObject({ atMost: 5, atLeast: 5, ifDownSince: [1] })
    expect(lossAt(3, 108, seenLed({}, [1]))).toMatchObject({ atMost: 0, atLeast: 0, ifDownSince: [1] })
    // Without a high watermark everything that the leader held may have been committed by those before it.
    expect(lossAt(3, 100, seenLed({ highWatermark: null }, [1]))).toMatchObject({ atMost: 10, atLeast: 0 })
    // A later leader held all of it.
    expect(lossAt(4, 100, seenLed({}, [1]))).toMatchObject({ atMost: 0, atLeast: 0 })
  })

  it('is bounded from where the logs are known to agree, not from the end of the copy', () => {
    expect(lossAt(2, 104, seenLed({}, [1]), 60)).toMatchObject({
      atMost: 45,
      atLeast: 1,
      comesAlive: { from: 60, to: 104 },
    })
  })

  it('takes no silence from a leader that a majority did not fetch from: it may be the one that is cut off', () => {
    expect(lossAt(3, 108, seenLed({ leaderId: 0 }, [1, 2])).atMost).toBeNull()
  })

  it('counts a damaged copy as missing: more may have been in it', () => {
    const seed = copy({ nodeId: 0, epochs: [[3, 0]], endOffset: 100 })
    const log =
      seed.log === null
        ? null
        : { ...seed.log, damage: { kind: 'damaged' as const, file: 'a', byte: 1, problem: 'crc' } }
    const other = copy({ nodeId: 1, epochs: [[3, 0]], endOffset: 50, changes: { log } })
    expect(lossOf({ voterSets: [THREE], seed, reports: [seed, other], lastLed: null }).atMost).toBeNull()
  })

  it('counts every set that may hold', () => {
    const reports = [0, 1].map((nodeId) => copy({ nodeId, epochs: [[3, 0]], endOffset: 100 }))
    const [seed = copy({ nodeId: 0, epochs: [], endOffset: 0 })] = reports
    const newer = [0, 3, 4].map(voter)
    expect(lossOf({ voterSets: [THREE, newer], seed, reports, lastLed: null }).atMost).toBeNull()
  })

  it('takes what is in any snapshot for committed', () => {
    expect(lossAt(3, 100, null, 80).comesAlive).toEqual({ from: 80, to: 100 })
  })
})
