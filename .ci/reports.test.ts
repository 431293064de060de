import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { playwrightFigures, secondTryLines, vitestFigures } from './reports.ts'
import { ROOT } from './suites.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-reports-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the runner itself reports of one file of tests. */
function reportOf(bin: string, file: string, source: string, args: string[]): object {
  writeFileSync(join(folder, file), source)
  const report = join(folder, 'report.json')
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report }
  spawnSync(join(ROOT, 'node_modules/.bin', bin), args, { cwd: folder, env })
  return JSON.parse(readFileSync(report, 'utf8'))
}

const TESTS = `
let tries = 0
test('at once', () => {})
test('at the second', () => { tries += 1; if (tries === 1) throw new Error('the first try') })
test('never', () => { throw new Error('every try') })
test.skip('not at all', () => {})
`

test('vitest: a test that passed on its second try is named, with what it said first, and counts as passed', () => {
  const args = ['run', '--globals', '--retry=1', '--reporter=json', `--outputFile=${join(folder, 'report.json')}`]
  const figures = vitestFigures(reportOf('vitest', 'a.test.js', TESTS, args), folder)
  expect(figures).toMatchObject({ passed: 2, failed: 1, skipped: 1 })
  expect(figures.failures).toEqual([expect.stringMatching(/^a\.test\.js > never\n {4}Error: every try\n/)])
  expect(figures.secondTries).toEqual([
    expect.stringMatching(/^a\.test\.js > at the second\n {4}Error: the first try\n/),
  ])
})

test('Playwright: the same of its report', () => {
  const spec = (title: string, ok: boolean, status: string, ...messages: (string | null)[]) => ({
    title,
    ok,
    tests: [{ status, results: messages.map((message) => (message === null ? {} : { error: { message } })) }],
  })
  const specs = [
    spec('at once', true, 'expected', null),
    spec('at the second', true, 'flaky', 'the first try', null),
    spec('never', false, 'unexpected', 'every try', 'every try'),
  ]
  const suites = [{ title: 'a.spec.ts', suites: [{ title: 'inner', specs }] }]
  expect(playwrightFigures({ stats: { expected: 1, flaky: 1, unexpected: 1, skipped: 2 }, suites })).toEqual({
    passed: 2,
    failed: 1,
    skipped: 2,
    failures: ['a.spec.ts > inner > never\n    every try\n    every try'],
    secondTries: ['a.spec.ts > inner > at the second\n    the first try'],
  })
})

test('a runner that left no report tells no second try', () => {
  expect(vitestFigures({}, folder)).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] })
  expect(playwrightFigures({})).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] })
})

test('that there was none is said too', () => {
  expect(secondTryLines([])).toBe('passed only on their second try: 0')
  expect(secondTryLines(['unit: a', 'browser: b'])).toBe('passed only on their second try: 2\nunit: a\nbrowser: b')
})
