/** Everything but the pages below a base path: the API, probes, figures, the websocket, cookies, links, a provider, scripts. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from '../../../cli/cli.ts'
import type { CreatedWallToken } from '../../../contract/room/wallTokens.ts'
import { type CompanyProvider, startCompany, WalkingBrowser } from '../../access/companyProvider.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'
import { until } from '../../until.ts'

const BASE = '/tools/quorumdeck'

/** As the target stands here: `fetch` would resolve dots before. */
async function raw(url: string, target: string, headers: Record<string, string> = {}) {
  return await new Promise<{ status: number; location: string | undefined; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const asking = request({ hostname, port, path: target, headers }, (answer) => {
      const body: Buffer[] = []
      answer.on('data', (piece: Buffer) => body.push(piece))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location,
          body: Buffer.concat(body).toString(),
        }),
      )
    })
    asking.on('error', reject).end()
  })
}

describe('where nobody signs in', () => {
  let serving: Serving
  let url: string
  beforeAll(async () => {
    serving = await serve(null, 100, { basePath: BASE })
    url = serving.url + BASE
  })
  afterAll(() => serving?.close())

  test.each(['/api/clusters', '/healthz', '/readyz', '/metrics', '/api/session', '', '/', '?list'])(
    'below it: "%s"',
    async (path) => {
      await until('readiness', async () => (await fetch(`${url}/readyz`)).ok)
      expect((await fetch(url + path)).status).toBe(200)
    },
  )

  test.each(['/', '/api/clusters', '/healthz', '/metrics', '/tools', '/tools/quorumdecks', '/ws', '/icon.svg'])(
    'outside is nothing: %s',
    async (path) => {
      const answer = await fetch(serving.url + path)
      expect(answer.status).toBe(404)
      expect(((await answer.json()) as { error: { remedy: string } }).error.remedy).toContain(`Ask for ${BASE}/.`)
    },
  )

  test('a person reads where it is; a strange host name does not', async () => {
    const { status, body } = await raw(serving.url, '/x', { accept: 'text/html' })
    expect(status).toBe(404)
    expect(body).toMatch(/^Quorumdeck is served below \/tools\/quorumdeck, /)
    expect(await raw(serving.url, '/x', { host: 'evil.example' })).toMatchObject({
      status: 421,
      body: expect.not.stringContaining(BASE),
    })
  })

  test.each([
    `${BASE}//evil.example`,
    `${BASE}/../api/clusters`,
    `${BASE}/%2e%2e/api`,
    `${BASE}/a%2f..%2fb`,
    `${BASE}/a\\b`,
  ])('a path that two readers read differently is refused below it, too: %s', async (target) => {
    expect((await raw(serving.url, target)).status).toBe(400)
  })

  test('the websocket is below it alone, for pages of this host', async () => {
    const client = await new LiveClient(url).opened()
    client.socket.close()
    for (const other of [new LiveClient(serving.url), new LiveClient(url, { origin: 'http://evil.example' })]) {
      await new Promise((resolve) => other.socket.once('close', resolve))
      expect(other.messages).toEqual([])
    }
  })

  test('what is made, and where the description says that routes are', async () => {
    const answer = await fetch(`${url}/api/wall-tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ label: 'Hall', clusters: null, days: null, as: { id: 'a', name: 'Ann' } }),
    })
    const { link } = (await answer.json()) as CreatedWallToken
    expect(link.startsWith(`${BASE}/wall#token=`)).toBe(true)
    const begun = await fetch(`${url}/api/clusters/${CLUSTER}/workflows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'rolling-restart', params: {} }),
    })
    expect(begun.status).toBe(201)
    expect(begun.headers.get('location')).toMatch(/^\/tools\/quorumdeck\/api\/workflows\/[\w-]+$/)
    expect(await (await fetch(`${url}/api/openapi.json`)).json()).toMatchObject({ servers: [{ url: BASE }] })
    expect((await fetch(serving.url + begun.headers.get('location'))).status).toBe(200)
  })

  test('a script finds it by its whole URL, and is told where it is by a wrong one', async () => {
    const say = async (server: string) => {
      const out: string[] = []
      const code = await cli('status', ['--server', server, '--cluster', CLUSTER], {
        out: (text) => void out.push(text),
        err: (text) => void out.push(text),
        env: {},
        readText: () => '',
        nowMs: Date.now,
        sleep: (ms) => sleep(ms),
        newId: randomUUID,
        direct: () => Promise.reject(new Error('not in this test')),
      })
      return { code, out: out.join('\n') }
    }
    expect(await say(`${url}/`)).toMatchObject({ code: 0, out: expect.stringMatching(/3 of 3 voters healthy/) })
    const wrong = await say(serving.url)
    expect(wrong.code).not.toBe(0)
    expect(wrong.out).toContain(`Quorumdeck is served below ${BASE}`)
  })
})

describe('with the sign-in of the company', () => {
  let company: CompanyProvider
  let serving: Serving
  let url: string
  beforeAll(async () => {
    company = await startCompany()
    const rules = [{ claim: 'groups', value: 'kafka-ops', right: 'operate', scope: null }] as const
    const oidc = {
      issuer: company.issuer,
      clientId: 'quorumdeck',
      clientSecret: 'secret-of-the-client',
      name: 'Company',
      scopes: ['openid', 'profile'],
      nameClaim: 'name',
      clockToleranceS: 5,
      allowPrivate: true,
      rules: [...rules],
    }
    serving = await serve(null, 100, { basePath: BASE, access: { oidc } })
    url = serving.url + BASE
    company.register(url)
  })
  afterAll(async () => {
    await serving?.close()
    await company?.close()
  })

  test('nobody is led to the door below it, with the way back as the pages name it', async () => {
    const { status, location } = await raw(serving.url, `${BASE}/clusters/a?at=1`, { accept: 'text/html' })
    expect([status, location]).toEqual([303, `${BASE}/sign-in?next=${encodeURIComponent('/clusters/a?at=1')}`])
  })

  test('there and back, with cookies of this path alone; out again at the provider, which leads back below it', async () => {
    company.groups.set('ann', ['kafka-ops'])
    const begun = await fetch(`${url}/api/sign-in/oidc?next=/clusters/test`, { redirect: 'manual' })
    expect(begun.headers.get('set-cookie')).toContain(`; Path=${BASE}/api/sign-in;`)
    const asked = new URL(begun.headers.get('location') ?? '')
    expect(asked.searchParams.get('redirect_uri')).toBe(`${url}/api/sign-in/oidc/callback`)
    const browser = new WalkingBrowser()
    const { answer, text } = await browser.signIn(url, 'ann', '/clusters/test?x=1')
    expect(text).toContain(`content="0;url=${BASE}/clusters/test?x=1"`)
    expect(answer.headers.getSetCookie().find((one) => one.startsWith('quorumdeck_session'))).toContain(
      `; Path=${BASE}; `,
    )
    // Of another Quorumdeck, at the root of the same host name: a browser sends its cookie, too.
    const [own = ''] =
      answer.headers
        .getSetCookie()
        .find((one) => one.startsWith('quorumdeck_session'))
        ?.split(';') ?? []
    const both = { cookie: `quorumdeck_session=s.of-the-other; ${own}` }
    expect((await fetch(`${url}/api/session`, { headers: both })).status).toBe(200)
    const out = await browser.ask(`${url}/api/session`, { method: 'DELETE' })
    const { continueAt } = (await out.json()) as { continueAt: string }
    expect(new URL(continueAt).searchParams.get('post_logout_redirect_uri')).toBe(`${url}/sign-in`)
  })

  test.each(['//evil.example', '/../evil', '/%2e%2e/evil', '/a/../../evil', 'https://evil.example', '/\\evil.example'])(
    'the way back stays below it: %s',
    async (next) => {
      company.groups.set('bob', ['kafka-ops'])
      const { text } = await new WalkingBrowser().signIn(url, 'bob', next)
      const [, path = ''] = /content="0;url=([^"]*)"/.exec(text) ?? []
      const led = new URL(path, `${url}/api/sign-in/oidc/callback`)
      expect(led.href.startsWith(`${url}/`)).toBe(true)
    },
  )
})
