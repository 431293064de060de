import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Options, readOptions } from './options.ts'
import { UsageError } from './optionsReading.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-base-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const inFile = (text: string) => {
  const file = join(folder, 'quorumdeck.yaml')
  writeFileSync(file, text)
  return ['--config', file]
}

async function options(...args: string[]): Promise<Options> {
  const read = await readOptions(args)
  if (read === 'help') throw new Error('help')
  return read
}

test('by a flag, which goes before the file; without a slash at its end', async () => {
  expect((await options()).basePath).toBe('')
  expect((await options('--base-path', '/quorumdeck/')).basePath).toBe('/quorumdeck')
  expect((await options(...inFile('basePath: /tools/deck'))).basePath).toBe('/tools/deck')
  expect((await options(...inFile('basePath: /tools/deck'), '--base-path', '/other')).basePath).toBe('/other')
  expect((await options(...inFile('basePath: /tools/deck'), '--base-path', '/')).basePath).toBe('')
})

test.each(['quorumdeck', '//evil', '/a/../b', '/a?b', '/a#b', ''])(
  '%j is refused, with what to give',
  async (given) => {
    const refused = options('--base-path', given)
    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(`--base-path: ${JSON.stringify(given)} is no base path. Give a path`)
    await expect(options(...inFile(`basePath: ${JSON.stringify(given)}`))).rejects.toThrow(
      'does not fit at basePath (line 1): is no path like "/quorumdeck"',
    )
  },
)

test('pages that are made while one asks are not below a path', async () => {
  await expect(options('--dev', '--base-path', '/quorumdeck')).rejects.toThrow('leave it out with --dev')
})

const both = (url: string) => `access: { publicUrl: "${url}" }\nalerts: { publicUrl: "${url}" }\n`

test.each([
  'https://tools.example',
  'https://tools.example/',
  'https://tools.example/deck',
  'https://tools.example/deck/',
])('links and providers lead below it, whether %s has it or not', async (url) => {
  const { access, alerts } = await options(...inFile(both(url)), '--base-path', '/deck')
  expect([access.publicUrl, alerts.publicUrl]).toEqual(['https://tools.example/deck', 'https://tools.example/deck'])
})

test('a URL with another path is refused; without a base path it is as before', async () => {
  for (const where of ['access', 'alerts']) {
    const other = inFile(`${where}: { publicUrl: "https://tools.example/other" }`)
    await expect(options(...other, '--base-path', '/deck')).rejects.toThrow(
      `${where}: publicUrl ends with /other, and the base path is /deck. Make them the same.`,
    )
  }
  const { access, alerts } = await options(...inFile(both('https://tools.example/other/')))
  expect([access.publicUrl, alerts.publicUrl]).toEqual(['https://tools.example', 'https://tools.example/other'])
})
