import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Database, IN_MEMORY, openDatabase } from '../../storage/database.ts'
import { openWallTokenStore } from '../../storage/wallTokens.ts'
import { accessParts, asking } from '../../testing/accessParts.ts'
import { WallTokens } from './wallTokens.ts'

const ANN = { id: 'ann', name: 'Ann' }
const DAY_MS = 24 * 3600 * 1000
const START_MS = 1_700_000_000_000

let database: Database
let nowMs = START_MS
let ended = 0
const opened: WallTokens[] = []

async function open(): Promise<WallTokens> {
  const tokens = await WallTokens.open({
    store: openWallTokenStore(database),
    basePath: '',
    nowMs: () => nowMs,
    onEnded: () => {
      ended += 1
    },
    onError: (error) => {
      throw error
    },
  })
  opened.push(tokens)
  return tokens
}

beforeEach(() => {
  nowMs = START_MS
  ended = 0
  database = openDatabase(IN_MEMORY)
})
afterEach(async () => {
  vi.useRealTimers()
  for (const one of opened.splice(0)) one.close()
  await database.close()
})

const hall = { label: 'Hall', clusters: ['a', 'b', 'a'], days: 2, as: ANN }

test('a secret is told once, is nowhere in the database, and is known after a restart', async () => {
  const { token, secret, link } = await (await open()).create(hall)
  expect(token).toMatchObject({
    label: 'Hall',
    clusters: ['a', 'b'],
    createdBy: 'Ann',
    expiresAtMs: START_MS + 2 * DAY_MS,
  })
  expect(link).toBe(`/wall#token=${secret}`)
  const rows = JSON.stringify(await database.queries.selectFrom('wall_token').selectAll().execute())
  expect(rows).not.toContain(secret)
  const again = await open()
  expect(JSON.stringify(again.list())).not.toMatch(/digest|qdw_/)
  expect(again.ofSecret(secret, nowMs)).toMatchObject({ id: token.id, clusters: ['a', 'b'] })
  expect(again.ofSecret(`${secret}x`, nowMs)).toBeNull()
})

test('it ends when it is revoked, at once and over a restart, and says so once', async () => {
  const tokens = await open()
  const { token, secret } = await tokens.create({ ...hall, days: null })
  await tokens.revoke(token.id)
  await tokens.revoke(token.id)
  expect(ended).toBe(1)
  for (const one of [tokens, await open()]) {
    expect(one.ofSecret(secret, nowMs)).toBeNull()
    expect(one.ofId(token.id, nowMs)).toBeNull()
    expect(one.list()).toMatchObject([{ revokedAtMs: START_MS }])
  }
  await expect(tokens.revoke('nothing')).rejects.toMatchObject({ code: 'unknown-wall-token' })
})

test('it ends by itself, and says so then', async () => {
  vi.useFakeTimers({ now: START_MS })
  const { secret } = await (await open()).create(hall)
  const tokens = await open()
  nowMs = START_MS + 2 * DAY_MS - 1
  expect(tokens.ofSecret(secret, nowMs)).not.toBeNull()
  nowMs += 1
  expect(tokens.ofSecret(secret, nowMs)).toBeNull()
  vi.advanceTimersByTime(2 * DAY_MS + 2)
  expect(ended).toBeGreaterThan(0)
})

test('when it was used is kept to the minute', async () => {
  const tokens = await open()
  const { token } = await tokens.create(hall)
  nowMs += 1_000
  tokens.used(token.id)
  nowMs += 30_000
  tokens.used(token.id)
  await vi.waitUntil(async () => (await open()).list()[0]?.lastUsedAtMs === START_MS + 1_000)
})

test('there are so many and no more; ended ones leave the list in time', async () => {
  const tokens = await open()
  const { token } = await tokens.create(hall)
  for (let made = 1; made < 200; made += 1) await tokens.create({ ...hall, days: null })
  await expect(tokens.create(hall)).rejects.toMatchObject({ code: 'too-many-wall-tokens' })
  await tokens.revoke(token.id)
  await expect(tokens.create(hall)).rejects.toMatchObject({ code: 'too-many-wall-tokens' })
  nowMs += 31 * DAY_MS
  expect((await tokens.create(hall)).token.label).toBe('Hall')
  expect(tokens.list().some(({ id }) => id === token.id)).toBe(false)
})

test.each([
  ['without tokens on this machine', null],
  ['with tokens', { operate: 'operate-token-0123456789', watch: null }],
])('access %s: a wall is a wall while its token lives, and nobody afterwards', async (_where, given) => {
  const tokens = await open()
  const { access } = await accessParts({ tokens: given, walls: tokens, nowMs: () => nowMs })
  const from = { nowMs, before: undefined, address: '10.0.0.1', agent: 'test' }
  const { token, secret } = await tokens.create({ ...hall, days: 90 })
  const signedIn = await access.signIn(secret, from)
  const wall = { role: 'wall', via: 'token', wall: { id: token.id, label: 'Hall', clusters: ['a', 'b'] }, grants: [] }
  expect(signedIn?.session).toEqual(wall)
  const headers = { cookie: signedIn?.cookie.split(';')[0] ?? '' }
  expect(access.session(asking(headers), nowMs)).toEqual(wall)
  expect(access.session(asking({ authorization: `Bearer ${secret}` }), nowMs)).toEqual(wall)
  // While it is used its cookie goes on, for as long as the token.
  expect(access.renewedCookie(headers, nowMs)).toBeNull()
  const renewed = { cookie: access.renewedCookie(headers, nowMs + 2 * DAY_MS)?.split(';')[0] ?? '' }
  expect(access.session(asking(renewed), nowMs + 31 * DAY_MS)).toEqual(wall)
  expect(access.session(asking(headers), nowMs + 31 * DAY_MS)).toBeNull()
  // A claim that nobody signed gives nothing, least of all what everybody here may do.
  for (const value of ['wall.9999999999.x.y', `${headers.cookie.slice(19)}x`, 'wall.']) {
    expect(access.session(asking({ cookie: `quorumdeck_session=${value}` }), nowMs)).toBeNull()
  }
  await tokens.revoke(token.id)
  expect(access.session(asking(headers), nowMs)).toBeNull()
  expect(access.session(asking({ authorization: `Bearer ${secret}` }), nowMs)).toBeNull()
  expect(await access.signIn(secret, from)).toBeNull()
  expect(access.renewedCookie(headers, nowMs + 2 * DAY_MS)).toBeNull()
})
