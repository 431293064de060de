import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doubtOfApprovals, readOptions } from './options.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-options-'))
  writeFileSync(join(folder, 'secret'), 'a-secret-of-a-client\n')
  writeFileSync(join(folder, 'short'), 'short')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function read(yaml: string, ...flags: string[]) {
  const file = join(folder, 'quorumdeck.yaml')
  writeFileSync(file, yaml)
  const options = await readOptions(['--config', file, ...flags])
  if (options === 'help') throw new Error('help')
  return options
}

const OIDC = `access:
  oidc:
    issuer: https://login.example
    clientId: quorumdeck
`
const ROLES = '    roles: [{ value: ops, role: operate, groups: [Shop] }]\n'

test('what is left out is as it always was', async () => {
  const { access, audit, readOnly } = await read('port: 1\n')
  expect(access).toMatchObject({ users: false, oidc: null, proxy: null })
  expect([audit.file, audit.keepDays, readOnly]).toEqual([null, null, false])
})

test('a provider: its secret from a file, its rules with the claim that they look at', async () => {
  const { access } = await read(`${OIDC}    clientSecretFile: secret\n${ROLES}  sessions: { hours: 1 }\n`)
  expect(access.oidc).toMatchObject({
    clientSecret: 'a-secret-of-a-client',
    clockToleranceS: 30,
    scopes: ['openid', 'profile', 'email'],
    rules: [{ claim: 'groups', value: 'ops', right: 'operate', scope: { clusters: [], groups: ['Shop'] } }],
  })
  expect(access.lifetime.absoluteMs).toBe(3600_000)
})

test.each([
  [`${OIDC}`, 'does not fit at access.oidc.roles'],
  [`${OIDC}    clientSecret: in-the-file\n${ROLES}`, 'does not fit at access.oidc'],
  [`${OIDC}    clientSecretFile: nowhere\n${ROLES}`, 'cannot be read'],
  [`${OIDC}    clientSecretEnv: NO_SUCH_NAME_HERE\n${ROLES}`, 'the environment has no NO_SUCH_NAME_HERE'],
  [
    `${OIDC}    clientSecretFile: secret\n    clientSecretEnv: PATH\n${ROLES}`,
    'either clientSecretFile or clientSecretEnv',
  ],
  [`${OIDC.replace('https', 'http')}${ROLES}`, 'is not encrypted'],
  [`${OIDC.replace('https://', 'https://user:password@')}${ROLES}`, 'is no address'],
  [
    'access: { proxy: { userHeader: X-User, addresses: [nonsense], roles: [{ value: a, role: watch, claim: user }] } }',
    'is no address',
  ],
  [
    'access: { proxy: { userHeader: X-User, addresses: [10.0.0.0/99], roles: [{ value: a, role: watch, claim: user }] } }',
    'is no address',
  ],
  [
    'access: { proxy: { userHeader: X-User, addresses: [10.0.0.0/0], roles: [{ value: a, role: watch, claim: user }] } }',
    'is no address',
  ],
  [
    'access: { proxy: { userHeader: X-User, addresses: [10.0.0.1], roles: [{ value: a, role: watch }] } }',
    'groupsHeader',
  ],
  ['audit: { webhook: { url: "https://siem.example", secretFile: short } }', 'at least 16 characters'],
  ['audit: { webhook: { url: "http://siem.example", secretFile: secret } }', 'is not encrypted'],
  ['host: 10.0.0.5\ntlsCert: secret\ntlsKey: secret\n', 'would let everybody on the network operate'],
  ['host: 10.0.0.5\naccess: { users: true }\n', 'in the clear'],
])('refused in one sentence: %s', async (yaml, words) => {
  const failing = read(yaml)
  await expect(failing).rejects.toThrow(words)
  await expect(failing).rejects.not.toThrow('a-secret-of-a-client')
})

test('accounts and TLS are enough for another host', async () => {
  const { host, access } = await read('host: 10.0.0.5\naccess: { users: true }\n', '--behind-proxy', '--read-only')
  expect([host, access.users]).toEqual(['10.0.0.5', true])
})

test('approvals beside more than one way in by name are doubted, because one person is two there', async () => {
  const approval = 'changeRules: { approval: { kinds: all } }\n'
  const provider = `${OIDC}${ROLES}`
  expect(doubtOfApprovals(await read(`${provider}${approval}`))).toBeNull()
  expect(doubtOfApprovals(await read(`${provider}  users: true\n`))).toBeNull()
  expect(doubtOfApprovals(await read(`${provider}  users: true\n${approval}`))).toContain('users, oidc is two people')
})
