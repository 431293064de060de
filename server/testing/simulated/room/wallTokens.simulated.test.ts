/** A wall token tried on everything there is: routes, pages, messages. What is not allowed by name is refused. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ClusterList } from '../../../contract/clusters.ts'
import { ErrorBody } from '../../../contract/errors.ts'
import { ClientMessage } from '../../../contract/live.ts'
import { CreatedWallToken, WallTokenList } from '../../../contract/room/wallTokens.ts'
import { Session } from '../../../contract/session.ts'
import type { AccessTokens } from '../../../http/access.ts'
import { ROUTES } from '../../../http/openapi.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

const OTHER = 'other'
const OPERATE = 'operate-token-0123456789'
const WATCH = 'watch-token-0123456789ab'
const WAIT = { timeout: PATIENCE_MS }
const JSON_TYPE = { 'content-type': 'application/json' }

/** What a wall may ask for, by name; signing in as somebody else and out is everybody's. */
const ALLOWED_ROUTES = new Set([
  'get /api/session',
  'post /api/session',
  'delete /api/session',
  'get /api/clusters',
  // Signing in as somebody else, and out, in whichever way.
  'get /api/sign-in',
  'get /api/sign-in/oidc',
  'get /api/sign-in/oidc/callback',
  'post /api/sign-in/password',
  'post /api/setup',
  'get /healthz',
  'get /readyz',
])
const ALLOWED_PAGES = new Set(['/wall', '/wall/[cluster]', '/sign-in', '/set-up'])
const ALLOWED_MESSAGES = new Set(['subscribe', 'unsubscribe', 'resync'])

/** Every page, as the folders of the pages have it. */
function pages(): string[] {
  const app = join(import.meta.dirname, '..', '..', '..', '..', 'app')
  return readdirSync(app, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'page.tsx')
    .map((entry) => entry.parentPath.slice(app.length).replaceAll('\\', '/') || '/')
}

