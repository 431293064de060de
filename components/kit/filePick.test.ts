import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('every file input is the one that looks like the other inputs', () => {
  const folder = join(import.meta.dirname, '..')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'))
  const bare = sources.filter((name) => /type="file"/.test(readFileSync(join(folder, name), 'utf8')))
  expect(bare).toEqual([join('kit', 'FilePick.tsx')])
})
