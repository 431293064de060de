import { expect, test } from 'vitest'
import { exampleMargins } from '../../testing/exampleWorkflow.ts'
import { lowestWords, marginRows } from './marginRows.ts'

test('one pip for each voter: who leads, who is in trouble, who is new', () => {
  const [now, removed, added] = marginRows(exampleMargins)
  expect(now?.pips.map((pip) => pip.look)).toEqual(['leader', 'ok', 'danger'])
  expect(now?.pips.some((pip) => pip.isNew)).toBe(false)
  expect(removed?.pips.map((pip) => pip.nodeId)).toEqual([0, 1])
  expect(added?.pips.map((pip) => pip.isNew)).toEqual([false, false, true])
})

test('each row says what is left and what one more fault makes of it', () => {
  const [now, , added] = marginRows(exampleMargins)
  expect([now?.margin, now?.tone, now?.fault]).toEqual(['0', 'caution', 'if 0 fails: 1 short of a majority'])
  expect([added?.margin, added?.tone, added?.fault]).toEqual(['1', 'ok', 'if 0 fails: can lose 0 more'])
  expect(now?.spoken).toBe(
    'Now: voters 0 leads, 1 ok, 2 silent; 2 needed, can lose 0 more; if 0 fails: 1 short of a majority.',
  )
})

test('what is not known is no number', () => {
  const unknown = exampleMargins.map((stage) => ({ ...stage, margin: null, worst: null }))
  expect(marginRows(unknown).map(({ margin, tone, fault }) => [margin, tone, fault])).toEqual([
    ['?', 'plain', ''],
    ['?', 'plain', ''],
    ['?', 'plain', ''],
  ])
  expect(lowestWords(unknown)).toContain('known once a controller leads')
})

test('the sentence below names the lowest point of the path', () => {
  const at = (margin: number) => exampleMargins.map((stage) => ({ ...stage, margin }))
  expect(lowestWords(at(0))).toContain('Never below 0')
  expect(lowestWords(at(1))).toBe('Never below 1 on this path.')
  expect(lowestWords(at(-2))).toContain('2 short of a majority')
})

test('the loss of a whole rack stands beside that of one voter', () => {
  const [now] = marginRows(
    exampleMargins.map((stage) => ({ ...stage, worstRack: { label: 'if rack a fails', margin: -2 } })),
  )
  expect(now?.fault).toBe('if 0 fails: 1 short of a majority; if rack a fails: 2 short of a majority')
})
