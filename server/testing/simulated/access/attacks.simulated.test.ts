/** What somebody who means harm sends, over real connections. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULES } from '../../../access/rules.ts'
import { AuditPage } from '../../../contract/access/audit.ts'
import { PersonList } from '../../../contract/access/people.ts'
import { WhoAmI } from '../../../contract/session.ts'
import { startForging } from '../../access/forgingProvider.ts'
import { Browsers, cookieIn, type Headers, PASSWORD } from '../../access/people.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'
import { until } from '../../until.ts'

let dataDir: string
let serving: Serving
let people: Browsers
let root: Headers
let port: number

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-attacks-'))
  serving = await serve(null, 100, { dataDir, access: { users: true } })
  people = new Browsers(serving.url)
  root = await people.setUp(dataDir)
  port = Number(new URL(serving.url).port)
})
afterAll(async () => {
  await serving.close()
  rmSync(dataDir, { recursive: true })
})

/** With headers that fetch would not let us set. */
function raw(
  method: string,
  path: string,
  headers: Headers,
  body = '',
): Promise<{ status: number; headers: Record<string, unknown> }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: Record<string, unknown> }>()
  const request = httpRequest(serving.url + path, { method, headers }, (answer) => {
    answer.resume()
    resolve({ status: answer.statusCode ?? 0, headers: answer.headers })
  })
  request.on('error', reject)
  request.end(body)
  return promise
}

/** Bytes as they are; what comes back until the other side closes, or the end of an answer is seen. */
function bytes(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1', () => socket.write(text))
  let got = ''
  socket.on('data', (data) => {
    got += data.toString()
    if (got.includes('\r\n\r\n')) socket.destroy()
  })
  socket.on('error', () => {})
  socket.on('close', () => resolve(got))
  return promise
}

const JSON_TYPE = { 'content-type': 'application/json' }

