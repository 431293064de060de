import { describe, expect, test } from 'vitest'
import { type ClaimRule, mapClaims } from './claims.ts'
import { trustedPeers } from './proxyHeader.ts'
import { SignInLimit } from './signInLimit.ts'

const rule = (claim: string, value: string): ClaimRule => ({ claim, value, right: 'watch', scope: null })

describe('claims', () => {
  test.each<[object, ClaimRule, boolean]>([
    [{ groups: ['a', 'b'] }, rule('groups', 'b'), true],
    [{ groups: 'b' }, rule('groups', 'b'), true],
    [{ groups: 'ab' }, rule('groups', 'b'), false],
    [{ groups: ['a,b'] }, rule('groups', 'b'), false],
    [{ groups: ['B'] }, rule('groups', 'b'), false],
    [{ groups: [] }, rule('groups', '*'), false],
    [{ groups: ['x'] }, rule('groups', '*'), true],
    [{ level: 3 }, rule('level', '3'), true],
    [{ resource_access: { deck: { roles: ['r'] } } }, rule('resource_access.deck.roles', 'r'), true],
    [{ 'https://a.example/roles': ['r'] }, rule('https://a.example/roles', 'r'), true],
    [{}, rule('constructor.name', 'Object'), false],
    [{}, rule('__proto__.x', 'y'), false],
    [{ groups: { a: 'b' } }, rule('groups', '[object Object]'), false],
  ])('%j by %j: %s', (claims, given, gives) => {
    const { grants, missed } = mapClaims(claims as Record<string, unknown>, [given])
    expect([grants.length, missed.length]).toEqual(gives ? [1, 0] : [0, 1])
  })

  test('each right has its reason, and each that is missing too', () => {
    const { grants, missed } = mapClaims({ groups: ['a'] }, [
      rule('groups', 'a'),
      rule('groups', 'b'),
      rule('team', 'c'),
    ])
    expect(grants[0]?.because).toBe('The claim groups holds "a", which gives watch everywhere.')
    expect(missed).toEqual([
      '"b" in the claim groups would give watch everywhere: it holds "a".',
      '"c" in the claim team would give watch everywhere: the provider sent no such claim.',
    ])
  })
})

test('a proxy is trusted at its addresses, in either notation, and nowhere else', () => {
  const trusts = trustedPeers(['10.0.0.5', '10.1.0.0/16', 'fd00::/8'])
  for (const peer of ['10.0.0.5', '::ffff:10.0.0.5', '10.1.255.1', 'fd00::1'])
    expect([peer, trusts(peer)]).toEqual([peer, true])
  for (const peer of ['10.0.0.6', '::ffff:10.0.0.6', '10.2.0.1', 'fe80::1', '', undefined, '10.0.0.5, 1.1.1.1']) {
    expect([peer, trusts(peer)]).toEqual([peer, false])
  }
})

describe('wrong passwords', () => {
  const NOW = 1_700_000_000_000
  test('strangers use up what a name has for strangers, and known addresses stay free of it', () => {
    const limit = new SignInLimit()
    for (let at = 0; at < 200; at += 1) {
      const address = `10.0.${at}.1`
      if (limit.ask('ann', address, false, NOW).allowed) limit.wrong('ann', address, false, NOW)
    }
    expect(limit.ask('ann', '10.9.9.9', false, NOW)).toEqual({ allowed: false })
    expect(limit.ask('ann', '192.168.0.7', true, NOW)).toEqual({ allowed: true, lane: 'first', pauseMs: 0 })
    // Another name from an address of its own is not concerned.
    expect(limit.ask('bob', '10.9.9.9', false, NOW).allowed).toBe(true)
    expect(limit.ask('ann', '10.9.9.9', false, NOW + 6001).allowed).toBe(true)
  })

  test('a known address is slowed down, and never for longer than two seconds', () => {
    const limit = new SignInLimit()
    for (let at = 0; at < 100; at += 1) limit.wrong('ann', 'home', true, NOW)
    expect(limit.ask('ann', 'home', true, NOW)).toEqual({ allowed: true, lane: 'later', pauseMs: 2000 })
    limit.right('ann', 'home', true, NOW)
    expect(limit.ask('ann', 'home', true, NOW)).toEqual({ allowed: true, lane: 'first', pauseMs: 0 })
  })
})
