import { describe, expect, it } from 'vitest'
import {
  addSnapshot,
  appendBatch,
  emptyLog,
  endOffset,
  endOffsetForEpoch,
  epochBelow,
  isUpToDate,
  readFrom,
  truncateToEndOffset,
  validatePosition,
} from './log.ts'
import type { Snapshot } from './records.ts'

/** One batch per entry: its epoch and how many records it holds. */
function logOf(...batches: [epoch: number, records: number][]) {
  const log = emptyLog()
  for (const [epoch, count] of batches) {
    const records = Array.from({ length: count }, () => ({ kind: 'noOp' }) as const)
    appendBatch(log, { baseOffset: endOffset(log), epoch, timestampMs: 0, control: false, records })
  }
  return log
}

function snapshotAt(offset: number, epoch: number): Snapshot {
  return { id: { offset, epoch }, lastContainedLogTimestampMs: 0, kraftVersion: 1, voters: [], records: [] }
}

describe('the log', () => {
  // Offsets 0-2 epoch 1, 3-4 epoch 1, 5-8 epoch 3.
  const example = () => logOf([1, 3], [1, 2], [3, 4])

  it('reads whole batches', () => {
    expect(readFrom(example(), 4, 10).map(({ baseOffset }) => baseOffset)).toEqual([3, 5])
    expect(readFrom(example(), 9, 10)).toEqual([])
    expect(readFrom(example(), 0, 1)).toHaveLength(1)
  })

  it('knows where an epoch ends', () => {
    expect(endOffsetForEpoch(example(), 1)).toEqual({ offset: 5, epoch: 1 })
    expect(endOffsetForEpoch(example(), 2)).toEqual({ offset: 5, epoch: 1 })
    expect(endOffsetForEpoch(example(), 3)).toEqual({ offset: 9, epoch: 3 })
    expect(endOffsetForEpoch(example(), 0)).toEqual({ offset: 0, epoch: 0 })
    expect(epochBelow(example(), 5)).toBe(1)
    expect(epochBelow(example(), 6)).toBe(3)
  })

  it('finds where a replica may go on and where it diverged', () => {
    expect(validatePosition(example(), 9, 3)).toEqual({ kind: 'valid' })
    expect(validatePosition(example(), 5, 1)).toEqual({ kind: 'valid' })
    expect(validatePosition(example(), 7, 2)).toEqual({ kind: 'diverging', end: { offset: 5, epoch: 1 } })
    expect(validatePosition(example(), 7, 1)).toEqual({ kind: 'diverging', end: { offset: 5, epoch: 1 } })
    expect(validatePosition(example(), 0, 0)).toEqual({ kind: 'valid' })
  })

  it('sends who starts from nothing, or from before the log, to the snapshot', () => {
    const log = example()
    addSnapshot(log, snapshotAt(3, 1))
    expect(validatePosition(log, 0, 0)).toEqual({ kind: 'snapshot', id: { offset: 3, epoch: 1 } })
    expect(validatePosition(log, 4, 1)).toEqual({ kind: 'valid' })
    addSnapshot(log, snapshotAt(9, 3))
    expect(log.startOffset).toBe(3)
    expect(validatePosition(log, 2, 1)).toEqual({ kind: 'snapshot', id: { offset: 9, epoch: 3 } })
    expect(validatePosition(log, 3, 1)).toEqual({ kind: 'valid' })
  })

  it('cuts what the leader does not have', () => {
    const log = logOf([1, 3], [2, 4])
    truncateToEndOffset(log, { offset: 3, epoch: 1 })
    expect(endOffset(log)).toBe(3)
    const longer = logOf([1, 3], [1, 1], [2, 4])
    truncateToEndOffset(longer, { offset: 3, epoch: 1 })
    expect(endOffset(longer)).toBe(3)
  })

  it('is compared by epoch, then by length', () => {
    expect(isUpToDate({ offset: 9, epoch: 3 }, example())).toBe(true)
    expect(isUpToDate({ offset: 8, epoch: 3 }, example())).toBe(false)
    expect(isUpToDate({ offset: 1, epoch: 4 }, example())).toBe(true)
  })
})
