import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { cruiseControlAddress, cruiseControlOf } from './optionsCruiseControl.ts'

let folder = ''
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-cc-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  ['http://cc:9090', 'http://cc:9090/kafkacruisecontrol'],
  ['http://cc:9090/', 'http://cc:9090/kafkacruisecontrol'],
  ['https://cc.example/own/path/', 'https://cc.example/own/path'],
])('%s', (text, address) => expect(cruiseControlAddress(text)).toBe(address))

test.each([
  ['cc:9090', 'is no address'],
  ['ftp://cc', 'is no address'],
  ['http://u:p@cc:9090', 'give them in a file'],
  ['http://cc:9090/?a=b', 'without ? and #'],
])('%s is refused', (text, words) => expect(() => cruiseControlAddress(text)).toThrow(words))

test('credentials are read from a file, and never told', async () => {
  const good = file('good', 'quorumdeck:p:a ss\n')
  expect((await cruiseControlOf('http://cc:9090', good)).credentials).toEqual({
    user: 'quorumdeck',
    password: 'p:a ss',
  })
  const bad = await cruiseControlOf('http://cc:9090', file('bad', 'just-a-secret')).catch((e: Error) => e.message)
  expect(bad).toContain('Write one line, user:password.')
  expect(bad).not.toContain('just-a-secret')
  await expect(cruiseControlOf('http://cc:9090', join(folder, 'gone'))).rejects.toThrow('cannot be read (ENOENT)')
})

test('by flags, and in a file', async () => {
  const options = async (...args: string[]) => {
    const read = await readOptions(args)
    return read === 'help' ? null : read
  }
  const one = await options('--bootstrap-server', 'b:9092', '--cruise-control', 'http://cc:9090')
  expect(one?.clusters[0]?.cruiseControl).toEqual({ address: 'http://cc:9090/kafkacruisecontrol', credentials: null })
  file('cc', 'a:b')
  const text =
    'clusters:\n  - name: a\n    bootstrapServers: c:9092\n    cruiseControl: { url: "http://cc:9090", credentialsFile: cc }\n  - name: b\n    bootstrapServers: d:9092\n'
  const config = file('quorumdeck.yaml', text)
  const many = await options('--config', config)
  expect(many?.clusters.map((c) => c.cruiseControl?.credentials?.user)).toEqual(['a', undefined])
  await expect(options('--cruise-control-credentials', 'x')).rejects.toThrow('goes with --cruise-control')
  await expect(options('--bootstrap-server', 'b:1', '--cruise-control', 'cc')).rejects.toThrow(
    '--cruise-control: "cc" is',
  )
  await expect(options('--config', config, '--cruise-control', 'http://x')).rejects.toThrow('belongs to one cluster')
})
