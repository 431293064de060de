import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { LONG_TESTS, leftOut, SHORT } from './longTests.ts'
import { ROOT } from './suites.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test.each(Object.values(LONG_TESTS).flat())('%s is there', (file) => {
  expect(existsSync(join(ROOT, file))).toBe(true)
})

test('they are left out where that is asked for, and run by their names otherwise', () => {
  expect(leftOut(['a'])).toEqual([])
  vi.stubEnv('QUORUMDECK_TESTS', SHORT.QUORUMDECK_TESTS)
  expect(leftOut(['a'])).toEqual(['a'])
})
