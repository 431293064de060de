/** What was committed stays committed, whoever leads. */
import { expect, test } from 'vitest'
import { judgeCommitted, type ShownLog } from './committedMark.ts'

const MARK = { leaderId: 0, leaderEpoch: 9, highWatermark: 12_000 }
const shown = (over: Partial<ShownLog>): ShownLog => ({
  leaderId: 0,
  leaderEpoch: 9,
  highWatermark: 12_000,
  logEndOffset: 12_001,
  ...over,
})

test.each([
  ['the same leader goes on', shown({ highWatermark: 12_040, logEndOffset: 12_041 })],
  [
    'a new leader has no high watermark yet',
    shown({ leaderId: 1, leaderEpoch: 10, highWatermark: null, logEndOffset: 12_000 }),
  ],
  [
    'a new leader has the whole log',
    shown({ leaderId: 1, leaderEpoch: 10, highWatermark: 12_001, logEndOffset: 12_001 }),
  ],
  ['nothing is known of its log', shown({ leaderId: 1, leaderEpoch: 10, highWatermark: null, logEndOffset: null })],
])('%s: nothing is found, and the mark never falls', (_what, log) => {
  const { mark, found } = judgeCommitted(MARK, log)
  expect(found).toBeNull()
  expect(mark?.highWatermark).toBeGreaterThanOrEqual(MARK.highWatermark)
})

test.each([
  [
    'its log ends before',
    shown({ leaderId: 1, leaderEpoch: 10, highWatermark: null, logEndOffset: 40 }),
    'metadata-missing',
    '12,000 → 40',
  ],
  [
    'its high watermark lies below',
    shown({ leaderId: 1, leaderEpoch: 10, highWatermark: 40, logEndOffset: 41 }),
    'metadata-missing',
    '12,000 → 40',
  ],
  [
    'the same node came back empty',
    shown({ leaderEpoch: 2, highWatermark: 40, logEndOffset: 41 }),
    'metadata-missing',
    '12,000 → 40',
  ],
  ['another one leads in the same epoch', shown({ leaderId: 1 }), 'two-leaders', 'in epoch 9: 0 and 1'],
  [
    'the epoch went backwards',
    shown({ leaderId: 1, leaderEpoch: 3, highWatermark: 20_000, logEndOffset: 20_000 }),
    'two-leaders',
    '9 → 3',
  ],
] as const)('%s: a critical event, with what must be kept', (_what, log, kind, text) => {
  const { found } = judgeCommitted(MARK, log)
  expect(found?.kind).toBe(kind)
  expect(found?.title).toContain(text)
  expect(found?.detail).toMatch(/start, restart, format and remove no controller.*Keep every controller disk.*0/s)
})

test('after a loss the smaller log is the measure: one loss is one event', () => {
  const { mark } = judgeCommitted(MARK, shown({ leaderId: 1, leaderEpoch: 10, highWatermark: 40, logEndOffset: 41 }))
  expect(
    judgeCommitted(mark, shown({ leaderId: 1, leaderEpoch: 10, highWatermark: 44, logEndOffset: 45 })).found,
  ).toBeNull()
})

test('an older statement of the same epoch that comes late lowers nothing', () => {
  const late = shown({ highWatermark: 12_000, logEndOffset: 12_050 })
  const { mark } = judgeCommitted(
    { ...MARK, highWatermark: 12_000 },
    shown({ highWatermark: 12_040, logEndOffset: 12_050 }),
  )
  expect(mark?.highWatermark).toBe(12_040)
  expect(judgeCommitted(MARK, late).mark?.highWatermark).toBe(12_000)
})

test('of the same leader in the same epoch the log end alone proves a loss', () => {
  expect(judgeCommitted(MARK, shown({ highWatermark: 11_990, logEndOffset: 12_050 }))).toEqual({
    mark: MARK,
    found: null,
  })
  expect(judgeCommitted(MARK, shown({ highWatermark: 40, logEndOffset: 41 })).found?.title).toContain('12,000 → 41')
})

test('the first look has nothing to compare with', () => {
  expect(judgeCommitted(null, shown({}))).toEqual({ mark: MARK, found: null })
})
