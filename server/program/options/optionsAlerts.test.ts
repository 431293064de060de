import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { UsageError } from './optionsReading.ts'

let folder = ''
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-alert-options-'))
  file('pager.secret', 'a-secret-of-enough-length\n')
  file('short.secret', 'short')
  file('two-lines', 'a\nb')
  file('chat.url', 'https://hooks.example/services/T0/B0/very-secret')
  file('bad.url', 'very-secret-nonsense')
  file('mail.password', 'p4ssw0rd')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function options(yaml: string) {
  const read = await readOptions(['--config', file('quorumdeck.yaml', yaml)])
  if (read === 'help') throw new Error('help')
  return read
}

test('receivers of all kinds, with secrets from files beside the configuration', async () => {
  const { alerts } = await options(`
alerts:
  publicUrl: https://deck.example/
  receivers:
    - {name: pager, kind: webhook, url: 'https://pager.example/x', secretFile: pager.secret, severities: [critical]}
    - {name: chat, kind: slack, urlFile: chat.url, sendResolved: false, clusters: [practice]}
    - {name: am, kind: alertmanager, url: 'http://am:9093', allowPrivate: true}
    - {name: mail, kind: email, from: q@example, to: [a@example], smtp: {host: mail.example, user: q, passwordFile: mail.password}}
  rules:
    no-leader: {forSeconds: 5, severity: warning}
    ghost-observer: {enabled: false}
`)
  expect(alerts.publicUrl).toBe('https://deck.example')
  expect(alerts.receivers).toMatchObject([
    {
      name: 'pager',
      secret: 'a-secret-of-enough-length',
      severities: ['critical'],
      sendResolved: true,
      allowPrivate: false,
    },
    {
      name: 'chat',
      url: 'https://hooks.example/services/T0/B0/very-secret',
      sendResolved: false,
      clusters: ['practice'],
    },
    { name: 'am', url: 'http://am:9093', authorization: null },
    {
      name: 'mail',
      smtp: { port: 587, secure: false, plain: false, credentials: { user: 'q', password: 'p4ssw0rd' } },
    },
  ])
  expect(alerts.policies['no-leader']).toEqual({ forMs: 5000, clearMs: 10_000, severity: 'warning', enabled: true })
  expect(alerts.policies['ghost-observer'].enabled).toBe(false)
  expect(alerts.policies['voter-silent'].forMs).toBe(60_000)
})

test('nobody is told where nothing is said, and nothing is expected', async () => {
  const { alerts, clusters } = await options('clusters: [{name: a, bootstrapServers: "a:1"}]')
  expect(alerts.receivers).toEqual([])
  expect(clusters[0]?.expected).toEqual({ voters: null, maxElectionsPerHour: null, racks: new Map() })
})

test.each([
  ['[a, b]', { a: 1, b: 1 }],
  ['{a: 2, b: 1}', { a: 2, b: 1 }],
])('expected racks %s', async (racks, counts) => {
  const { clusters } = await options(
    `clusters: [{name: a, bootstrapServers: "a:1", expect: {voters: 3, maxElectionsPerHour: 2, racks: ${racks}}}]`,
  )
  const expected = clusters[0]?.expected
  expect([expected?.voters, expected?.maxElectionsPerHour]).toEqual([3, 2])
  expect(Object.fromEntries(expected?.racks ?? [])).toEqual(counts)
})

const receiver = (text: string) => `alerts: {receivers: [${text}]}`
test.each([
  [receiver("{name: a, kind: pigeon, url: 'https://x'}"), 'does not fit at alerts.receivers.0'],
  [receiver("{name: a, kind: webhook, url: 'https://x'}"), 'does not fit at alerts.receivers.0.secretFile'],
  [receiver("{name: 'a b', kind: slack, url: 'https://x'}"), 'does not fit at alerts.receivers.0.name'],
  [receiver("{name: a, kind: webhook, url: 'https://x', secretFile: nowhere}"), 'receiver a: '],
  [receiver("{name: a, kind: webhook, url: 'https://x', secretFile: short.secret}"), 'at least 16 characters'],
  [receiver("{name: a, kind: webhook, url: 'https://x', secretFile: two-lines}"), 'must hold one line'],
  [receiver('{name: a, kind: slack}'), 'give either url or urlFile'],
  [receiver("{name: a, kind: slack, url: 'https://x', urlFile: chat.url}"), 'give either url or urlFile'],
  [receiver("{name: a, kind: slack, url: 'http://x'}"), 'is not encrypted'],
  [receiver("{name: a, kind: slack, url: 'file:///etc/passwd'}"), 'is no address'],
  [receiver("{name: a, kind: slack, url: 'https://u:p@x'}"), 'do not belong into the address'],
  [receiver("{name: a, kind: slack, url: 'https://x'}, {name: a, kind: slack, url: 'https://y'}"), 'named twice'],
  [receiver("{name: a, kind: slack, url: 'https://x', clusters: [payment]}"), 'no cluster is called "payment"'],
  [receiver('{name: a, kind: email, from: a, to: [b], smtp: {host: h, user: u}}'), 'go together'],
  [receiver('{name: a, kind: email, from: a, to: [b], smtp: {host: h, plain: true}}'), 'smtp.plain is for'],
  [receiver('{name: a, kind: email, from: a, to: [], smtp: {host: h}}'), 'does not fit at alerts.receivers.0.to'],
  ['alerts: {rules: {no-quorum: {forSeconds: 1}}}', 'does not fit at alerts.rules'],
  ['alerts: {rules: {no-leader: {forSeconds: -1}}}', 'does not fit at alerts.rules.no-leader.forSeconds'],
  ['alerts: {rules: {no-leader: {for: 1}}}', 'does not fit at alerts.rules.no-leader'],
  ['alerts: {receivers: {}}', 'does not fit at alerts.receivers'],
  ['alerts: [', 'is no YAML'],
  ['clusters: [{name: a, bootstrapServers: "a:1", expect: {voters: 0}}]', 'does not fit at clusters.0.expect.voters'],
  ['clusters: [{name: a, bootstrapServers: "a:1", expect: {voter: 3}}]', 'does not fit at clusters.0.expect'],
])('%j is refused: %s', async (yaml, words) => {
  await expect(options(yaml)).rejects.toThrow(UsageError)
  await expect(options(yaml)).rejects.toThrow(words)
})

test('what is in a file of secrets stands in no refusal', async () => {
  const refusal = await options(receiver('{name: a, kind: slack, urlFile: bad.url}')).catch((e: Error) => e.message)
  expect(refusal).toContain('the address in urlFile is no address')
  expect(refusal).not.toContain('very-secret')
})
