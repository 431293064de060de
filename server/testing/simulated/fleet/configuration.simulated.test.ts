/** quorumdeck.yaml changes while the program runs: what fits is applied, what does not leaves everything as it was. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ClusterList } from '../../../contract/clusters.ts'
import { ErrorBody } from '../../../contract/errors.ts'
import { Configuration } from '../../../contract/fleet/configuration.ts'
import { QuorumView } from '../../../contract/quorumView.ts'
import { Workflow } from '../../../contract/workflows.ts'
import { readOptions } from '../../../program/options/options.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../../sandbox/simulatedQuorum/start.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { type Serving, serve } from '../../serving.ts'
import { healthy } from '../../watching.ts'

const FROZEN = 'changeRules: {freezes: [{from: 2020-01-01T00:00Z, to: 2120-01-01T00:00Z, reason: year end}]}'
const WAIT = { timeout: PATIENCE_MS, interval: 50 }

let folder = ''
let file = ''
let serving: Serving
let shop: SimulatedQuorum

interface InYaml {
  name: string
  more?: string
}

function yaml(clusters: readonly InYaml[], top = ''): string {
  const addresses = shop.bootstrapControllers.join(', ')
  const lines = clusters.map(
    ({ name, more }) =>
      `  - name: ${name}\n    bootstrapControllers: [${addresses}]\n${more === undefined ? '' : `    ${more}\n`}`,
  )
  return `${top}clusters:\n${lines.join('')}`
}

/** As editors and deployments do: written beside it, moved into place. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

async function read() {
  const options = await readOptions(['--config', file])
  if (options === 'help') throw new Error('help')
  return options
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'configuration-'))
  file = join(folder, 'quorumdeck.yaml')
  shop = await startSimulatedQuorum({ seed: 7 })
  write(yaml([{ name: 'Orders' }, { name: 'Stock', more: 'group: Shop' }]))
  serving = await serve(null, 100, {
    dataDir: folder,
    configuration: async () => ({ file, started: await read(), read, everyMs: 50 }),
  })
  await serving.watching.view('a whole quorum', healthy)
})
afterAll(async () => {
  await serving?.close()
  await shop?.close()
  rmSync(folder, { recursive: true, force: true })
})

const ask = (method: string, path: string, body?: unknown) =>
  fetch(serving.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const list = async () => ClusterList.parse(await (await ask('GET', '/api/clusters')).json()).clusters
const names = async () =>
  (await list()).filter(({ origin }) => origin === 'file').map(({ cluster, name, group }) => [cluster, name, group])
const configuration = async () => Configuration.parse(await (await ask('GET', '/api/configuration')).json())
const code = async (asked: Promise<Response>) => ErrorBody.parse(await (await asked).json()).error.code
const until = (fits: (state: Configuration) => boolean) =>
  vi.waitFor(async () => {
    const state = await configuration()
    expect([fits(state), state]).toEqual([true, state])
    return state
  }, WAIT)

test('clusters of the file are shown as such, and are changed there', async () => {
  expect(await names()).toEqual([
    ['orders', 'Orders', undefined],
    ['stock', 'Stock', 'Shop'],
  ])
  expect(await configuration()).toMatchObject({ file, problem: null, changedButNotApplied: [] })
  expect(await code(ask('PATCH', '/api/clusters/orders', { name: 'x' }))).toBe('from-configuration')
  expect(await code(ask('DELETE', '/api/clusters/orders'))).toBe('from-configuration')
  expect(await code(ask('POST', '/api/clusters', { name: 'orders', bootstrapControllers: ['a:1'] }))).toBe('name-taken')
})

test('added, removed, moved to a group: in force by itself', async () => {
  const before = await configuration()
  write(
    yaml([
      { name: 'Orders', more: 'group: Shop' },
      { name: 'Prices', more: 'intervalMs: 200' },
    ]),
  )
  await until(({ readAtMs }) => readAtMs !== before.readAtMs)
  expect(await names()).toEqual([
    ['orders', 'Orders', 'Shop'],
    ['prices', 'Prices', undefined],
  ])
  await vi.waitFor(async () => expect((await list()).every(({ link }) => link.state === 'live')).toBe(true), WAIT)
})

test.each([
  ['clusters: [', 'is no YAML', /line 1/],
  ['clusters:\n  - name: Orders\n    bootstrapContollers: [a:1]\n', 'does not fit at clusters.0', /line 2/],
  [
    'clusters:\n  - {name: A, bootstrapServers: "a:1"}\n  - {name: a, bootstrapServers: "b:1"}\n',
    'Two clusters are called a',
    /name/,
  ],
  [
    'clusters: [{name: A, bootstrapServers: "a:1", commandConfig: gone.properties}]',
    'A: commandConfig:',
    /no such file/,
  ],
  ['clusters: [{name: A, bootstrapServers: "nothing"}]', 'is no address', /host:port/],
])('a file that cannot be used changes nothing: %j', async (text, words, place) => {
  const before = await names()
  write(text)
  const { problem } = await until((state) => state.problem?.detail.includes(words) ?? false)
  expect(problem).toMatchObject({ code: 'configuration-unusable', remedy: expect.stringContaining('stays in force') })
  expect(problem?.detail).toMatch(place)
  expect(await names()).toEqual(before)
  const still = QuorumView.parse(await (await ask('GET', '/api/clusters/orders/quorum')).json())
  // Observation goes on: what is asked later is newer.
  await vi.waitFor(async () => {
    const view = QuorumView.parse(await (await ask('GET', '/api/clusters/orders/quorum')).json())
    expect(view.seq).toBeGreaterThan(still.seq)
  }, WAIT)
})

test('a file that is gone, and comes back', async () => {
  const before = await names()
  rmSync(file)
  await until((state) => state.problem?.detail.includes('there is no such file') ?? false)
  expect(await names()).toEqual(before)
  write(
    yaml([
      { name: 'Orders', more: 'group: Shop' },
      { name: 'Prices', more: 'intervalMs: 200' },
    ]),
  )
  await until(({ problem }) => problem === null)
  expect(await names()).toEqual(before)
})

test('what needs a new start is named, and what is written down twice is said', async () => {
  expect(
    (await ask('POST', '/api/clusters', { name: 'Carts', bootstrapControllers: shop.bootstrapControllers })).status,
  ).toBe(201)
  const clusters = [{ name: 'Orders' }, { name: 'Prices' }, { name: 'Carts' }]
  write(yaml(clusters, 'port: 9999\noperateTokenFile: token\n'))
  writeFileSync(join(folder, 'token'), 'a-token-of-the-operators')
  const { changedButNotApplied } = await until((state) => state.changedButNotApplied.length === 3)
  expect(changedButNotApplied.map(({ what }) => what)).toEqual([
    'port',
    'operateTokenFile, watchTokenFile and administerTokenFile',
    'cluster Carts, added',
  ])
  expect(JSON.stringify(changedButNotApplied)).not.toContain('a-token-of-the-operators')
  expect((await ask('DELETE', '/api/clusters/carts')).status).toBe(204)
  await until((state) => state.changedButNotApplied.length === 2)
  expect((await names()).map(([cluster]) => cluster)).toEqual(['orders', 'prices', 'carts'])
})

test('a cluster with a guided change stays until that has ended', async () => {
  write(yaml([{ name: 'Orders' }]))
  await until(() => true)
  await vi.waitFor(async () => expect(await names()).toHaveLength(1), WAIT)
  const view = await vi.waitFor(async () => {
    const seen = QuorumView.parse(await (await ask('GET', '/api/clusters/orders/quorum')).json())
    expect(healthy(seen)).toBe(true)
    return seen
  }, WAIT)
  const follower = view.replicas.find(({ status }) => status === 'follower')
  const as = { id: 'ann', name: 'Ann' }
  const run = await vi.waitFor(async () => {
    const answer = await ask('POST', '/api/clusters/orders/workflows', {
      kind: 'remove-controller',
      params: { nodeId: follower?.nodeId, directoryId: follower?.directoryId },
      as,
    })
    expect(answer.status).toBe(201)
    return (await answer.json()) as { id: string }
  }, WAIT)
  write(yaml([{ name: 'Prices' }]))
  const { changedButNotApplied } = await until((state) => state.changedButNotApplied.length === 1)
  expect(changedButNotApplied[0]).toMatchObject({
    what: 'cluster Orders, removed',
    why: expect.stringContaining('goes on'),
  })
  expect((await names()).map(([cluster]) => cluster)).toEqual(['orders', 'prices'])
  await vi.waitFor(async () => {
    const now = (await (await ask('GET', `/api/workflows/${run.id}`)).json()) as {
      revision: number
      endedAtMs: number | null
    }
    const command = { type: 'abort', reason: 'enough' }
    if (now.endedAtMs === null)
      await ask('POST', `/api/workflows/${run.id}/commands`, {
        commandId: crypto.randomUUID(),
        expectedRevision: now.revision,
        command,
        as,
      })
    expect(now.endedAtMs).not.toBeNull()
  }, WAIT)
  await until((state) => state.changedButNotApplied.length === 0)
  expect((await names()).map(([cluster]) => cluster)).toEqual(['prices'])
})

test('rules that the file gets hold for clusters that were added here, too, as soon as it is read', async () => {
  const bootstrapControllers = serving.quorum.bootstrapControllers
  expect((await ask('POST', '/api/clusters', { name: 'Second', bootstrapControllers })).status).toBe(201)
  const missing = async () => {
    const view = await serving.watching.view('a whole quorum', healthy)
    const follower = view.replicas.find(({ status }) => status === 'follower')
    const params = { nodeId: follower?.nodeId, directoryId: follower?.directoryId }
    const body = { kind: 'remove-controller', params, dryRun: true }
    const answer = await ask('POST', '/api/clusters/second/workflows', body)
    expect(answer.status).toBe(200)
    return Workflow.parse(await answer.json()).permission?.missing.join() ?? ''
  }
  await vi.waitFor(async () => expect(await missing()).toBe(''), WAIT)
  write(yaml([{ name: 'Prices', more: FROZEN }]))
  await vi.waitFor(async () => expect(await missing()).toContain('year end'), WAIT)
})

test('a server that is read-only holds back what the file gets, and what was read again', async () => {
  const own = mkdtempSync(join(tmpdir(), 'read-only-configuration-'))
  write(yaml([{ name: 'Orders' }]))
  const held = await serve(null, 100, {
    dataDir: own,
    readOnly: true,
    configuration: async () => ({ file, started: await read(), read, everyMs: 50 }),
  })
  try {
    const missing = async (cluster: string) => {
      const answer = await fetch(`${held.url}/api/clusters/${cluster}/workflows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ kind: 'rolling-restart', params: {}, dryRun: true }),
      })
      return answer.status === 200 ? (Workflow.parse(await answer.json()).permission?.missing.join() ?? '') : null
    }
    const isHeld = (cluster: string) =>
      vi.waitFor(async () => expect(await missing(cluster)).toContain('read-only'), WAIT)
    await isHeld('orders')
    write(yaml([{ name: 'Orders' }, { name: 'Later' }]))
    await isHeld('later')
    await isHeld('orders')
  } finally {
    await held.close()
    rmSync(own, { recursive: true, force: true })
  }
})
