import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Access } from './access.ts'
import { AttemptLimit } from './attemptLimit.ts'
import { contentSecurityPolicy, HostAllowlist, isPlainPath, sameOrigin } from './security.ts'
import { openSessionKeys } from './sessionKeys.ts'

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
    const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-access-'))
    try {
      const started = (operate: string) =>
        new Access(
          { operate, watch: WATCH },
          true,
          openSessionKeys(dataDir, [operate, WATCH], () => NOW),
        )
      const cookie = cookieOf(started(OPERATE).cookie('operate', NOW))
      expect(started(OPERATE).session(cookie, NOW)?.role).toBe('operate')
      expect(statSync(join(dataDir, 'sessions.json')).mode & 0o777).toBe(0o600)
      expect(started(`${OPERATE}x`).session(cookie, NOW)).toBeNull()
      // The key was drawn anew: the old tokens bring no old session back.
      expect(started(OPERATE).session(cookie, NOW)).toBeNull()
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })

  test('signing out ends the session on the server, also over a restart', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-access-'))
    try {
      const started = () =>
        new Access(
          { operate: OPERATE, watch: WATCH },
          true,
          openSessionKeys(dataDir, [OPERATE, WATCH], () => NOW),
        )
      const first = started()
      const [stolen, other] = [cookieOf(first.cookie('operate', NOW)), cookieOf(first.cookie('operate', NOW))]
      first.end(stolen.cookie)
      first.end('quorumdeck_session=operate.9999999999.made-up.signature')
      for (const access of [first, started()]) {
        expect(access.session(stolen, NOW)).toBeNull()
        expect(access.session(other, NOW)?.role).toBe('operate')
      }
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  })

  test('a cookie is no way to try tokens: nothing in it, or in its key, comes from them', () => {
    const tokens = { operate: OPERATE, watch: WATCH }
    const cookie = cookieOf(new Access(tokens, true).cookie('watch', NOW))
    expect(new Access(tokens, true).session(cookie, NOW)).toBeNull()
  })

  test('an edited cookie is nothing', () => {
    const [name, value = ''] = (cookieOf(access.cookie('watch', NOW)).cookie ?? '').split('=')
    const [, expires, id, signature] = value.split('.')
    for (const forged of [
      `operate.${expires}.${id}.${signature}`,
      `watch.${Number(expires) + 1}.${id}.${signature}`,
      `watch.${expires}.x${id}.${signature}`,
      `watch.${expires}.${id}.`,
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
