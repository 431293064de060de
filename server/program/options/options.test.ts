import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Options, readOptions, slug } from './options.ts'
import { UsageError } from './optionsReading.ts'

let folder = ''
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-options-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function options(...args: string[]): Promise<Options> {
  const read = await readOptions(args)
  if (read === 'help') throw new Error('help')
  return read
}

describe('the command line', () => {
  test('nothing said: the practice quorum, on this machine only', async () => {
    expect(await options()).toMatchObject({
      host: '127.0.0.1',
      port: 8480,
      clusters: [],
      kafkaSandbox: null,
      tokens: null,
    })
  })

  test("a cluster with the flags of Kafka's tools", async () => {
    const { clusters } = await options(
      '--bootstrap-controller',
      'c0:8000,[::1]:8001',
      '--command-config',
      'x.properties',
    )
    expect(clusters).toMatchObject([
      {
        cluster: 'kafka',
        bootstrapControllers: [
          { host: 'c0', port: 8000 },
          { host: '::1', port: 8001 },
        ],
        commandConfig: 'x.properties',
      },
    ])
  })

  test('many clusters from a file; paths in it are relative to it', async () => {
    const config = file(
      'quorumdeck.yaml',
      'clusters:\n  - name: Payments Prod\n    bootstrapControllers: [a:1, b:2]\n    commandConfig: pay.properties\n  - name: payments-prod\n    bootstrapServers: c:9092\n',
    )
    const { clusters } = await options('--config', config)
    expect(clusters.map((c) => c.cluster)).toEqual(['payments-prod', 'payments-prod-2'])
    expect(clusters[0]?.commandConfig).toBe(join(folder, 'pay.properties'))
  })

  test('racks of one cluster, of each in a file, and of the practice quorum', async () => {
    const one = await options('--bootstrap-controller', 'c0:8000', '--rack', '0=a,1=b')
    expect([...(one.clusters[0]?.racks ?? [])]).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
    const text = 'clusters:\n  - name: a\n    bootstrapServers: c:9092\n    racks: { 1: x, 2: y }\n'
    const many = await options('--config', file('racks.yaml', text))
    expect([...(many.clusters[0]?.racks ?? [])]).toEqual([
      [1, 'x'],
      [2, 'y'],
    ])
    expect([...(await options('--rack', '0=a')).racks]).toEqual([[0, 'a']])
    await expect(options('--config', file('racks.yaml', text), '--rack', '0=a')).rejects.toThrow(
      '--rack belongs to one',
    )
    await expect(options('--rack', '0')).rejects.toThrow('--rack: "0" names no rack.')
  })

  test('names become short names that differ', () => {
    expect(slug('  Ümläut & Co. ', new Set())).toBe('ml-ut-co')
    expect(slug('***', new Set())).toBe('cluster')
    expect(slug('a', new Set(['a', 'a-2']))).toBe('a-3')
  })

  test.each([
    [['--bootstrap-controler', 'a:1'], "Unknown option '--bootstrap-controler'"],
    [['stray'], "Unexpected argument 'stray'"],
    [['--bootstrap-controller', 'a'], '"a" is no address'],
    [['--bootstrap-controller', 'a:99999'], '"a:99999" is no address'],
    [['--bootstrap-controller', 'http://a:1'], 'is no address'],
    [['--bootstrap-controller', ','], 'names no address'],
    [['--command-config', 'x'], 'belongs to a cluster'],
    [['--port', 'many'], '--port must be a whole number'],
    [['--port', '70000'], '--port must be a whole number'],
    [['--config', '/nowhere.yaml'], 'there is no such file'],
    [['--host', '0.0.0.0'], 'Give --operate-token-file'],
    [['--watch-token-file', '/nowhere'], '/nowhere cannot be read'],
    [['--tls-cert', 'x'], 'go together'],
    [['--version', '4.3.1'], 'belongs to npm run kafka'],
    [['--sandbox-kafka', '--controllers', '0'], '--controllers must be a whole number from 1 to 7'],
  ])('%j is refused: %s', async (args, words) => {
    await expect(readOptions(args)).rejects.toThrow(UsageError)
    await expect(readOptions(args)).rejects.toThrow(words)
  })

  test('a host that others can reach needs tokens and TLS, or a proxy', async () => {
    const operate = file('operate', `${'o'.repeat(32)}\n`)
    const watch = file('watch', 'w'.repeat(32))
    const tokens = ['--operate-token-file', operate, '--watch-token-file', watch]
    await expect(options('--host', '10.0.0.5', ...tokens)).rejects.toThrow('in the clear')
    const proxied = await options('--host', '10.0.0.5', '--behind-proxy', ...tokens)
    expect(proxied.tokens).toEqual({ operate: 'o'.repeat(32), watch: 'w'.repeat(32) })
    expect(proxied.allowedHosts).toEqual(['10.0.0.5'])
    await expect(options('--operate-token-file', file('short', 'abc'))).rejects.toThrow('at least 16 characters')
    await expect(options('--watch-token-file', watch)).rejects.toThrow('needs --operate-token-file')
    await expect(options('--operate-token-file', watch, '--watch-token-file', watch)).rejects.toThrow('must differ')
  })

  test.each([
    ['clusters: [{name: a}]', 'names no node'],
    ['clusters: [{bootstrapServers: "a:1"}]', 'does not fit at clusters.0.name'],
    ['clustres: []', 'does not fit'],
    ['a: [', 'is no YAML'],
    ['safety: {lagRecords: -1}', 'does not fit at safety.lagRecords'],
    ['safety: {lagRecords: 1001}', 'does not fit at safety.lagRecords'],
    ['safety: {windowSeconds: 0}', 'does not fit at safety.windowSeconds'],
    ['safety: {windowSeconds: 601}', 'does not fit at safety.windowSeconds'],
    ['safety: {healthySeconds: 0}', 'does not fit at safety.healthySeconds'],
    ['safety: {soakSeconds: 0.5}', 'does not fit at safety.soakSeconds'],
    ['safety: {soakSeconds: 3601}', 'does not fit at safety.soakSeconds'],
    ['safety: {windowMs: 10}', 'does not fit at safety'],
    ['clusters: [{name: a, bootstrapServers: "a:1", safety: {lag: 1}}]', 'does not fit at clusters.0.safety'],
  ])('the file %j is refused: %s', async (text, words) => {
    await expect(options('--config', file('bad.yaml', text))).rejects.toThrow(words)
  })
})

