import { expect, test } from 'vitest'
import type { MoveFigures, MoveProgress } from '../../../../server/contract/workflows.ts'
import { moveFootnote, moveRow, moveSentence, partMoved } from './moveWords.ts'

const figures: MoveFigures = {
  partitionsLeft: 12,
  partitionsMoving: 5,
  bytesMoved: 600_000_000,
  bytesLeft: 2_400_000_000,
  bytesPerSecond: 12_000_000,
  etaMs: 200_000,
}
const unknown: MoveFigures = { ...figures, bytesMoved: null, bytesLeft: null, bytesPerSecond: null, etaMs: null }
const over: MoveFigures = { ...figures, partitionsLeft: 0, partitionsMoving: 0, bytesLeft: 0, etaMs: 0 }
const progress = (total: MoveFigures, change: Partial<MoveProgress> = {}): MoveProgress => ({
  sinceMs: Date.parse('2026-05-01T12:00:00'),
  lookedAtMs: Date.parse('2026-05-01T12:10:00'),
  stillMs: 0,
  total,
  topics: [],
  moreTopics: 0,
  ...change,
})

test('a row tells what is known, and what is not', () => {
  expect(moveRow(figures)).toEqual({
    partitions: '12, 5 moving',
    moved: '600 MB',
    left: '2.4 GB',
    rate: '12 MB/s',
    eta: '3 min 20 s',
  })
  expect(moveRow(unknown)).toEqual({
    partitions: '12, 5 moving',
    moved: 'unknown',
    left: 'unknown',
    rate: 'unknown',
    eta: 'unknown',
  })
  expect(moveRow({ ...figures, partitionsMoving: 0, etaMs: null })).toMatchObject({ partitions: '12', rate: '–' })
  expect(moveRow(over)).toMatchObject({ partitions: 'done', rate: '–', eta: '–' })
})

test('the bar is there where both figures are', () => {
  expect(partMoved(figures)).toBe(0.2)
  expect(partMoved(unknown)).toBeNull()
  expect(partMoved({ ...figures, bytesMoved: 0, bytesLeft: 0 })).toBeNull()
  expect(partMoved(over)).toBe(1)
})

test('the sentence', () => {
  expect(moveSentence(progress(figures))).toBe('12 MB a second, about 3 min 20 s left.')
  expect(moveSentence(progress(unknown))).toBe('How fast it goes is not known yet, the time left is not known.')
  expect(moveSentence(progress(figures, { stillMs: 45_000 }))).toBe('Nothing was copied for 45 s.')
  expect(moveSentence(progress({ ...figures, partitionsMoving: 0 }))).toBe(
    '12 partitions to move; none is being moved now.',
  )
  expect(moveSentence(progress(over))).toBe('Nothing is left to move.')
})

test('where the figures come from', () => {
  expect(moveFootnote(progress(figures))).toBe(
    'Moved bytes are counted since 12:00:00; the rate is the mean of the last minute; asked at 12:10:00.',
  )
  expect(moveFootnote(progress(figures, { sinceMs: null, moreTopics: 2 }))).toBe(
    'The brokers have not reported their disks yet: bytes, rate and time left are unknown. 2 topics more, with less to move.',
  )
})