describe.each<[string, AccessTokens | null]>([
  ['on this machine, without tokens', null],
  ['with tokens', { operate: OPERATE, watch: WATCH }],
])('%s', (_where, tokens) => {
  let serving: Serving
  const clients: LiveClient[] = []
  const operator: Record<string, string> = tokens === null ? {} : { authorization: `Bearer ${OPERATE}` }

  beforeAll(async () => {
    serving = await serve(tokens, 100, { alsoCalled: [OTHER] })
    await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1)
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.socket.terminate()
  })
  afterAll(async () => serving.close())

  const make = async (clusters: string[] | null, days: number | null = null) => {
    const body = JSON.stringify({ label: 'Hall', clusters, days, as: { id: 'ann', name: 'Ann' } })
    const answer = await fetch(`${serving.url}/api/wall-tokens`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...operator },
      body,
    })
    expect(answer.status).toBe(201)
    return CreatedWallToken.parse(await answer.json())
  }
  const revoke = async (id: string) => {
    const answer = await fetch(`${serving.url}/api/wall-tokens/${id}`, { method: 'DELETE', headers: operator })
    expect(answer.status).toBe(204)
  }
  const signIn = (token: string) =>
    fetch(`${serving.url}/api/session`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ token }) })
  /** As a browser holds it, and as a script sends it. */
  const waysOf = async (secret: string): Promise<Record<string, string>[]> => {
    const answer = await signIn(secret)
    expect(Session.parse(await answer.json()).role).toBe('wall')
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^quorumdeck_session=wall\.[^;]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(secret)
    return [{ cookie: cookie.split(';', 1)[0] ?? '' }, { authorization: `Bearer ${secret}` }]
  }
  const ask = async (method: string, path: string, headers: Record<string, string>) => {
    const body = method === 'POST' ? { body: '{}' } : {}
    const answer = await fetch(serving.url + path, {
      method,
      headers: { ...JSON_TYPE, ...headers },
      redirect: 'manual',
      ...body,
    })
    const text = await answer.text()
    const code = answer.ok ? null : (ErrorBody.safeParse(JSON.parse(text)).data?.error.code ?? 'no refusal')
    return { status: answer.status, code, text }
  }
  const pathOf = (path: string, cluster: string) =>
    path.replace(/[{[]cluster[}\]]/, cluster).replace(/[{[](\w+)[}\]]/g, '1')
  const connect = async (headers: Record<string, string>) => {
    const client = new LiveClient(serving.url, headers)
    clients.push(client)
    return await client.opened()
  }

  test('every route and page that is not named is refused, with the cookie and as a bearer', async () => {
    const { secret } = await make([CLUSTER])
    expect(ROUTES.length).toBeGreaterThan(30)
    for (const headers of await waysOf(secret)) {
      for (const { method, path } of ROUTES) {
        if (ALLOWED_ROUTES.has(`${method} ${path}`)) continue
        const { status, code } = await ask(method.toUpperCase(), pathOf(path, CLUSTER), headers)
        expect([method, path, status, code]).toEqual([method, path, 403, 'wall-only'])
      }
      const all = pages()
      expect(all.length).toBeGreaterThan(12)
      for (const page of all) {
        const { status, code } = await ask('GET', pathOf(page, CLUSTER), headers)
        const isAllowed = ALLOWED_PAGES.has(page)
        expect([page, status, code]).toEqual([page, isAllowed ? 200 : 403, isAllowed ? null : 'wall-only'])
      }
      for (const [method, path] of [
        ['POST', '/wall'],
        ['PUT', '/api/clusters'],
        ['PATCH', '/api/clusters'],
        ['OPTIONS', '/api/clusters'],
        ['GET', '/nowhere'],
        ['GET', '/api/nowhere'],
        ['GET', `/wall/${OTHER}`],
        ['GET', '/wall/nobody'],
        ['GET', `/wall/${CLUSTER}/more`],
      ] as const) {
        expect([path, (await ask(method, path, headers)).code]).toEqual([path, 'wall-only'])
      }
    }
  })

  test('what it may ask for is cut to its clusters', async () => {
    for (const [clusters, expected] of [
      [[CLUSTER], [CLUSTER]],
      [[OTHER], [OTHER]],
      [null, [CLUSTER, OTHER]],
    ] as const) {
      const { secret } = await make(clusters === null ? null : [...clusters])
      for (const headers of await waysOf(secret)) {
        const { text } = await ask('GET', '/api/clusters', headers)
        expect(ClusterList.parse(JSON.parse(text)).clusters.map((one) => one.cluster)).toEqual(expected)
        for (const cluster of [CLUSTER, OTHER]) {
          const { status } = await ask('GET', `/wall/${cluster}`, headers)
          expect(status).toBe((expected as readonly string[]).includes(cluster) ? 200 : 403)
        }
        expect(Session.parse(JSON.parse((await ask('GET', '/api/session', headers)).text)).wall?.clusters).toEqual(
          clusters,
        )
      }
    }
  })

  test('on the websocket it listens to its own clusters, and says nothing else', async () => {
    const { secret } = await make([CLUSTER])
    const types = ClientMessage.def.options.map((option) => [...option.shape.type.def.values][0] as string)
    expect(types.length).toBeGreaterThan(3)
    for (const headers of await waysOf(secret)) {
      const client = await connect(headers)
      client.say({ type: 'subscribe', cluster: CLUSTER })
      await vi.waitUntil(() => client.of('snapshot').length === 1, WAIT)
      expect(client.of('hello')[0]?.role).toBe('wall')
      const words = { workflow: '1', run: null, page: 'cluster', as: { id: 'a', name: 'A' } }
      for (const type of types.filter((one) => !ALLOWED_MESSAGES.has(one))) {
        const before = client.of('error').length
        client.say({ type, cluster: CLUSTER, ...words })
        await vi.waitUntil(() => client.of('error').length > before, WAIT)
        expect([type, client.of('error').at(-1)?.code]).toEqual([type, 'wall-only'])
      }
      for (const [type, cluster] of [
        ['subscribe', OTHER],
        ['resync', OTHER],
        ['unsubscribe', OTHER],
        ['subscribe', 'nobody'],
      ] as const) {
        const before = client.of('error').length
        client.say({ type, cluster })
        await vi.waitUntil(() => client.of('error').length > before, WAIT)
        expect(client.of('error').at(-1)?.code).toBe('unknown-cluster')
      }
      expect(client.messages.some((one) => 'cluster' in one && one.cluster === OTHER)).toBe(false)
    }
  })

  test('once revoked it is nobody: on every route, and its open websockets are closed at once', async () => {
    const { token, secret } = await make(null)
    const ways = await waysOf(secret)
    const open = await Promise.all(ways.map(connect))
    const closed = open.map((client) => new Promise<number>((resolve) => client.socket.once('close', resolve)))
    await revoke(token.id)
    expect(await Promise.all(closed)).toEqual([1008, 1008])
    for (const headers of ways) {
      for (const { method, path } of ROUTES) {
        const isOpen = /^\/(healthz|readyz)$|^\/api\/(sign-in|setup)/.test(path)
        if (isOpen || (path === '/api/session' && method !== 'get')) continue
        const { status } = await ask(method.toUpperCase(), pathOf(path, CLUSTER), headers)
        // Ten wrong bearer tokens from one address make it wait.
        expect([method, path, status === 401 || status === 429]).toEqual([method, path, true])
      }
      const refused = new LiveClient(serving.url, headers)
      clients.push(refused)
      await new Promise((resolve) => refused.socket.once('close', resolve))
      expect(refused.messages).toEqual([])
    }
    expect((await signIn(secret)).ok).toBe(false)
    const list = await fetch(`${serving.url}/api/wall-tokens`, { headers: operator })
    const found = WallTokenList.parse(await list.json()).tokens.find(({ id }) => id === token.id)
    expect(found?.revokedAtMs).not.toBeNull()
    expect(found?.lastUsedAtMs).not.toBeNull()
  })

  test('only whoever operates makes, sees and revokes them, of clusters that there are', async () => {
    const made = { label: 'x', clusters: ['nobody'], days: 1, as: { id: 'ann', name: 'Ann' } }
    const post = (body: unknown, headers: Record<string, string>) =>
      fetch(`${serving.url}/api/wall-tokens`, {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify(body),
      })
    expect((await post(made, operator)).status).toBe(404)
    for (const wrong of [
      { ...made, clusters: [] },
      { ...made, days: 0 },
      { ...made, label: '<b>x</b>' },
      { ...made, label: ' ' },
    ]) {
      expect((await post(wrong, operator)).status).toBe(400)
    }
    if (tokens === null) return
    const watcher = { authorization: `Bearer ${WATCH}` }
    expect((await post(made, watcher)).status).toBe(403)
    expect((await ask('GET', '/api/wall-tokens', watcher)).code).toBe('watch-only')
    expect((await ask('DELETE', '/api/wall-tokens/1', watcher)).code).toBe('watch-only')
  })

  test('a browser at a wall that asks for another page is led back to the wall', async () => {
    const { secret } = await make(null)
    const [browser] = await waysOf(secret)
    const answer = await fetch(`${serving.url}/clusters/${CLUSTER}`, {
      headers: { ...browser, accept: 'text/html' },
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/wall'])
    // Leaving it is its own to do, and afterwards this browser is whoever it was.
    const out = await fetch(`${serving.url}/api/session`, { method: 'DELETE', headers: browser ?? {} })
    expect(out.status).toBe(204)
  })
})
