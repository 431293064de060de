import { expect, test } from 'vitest'
import { initials, othersWords, whereWords } from './peopleWords.ts'

test.each([
  ['Ann Beck', 'AB'],
  ['Ann', 'AN'],
  ['ann maria von beck', 'AB'],
  ['Browser 3f2a', 'B3'],
  ['é', 'É'],
  ['', ''],
])('%s: %s', (name, letters) => expect(initials(name)).toBe(letters))

test('where somebody is, and what they drive', () => {
  const ann = { id: 'ann', name: 'Ann', page: 'run' as const, run: 'r', sinceMs: 0 }
  expect(whereWords(ann, false, null)).toBe('Ann, on a run')
  expect(whereWords({ ...ann, page: 'cluster' }, true, 'Scale to 5')).toBe(
    'Ann (you), on the cluster page, drives “Scale to 5”',
  )
})

test('whoever only watches is counted', () => {
  expect([othersWords(3, 3), othersWords(5, 2), othersWords(1, 2)]).toEqual(['', '3 more watching', ''])
})
