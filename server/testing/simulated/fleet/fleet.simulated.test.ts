/** Clusters added, edited, tested and removed over HTTP, over a restart too; secrets stay where they are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ClusterList, type ClusterSummary } from '../../../contract/clusters.ts'
import { ErrorBody } from '../../../contract/errors.ts'
import { ClusterSettings } from '../../../contract/fleet/clusterSettings.ts'
import { ConnectionTest } from '../../../contract/fleet/connectionTest.ts'
import { QuorumView } from '../../../contract/quorumView.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../../sandbox/simulatedQuorum/start.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, type Serving, serve } from '../../serving.ts'
import { healthy } from '../../watching.ts'

const WAIT = { timeout: PATIENCE_MS, interval: 50 }
const SECRET = 'a-very-secret-password'

let dataDir = ''
let serving: Serving
let other: SimulatedQuorum

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fleet-'))
  mkdirSync(join(dataDir, 'client-properties'))
  writeFileSync(
    join(dataDir, 'client-properties', 'secret.properties'),
    [
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=PLAIN',
      `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${SECRET}";`,
      'quorumdeck.hosts=127.0.0.1,localhost',
    ].join('\n'),
  )
  other = await startSimulatedQuorum({ seed: 7 })
  serving = await serve(null, 100, { dataDir })
  await serving.watching.view('a whole quorum', healthy)
})
afterAll(async () => {
  await serving?.close()
  await other?.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const ask = (method: string, path: string, body?: unknown) =>
  fetch(serving.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const refused = async (asked: Promise<Response>) => {
  const answer = await asked
  const { error } = ErrorBody.parse(await answer.json())
  return { status: answer.status, code: error.code, fields: (error.fields ?? []).map(({ path }) => path) }
}
const list = async () => ClusterList.parse(await (await ask('GET', '/api/clusters')).json()).clusters
const one = async (cluster: string): Promise<ClusterSummary | undefined> =>
  (await list()).find((summary) => summary.cluster === cluster)
const live = (cluster: string) =>
  vi.waitFor(async () => {
    const summary = await one(cluster)
    expect(summary?.link.state).toBe('live')
    return summary
  }, WAIT)
const settings = async (cluster: string) =>
  ClusterSettings.parse(await (await ask('GET', `/api/clusters/${cluster}/settings`)).json())

const wanted = () => ({ name: 'Orders', bootstrapControllers: other.bootstrapControllers, intervalMs: 100 })

describe('what cannot be added is named, and nothing is kept', () => {
  test.each([
    [{ name: ' ' }, ['name']],
    [{ bootstrapControllers: [] }, ['bootstrapControllers']],
    [
      { bootstrapControllers: ['localhost:8000', 'http://x:1', 'a', 'localhost:8000'] },
      [1, 2, 3].map((n) => `bootstrapControllers.${n}`),
    ],
    [{ bootstrapServers: ['[::1]:70000'] }, ['bootstrapServers.0']],
    [{ clusterId: 'no id' }, ['clusterId']],
    [{ racks: { '1': 'a=b' } }, ['racks.1']],
    [{ group: 'a\nb' }, ['group']],
  ])('%j: %j', async (change, fields) => {
    expect(await refused(ask('POST', '/api/clusters', { ...wanted(), ...change }))).toEqual({
      status: 422,
      code: 'unusable-fields',
      fields,
    })
    expect(await list()).toHaveLength(1)
  })

  test.each([
    [{ password: 'x' }],
    [{ commandConfig: '../../../etc/passwd' }],
    [{ bootstrapControllers: Array.from({ length: 21 }, (_, n) => `h${n}:1`) }],
    [{ intervalMs: 1 }],
  ])('%j does not fit at all', async (change) => {
    expect(await refused(ask('POST', '/api/clusters', { ...wanted(), ...change }))).toMatchObject({ status: 400 })
  })

  test('a name that another cluster has, a file that is not there, a host that may not have the password', async () => {
    expect(await refused(ask('POST', '/api/clusters', { ...wanted(), name: ' tEST' }))).toEqual({
      status: 409,
      code: 'name-taken',
      fields: ['name'],
    })
    const missing = { ...wanted(), commandConfig: 'missing.properties' }
    expect(await refused(ask('POST', '/api/clusters', missing))).toEqual({
      status: 422,
      code: 'command-config-unusable',
      fields: ['commandConfig'],
    })
    const strange = {
      ...wanted(),
      commandConfig: 'secret.properties',
      bootstrapControllers: ['elsewhere.example:9093'],
    }
    for (const path of ['/api/clusters', '/api/clusters/test'])
      expect(await refused(ask('POST', path, strange))).toMatchObject({ status: 422, code: 'host-not-allowed' })
    expect(await list()).toHaveLength(1)
  })
})

describe('a cluster added by its addresses', () => {
  test('is watched, edited under the same short name, kept over a restart, and removed', async () => {
    const added = await ask('POST', '/api/clusters', { ...wanted(), group: 'Shop', racks: { '0': 'a' } })
    expect([added.status, added.headers.get('location')]).toEqual([201, '/api/clusters/orders/settings'])
    expect(ClusterSettings.parse(await added.json())).toMatchObject({
      cluster: 'orders',
      group: 'Shop',
      origin: 'added',
    })
    const summary = await live('orders')
    expect(summary).toMatchObject({
      name: 'Orders',
      group: 'Shop',
      origin: 'added',
      addresses: other.bootstrapControllers,
    })
    expect(summary?.planned).toBeUndefined()

    // A label: nothing is connected anew.
    expect((await ask('PATCH', '/api/clusters/orders', { name: 'Orders EU', group: null })).status).toBe(200)
    const relabelled = await one('orders')
    expect([relabelled?.name, relabelled?.group, relabelled?.link.sinceMs]).toEqual([
      'Orders EU',
      undefined,
      summary?.link.sinceMs,
    ])

    // Other addresses: the same Kafka cluster is expected there from now on.
    const [first = ''] = other.bootstrapControllers
    expect((await ask('PATCH', '/api/clusters/orders', { bootstrapControllers: [first] })).status).toBe(200)
    await live('orders')
    expect(await settings('orders')).toMatchObject({
      name: 'Orders EU',
      bootstrapControllers: [first],
      clusterId: summary?.clusterId,
      racks: { '0': 'a' },
    })
    expect(await refused(ask('PATCH', '/api/clusters/orders', { clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ' }))).toMatchObject({
      status: 422,
      code: 'other-kafka-cluster',
    })
    expect(await refused(ask('PATCH', '/api/clusters/orders', { bootstrapControllers: ['x'] }))).toMatchObject({
      fields: ['bootstrapControllers.0'],
    })
    expect(await refused(ask('PATCH', '/api/clusters/orders', { commandConfig: 'missing.properties' }))).toMatchObject({
      code: 'command-config-unusable',
    })
    expect((await live('orders'))?.addresses).toEqual([first])

    await serving.close()
    serving = await serve(null, 100, { dataDir })
    await serving.watching.view('a whole quorum', healthy)
    expect(await live('orders')).toMatchObject({ name: 'Orders EU', addresses: [first] })
    expect(await refused(ask('GET', '/api/clusters/orders/formation'))).toMatchObject({
      status: 404,
      code: 'not-planned',
    })
  })

  test('while a guided change goes on neither its addresses nor its place change, its name does', async () => {
    const view = await vi.waitFor(async () => {
      const seen = QuorumView.parse(await (await ask('GET', '/api/clusters/orders/quorum')).json())
      expect(healthy(seen)).toBe(true)
      return seen
    }, WAIT)
    const follower = view.replicas.find(({ status }) => status === 'follower')
    const started = await vi.waitFor(async () => {
      const answer = await ask('POST', '/api/clusters/orders/workflows', {
        kind: 'remove-controller',
        params: { nodeId: follower?.nodeId, directoryId: follower?.directoryId },
        as: { id: 'ann', name: 'Ann' },
        reason: 'a test',
      })
      expect(answer.status).toBe(201)
      return (await answer.json()) as { id: string; revision: number }
    }, WAIT)
    const moved = { bootstrapControllers: other.bootstrapControllers }
    expect(await refused(ask('PATCH', '/api/clusters/orders', moved))).toMatchObject({
      status: 409,
      code: 'change-in-progress',
    })
    expect(await refused(ask('DELETE', '/api/clusters/orders'))).toMatchObject({
      status: 409,
      code: 'change-in-progress',
    })
    expect((await ask('PATCH', '/api/clusters/orders', { name: 'Orders' })).status).toBe(200)
    expect((await settings('orders')).bootstrapControllers).toHaveLength(1)
    await vi.waitFor(async () => {
      const run = (await (await ask('GET', `/api/workflows/${started.id}`)).json()) as {
        revision: number
        endedAtMs: number | null
      }
      if (run.endedAtMs === null)
        await ask('POST', `/api/workflows/${started.id}/commands`, {
          commandId: crypto.randomUUID(),
          expectedRevision: run.revision,
          command: { type: 'abort', reason: 'enough' },
          as: { id: 'ann', name: 'Ann' },
        })
      expect(run.endedAtMs).not.toBeNull()
    }, WAIT)
    expect((await ask('PATCH', '/api/clusters/orders', moved)).status).toBe(200)
    await live('orders')
    expect((await ask('DELETE', '/api/clusters/orders')).status).toBe(204)
    expect(await one('orders')).toBeUndefined()
  })

  test('under two names it is said of both, and neither loses anything', async () => {
    for (const name of ['Twin A', 'Twin B'])
      expect((await ask('POST', '/api/clusters', { ...wanted(), name })).status).toBe(201)
    await live('twin-a')
    await live('twin-b')
    expect((await one('twin-a'))?.sameKafkaCluster).toEqual(['Twin B'])
    expect((await one('twin-b'))?.sameKafkaCluster).toEqual(['Twin A'])
    expect((await one(CLUSTER))?.sameKafkaCluster).toBeUndefined()
    const tested = ConnectionTest.parse(await (await ask('POST', '/api/clusters/twin-a/test')).json())
    expect(tested.watchedAs).toEqual(['Twin B'])
    for (const cluster of ['twin-a', 'twin-b'])
      expect((await ask('DELETE', `/api/clusters/${cluster}`)).status).toBe(204)
  })

  test('a cluster that was given at the start is changed where it is written down', async () => {
    for (const asked of [ask('PATCH', `/api/clusters/${CLUSTER}`, { name: 'x' })])
      expect(await refused(asked)).toMatchObject({ status: 409, code: 'from-start' })
    expect(await refused(ask('PATCH', '/api/clusters/nowhere', { name: 'x' }))).toMatchObject({ status: 404 })
  })
})

describe('the test of the way to a cluster', () => {
  test('every hop of every address, on a plain quorum', async () => {
    const closed = '127.0.0.1:1'
    const body = { name: '', bootstrapControllers: [...other.bootstrapControllers, closed] }
    const tested = ConnectionTest.parse(await (await ask('POST', '/api/clusters/test', body)).json())
    expect(tested).toMatchObject({ state: 'warning', watchedAs: [] })
    expect(tested.words).toContain('1 of 4 addresses')
    const states = (at: number) => tested.addresses[at]?.hops.map(({ hop, state }) => `${hop}:${state}`)
    expect(states(0)).toEqual([
      'name:ok',
      'tcp:ok',
      'tls:skipped',
      'sasl:skipped',
      'api-versions:ok',
      'rights:ok',
      'identity:ok',
    ])
    expect(tested.addresses.slice(0, 3).map(({ nodeId }) => nodeId)).toEqual([0, 1, 2])
    expect(states(3)?.slice(0, 3)).toEqual(['name:ok', 'tcp:failed', 'tls:skipped'])
    expect(tested.addresses[0]?.clusterId).toBe(tested.clusterId)
  })

  test('another cluster than the one that is meant', async () => {
    const body = { name: '', bootstrapControllers: other.bootstrapControllers, clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ' }
    const tested = ConnectionTest.parse(await (await ask('POST', '/api/clusters/test', body)).json())
    expect(tested.state).toBe('failed')
    expect(tested.addresses[0]?.hops.at(-1)).toMatchObject({ hop: 'identity', state: 'failed' })
  })

  test('nothing of a secret is in any answer', async () => {
    const [first = ''] = other.bootstrapControllers
    const body = { name: 'Guarded', bootstrapControllers: [first], commandConfig: 'secret.properties' }
    const texts = [await (await ask('POST', '/api/clusters/test', body)).text()]
    texts.push(await (await ask('POST', '/api/clusters', body)).text())
    texts.push(await (await ask('GET', '/api/clusters/guarded/settings')).text())
    texts.push(await (await ask('GET', '/api/clusters')).text())
    texts.push(await (await ask('GET', '/api/configuration')).text())
    expect(texts.join()).not.toContain(SECRET)
    expect(JSON.parse(texts[2] ?? '')).toMatchObject({
      commandConfig: { name: 'secret.properties', protocol: 'SASL_PLAINTEXT', mechanism: 'PLAIN' },
    })
    expect((await ask('DELETE', '/api/clusters/guarded')).status).toBe(204)
  })

  test('many tests at once are refused, and can be asked for again', async () => {
    const body = { name: '', bootstrapControllers: other.bootstrapControllers }
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('POST', '/api/clusters/test', body)))
    expect(answers.map(({ status }) => status)).toContain(429)
    expect(answers.map(({ status }) => status).filter((status) => status !== 429 && status !== 200)).toEqual([])
  })
})
