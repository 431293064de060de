import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessParts, asking } from '../testing/accessParts.ts'
import { EventThrottle } from './eventThrottle.ts'

const FIRST = { login: 'root', name: 'Root', password: 'correct horse battery' }
const FROM = { address: '10.0.0.1', agent: 'test' }
let dataDir: string
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-people-'))
})
afterAll(() => rmSync(dataDir, { recursive: true }))

test('who came in a way that is not configured any more is nobody, with sessions and tokens', async () => {
  const users = await accessParts({ dataDir, configuration: { users: true } })
  const root = await users.people.setUp(FIRST)
  const { cookie } = await users.access.begin({ via: 'password', personId: root.id, ...FROM }, undefined)
  const headers = { cookie: cookie.split(';')[0] ?? '' }
  const watch = [{ right: 'watch' as const, scope: null }]
  const { secret } = await users.apiTokens.create({ name: 'x', grants: watch, days: 1 }, { ...root, within: undefined })
  const both = [asking(headers), asking({ authorization: `Bearer ${secret}` })]
  for (const request of both) expect(users.access.session(request, Date.now())).not.toBeNull()
  const tokens = { operate: 'operate-token-0123456789', watch: null }
  const without = await accessParts({ dataDir, database: users.database, tokens })
  for (const request of both) expect(without.access.session(request, Date.now())).toBeNull()
  // And is somebody again with it.
  const again = await accessParts({ dataDir, database: users.database, configuration: { users: true } })
  for (const request of both) expect(again.access.session(request, Date.now())?.identity).toBeDefined()
  expect(again.setUp.file).toBeNull()
})

test('a right password that was looked at while the user was disabled lets nobody in', async () => {
  const { people } = await accessParts({ dataDir, configuration: { users: true } })
  await people.setUp(FIRST)
  const made = await people.add({ ...FIRST, login: 'ann', grants: [{ right: 'watch', scope: null }] }, 'root')
  const signingIn = people.signIn('ann', FIRST.password, '10.0.0.1')
  await Promise.all([
    expect(signingIn).rejects.toMatchObject({ code: 'wrong-password' }),
    people.edit(made.id, { disabled: true }),
  ])
})

test('a flood of events is cut, and what was left out is told with the next', () => {
  const throttle = new EventThrottle()
  const taken = Array.from({ length: 250 }, () => throttle.take(1000))
  expect(taken.filter((one) => one !== null)).toHaveLength(200)
  expect(throttle.take(3000)).toBe(50)
})