describe('another site', () => {
  test.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'http://localhost:1' }],
  ])('changes nothing with the cookie of somebody who is signed in: %j', async (from: Record<string, string>) => {
    for (const { method, path } of RULES) {
      if (method === 'GET') continue
      const asked = path.replace(':cluster', CLUSTER).replaceAll(/:\w+/g, 'x')
      const { status } = await raw(method, asked, { ...root, ...JSON_TYPE, ...from }, '{}')
      expect([method, path, status]).toEqual([method, path, 403])
    }
    expect((await people.send('GET', '/api/session', root)).status).toBe(200)
  })

  test('a form that another site sends is no JSON, and a name that leads here is not ours', async () => {
    const form = await raw(
      'POST',
      '/api/sign-in/password',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'login=a',
    )
    expect(form.status).toBe(415)
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.nip.io', 'localhost.evil.example']) {
      expect((await raw('GET', '/api/session', { ...root, host })).status).toBe(421)
    }
  })

  test('the cookie is sent to nobody else, read by no script, and only the own site may frame a page', async () => {
    const answer = await people.send('POST', '/api/sign-in/password', {}, { login: 'root', password: PASSWORD })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^quorumdeck_session=s\.[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers.get('x-frame-options')).toBe('DENY')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('sessions', () => {
  test('a cookie that was laid into the browser is not the session afterwards', async () => {
    const laid = { cookie: 'quorumdeck_session=s.laid-by-somebody-else' }
    const answer = await people.send('POST', '/api/sign-in/password', laid, { login: 'root', password: PASSWORD })
    expect(cookieIn(answer).cookie).not.toContain('laid')
    expect((await people.send('GET', '/api/session', laid)).status).toBe(401)
    // One that was real before is over as well: whoever has it is not whoever signs in with it.
    const before = cookieIn(answer)
    const after = cookieIn(
      await people.send('POST', '/api/sign-in/password', before, { login: 'root', password: PASSWORD }),
    )
    expect((await people.send('GET', '/api/session', before)).status).toBe(401)
    expect((await people.send('GET', '/api/session', after)).status).toBe(200)
  })

  test('a stolen cookie is worth nothing after signing out, on pages, routes and the websocket', async () => {
    const stolen = await people.signIn('root')
    expect((await people.send('DELETE', '/api/session', stolen)).status).toBe(204)
    for (const path of ['/api/session', '/api/clusters', '/api/users', '/metrics']) {
      expect([path, (await people.send('GET', path, stolen)).status]).toEqual([path, 401])
    }
    expect((await people.send('GET', '/', { ...stolen, accept: 'text/html' })).headers.get('location')).toBe(
      '/sign-in?next=%2F',
    )
    const upgrade = await bytes(
      `GET /ws HTTP/1.1\r\nHost: localhost:${port}\r\nCookie: ${stolen.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
    expect(upgrade).toMatch(/^HTTP\/1\.1 401/)
  })

  test('two cookies of one name, or one with more behind it, are no way in', async () => {
    const [name, value] = (root.cookie ?? '').split('=')
    await people.user(root, 'low', [{ right: 'watch', scope: null }])
    const low = (await people.signIn('low')).cookie?.split('=')[1]
    for (const [first, second] of [
      ['s.x', value],
      [value, 's.x'],
      [low, value],
    ]) {
      const cookie = `${name}=${first}; ${name}=${second}`
      expect((await raw('GET', '/api/session', { cookie })).status).toBe(401)
    }
    expect((await raw('GET', '/api/session', { cookie: `${name}=${value}x` })).status).toBe(401)
    expect((await raw('GET', '/api/session', { cookie: `x${name}=${value}` })).status).toBe(401)
  })
})

describe('where signing in leads', () => {
  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/..//evil.example',
    '/%2e%2e//evil.example',
    '/a/%2E%2E//evil.example',
    '/%2f/evil.example',
    '/%5cevil.example',
    '/%252fevil.example',
    '/a%0d%0aSet-Cookie:%20x=y',
    '/\r\nSet-Cookie: x=y',
    'javascript:alert(1)',
    '/api/session',
    '/"><script>alert(1)</script>',
  ])('never away from here: %j', async (next) => {
    const forging = await startForging('quorumdeck')
    const rules = [{ claim: 'groups', value: 'ops', right: 'operate', scope: null } as const]
    const oidc = {
      issuer: forging.issuer,
      clientId: 'quorumdeck',
      clientSecret: null,
      name: 'x',
      scopes: ['openid'],
      nameClaim: 'name',
      clockToleranceS: 5,
      allowPrivate: true,
      rules,
    }
    const outside = await serve(null, 100, { access: { oidc } })
    try {
      const begun = await fetch(`${outside.url}/api/sign-in/oidc?next=${encodeURIComponent(next)}`, {
        redirect: 'manual',
      })
      expect(begun.headers.get('location')?.startsWith(`${forging.issuer}/authorize?`)).toBe(true)
      const back = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' })
      const answer = await fetch(back.headers.get('location') ?? '', { headers: cookieIn(begun), redirect: 'manual' })
      const text = await answer.text()
      const led = /content="0;url=([^"]*)"/.exec(text)?.[1] ?? ''
      expect(new URL(led.replaceAll('&amp;', '&'), 'http://here.example').origin).toBe('http://here.example')
      expect(text).not.toContain('<script')
      expect(answer.headers.getSetCookie().every((cookie) => cookie.startsWith('quorumdeck_'))).toBe(true)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    } finally {
      await outside.close()
      await forging.close()
    }
  })
})

describe('requests that are no requests', () => {
  test.each([
    [
      'a header that is split',
      'GET /api/sign-in HTTP/1.1\r\nHost: localhost\r\nX-A: b\rX-Forwarded-User: root\r\n\r\n',
      /^HTTP\/1\.1 400/,
    ],
    [
      'two lengths',
      'POST /api/setup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
      /^HTTP\/1\.1 400/,
    ],
    [
      'a length and chunks',
      'POST /api/setup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400/,
    ],
    ['no host', 'GET /api/sign-in HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 4/],
    [
      'a header without end',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(40_000)}\r\n\r\n`,
      /^HTTP\/1\.1 4/,
    ],
    ['a path that resolves', 'GET /api/../api/users HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 400/],
  ])('%s', async (_what, text, expected) => {
    expect(await bytes(text)).toMatch(expected)
  })

  test('a body that is too large is refused on every way that is open to strangers', async () => {
    const large = JSON.stringify({ login: 'a', password: 'x'.repeat(70_000) })
    for (const path of ['/api/session', '/api/sign-in/password', '/api/setup']) {
      const answer = await fetch(serving.url + path, { method: 'POST', headers: JSON_TYPE, body: large })
      expect([path, answer.status]).toEqual([path, 413])
    }
  })

  test('a request that never ends holds up nobody else', async () => {
    const sockets = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'))
    for (const socket of sockets) {
      socket.on('error', () => {})
      socket.write(
        'POST /api/sign-in/password HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
      )
    }
    expect((await people.send('GET', '/api/session', root)).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  test('what comes in a name stays a name', async () => {
    const answer = await people.send('POST', '/api/users', root, {
      login: 'eve\r\nset-cookie: x=y',
      name: '<script>alert(1)</script>',
      password: PASSWORD,
      grants: [],
    })
    expect(answer.status).toBe(400)
  })
})

describe('those who are known, and may not', () => {
  const refusals = async (text: string) => {
    const { entries } = AuditPage.parse(await (await people.send('GET', '/api/audit?kinds=refused', root)).json())
    return entries.filter((entry) => entry.actor?.name === text)
  }

  test('what they send is not read, however much is announced', async () => {
    await people.user(root, 'large', [{ right: 'watch', scope: { clusters: [CLUSTER], groups: [] } }])
    const { cookie = '' } = await people.signIn('large')
    const answer = await bytes(
      [
        `POST /api/clusters/${CLUSTER}/inspect HTTP/1.1`,
        ...[`host: localhost:${port}`, `cookie: ${cookie}`, 'content-type: application/json'],
        ...['content-length: 5000000', '', '{"files":['],
      ].join('\r\n'),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    await until('the refusal on record', async () => (await refusals('large')).length > 0)
  })

  test('a change of a cluster that is hidden from them is answered as if there were none, and is on record', async () => {
    await people.user(root, 'hidden', [{ right: 'administer', scope: { clusters: ['another'], groups: [] } }])
    const of = await people.signIn('hidden')
    const answer = await people.send('POST', `/api/clusters/${CLUSTER}/sandbox`, of, { action: 'kill', nodeId: 1 })
    expect(answer.status).toBe(404)
    await until('the attempt on record', async () => (await refusals('hidden')).length > 0)
    // A page that still looks for it is no attempt.
    expect((await people.send('GET', `/api/clusters/${CLUSTER}/quorum`, of)).status).toBe(404)
    expect(await refusals('hidden')).toHaveLength(1)
  })

  test('a flood of theirs keeps no refusal of others off the record, and is told by its number', async () => {
    for (const login of ['flood', 'other']) await people.user(root, login, [{ right: 'watch', scope: null }])
    const [flood, other] = [await people.signIn('flood'), await people.signIn('other')]
    const attempt = (of: Headers) => people.send('POST', '/api/users', of, {})
    for (let sent = 0; sent < 260; sent += 20) await Promise.all(Array.from({ length: 20 }, () => attempt(flood)))
    expect((await attempt(other)).status).toBe(403)
    await until('the refusal of the other one', async () => (await refusals('other')).length === 1)
    await until('the number of what was left out', async () => {
      await attempt(flood)
      return (await refusals('flood')).some(({ detail }) => Number(detail.leftOut) > 0)
    })
  })
})

test('a credential in another spelling is that credential, and one that cannot be read is nobody', async () => {
  const session = async (authorization: string) =>
    (await people.send('GET', '/api/session', { ...root, authorization })).status
  const { headers } = await people.token(root, [{ right: 'watch', scope: null }])
  const secret = headers.authorization?.slice('Bearer '.length) ?? ''
  const narrowed = await people.send('GET', '/api/session', { ...root, authorization: `bearer  ${secret}` })
  expect(WhoAmI.parse(await narrowed.json())).toMatchObject({ role: 'watch' })
  expect(await session('bearer')).toBe(401)
  expect(await session(`BEARER ${secret} ${secret}`)).toBe(401)
})

test('fifty passwords at once leave the rest of the server its turns', async () => {
  const flood = Array.from({ length: 50 }, (_, at) =>
    people.send('POST', '/api/sign-in/password', {}, { login: `nobody${at}`, password: PASSWORD }),
  )
  const session = WhoAmI.parse(await (await people.send('GET', '/api/session', root)).json())
  expect(session.role).toBe('administer')
  const statuses = (await Promise.all(flood)).map(({ status }) => status)
  // Some were looked at and were wrong, the others were not looked at.
  expect(statuses.every((status) => status === 401 || status === 429 || status === 503)).toBe(true)
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(12)
})

test('a server that is read-only changes nothing, whoever asks, and says so', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'quorumdeck-read-only-'))
  const tokens = { operate: 'operate-token-0123456789', watch: null, administer: 'administer-token-0123' }
  const readOnly = await serve(tokens, 100, { dataDir: dir, readOnly: true })
  try {
    const elsewhere = new Browsers(readOnly.url)
    const headers = { authorization: `Bearer ${tokens.administer}` }
    for (const { method, path, changes } of RULES) {
      if (changes === false || changes === 'own') continue
      const asked = path.replace(':cluster', CLUSTER).replaceAll(/:\w+/g, 'x')
      const answer = await elsewhere.send(method, asked, headers, {})
      const { error } = (await answer.json()) as { error: { code: string } }
      expect([method, path, answer.status, error.code]).toEqual([method, path, 403, 'read-only'])
    }
    expect(WhoAmI.parse(await (await elsewhere.send('GET', '/api/session', headers)).json()).readOnly).toBe(true)
    expect((await elsewhere.send('GET', '/api/clusters', headers)).status).toBe(200)
  } finally {
    await readOnly.close()
    rmSync(dir, { recursive: true })
  }
})

describe('a proxy that names people', () => {
  const rules = [{ claim: 'groups', value: 'ops', right: 'operate', scope: null } as const]
  const proxyAt = (addresses: string[]) => ({ userHeader: 'x-user', groupsHeader: 'x-groups', addresses, rules })

  test('is believed at its address, once and whole; anywhere else its headers are nobody', async () => {
    const trusted = await serve(null, 100, { access: { proxy: proxyAt(['127.0.0.1']) } })
    const untrusted = await serve(null, 100, { access: { proxy: proxyAt(['10.9.9.9', '10.8.0.0/16']) } })
    try {
      const ask = async (url: string, headers: Record<string, string | string[]>) => {
        const { promise, resolve } = Promise.withResolvers<{ status: number; text: string }>()
        httpRequest(`${url}/api/session`, { headers }, (answer) => {
          let text = ''
          answer.on('data', (data: Buffer) => {
            text += data.toString()
          })
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
        }).end()
        return await promise
      }
      const good = await ask(trusted.url, { 'x-user': 'ann', 'x-groups': 'others, ops' })
      expect(WhoAmI.parse(JSON.parse(good.text))).toMatchObject({
        via: 'proxy',
        role: 'operate',
        identity: { name: 'ann' },
      })
      const nobody: Record<string, string | string[]>[] = [
        {},
        { 'x-groups': 'ops' },
        { 'x-user': '', 'x-groups': 'ops' },
        { 'x-user': ['ann', 'root'], 'x-groups': 'ops' },
        { 'x-user': 'ann', 'x-groups': ['others', 'ops'] },
        { 'x-user': 'ann', 'x-groups': 'others' },
      ]
      for (const headers of nobody) expect([headers, (await ask(trusted.url, headers)).status]).toEqual([headers, 401])
      const forwarded = { 'x-user': 'ann', 'x-groups': 'ops', 'x-forwarded-for': '10.9.9.9' }
      expect((await ask(untrusted.url, forwarded)).status).toBe(401)
    } finally {
      await trusted.close()
      await untrusted.close()
    }
  })

  test('what a person has lost is not given back by a websocket that was opened before', async () => {
    const also = (['watch', 'administer'] as const).map(
      (right) => ({ claim: 'groups', value: right, right, scope: null }) as const,
    )
    const serving = await serve(null, 100, {
      access: { proxy: { ...proxyAt(['127.0.0.1']), rules: [...rules, ...also] } },
    })
    const browsers = new Browsers(serving.url)
    const as = (user: string, groups: string) => ({ 'x-user': user, 'x-groups': groups })
    const client = await new LiveClient(serving.url, as('ann', 'ops')).opened()
    try {
      const closed = new Promise<number>((resolve) => client.socket.once('close', resolve))
      await serving.watching.until('the websocket is at home', () => client.of('hello').length === 1)
      expect((await browsers.send('GET', '/api/session', as('ann', 'watch'))).status).toBe(200)
      expect(await closed).toBe(1012)
      const answer = await browsers.send('GET', '/api/users', as('root', 'administer'))
      const ann = PersonList.parse(await answer.json()).people.find(({ name }) => name === 'ann')
      expect(ann?.grants.map(({ right }) => right)).toEqual(['watch'])
    } finally {
      client.socket.terminate()
      await serving.close()
    }
  })
})
