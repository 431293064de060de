/** The HTTP API and the websocket, whole, on a simulated quorum. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { ClusterList } from '../../contract/clusters.ts'
import { applyDelta } from '../../contract/delta.ts'
import { ErrorBody } from '../../contract/errors.ts'
import { Inspection } from '../../contract/inspection.ts'
import { ServerMessage } from '../../contract/live.ts'
import { EventList } from '../../contract/past/events.ts'
import { History } from '../../contract/past/history.ts'
import { QuorumView } from '../../contract/quorumView.ts'
import { SandboxState } from '../../contract/sandbox.ts'
import { ROUTES } from '../../http/openapi.ts'
import { PATIENCE_MS } from '../patience.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../serving.ts'
import { rowOf } from '../watching.ts'

/** A condition comes true, or never. */
const WAIT = { timeout: PATIENCE_MS }
const clients: LiveClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})

async function connect(serving: Serving, headers: Record<string, string> = {}): Promise<LiveClient> {
  const client = new LiveClient(serving.url, headers)
  clients.push(client)
  return await client.opened()
}

/** Status of a request with headers that fetch would not let us set. */
function status(url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end()
  })
}

describe('on this machine, without tokens', () => {
  let serving: Serving
  const get = (path: string) => fetch(serving.url + path)
  const post = (
    path: string,
    body: unknown,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) =>
    fetch(serving.url + path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })

  beforeAll(async () => {
    serving = await serve()
    await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
  })
  afterAll(async () => serving.close())

  test('every answer is what the contract says', async () => {
    const list = ClusterList.parse(await (await get('/api/clusters')).json())
    expect(list.clusters).toMatchObject([{ cluster: CLUSTER, kind: 'practice', voters: 3, margin: 1, worst: null }])
    const view = QuorumView.parse(await (await get(`/api/clusters/${CLUSTER}/quorum`)).json())
    expect(view.replicas).toHaveLength(6)
    const history = History.parse(await (await get(`/api/clusters/${CLUSTER}/history`)).json())
    expect(history.series.every((s) => s.lag.length === history.timesMs.length)).toBe(true)
    const { events } = EventList.parse(await (await get(`/api/clusters/${CLUSTER}/events`)).json())
    expect(events.map((e) => e.kind)).toContain('leader-elected')
    expect(events.map((e) => e.atMs)).toEqual(events.map((e) => e.atMs).sort((a, b) => a - b))
    SandboxState.parse(await (await get(`/api/clusters/${CLUSTER}/sandbox`)).json())
  })

  test('files of a disk are read and compared with the quorum of now', async () => {
    const view = QuorumView.parse(await (await get(`/api/clusters/${CLUSTER}/quorum`)).json())
    const [voter] = view.replicas
    const text = `version=1\ncluster.id=${view.clusterId}\nnode.id=${voter?.nodeId}\ndirectory.id=${voter?.directoryId}\n`
    // Larger than any other body may be.
    const files = [text, 'x'.repeat(1_000_000)].map((content) => ({
      name: 'file',
      base64: Buffer.from(content).toString('base64'),
    }))
    const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/inspect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ files }),
    })
    const { files: read, findings, comparedWith } = Inspection.parse(await answer.json())
    expect(read.map((f) => f.kind)).toEqual(['meta.properties', 'unknown'])
    expect(findings.map((f) => f.code)).toEqual(['same-cluster', 'voter'])
    expect(comparedWith).toMatch(/^Test, as it was \d+ s ago: \d leads epoch \d+$/)
  })

  test('the OpenAPI document lists exactly the routes that there are', async () => {
    const document = (await (await get('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    )
    expect(documented.sort()).toEqual(ROUTES.map((r) => `${r.method} ${r.path}`).sort())
    for (const { method, path } of ROUTES) {
      const url = serving.url + path.replace('{cluster}', CLUSTER)
      const body = method === 'post' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}
      const answer = await fetch(url, { method: method.toUpperCase(), ...body })
      const refused = answer.ok ? null : ErrorBody.parse(await answer.json()).error.code
      expect([method, path, refused]).not.toEqual([method, path, 'not-found'])
    }
  })

  test('figures for Prometheus, and the probes', async () => {
    const text = await (await get('/metrics')).text()
    expect(text).toMatch(/^quorumdeck_voters\{cluster="test"\} 3$/m)
    expect(text).toMatch(/^quorumdeck_margin\{cluster="test"\} 1$/m)
    expect(text).toMatch(/^quorumdeck_uncommitted_voter_change\{cluster="test"\} 0$/m)
    expect(text).toMatch(/^quorumdeck_observation_age_seconds\{cluster="test"\} 0\.\d+$/m)
    expect(text).toMatch(/^quorumdeck_replica_lag_records\{.*node_id="7".*status="observer"\} \d+$/m)
    expect((await get('/healthz')).status).toBe(200)
    expect(await (await get('/readyz')).json()).toEqual({ ready: true, waiting: [] })
  })

  test.each([
    ['GET', '/api/clusters/nowhere/quorum', undefined, 404, 'unknown-cluster'],
    ['GET', '/api/nothing', undefined, 404, 'not-found'],
    ['GET', `/api/clusters/${CLUSTER}/history?from=now`, undefined, 400, 'bad-request'],
    ['GET', `/api/clusters/${CLUSTER}/history?from=9&to=3`, undefined, 400, 'bad-request'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, '{', 400, 'bad-request'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, '{"action":"explode","nodeId":1}', 400, 'bad-request'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, '{"action":"kill","nodeId":-1}', 400, 'bad-request'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, '{"action":"kill","nodeId":99}', 422, 'sandbox-refused'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, '{"action":"format","nodeId":1}', 422, 'sandbox-refused'],
    ['POST', `/api/clusters/${CLUSTER}/sandbox`, `{"a":"${'x'.repeat(70_000)}"}`, 413, 'too-large'],
    ['POST', `/api/clusters/${CLUSTER}/inspect`, '{"files":[]}', 400, 'bad-request'],
    ['POST', `/api/clusters/${CLUSTER}/inspect`, '{"files":[{"name":"x","base64":"<>"}]}', 400, 'bad-request'],
    ['POST', '/api/clusters/nowhere/inspect', '{"files":[{"name":"x","base64":""}]}', 404, 'unknown-cluster'],
    ['POST', `/api/clusters/${CLUSTER}/inspect`, `{"a":"${'x'.repeat(12_000_000)}"}`, 413, 'too-large'],
    ['POST', '/api/session', '{"token":"whatever"}', 401, 'wrong-token'],
  ])('%s %s %s: %i %s', async (method, path, body, expected, code) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(serving.url + path, { method, ...(body === undefined ? {} : { headers, body }) })
    expect(answer.status).toBe(expected)
    const { error } = ErrorBody.parse(await answer.json())
    expect(error.code).toBe(code)
    expect(error.remedy).not.toBe('')
  })

  test('a body that is no JSON by its type is refused', async () => {
    expect(
      (await post(`/api/clusters/${CLUSTER}/sandbox`, 'action=reset', { 'content-type': 'text/plain' })).status,
    ).toBe(415)
  })

  test('another host name or origin is refused, on pages, API and websocket', async () => {
    for (const path of ['/', '/api/clusters', '/healthz'])
      expect(await status(serving.url + path, { host: 'evil.example' })).toBe(421)
    const foreign = { origin: 'https://evil.example', 'content-type': 'application/json' }
    expect(await status(`${serving.url}/api/clusters/${CLUSTER}/sandbox`, foreign, 'POST')).toBe(403)
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }]) {
      const client = new LiveClient(serving.url, headers)
      clients.push(client)
      const refused = await new Promise<number>((resolve) => {
        client.socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      })
      expect([403, 421]).toContain(refused)
    }
  })

  test('pages are only looked at', async () => {
    expect((await post('/', {})).status).toBe(405)
    expect((await fetch(`${serving.url}/`, { method: 'HEAD' })).status).toBe(200)
  })

  test('security headers are on every answer', async () => {
    const page = await get('/')
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'nonce-[A-Za-z0-9+/=]+' 'strict-dynamic';/)
    for (const answer of [page, await get('/api/clusters'), await get('/api/nothing')]) {
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('x-frame-options')).toBe('DENY')
    }
  })

  test('whoever asks for snapshots again and again gets them with the views, not at once', async () => {
    const client = await connect(serving)
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await vi.waitUntil(() => client.of('snapshot').length > 0, WAIT)
    const seqs = () => client.of('snapshot').map((m) => m.view?.seq)
    for (let i = 0; i < 60; i += 1) client.say({ type: 'resync', cluster: CLUSTER })
    const before = seqs().length
    await vi.waitUntil(() => seqs().length > before, WAIT)
    // Three at once, and then one for each view.
    await vi.waitUntil(() => client.of('snapshot').length >= 4, WAIT)
    expect(seqs().length - new Set(seqs()).size).toBeLessThanOrEqual(4)
  })

  test('a fault of our own has a body, a request id, and a line in the log', async () => {
    const { observer } = serving.watching
    const broken = vi.spyOn(observer, 'ageMs').mockImplementation(() => {
      throw new Error('a fault of a test')
    })
    const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/quorum`)
    broken.mockRestore()
    const id = answer.headers.get('x-request-id') ?? ''
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(answer.status).toBe(500)
    const { error } = (await answer.json()) as { error: { code: string; remedy: string } }
    expect(error.code).toBe('internal-error')
    expect(error.remedy).toContain(id)
    expect(serving.faults.splice(0)).toMatchObject([{ error: { message: 'a fault of a test' }, requestId: id }])
  })

  test('the practice quorum takes no endless number of nodes', async () => {
    const add = () =>
      fetch(`${serving.url}/api/clusters/${CLUSTER}/sandbox`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"action":"add-node","roles":["broker"]}',
      })
    let last = await add()
    for (let i = 0; i < 40 && last.ok; i += 1) last = await add()
    expect(last.status).toBe(422)
    expect(await last.json()).toMatchObject({ error: { message: expect.stringContaining('30 nodes already') } })
    const remade = await fetch(`${serving.url}/api/clusters/${CLUSTER}/sandbox`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"action":"reset"}',
    })
    expect(remade.status).toBe(200)
    // Made anew on purpose: the shorter log is no loss.
    await serving.watching.view('the new quorum', (v) => v.quorum.margin === 1)
    expect(serving.watching.observer.incidents).toEqual([])
  })

  test('a subscriber folds deltas to the very view of the server', async () => {
    const client = await connect(serving)
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await serving.watching.until('deltas', () => client.of('delta').length >= 20)
    for (const message of client.messages) ServerMessage.parse(message)
    expect(client.of('hello')).toMatchObject([{ role: 'administer', serverRunId: 'test-run' }])
    client.say({ type: 'resync', cluster: CLUSTER })
    const snapshot = await serving.watching.until('a snapshot', () => client.of('snapshot')[1] ?? null)
    const until = client.messages.indexOf(snapshot)
    let folded = client.of('snapshot')[0]?.view ?? null
    for (const message of client.messages.slice(0, until)) {
      if (message.type === 'delta' && folded !== null) folded = applyDelta(folded, message)
    }
    expect(folded).toEqual(snapshot.view)
    const steady = client.sizes.filter((_, i) => client.messages[i]?.type === 'delta').sort((a, b) => a - b)
    expect(steady[Math.floor(steady.length / 2)]).toBeLessThan(400)
  })

  test('resuming with the newest view sends no snapshot; with another one it does', async () => {
    const frozen = await serve(null, 60_000)
    try {
      const { observer } = frozen.watching
      await frozen.watching.view('the log is followed', (v) => v.source.tailing && v.quorum.autoJoin !== null)
      // A quorum of a moment still settles: a view may come between the question and its answer. Then asked again.
      const { client } = await vi.waitUntil(async () => {
        const candidate = await connect(frozen)
        const seq = observer.view?.seq
        candidate.say({ type: 'subscribe', cluster: CLUSTER, serverRunId: 'test-run', seq })
        const answered = () => candidate.of('link').length + candidate.of('snapshot').length > 0
        await frozen.watching.until('an answer', answered)
        if (seq === observer.view?.seq) return { client: candidate }
        candidate.socket.terminate()
        return null
      }, WAIT)
      expect(client.of('snapshot')).toEqual([])
      const other = await connect(frozen)
      other.say({ type: 'subscribe', cluster: CLUSTER, serverRunId: 'another-run', seq: observer.view?.seq })
      await frozen.watching.until('a snapshot', () => other.of('snapshot').length > 0)
      // Nothing new happens, yet it is told that the server lives, and how old the picture is.
      await frozen.watching.until('pings', () => client.of('ping').length >= 3)
      const ages = client.of('ping').map((p) => p.ageMs ?? -1)
      expect(ages).toEqual([...ages].sort((a, b) => a - b))
      expect(client.of('presence').at(-1)?.watching).toBe(2)
    } finally {
      await frozen.close()
    }
  })

  test('what is no message is answered in words, and changes nothing', async () => {
    const client = await connect(serving)
    for (const bad of [
      '',
      '{',
      '[]',
      '{"type":"subscribe"}',
      '{"type":"subscribe","cluster":"nowhere"}',
      '{"type":"drop","cluster":"test"}',
    ])
      client.say(bad)
    client.socket.send(Buffer.from([1, 2, 3]))
    await serving.watching.until('refusals', () => client.of('error').length === 7)
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await serving.watching.until('a snapshot', () => client.of('snapshot').length === 1)
  })

  test('a frame that is too large, or a flood, ends only that connection', async () => {
    const [large, flood, calm] = await Promise.all([connect(serving), connect(serving), connect(serving)])
    const closed = (client: LiveClient) =>
      new Promise<number>((resolve) => client.socket.on('close', (code) => resolve(code)))
    const codes = Promise.all([closed(large), closed(flood)])
    large.say(`{"type":"${'x'.repeat(5000)}"}`)
    for (let i = 0; i < 200; i += 1) flood.say('{')
    expect(await codes).toEqual([1009, 1008])
    calm.say({ type: 'subscribe', cluster: CLUSTER })
    await serving.watching.until('a snapshot', () => calm.of('snapshot').length === 1)
  })

  test('a killed leader reaches the subscriber as link, event and view; a click brings it back', async () => {
    const client = await connect(serving)
    client.say({ type: 'subscribe', cluster: CLUSTER })
    const { quorum } = await serving.watching.view('a leader', (v) => v.quorum.leaderId !== null)
    const dead = quorum.leaderId ?? -1
    expect((await post(`/api/clusters/${CLUSTER}/sandbox`, { action: 'kill', nodeId: dead })).status).toBe(200)
    await serving.watching.until('an election', () =>
      client.of('event').some((m) => m.event.title.startsWith(`Leader ${dead} → `)),
    )
    await serving.watching.view('silent', (v) => rowOf(v, dead)?.health === 'silent' && v.quorum.margin === 0)
    await post(`/api/clusters/${CLUSTER}/sandbox`, { action: 'start', nodeId: dead })
    await serving.watching.view('whole again', (v) => v.quorum.margin === 1)
    expect(await (await get('/metrics')).text()).toMatch(/^quorumdeck_elections_total\{cluster="test"\} [1-9]/m)
  })
})

describe('with tokens', () => {
  const tokens = { operate: 'operate-token-0123456789', watch: 'watch-token-0123456789ab' }
  let serving: Serving
  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })

  beforeAll(async () => {
    serving = await serve(tokens)
    await serving.watching.view('a quorum', () => true)
  })
  afterAll(async () => serving.close())

  test('nothing but the probes and signing in is open', async () => {
    for (const { method, path } of ROUTES) {
      const url = serving.url + path.replace('{cluster}', CLUSTER)
      // Ways in are walked in tests of their own.
      if (/^\/api\/(sign-in|setup)/.test(path)) continue
      const open = ['/healthz', '/readyz'].includes(path) || (path === '/api/session' && method !== 'get')
      const answer = await fetch(url, {
        method: method.toUpperCase(),
        headers: { 'content-type': 'application/json' },
        ...(method === 'post' ? { body: '{}' } : {}),
      })
      expect([method, path, answer.status === 401 || answer.status === 403]).toEqual([method, path, !open])
    }
    const page = await fetch(`${serving.url}/clusters/test`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fclusters%2Ftest'])
    const client = new LiveClient(serving.url)
    clients.push(client)
    const refused = await new Promise((resolve) =>
      client.socket.on('unexpected-response', (_r, response) => resolve(response.statusCode)),
    )
    expect(refused).toBe(401)
  })

  test('a watch session looks at everything and changes nothing, on every route', async () => {
    for (const { method, path } of ROUTES) {
      // Who one is, and what one holds oneself, is everybody's.
      if (/^\/api\/(session|sign-in|setup|account|sessions|tokens)/.test(path)) continue
      const url =
        serving.url + path.replace('{cluster}', CLUSTER).replace('{name}', 'lost-majority').replace('{id}', '9999')
      const answer = await fetch(url, {
        method: method.toUpperCase(),
        headers: bearer(tokens.watch),
        ...(method === 'post' ? { body: '{"action":"reset"}' } : {}),
      })
      // Nobody planned the cluster of this test, and no run is called like that.
      // Of what subject is asked beside the path.
      const special: Record<string, number> = { '/api/notes': 400 }
      for (const forbidden of [
        '/api/wall-tokens',
        '/api/users',
        '/api/audit',
        '/api/audit/state',
        '/api/audit/export',
        '/api/diagnostics',
        // It opens a connection to the cluster, as a test of the way does.
        '/api/clusters/{cluster}/rights',
      ]) {
        special[forbidden] = 403
      }
      // The quorum lists no such node, which is no answer about a stop.
      for (const action of ['stop', 'restart']) special[`/api/clusters/{cluster}/nodes/{id}/may-${action}`] = 422
      const looked = special[path] ?? (/\{id\}|\/formation/.test(path) ? 404 : 200)
      expect([method, path, answer.status]).toEqual([method, path, method === 'get' ? looked : 403])
    }
    const client = await connect(serving, bearer(tokens.watch))
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await serving.watching.until('a snapshot', () => client.of('snapshot').length === 1)
    expect(client.of('hello')[0]?.role).toBe('watch')
  })

  test('signing in gives a cookie that works on API and websocket; signing out takes it back', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${serving.url}/api/session`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ token: tokens.operate }),
    })
    expect(await answer.json()).toMatchObject({ role: 'operate', via: 'token', everywhere: 'operate' })
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await fetch(`${serving.url}/api/session`, { headers: { cookie } })).json()).toMatchObject({
      role: 'operate',
      via: 'token',
    })
    const open = await connect(serving, { cookie })
    const other = await connect(serving, { authorization: `Bearer ${tokens.operate}` })
    const closed = once(open.socket, 'close')
    const out = await fetch(`${serving.url}/api/session`, { method: 'DELETE', headers: { cookie } })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')])
    // What the session held open ends with it, and nobody else's connection.
    expect((await closed)[0]).toBe(1008)
    expect(other.socket.readyState).toBe(WebSocket.OPEN)
    // A copy of the cookie is worth nothing any more.
    expect((await fetch(`${serving.url}/api/session`, { headers: { cookie } })).status).toBe(401)
  })

  test('wrong tokens are limited, and lock nobody of that address out', async () => {
    const attempt = () =>
      fetch(`${serving.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"token":"wrong"}',
      })
    const statuses: number[] = []
    for (let i = 0; i < 14; i += 1) statuses.push((await attempt()).status)
    expect(statuses[0]).toBe(401)
    expect(statuses.at(-1)).toBe(429)
    const bearing = (token: string) =>
      fetch(`${serving.url}/api/session`, { headers: { authorization: `Bearer ${token}` } })
    for (let i = 0; i < 14; i += 1) await bearing('wrong-bearer-0123456789')
    expect((await bearing('wrong-bearer-0123456789')).status).toBe(429)
    expect((await bearing(tokens.watch)).status).toBe(200)
    const signedIn = await fetch(`${serving.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokens.operate }),
    })
    expect(signedIn.status).toBe(200)
  })

  test('no other way of writing a path gets past the rules on paths', async () => {
    const { hostname, port } = new URL(serving.url)
    const statusOf = (path: string) =>
      new Promise<number>((resolve, reject) => {
        httpRequest({ hostname, port, path }, (answer) => {
          answer.resume()
          resolve(answer.statusCode ?? 0)
        })
          .on('error', reject)
          .end()
      })
    for (const path of [
      '/_next/static/%2e%2e/api/clusters',
      '/_next/static/../../api/clusters',
      '/_next/static/%252e%252e/clusters',
      '/_next/static/..%2f..%2fapi',
      '/_next/static/..\\api',
      '/_next/image?url=%2Fx&w=16&q=1',
      '//api/clusters',
    ])
      expect(`${path} ${await statusOf(path)}`).toBe(`${path} 400`)
  })
})