describe('the figures of the safety rules', () => {
  test('without a word: lag 10, window 10 s, soak 60 s', async () => {
    expect((await options()).thresholds).toMatchObject({ lagRecords: 10, windowMs: 10_000, soakMs: 60_000 })
    const { clusters } = await options('--bootstrap-controller', 'c0:8000')
    expect(clusters[0]?.thresholds).toEqual((await options()).thresholds)
  })

  test("a cluster's own go before those of the file, those before the defaults", async () => {
    const config = file(
      'safety.yaml',
      [
        'safety: {lagRecords: 0, windowSeconds: 30}',
        'clusters:',
        '  - {name: a, bootstrapServers: "a:1", safety: {windowSeconds: 600, healthySeconds: 5, soakSeconds: 3600}}',
        '  - {name: b, bootstrapServers: "b:1"}',
      ].join('\n'),
    )
    const { clusters } = await options('--config', config)
    expect(clusters.map(({ thresholds: t }) => [t.lagRecords, t.windowMs, t.healthyMs, t.soakMs])).toEqual([
      [0, 600_000, 5000, 3_600_000],
      [0, 30_000, 10_000, 60_000],
    ])
  })

  test('a file with nothing else still opens the practice quorum, or a real Kafka', async () => {
    const config = file('only-safety.yaml', 'safety: {soakSeconds: 1}\n')
    const practice = await options('--config', config)
    expect([practice.clusters, practice.kafkaSandbox, practice.thresholds.soakMs]).toEqual([[], null, 1000])
    const kafka = await options('--sandbox-kafka', '--config', config)
    expect([kafka.clusters, kafka.kafkaSandbox?.controllers, kafka.thresholds.soakMs]).toEqual([[], 3, 1000])
  })
})
