import { expect, test } from 'vitest'
import type { Health } from '../../../server/contract/quorumView.ts'
import { healthSign } from './healthWords.ts'

test('only a silent voter is an alarm: a silent observer takes nothing from the quorum', () => {
  expect(healthSign('silent', 'leader').tone).toBe('danger')
  expect(healthSign('silent', 'follower').tone).toBe('danger')
  expect(healthSign('silent', 'observer').tone).toBe('caution')
})

test('what is not known is neither well nor an alarm', () => {
  expect(healthSign('unknown', 'follower')).toMatchObject({ word: 'unknown', tone: 'plain' })
})

test('each state has a glyph and a word of its own, for whoever sees no colour', () => {
  const signs = (['ok', 'lagging', 'silent', 'unknown'] satisfies Health[]).map((h) => healthSign(h, 'follower'))
  expect(new Set(signs.map((sign) => sign.glyph)).size).toBe(4)
  expect(new Set(signs.map((sign) => sign.word)).size).toBe(4)
})
