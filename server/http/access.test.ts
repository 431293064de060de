import { describe, expect, test } from 'vitest'
import { Access } from './access.ts'
import { AttemptLimit } from './attemptLimit.ts'
import { contentSecurityPolicy, HostAllowlist, sameOrigin } from './security.ts'

const NOW = 1_700_000_000_000
const OPERATE = 'operate-token-0123456789'
const WATCH = 'watch-token-0123456789ab'
const cookieOf = (header: string) => ({ cookie: header.split(';')[0] ?? '' })

describe('access', () => {
  const access = new Access({ operate: OPERATE, watch: WATCH }, true)

  test('without tokens everybody on this machine operates', () => {
    expect(new Access(null, false).session({}, NOW)).toEqual({ role: 'operate', via: 'local' })
  })

  test('each token gives its role, anything else none', () => {
    expect(access.roleOfToken(OPERATE)).toBe('operate')
    expect(access.roleOfToken(WATCH)).toBe('watch')
    for (const wrong of ['', OPERATE.slice(1), `${OPERATE} `, WATCH.toUpperCase()])
      expect(access.roleOfToken(wrong)).toBeNull()
  })

  test('a cookie carries the role until it expires', () => {
    const cookie = access.cookie('watch', NOW)
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/)
    expect(access.session(cookieOf(cookie), NOW)).toEqual({ role: 'watch', via: 'token' })
    expect(access.session(cookieOf(cookie), NOW + 31 * 24 * 3600 * 1000)).toBeNull()
  })

  test('it outlives a restart, and dies with the tokens', () => {
    const cookie = cookieOf(access.cookie('operate', NOW))
    expect(new Access({ operate: OPERATE, watch: WATCH }, true).session(cookie, NOW)?.role).toBe('operate')
    expect(new Access({ operate: `${OPERATE}x`, watch: WATCH }, true).session(cookie, NOW)).toBeNull()
  })

  test('an edited cookie is nothing', () => {
    const [name, value = ''] = (cookieOf(access.cookie('watch', NOW)).cookie ?? '').split('=')
    const [, expires, signature] = value.split('.')
    for (const forged of [
      `operate.${expires}.${signature}`,
      `watch.${Number(expires) + 1}.${signature}`,
      `watch.${expires}.`,
      'watch',
      '',
    ]) {
      expect(access.session({ cookie: `${name}=${forged}` }, NOW)).toBeNull()
    }
  })

  test('a wrong bearer token does not fall back on a good cookie', () => {
    const headers = { ...cookieOf(access.cookie('operate', NOW)), authorization: 'Bearer wrong' }
    expect(access.session(headers, NOW)).toBeNull()
    expect(access.session({ authorization: `Bearer ${WATCH}` }, NOW)).toEqual({ role: 'watch', via: 'token' })
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
