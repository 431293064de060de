import { expect, test } from 'vitest'
import { areWithin, type Grant, highestRole, mayAnywhere, mayEverywhere, mayOn, Role } from './grants.ts'

const shop = { cluster: 'orders', group: 'Shop' }
const bank = { cluster: 'ledger', group: 'Bank' }
const lone = { cluster: 'lone', group: null }
const places = (cluster: string) =>
  [shop, bank, lone].find((one) => one.cluster === cluster) ?? { cluster, group: null }
const on = (right: Grant['right'], scope: Partial<NonNullable<Grant['scope']>> | null): Grant => {
  return { right, scope: scope === null ? null : { clusters: [], groups: [], ...scope } }
}

test('a group holds its clusters, and those alone', () => {
  const rights = { grants: [on('operate', { groups: ['Shop'] }), on('watch', { clusters: ['lone'] })] }
  expect([mayOn(rights, 'operate', shop), mayOn(rights, 'operate', bank), mayOn(rights, 'operate', lone)]).toEqual([
    true,
    false,
    false,
  ])
  expect([mayOn(rights, 'watch', lone), mayOn(rights, 'watch', bank)]).toEqual([true, false])
  expect([mayAnywhere(rights, 'operate'), mayEverywhere(rights, 'watch')]).toEqual([true, false])
  // A cluster of no group is in none, whatever a group is called.
  expect(mayOn({ grants: [on('watch', { groups: ['null'] })] }, 'watch', lone)).toBe(false)
})

test('each role holds those before it; audit stands beside them', () => {
  for (const [at, role] of Role.options.entries()) {
    const rights = { grants: [on(role, null)] }
    expect(Role.options.filter((other) => mayEverywhere(rights, other))).toEqual(Role.options.slice(0, at + 1))
    expect(highestRole((one) => mayEverywhere(rights, one))).toBe(role)
    expect(mayEverywhere(rights, 'audit')).toBe(role === 'administer')
  }
  const reader = { grants: [on('audit', null)] }
  expect(highestRole((one) => mayAnywhere(reader, one))).toBeNull()
})

test('what a token holds counts only where its maker has as much', () => {
  const token = { grants: [on('operate', null)], within: [on('operate', { clusters: ['orders'] }), on('watch', null)] }
  expect([mayOn(token, 'operate', shop), mayOn(token, 'operate', bank)]).toEqual([true, false])
  expect([mayEverywhere(token, 'operate'), mayEverywhere(token, 'watch')]).toEqual([false, true])
  expect(mayAnywhere({ grants: [on('operate', null)], within: [] }, 'watch')).toBe(false)
})

test.each<[Grant, Grant, boolean]>([
  [on('watch', null), on('operate', null), true],
  [on('operate', null), on('watch', null), false],
  [on('watch', { clusters: ['orders'] }), on('watch', { groups: ['Shop'] }), true],
  [on('watch', { groups: ['Shop'] }), on('watch', { clusters: ['orders'] }), false],
  [on('watch', { groups: ['Shop'] }), on('operate', { groups: ['Shop'] }), true],
  [on('watch', { groups: ['Bank'] }), on('watch', { groups: ['Shop'] }), false],
  [on('watch', null), on('administer', { groups: ['Shop'] }), false],
  [on('audit', null), on('administer', null), true],
  [on('audit', null), on('approve', null), false],
])('%j is within %j: %s', (wanted, held, expected) => {
  expect(areWithin([wanted], { grants: [held] }, places)).toBe(expected)
})
