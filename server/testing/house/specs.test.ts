/** Every test that a SPEC.md names exists: its file, and its title in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SERVER = join(import.meta.dirname, '..', '..')
const WIZARDS = readdirSync(join(SERVER, 'workflows', 'wizards'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => join('workflows', 'wizards', entry.name))
const SPECS = ['workflows', ...WIZARDS, 'modelCheck'].map((folder) => join(SERVER, folder, 'SPEC.md'))

interface Named {
  file: string
  titles: string[]
}

/** `file.test.ts`: title; title */
function named(cell: string): Named[] {
  return [...cell.matchAll(/`([\w./]+\.test\.ts)`(?:: ((?:(?!`[\w./]+\.test\.ts`)[^|])+))?/g)].map(
    ([, file = '', titles = '']) => ({
      file,
      titles: titles
        .replace(/;\s*$/, '')
        .split(/;(?= [a-z])/)
        .map((title) => title.trim())
        .filter((title) => title !== ''),
    }),
  )
}

/** Words in a row that the file must hold; what is left open with an ellipsis stands for a part of a title. */
function holds(text: string, titles: readonly string[]): boolean {
  const whole = titles.join('; ')
  if (text.includes(whole)) return true
  return titles.every((title) => title.split('…').every((part) => text.includes(part.trim())))
}

test.each(SPECS)('%s', (spec) => {
  const rows = readFileSync(spec, 'utf8')
    .split('\n')
    .filter((line) => /^\| [A-Z]\d+ /.test(line))
  expect(rows.length).toBeGreaterThan(4)
  for (const row of rows) {
    const cell = row.split('|')[3] ?? ''
    const tests = named(cell)
    if (tests.length === 0) expect(cell.trim()).toBe('the same')
    for (const { file, titles } of tests) {
      const path = join(SERVER, file)
      expect(existsSync(path), `${file} of ${row}`).toBe(true)
      expect(holds(readFileSync(path, 'utf8'), titles), `${titles.join('; ')} in ${file}`).toBe(true)
    }
  }
})
