import { expect, test } from 'vitest'
import { idsText, shortId } from './voterSet.ts'

test('node ids in words', () => {
  const text = (...ids: number[]) => idsText(ids.map((nodeId) => ({ nodeId })))
  expect([text(), text(4), text(2, 1), text(10, 2, 1, 2)]).toEqual(['', '4', '1 and 2', '1, 2 and 10'])
})

test('a directory id as a person reads it', () => {
  expect(shortId(null)).toBe('(none)')
  expect(shortId('slcsM5ZAR0SMIF_u__MAeg')).toBe('slcsM5ZA…')
})
