import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AttemptLimit } from '../access/attemptLimit.ts'
import { accessParts, asking } from '../testing/accessParts.ts'
import { type AccessTokens, grantsOfToken } from './access.ts'
import { contentSecurityPolicy, HostAllowlist, isPlainPath, sameOrigin } from './security.ts'

const NOW = 1_700_000_000_000
const OPERATE = 'operate-token-0123456789'
const WATCH = 'watch-token-0123456789ab'
const TOKENS = { operate: OPERATE, watch: WATCH }
const cookieOf = (header: string | undefined) => ({ cookie: header?.split(';')[0] ?? '' })
const FROM = { nowMs: NOW, before: undefined, address: '10.0.0.1', agent: 'test' }

describe('access', () => {
  const parts = (tokens: typeof TOKENS | null = TOKENS, more: Parameters<typeof accessParts>[0] = {}) =>
    accessParts({ tokens, nowMs: () => NOW, ...more })

  test('without tokens everybody on this machine does everything', async () => {
    const { access } = await parts(null)
    expect(access.session(asking({}), NOW)).toMatchObject({ role: 'administer', via: 'local' })
  })

  test('each token gives its role, anything else none', async () => {
    const { access } = await accessParts({ tokens: { ...TOKENS, administer: 'administer-token-0123' } })
    expect(access.roleOfToken(OPERATE)).toBe('operate')
    expect(access.roleOfToken(WATCH)).toBe('watch')
    expect(access.roleOfToken('administer-token-0123')).toBe('administer')
    for (const wrong of ['', OPERATE.slice(1), `${OPERATE} `, WATCH.toUpperCase()])
      expect(access.roleOfToken(wrong)).toBeNull()
  })

  test('a cookie carries the role until it expires', async () => {
    const { access } = await parts()
    const cookie = (await access.signIn(WATCH, FROM))?.cookie
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
    expect(access.session(asking(cookieOf(cookie)), NOW)).toMatchObject({ role: 'watch', via: 'token' })
    expect(access.session(asking(cookieOf(cookie)), NOW + 31 * 24 * 3600 * 1000)).toBeNull()
  })

  test('it outlives a restart, and dies with the token', async () => {
    const first = await parts()
    const { database } = first
    const cookie = asking(cookieOf((await first.access.signIn(OPERATE, FROM))?.cookie))
    expect((await parts(TOKENS, { database })).access.session(cookie, NOW)?.role).toBe('operate')
    expect((await parts({ ...TOKENS, operate: `${OPERATE}x` }, { database })).access.session(cookie, NOW)).toBeNull()
    const rows = await database.queries.selectFrom('access_session').selectAll().execute()
    // Neither the secret of the cookie nor the token is in the database.
    for (const secret of [OPERATE, cookie.headers.cookie?.split('=')[1] ?? '?']) {
      expect(JSON.stringify(rows)).not.toContain(secret)
    }
  })

  test('a token of a script ends with the shared token of whoever made it', async () => {
    const tokens: AccessTokens = { ...TOKENS, administer: 'administer-token-0123' }
    const { access, apiTokens, database } = await accessParts({ tokens, nowMs: () => NOW })
    const maker = { id: 'token.operate', name: 'shared', grants: grantsOfToken('operate') }
    const wanted = { name: 'nightly', grants: [{ right: 'operate' as const, scope: null }], days: 1 }
    const { token, secret } = await apiTokens.create(wanted, maker)
    const script = asking({ authorization: `Bearer ${secret}` })
    expect(access.session(script, NOW)?.via).toBe('api-token')
    expect([token.makerId, Object.keys(token)]).toEqual(['token.operate', expect.not.arrayContaining(['bound'])])
    const restarted = await accessParts({ tokens, database, nowMs: () => NOW })
    expect(restarted.access.session(script, NOW)?.via).toBe('api-token')
    expect(restarted.apiTokens.list('token.operate')).toHaveLength(1)
    // The other ones are none of its business.
    Object.assign(tokens, { watch: null, administer: 'another-administer-token' })
    expect(access.session(script, NOW)?.via).toBe('api-token')
    tokens.operate = 'another-operate-token-01'
    expect(access.session(script, NOW)).toBeNull()
    expect(JSON.stringify(await database.queries.selectFrom('api_token').selectAll().execute())).not.toContain(OPERATE)
  })

  test('one that was made before they were bound is over', async () => {
    const { access, apiTokens, database } = await parts()
    const maker = { id: 'token.operate', name: 'shared', grants: grantsOfToken('operate') }
    const wanted = { name: 'nightly', grants: [{ right: 'operate' as const, scope: null }], days: 1 }
    const { secret } = await apiTokens.create(wanted, maker)
    await database.queries.updateTable('api_token').set({ maker_id: 'token.operate' }).execute()
    await apiTokens.reload()
    expect(access.session(asking({ authorization: `Bearer ${secret}` }), NOW)).toBeNull()
  })

  test('a session that nobody uses ends, and one that is used goes on until its day is over', async () => {
    let nowMs = NOW
    const { access } = await accessParts({ tokens: TOKENS, nowMs: () => nowMs })
    const [idle, used] = await Promise.all([access.signIn(OPERATE, FROM), access.signIn(OPERATE, FROM)])
    for (const hours of [7, 11]) {
      nowMs = NOW + hours * 3600_000
      expect(access.session(asking(cookieOf(used?.cookie)), nowMs)).not.toBeNull()
    }
    expect(access.session(asking(cookieOf(idle?.cookie)), nowMs)).toBeNull()
    expect(access.session(asking(cookieOf(used?.cookie)), NOW + 12.1 * 3600_000)).toBeNull()
  })

  test('signing out ends the session on the server, also over a restart', async () => {
    const first = await parts()
    const [stolen, other] = [
      cookieOf((await first.access.signIn(OPERATE, FROM))?.cookie),
      cookieOf((await first.access.signIn(OPERATE, FROM))?.cookie),
    ]
    expect(await first.access.end(stolen.cookie)).toBe(true)
    expect(await first.access.end('quorumdeck_session=s.made-up')).toBe(false)
    for (const { access } of [first, await parts(TOKENS, { database: first.database })]) {
      expect(access.session(asking(stolen), NOW)).toBeNull()
      expect(access.session(asking(other), NOW)?.role).toBe('operate')
    }
  })

  test('signing in draws a new secret and ends what the browser had: nothing can be laid into it before', async () => {
    const { access } = await parts()
    const before = cookieOf((await access.signIn(WATCH, FROM))?.cookie)
    const after = cookieOf((await access.signIn(OPERATE, { ...FROM, before: before.cookie }))?.cookie)
    expect(after.cookie).not.toBe(before.cookie)
    expect(access.session(asking(before), NOW)).toBeNull()
    const laid = { cookie: 'quorumdeck_session=s.laid-into-the-browser' }
    const third = cookieOf((await access.signIn(OPERATE, { ...FROM, before: laid.cookie }))?.cookie)
    expect(third.cookie).not.toContain('laid')
    expect(access.session(asking(laid), NOW)).toBeNull()
  })

  test.each([
    's.',
    's.x',
    'watch.9999999999.x.y',
    'operate.9999999999.id.signature',
    'wall.9999999999.a-b.x',
    'watch',
    '',
  ])('a cookie that was made up is nothing: %s', async (value) => {
    const { access } = await parts()
    expect(access.session(asking({ cookie: `quorumdeck_session=${value}` }), NOW)).toBeNull()
  })

  test('a wrong bearer token does not fall back on a good cookie', async () => {
    const { access } = await parts()
    const headers = { ...cookieOf((await access.signIn(OPERATE, FROM))?.cookie), authorization: 'Bearer wrong' }
    expect(access.session(asking(headers), NOW)).toBeNull()
    expect(access.session(asking({ ...headers, authorization: 'Bearer qdt_wrong' }), NOW)).toBeNull()
    expect(access.session(asking({ authorization: `Bearer ${WATCH}` }), NOW)).toMatchObject({ role: 'watch' })
  })
})

