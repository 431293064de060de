import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiTokens } from '../access/apiTokens.ts'
import { Passwords } from '../access/passwords.ts'
import { People } from '../access/people.ts'
import { Sessions } from '../access/sessions.ts'
import { WallTokens } from '../http/wall/wallTokens.ts'
import { openApiTokens } from './access/apiTokens.ts'
import { openPeople } from './access/people.ts'
import { openSessions } from './access/sessions.ts'
import { type Database, IN_MEMORY, openDatabase } from './database.ts'
import { Reloading } from './reloading.ts'
import { openWallTokenStore } from './wallTokens.ts'

let database: Database
beforeAll(() => {
  database = openDatabase(IN_MEMORY)
})
afterAll(() => database.close())

const nowMs = () => 1_700_000_000_000
const onError = (error: unknown) => {
  throw error
}
const common = { nowMs, onEnded: () => {}, onError }
const lifetimeOf = () => ({ absoluteMs: 1_000_000, idleMs: 1_000_000 })
const from = { address: '10.0.0.1', agent: 'test' }

/** A read that has its rows, and hands them over when it is let go. */
function held<T>(read: () => Promise<T>) {
  const gate = { isHeld: false, reads: 0, letGo: () => {} }
  const slow = async () => {
    const rows = await read()
    gate.reads += 1
    if (!gate.isHeld) return rows
    const { promise, resolve } = Promise.withResolvers<void>()
    gate.letGo = () => {
      gate.isHeld = false
      resolve()
    }
    await promise
    return rows
  }
  return { gate, slow }
}

async function slowSessions() {
  const store = openSessions(database)
  const { gate, slow } = held(() => store.live(nowMs()))
  const options = { ...common, lifetimeOf, tokenOf: () => null }
  const sessions = await Sessions.open({ ...options, store: { ...store, live: slow } })
  const other = await Sessions.open({ ...options, store })
  return { gate, sessions, other, store }
}

test('one reload at a time: whoever asks while one goes on gets one that began after that', async () => {
  let value = 0
  const seen: number[] = []
  let going = 0
  const reloading = new Reloading(async () => {
    going += 1
    expect(going).toBe(1)
    const read = value
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(read)
    going -= 1
  })
  const first = reloading.run()
  value = 1
  const [second, third] = [reloading.run(), reloading.run()]
  await first
  value = 2
  await Promise.all([second, third])
  expect(seen.length).toBe(2)
  expect(seen[1]).toBeGreaterThanOrEqual(1)
})

test('a read that fails is told, and the one that was asked for meanwhile goes on all the same', async () => {
  let reads = 0
  const reloading = new Reloading(async () => {
    reads += 1
    if (reads === 1) throw new Error('as planned')
  })
  const [first, second] = [reloading.run(), reloading.run()]
  await expect(first).rejects.toThrow('as planned')
  await second
  expect(reads).toBe(2)
})

test('a session that ends while a reload reads stays ended', async () => {
  const { gate, sessions } = await slowSessions()
  const { session, secret } = await sessions.begin({ via: 'password', personId: 'user.a', ...from })
  gate.isHeld = true
  const reload = sessions.reload()
  await expect.poll(() => gate.reads).toBe(2)
  await sessions.end(session.id)
  gate.letGo()
  await reload
  expect(sessions.ofSecret(secret, nowMs())).toBeNull()
  await sessions.reload()
  expect(sessions.ofSecret(secret, nowMs())).toBeNull()
})

test('a session that the database did not take as ended stays ended here, whatever is read', async () => {
  const store = openSessions(database)
  const refusing = { ...store, end: () => Promise.reject(new Error('full')) }
  const sessions = await Sessions.open({ ...common, lifetimeOf, tokenOf: () => null, store: refusing })
  const { session, secret } = await sessions.begin({ via: 'password', personId: 'user.a', ...from })
  await expect(sessions.end(session.id)).rejects.toThrow('full')
  for (const _time of [1, 2]) {
    await sessions.reload()
    expect(sessions.ofSecret(secret, nowMs())).toBeNull()
  }
})

