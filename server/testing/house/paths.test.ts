/** Every file that the prose names exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PROSE = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Paths of the tree that a text names. */
function pathsIn(text: string): string[] {
  return [
    ...text.matchAll(/(?<![\w./@-])(?:server|components|app|playwright|bench|docs|public|\.ci)\/[\w./[\]-]*\w/g),
  ].map(([path]) => path)
}

test.each(PROSE)('%s', (name) => {
  const gone = pathsIn(readFileSync(join(ROOT, name), 'utf8')).filter((path) => !existsSync(join(ROOT, path)))
  expect(gone).toEqual([])
})

test('a path in prose is found, within a sentence and in code', () => {
  expect(pathsIn('see `server/main.ts`, bench/size.ts. Not https://x/server/y')).toEqual([
    'server/main.ts',
    'bench/size.ts',
  ])
})