describe('wrong tokens', () => {
  test('ten at once, then one every six seconds, for each address', () => {
    const limit = new AttemptLimit()
    for (let i = 0; i < 10; i += 1) {
      expect(limit.allows('a', NOW)).toBe(true)
      limit.wrong('a', NOW)
    }
    expect(limit.allows('a', NOW)).toBe(false)
    expect(limit.allows('b', NOW)).toBe(true)
    expect(limit.allows('a', NOW + 6001)).toBe(true)
    limit.wrong('a', NOW + 6001)
    expect(limit.allows('a', NOW + 6001)).toBe(false)
  })

  test('a network of IPv6 counts as one address', () => {
    const limit = new AttemptLimit()
    for (let at = 0; at < 10; at += 1) limit.wrong(`2001:db8::${at}`, NOW)
    expect(limit.allows('2001:db8:0:0:ffff::1', NOW)).toBe(false)
    expect(limit.allows('2001:db8:0:1::1', NOW)).toBe(true)
    expect(limit.allows('::1', NOW)).toBe(true)
  })
})

describe('paths', () => {
  test.each([
    '/',
    '/clusters/a',
    '/wall/p%20q',
    '/_next/static/chunks/a.b.js',
    '/api/clusters/x/quorum',
    '/a/..b',
    '/%41',
  ])('%s is read in one way', (path) => {
    expect(isPlainPath(path)).toBe(true)
  })
  test.each([
    'x',
    '//host',
    '/_next/static/%2e%2e/api',
    '/_next/static/../api',
    '/a/./b',
    '/a/%2E/b',
    '/a/%252e%252e/b',
    '/a%2fb',
    '/a%5cb',
    '/a%255Cb',
    '/a\\b',
    '/_next/image',
    '/%ff',
  ])('%s is refused', (path) => {
    expect(isPlainPath(path)).toBe(false)
  })

  test('whatever resolves to another path than it shows is refused', () => {
    const piece = fc.constantFrom(
      'a',
      '.',
      '..',
      '%2e',
      '%2E%2e',
      '%252e',
      '/',
      '//',
      '\\',
      '%2f',
      '%5c',
      '_next',
      'static',
      'b.c',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = `/${pieces.join('')}`
        if (!isPlainPath(path)) return
        expect(new URL(path, 'http://a.invalid').href).toBe(`http://a.invalid${path}`)
        const decoded = decodeURIComponent(decodeURIComponent(path))
        expect(decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..')).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('host and origin', () => {
  const hosts = new HostAllowlist(['deck.example', '10.0.0.5'])

  test.each(['localhost:8480', '127.0.0.1', '[::1]:1', 'DECK.example', '10.0.0.5:443'])('%s is served', (host) => {
    expect(hosts.allows(host)).toBe(true)
  })
  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'localhost:8480:1',
    'evil.example:localhost',
    '127.0.0.1.nip.io',
  ])('%s is not', (host) => {
    expect(hosts.allows(host)).toBe(false)
  })

  test.each([
    [{}, true],
    [{ origin: 'http://localhost:8480' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'http://localhost:9999' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'same-origin' }, true],
  ])('%j: %s', (headers, allowed) => {
    expect(sameOrigin({ host: 'localhost:8480', ...headers })).toBe(allowed)
  })

  test('scripts need the nonce, in production there is no eval', () => {
    const policy = contentSecurityPolicy('abc', false)
    expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic'")
    expect(policy).not.toContain('unsafe-eval')
    expect(policy).not.toContain("style-src-elem 'self' 'unsafe-inline'")
  })
})