test('all sessions of a person end, also those of which this server has not heard, or that are just being begun', async () => {
  const { sessions, other } = await slowSessions()
  const own = await sessions.begin({ via: 'password', personId: 'user.b', ...from })
  const stays = await sessions.begin({ via: 'password', personId: 'user.b', ...from })
  const unheard = await other.begin({ via: 'password', personId: 'user.b', ...from })
  const beginning = sessions.begin({ via: 'password', personId: 'user.b', ...from })
  await Promise.resolve()
  expect(await sessions.endOf('user.b', stays.session.id)).toBeGreaterThanOrEqual(2)
  const begun = await beginning
  await Promise.all([sessions.reload(), other.reload()])
  for (const at of [sessions, other]) {
    for (const { secret } of [own, unheard, begun]) expect(at.ofSecret(secret, nowMs())).toBeNull()
    expect(at.ofSecret(stays.secret, nowMs())).not.toBeNull()
  }
})

test('a token that is revoked while a reload reads stays revoked, and one that the database did not take is written again', async () => {
  const store = openApiTokens(database)
  const { gate, slow } = held(() => store.all())
  let isFull = false
  const revoke: typeof store.revoke = (...given) =>
    isFull ? Promise.reject(new Error('full')) : store.revoke(...given)
  const grants = [{ right: 'watch' as const, scope: null }]
  const tokens = await ApiTokens.open({
    ...common,
    store: { ...store, all: slow, revoke },
    tokenOf: () => null,
    rightsOf: () => grants,
    placeOf: (cluster) => ({ cluster, group: null }),
  })
  const make = () => tokens.create({ name: 'x', grants, days: 1 }, { id: 'm', name: 'M', grants, within: undefined })
  const [one, two] = [await make(), await make()]
  gate.isHeld = true
  const reload = tokens.reload()
  await expect.poll(() => gate.reads).toBe(2)
  await tokens.revoke(one.token.id, null)
  gate.letGo()
  await reload
  expect(tokens.ofSecret(one.secret, nowMs())).toBeNull()
  isFull = true
  await expect(tokens.revoke(two.token.id, null)).rejects.toThrow('full')
  await tokens.reload()
  expect(tokens.ofSecret(two.secret, nowMs())).toBeNull()
  isFull = false
  await tokens.revoke(two.token.id, null)
  expect((await store.all()).every(({ revokedAtMs }) => revokedAtMs !== null)).toBe(true)
})

test('a person who is disabled while a reload reads stays disabled, and what another server wrote meanwhile is read too', async () => {
  const store = openPeople(database)
  const { gate, slow } = held(() => store.all())
  const options = { sources: ['proxy' as const], passwords: new Passwords(), nowMs, onChanged: () => {}, onError }
  const people = await People.open({ ...options, store: { ...store, all: slow } })
  const grants = [{ right: 'watch' as const, scope: null }]
  const { id } = await people.came({ source: 'proxy', key: 'k', name: 'Kim', grants, missed: [] })
  gate.isHeld = true
  const reload = people.reload()
  await expect.poll(() => gate.reads).toBe(2)
  await people.edit(id, { disabled: true })
  await store.change(id, { name: 'Kim K.' })
  gate.letGo()
  await reload
  expect(people.ofId(id)).toBeNull()
  expect(people.list()).toMatchObject([{ disabled: true, name: 'Kim K.' }])
})

async function slowWalls() {
  const store = openWallTokenStore(database)
  const { gate, slow } = held(() => store.all())
  const walls = await WallTokens.open({ ...common, basePath: '', store: { ...store, all: slow } })
  const make = () => walls.create({ label: 'Hall', clusters: null, days: null, as: { id: 'ann', name: 'Ann' } })
  return { gate, walls, store, make }
}

test('a wall that is revoked while a reload reads stays revoked, and one that is made meanwhile stays', async () => {
  const { gate, walls, make } = await slowWalls()
  const { token, secret } = await make()
  gate.isHeld = true
  const reload = walls.reload()
  await expect.poll(() => gate.reads).toBe(2)
  await walls.revoke(token.id)
  const made = await make()
  gate.letGo()
  await reload
  expect(walls.ofSecret(secret, nowMs())).toBeNull()
  expect(walls.ofSecret(made.secret, nowMs())).not.toBeNull()
})

test('of two reloads of walls the one that read first does not win', async () => {
  const { gate, walls, store, make } = await slowWalls()
  const { token, secret } = await make()
  gate.isHeld = true
  const first = walls.reload()
  await expect.poll(() => gate.reads).toBe(2)
  gate.isHeld = false
  // Another server revokes it, and says so.
  await store.revoke(token.id, nowMs())
  const second = walls.reload()
  // One after the other: what the second would have read at once, it has by now.
  await store.all()
  await store.all()
  gate.letGo()
  await Promise.all([first, second])
  expect(walls.ofSecret(secret, nowMs())).toBeNull()
})
