/** Times in words, and that no other file makes its own. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import {
  formatAge,
  limitText,
  minutesAgo,
  partOfSpan,
  seconds,
  soon,
  spanText,
  timeLeftText,
  took,
  tookWhole,
  wholeSeconds,
} from './durations.ts'

test.each([
  [0, '0.0 s'],
  [283, '0.3 s'],
  [9_949, '9.9 s'],
  [9_950, '9 s'],
  [63_300, '63 s'],
  [119_999, '119 s'],
  [120_000, '2 min'],
  [3_600_000, '1 h 00 min'],
  [5 * 3_600_000 + 130_000, '5 h 02 min'],
  [4 * 86_400_000 + 2 * 3_600_000, '4 d 2 h'],
  [-5, '0.0 s'],
])('an age of %d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text)
})

test('how long something took, with its seconds', () => {
  expect([-5, 800, 9_949, 9_950, 59_400, 59_600, 185_000, 3_845_000].map(took)).toEqual([
    '0.0 s',
    '0.8 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 00 s',
    '3 min 05 s',
    '1 h 04 min',
  ])
})

test('what is left is never nothing, and is rounded as estimates are', () => {
  expect([0, 44_100, 119_001, 720_000, 11_100_000].map(timeLeftText)).toEqual([
    '1 s',
    '45 s',
    '2 min',
    '12 min',
    '3 h 05 min',
  ])
})

test('spans that are compared stay in seconds, limits keep the digits they have', () => {
  expect([0, 840, 9_999, 10_000, 12_400, 300_000].map(seconds)).toEqual([
    '0.0 s',
    '0.8 s',
    '10.0 s',
    '10 s',
    '12 s',
    '300 s',
  ])
  expect([2_000, 1_500, 9_000_000].map(limitText)).toEqual(['2 s', '1.5 s', '9000 s'])
  expect(wholeSeconds(44_600)).toBe('45 s')
  expect([74_001, 136_502].map(tookWhole)).toEqual(['74 s', '2 min 17 s'])
  expect([1, 119_000, 150_000].map(soon)).toEqual(['in about 1 s', 'in about 119 s', 'in about 3 min'])
  expect([partOfSpan(3_500, 10_000), partOfSpan(12_000, 10_000)]).toEqual(['3.5 of 10 s', '10 of 10 s'])
  expect([10_000, 300_000, 21_600_000, 7_776_000_000].map(spanText)).toEqual(['10 s', '5 min', '6 h', '90 d'])
  expect([10_000, 300_000].map(minutesAgo)).toEqual(['now', '−5 min'])
})

/** Whatever puts a unit behind a value. Milliseconds stay as they were measured. */
const OWN_UNIT = /(?:\$\{[^}`]*\}|\/ 1_?000\}) (?:s|min|h|d)\b/

test('no file writes seconds, minutes or hours of its own', () => {
  const root = join(import.meta.dirname, '..', '..', '..')
  const own = ['server', 'components', 'app']
    .flatMap((top) => readdirSync(join(root, top), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !file.startsWith('server/testing/'))
    .filter((file) => OWN_UNIT.test(readFileSync(join(root, file), 'utf8')))
  expect(own).toEqual(['server/contract/words/durations.ts'])
})
