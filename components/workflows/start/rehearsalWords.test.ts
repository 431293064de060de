import { expect, test } from 'vitest'
import type { RehearsalCase, RehearsalReport } from '../../../server/contract/rehearsal.ts'
import { tookWhole } from '../../../server/contract/words/durations.ts'
import { partitionsWord, verdictOf } from './rehearsalWords.ts'

function report(...majorities: RehearsalCase['majority'][]): RehearsalReport {
  const cases = majorities.map(
    (majority, index): RehearsalCase => ({
      moment: index === 0 ? '' : 'right before it',
      fault: index === 0 ? '' : 'the leader dies',
      outcome: 'done',
      now: 'Done.',
      gates: [],
      majority,
      offline: null,
      lowestMargin: 0,
      tookMs: 1000,
    }),
  )
  return { title: 'Add controller 3', cases, broken: [], cut: false, assumed: [] }
}

test('the gravest case gives the verdict', () => {
  expect(verdictOf(report('lives', 'lives')).tone).toBe('ok')
  expect(verdictOf(report('lives', 'returns')).tone).toBe('caution')
  expect(verdictOf(report('lives', 'returns', 'lost')).word).toBe('quorum lost')
  expect(verdictOf({ ...report('lives'), broken: ['P1'] }).tone).toBe('danger')
})

test('a plan that does not come to its end by itself is not called well', () => {
  const { cases, ...rest } = report('lives', 'lives')
  const waiting = cases.map((one) => ({ ...one, outcome: 'waits' as const, now: 'Waiting for you.' }))
  expect(verdictOf({ ...rest, cases: waiting }).text).toMatch(/Waiting for you/)
})

test('times are whole seconds', () => {
  expect([tookWhole(74_001), tookWhole(136_502)]).toEqual(['74 s', '2 min 17 s'])
})

test('partitions: served by somebody all the time, or how many were not', () => {
  expect(partitionsWord(0)).toMatchObject({ word: 'all served', tone: 'ok' })
  expect(partitionsWord(3)).toMatchObject({ word: '3 not served at worst', tone: 'caution' })
})
