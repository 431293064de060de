/** The plan of a new quorum over HTTP, and watching it: the practice quorum stands in for the one that was planned. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aController, aRequest } from '../../bootstrap/exampleRequest.ts'
import { BootstrapPlan, type BootstrapRequest, Formation, WatchedPlan } from '../../contract/bootstrap.ts'
import { ClusterList } from '../../contract/clusters.ts'
import { ErrorBody } from '../../contract/errors.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import { PATIENCE_MS } from '../patience.ts'
import { CLUSTER, type Serving, serve } from '../serving.ts'
import { healthy } from '../watching.ts'

let serving: Serving
let dataDir = ''

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-bootstrap-'))
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
beforeEach(async () => {
  serving = await serve(null, 100, { dataDir })
  await serving.watching.view('a quorum', healthy)
})
afterEach(async () => serving.close())

const get = (path: string) => fetch(serving.url + path)
const post = (path: string, body: unknown) =>
  fetch(serving.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
async function refused(answer: Promise<Response>): Promise<{ status: number; code: string; fields: string[] }> {
  const { status, ...rest } = await answer
  const { error } = ErrorBody.parse(await (await answer).json())
  expect(error.remedy.length + Object.keys(rest).length).toBeGreaterThan(10)
  return { status, code: error.code, fields: (error.fields ?? []).map((f) => f.path) }
}

/** A wish that the practice quorum is the answer to. */
function fulfilled(view: QuorumView, change: Partial<BootstrapRequest> = {}): BootstrapRequest {
  const voters = view.replicas.filter((r) => r.status !== 'observer')
  return aRequest({
    name: 'New Orders',
    clusterId: view.clusterId ?? '',
    nodes: voters.map(({ nodeId, directoryId }, i) => {
      const [host = '', port = ''] = (serving.quorum.bootstrapControllers[i] ?? '').split(':')
      return aController(nodeId, {
        host,
        controllerPort: Number(port),
        dataDir: `/d/${nodeId}`,
        directoryId: directoryId ?? '',
      })
    }),
    ...change,
  })
}
const view = (): QuorumView => {
  const seen = serving.watching.observer.view
  if (seen === null) throw new Error('nothing observed')
  return seen
}
async function until(cluster: string, wanted: (formation: Formation) => boolean): Promise<Formation> {
  const startedMs = performance.now()
  for (;;) {
    const formation = Formation.parse(await (await get(`/api/clusters/${cluster}/formation`)).json())
    if (wanted(formation)) return formation
    if (performance.now() - startedMs > PATIENCE_MS)
      throw new Error(JSON.stringify(formation.gates.filter((g) => !g.ok)))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
const clusters = async () => ClusterList.parse(await (await get('/api/clusters')).json()).clusters
const metrics = async () => await (await get('/metrics')).text()
const forget = (cluster: string) => fetch(`${serving.url}/api/clusters/${cluster}`, { method: 'DELETE' })

describe('the plan', () => {
  test('is answered whole, with ids, and the same again when sent back', async () => {
    const plan = BootstrapPlan.parse(await (await post('/api/bootstrap', aRequest())).json())
    expect(plan.files.map((f) => f.path)).toContain('node-11.properties')
    expect(BootstrapPlan.parse(await (await post('/api/bootstrap', plan.request)).json())).toEqual(plan)
    const other = BootstrapPlan.parse(await (await post('/api/bootstrap', aRequest())).json())
    expect(other.clusterId).not.toBe(plan.clusterId)
    const archive = await post('/api/bootstrap/archive', plan.request)
    expect(archive.headers.get('content-disposition')).toBe('attachment; filename="payments.tar.gz"')
    const unpacked = gunzipSync(Buffer.from(await archive.arrayBuffer())).toString()
    expect(unpacked).toContain(plan.initialControllers)
    expect(await clusters()).toHaveLength(1)
  })

  test('what cannot be used is named by its field, what has no shape by its place', async () => {
    const nodes = [aController(1, { host: '' }), aController(1, { host: 'c2', controllerPort: 0 })]
    expect(await refused(post('/api/bootstrap', aRequest({ nodes })))).toEqual({
      status: 422,
      code: 'unusable-fields',
      fields: ['nodes.0.host', 'nodes.1.controllerPort', 'nodes.1.nodeId'],
    })
    expect(await refused(post('/api/bootstrap', { ...aRequest(), secret: 'x' }))).toMatchObject({ status: 400 })
    const many = { ...aRequest(), nodes: Array.from({ length: 101 }, (_, i) => aController(i)) }
    expect(await refused(post('/api/bootstrap', many))).toMatchObject({ status: 400, code: 'bad-request' })
    expect(await refused(post('/api/bootstrap/watch', { request: aRequest() }))).toMatchObject({ status: 400 })
    const secured = fulfilled(view(), { protocol: 'SSL' })
    expect(await refused(post('/api/bootstrap/watch', { request: secured }))).toMatchObject({
      code: 'command-config-needed',
    })
    for (const commandConfig of ['../secret', '.', 'a/b'])
      expect(await refused(post('/api/bootstrap/watch', { request: secured, commandConfig }))).toMatchObject({
        status: 400,
      })
    expect(
      await refused(post('/api/bootstrap/watch', { request: secured, commandConfig: 'missing.properties' })),
    ).toMatchObject({ status: 422, code: 'command-config-unusable' })
    expect(await clusters()).toHaveLength(1)
  })

  test('a password goes only to hosts that its file allows', async () => {
    const folder = join(dataDir, 'client-properties')
    mkdirSync(folder, { recursive: true })
    const lines = [
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=PLAIN',
      'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";',
    ]
    const file = (name: string, ...more: string[]) => writeFileSync(join(folder, name), [...lines, ...more].join('\n'))
    file('silent.properties')
    file('others.properties', 'quorumdeck.hosts=c0.example, C1.example')
    // Whoever names the hosts listens there, and would hear what comes.
    const heard: Buffer[] = []
    const listener = createServer((socket) => socket.on('data', (data) => heard.push(data)))
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    const draft = aRequest({ protocol: 'SASL_PLAINTEXT', mechanism: 'PLAIN' })
    const nodes = draft.nodes.map((node) => ({ ...node, host: '127.0.0.1', controllerPort: port }))
    const planned = await post('/api/bootstrap', { ...draft, standalone: true, nodes: nodes.slice(0, 1) })
    const { request } = (await planned.json()) as { request: unknown }
    for (const commandConfig of ['silent.properties', 'others.properties'])
      expect(await refused(post('/api/bootstrap/watch', { request, commandConfig }))).toMatchObject({
        status: 422,
        code: 'host-not-allowed',
      })
    expect(heard).toEqual([])
    expect(await clusters()).toHaveLength(1)
    listener.close()
  })
})

describe('watching it form', () => {
  test('a quorum that is as planned has formed; it is watched, kept over a restart, and forgotten', async () => {
    const answer = await post('/api/bootstrap/watch', { request: fulfilled(view()) })
    expect([answer.status, answer.headers.get('location')]).toEqual([201, '/api/clusters/new-orders/formation'])
    const { cluster } = WatchedPlan.parse(await answer.json())
    await until(cluster, (formation) => formation.formed)
    expect((await clusters()).map((c) => [c.cluster, c.planned ?? false])).toEqual([
      [CLUSTER, false],
      ['new-orders', true],
    ])
    expect(await metrics()).toMatch(/^quorumdeck_voters\{cluster="new-orders"\} 3$/m)
    expect((await get('/api/clusters/new-orders/workflows')).status).toBe(200)
    // Asked twice, it is the same one.
    expect(await (await post('/api/bootstrap/watch', { request: fulfilled(view()) })).json()).toMatchObject({ cluster })

    await serving.close()
    serving = await serve(null, 100, { dataDir })
    await serving.watching.view('another quorum', healthy)
    expect((await until(cluster, () => true)).plan.request.name).toBe('New Orders')
    expect((await get(`/api/clusters/${cluster}/formation/archive`)).headers.get('content-type')).toBe(
      'application/gzip',
    )

    expect((await forget(cluster)).status).toBe(204)
    expect(await clusters()).toHaveLength(1)
    expect(await metrics()).not.toMatch(/^quorumdeck_up\{cluster="new-orders"/m)
    expect(await refused(get(`/api/clusters/${cluster}/formation`))).toMatchObject({ code: 'unknown-cluster' })
    expect(await refused(get(`/api/clusters/${CLUSTER}/formation`))).toMatchObject({ code: 'not-planned' })
    expect(await refused(forget(CLUSTER))).toMatchObject({ status: 409, code: 'from-start' })
  })

  test('another directory id and another cluster id than planned are named', async () => {
    const draft = fulfilled(view())
    const nodes = draft.nodes.map((node, i) => (i === 2 ? { ...node, directoryId: 'AAAAAAAAAAAAAAAAAAAAAQ' } : node))
    const one = WatchedPlan.parse(await (await post('/api/bootstrap/watch', { request: { ...draft, nodes } })).json())
    const wrong = await until(one.cluster, ({ gates }) => gates.filter((g) => !g.ok).length === 1)
    expect(wrong.gates.find((g) => !g.ok)?.code).toBe('directory-ids')
    // The same cluster id, and other words.
    expect(await refused(post('/api/bootstrap/watch', { request: draft }))).toMatchObject({
      status: 409,
      code: 'cluster-id-planned',
    })
    await forget(one.cluster)

    const other = { ...draft, clusterId: 'AAAAAAAAAAAAAAAAAAAAAQ' }
    const two = WatchedPlan.parse(await (await post('/api/bootstrap/watch', { request: other })).json())
    const foreign = await until(two.cluster, ({ gates }) => gates.some((g) => g.code === 'cluster-id' && !g.waiting))
    expect(foreign.gates[0]?.observed).toContain(`it is of cluster ${draft.clusterId}`)
    await forget(two.cluster)
  })
})
