import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DISK_REFUSALS } from './refusals.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const codes = Object.keys(DISK_REFUSALS)

function texts(folder: string, named: RegExp): string {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => named.test(name))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n')
}

test('docs/disk.md has every code and no other, with its meaning', () => {
  const page = readFileSync(join(ROOT, 'docs', 'disk.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.+) \| .+ \|$/gm)].map(([, code, meaning]) => [code, meaning])
  expect(rows.filter(([code]) => code !== undefined && !code.includes(' '))).toEqual(Object.entries(DISK_REFUSALS))
})

test('every code is refused by a rule, and shown by a test', () => {
  const rules = ['server/disk', 'server/recovery'].map((folder) => texts(folder, /(?<!refusals|test)\.ts$/)).join('\n')
  const tests = texts('server/disk', /test\.ts$/) + texts('server/testing/disks', /damages\.ts$/)
  expect(codes.filter((code) => !rules.includes(`'${code}'`))).toEqual([])
  expect(codes.filter((code) => !tests.includes(`'${code}'`))).toEqual([])
})
