import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPeople } from '../storage/access/people.ts'
import { IN_MEMORY, openDatabase } from '../storage/database.ts'
import { accessParts, asking } from '../testing/accessParts.ts'
import { EventThrottle, ThrottleOfEach } from './eventThrottle.ts'
import { type Lane, Passwords } from './passwords.ts'
import { People, shownName } from './people.ts'
import { SignInLimit } from './signInLimit.ts'
import { loginOf, personId } from './spellings.ts'

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

test('of the last two administrators one stays, however close together both are disabled', async () => {
  const { people } = await accessParts({ dataDir, configuration: { users: true } })
  const root = await people.setUp(FIRST)
  const administer = [{ right: 'administer' as const, scope: null }]
  const ann = await people.add({ ...FIRST, login: 'ann', grants: administer }, 'root')
  const ends = await Promise.allSettled([root, ann].map(({ id }) => people.edit(id, { disabled: true })))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
})

test('a server that has not heard of it does not disable the last administrator', async () => {
  const here = await accessParts({ dataDir, configuration: { users: true } })
  const root = await here.people.setUp(FIRST)
  const administer = [{ right: 'administer' as const, scope: null }]
  const ann = await here.people.add({ ...FIRST, login: 'ann', grants: administer }, 'root')
  const there = await accessParts({ dataDir, database: here.database, configuration: { users: true } })
  await here.people.edit(root.id, { disabled: true })
  await expect(there.people.edit(ann.id, { disabled: true })).rejects.toMatchObject({ code: 'last-administrator' })
})

test('one maker fills their own list of tokens, and nobody else’s', async () => {
  const { people, apiTokens } = await accessParts({ dataDir, configuration: { users: true } })
  const root = await people.setUp(FIRST)
  const ann = await people.add({ ...FIRST, login: 'ann', grants: root.grants }, 'root')
  const make = (of: { id: string; name: string }) =>
    apiTokens.create({ name: 'x', grants: [{ right: 'watch', scope: null }], days: 1 }, { ...of, grants: root.grants })
  const made = await Promise.all(Array.from({ length: 50 }, () => make(ann)))
  await expect(make(ann)).rejects.toMatchObject({ code: 'too-many' })
  await make(root)
  await apiTokens.revoke(made[0]?.token.id ?? '', ann.id)
  await make(ann)
})

/** Two servers on one database, the second of which has not heard what the first has done. */
async function two() {
  const here = await accessParts({ dataDir, configuration: { users: true } })
  await here.people.setUp(FIRST)
  const operate = [{ right: 'operate' as const, scope: null }]
  const ann = await here.people.add({ ...FIRST, login: 'ann', grants: operate }, 'root')
  const there = await accessParts({ dataDir, database: here.database, configuration: { users: true } })
  const row = async (id = ann.id) =>
    await here.database.queries.selectFrom('access_person').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return { here: here.people, there: there.people, ann, row }
}

test('a sign-in at a server that has not heard of it undoes neither that a user was disabled nor another password', async () => {
  const { here, there, ann, row } = await two()
  const signingIn = () => there.signIn('ann', FIRST.password, '10.0.0.1')
  await here.edit(ann.id, { disabled: true })
  await expect(signingIn()).rejects.toMatchObject({ code: 'wrong-password' })
  expect(there.ofId(ann.id)).toBeNull()
  expect((await row()).disabled).toBe(1)
  await here.edit(ann.id, { disabled: false, password: 'another long password' })
  const before = await row()
  await there.reload()
  await here.edit(ann.id, { password: 'a third long password' })
  await expect(there.signIn('ann', 'another long password', '10.0.0.1')).rejects.toMatchObject({
    code: 'wrong-password',
  })
  expect((await row()).password_hash).not.toBe(before.password_hash)
})

test('a sign-in at a server that has not heard of it leaves a demotion as it is, and gives no more', async () => {
  const { here, there, ann, row } = await two()
  await here.edit(ann.id, { grants: [{ right: 'watch', scope: null }], name: 'Ann' })
  const { grants, name } = await there.signIn('ann', FIRST.password, '10.0.0.1')
  expect([grants.map(({ right }) => right), name]).toEqual([['watch'], 'Ann'])
  expect(there.ofId(ann.id)?.grants).toEqual(grants)
  expect(JSON.parse((await row()).grants)).toEqual(grants)
  expect(JSON.parse((await row()).addresses)).toEqual(['10.0.0.1'])
  // Nor does whoever changes the password there, or edits something else.
  await here.edit(ann.id, { grants: [{ right: 'operate', scope: null }] })
  await there.changePassword(ann.id, FIRST.password, 'another long password', '10.0.0.1')
  await there.edit(ann.id, { name: 'Anne' })
  expect(await row()).toMatchObject({ name: 'Anne', grants: '[{"right":"operate","scope":null}]' })
})

test('whom a provider or a proxy names again stays disabled where another server has said so', async () => {
  const database = (await accessParts()).database
  const parts = () => accessParts({ dataDir, database, configuration: { users: true } })
  const [here, there] = [(await parts()).people, (await parts()).people]
  for (const source of ['oidc', 'proxy'] as const) {
    const named = { source, key: 'k', name: 'Kim', grants: [{ right: 'watch' as const, scope: null }], missed: [] }
    const { id } = await here.came(named)
    await there.reload()
    await here.edit(id, { disabled: true })
    const again = { ...named, name: 'Kim K.', grants: [{ right: 'operate' as const, scope: null }] }
    if (source === 'oidc') expect(await there.came(again)).toMatchObject({ disabled: true, name: 'Kim K.' })
    else there.seen(again)
    await expect
      .poll(() => database.queries.selectFrom('access_person').selectAll().where('id', '=', id).executeTakeFirst())
      .toMatchObject({ name: 'Kim K.', disabled: 1 })
  }
})

const PROXY = {
  userHeader: 'x-user',
  groupsHeader: null,
  addresses: ['127.0.0.1'],
  rules: [{ claim: 'user', value: '*', right: 'operate' as const, scope: null }],
}

/** People behind a proxy, of whom the rows of these spellings were made while each was somebody of their own. */
async function proxied(...spellings: { user: string; disabled: boolean }[]) {
  const { database } = await accessParts()
  const store = openPeople(database)
  for (const [at, { user, disabled }] of spellings.entries()) {
    const key = `proxy ${user}`
    await store.add({
      id: personId('proxy', key),
      source: 'proxy',
      login: loginOf(key),
      name: shownName(user),
      passwordHash: null,
      grants: [{ right: 'watch', scope: null }],
      missed: [],
      addresses: [],
      disabled,
      createdBy: 'proxy',
      createdAtMs: at,
      passwordAtMs: null,
      lastSignInAtMs: at,
    })
  }
  const parts = await accessParts({ dataDir, database, configuration: { proxy: PROXY } })
  const as = (user: string) => parts.access.session(asking({ 'x-user': user }), Date.now())?.identity
  return { ...parts, as }
}

test('a proxy names one person however the name is spelled, and shows it as it was given', async () => {
  const { as, people } = await proxied()
  const ann = as('Ann')
  expect(ann?.name).toBe('Ann')
  for (const same of ['ann', 'ANN', '\uff21nn']) expect(as(same)?.id).toBe(ann?.id)
  expect(as('Anna')?.id).not.toBe(ann?.id)
  await people.edit(ann?.id ?? '', { disabled: true })
  for (const same of ['Ann', 'ann', 'ANN']) expect(as(same)).toBeUndefined()
})

test('who was known in one spelling goes on in every other, and stays disabled', async () => {
  const known = await proxied({ user: 'Ann', disabled: false })
  const before = personId('proxy', 'proxy Ann')
  expect([known.as('ann')?.id, known.as('ANN')?.id, known.as('Ann')?.id]).toEqual([before, before, before])
  expect(known.people.ofId(before)).toMatchObject({ name: 'Ann', grants: [{ right: 'operate' }] })
  const long = `CN=${'Ann '.repeat(20)}end`
  const disabled = await proxied({ user: 'Ann', disabled: true }, { user: long, disabled: true })
  for (const same of ['ann', 'ANN', 'Ann', long]) expect([same, disabled.as(same)]).toEqual([same, undefined])
})

test('of several rows of one person one goes on, and none where any is disabled', async () => {
  const both = await proxied({ user: 'ANN', disabled: false }, { user: 'ann', disabled: false })
  const [upper, lower] = [personId('proxy', 'proxy ANN'), personId('proxy', 'proxy ann')]
  expect(both.as('ANN')?.id).toBe(lower)
  expect([both.people.ofId(upper), both.people.ofId(lower)?.id]).toEqual([null, lower])
  await both.people.edit(upper, { disabled: true })
  expect([both.as('ann'), both.as('ANN'), both.people.ofId(lower)]).toEqual([undefined, undefined, null])
})

test('a stranger whom a provider names without rights is not written down', async () => {
  const { people, database } = await accessParts()
  await people.cameWithoutRights({ source: 'oidc', key: 'k', name: 'Kim', grants: [], missed: [] })
  expect(people.list()).toEqual([])
  expect(await database.queries.selectFrom('access_person').select('id').execute()).toEqual([])
})

test('a password is not changed by whoever knows one that another server has replaced', async () => {
  const { here, there, ann, row } = await two()
  await here.edit(ann.id, { password: 'another long password' })
  const { password_hash } = await row()
  const changing = there.changePassword(ann.id, FIRST.password, 'a third long password', '10.0.0.1')
  await expect(changing).rejects.toMatchObject({ code: 'wrong-password' })
  expect((await row()).password_hash).toBe(password_hash)
})

/** Says how many passwords of it are looked at in one moment. */
class CountedPasswords extends Passwords {
  now = 0
  most = 0
  looked = 0

  override async isRight(kept: string | null, password: string, lane: Lane): Promise<boolean> {
    this.now += 1
    this.looked += 1
    this.most = Math.max(this.most, this.now)
    try {
      return await super.isRight(kept, password, lane)
    } finally {
      this.now -= 1
    }
  }
}

test('many guesses at once from where somebody signed in before are looked at one after the other, and the right one gets in', async () => {
  const passwords = new CountedPasswords()
  const people = await People.open({
    store: openPeople(openDatabase(IN_MEMORY)),
    sources: ['user'],
    passwords,
    nowMs: Date.now,
    onChanged: () => {},
    onError: () => {},
  })
  await people.setUp(FIRST)
  const attempt = (password: string) =>
    people.signIn('root', password, '10.0.0.1').then(
      () => 'in',
      ({ code, status }: { code: string; status: number }) => `${status} ${code}`,
    )
  expect(await attempt(FIRST.password)).toBe('in')
  const guesses = Array.from({ length: 40 }, (_, at) => attempt(`wrong ${at}`))
  const answers = await Promise.all(guesses)
  expect(passwords.most).toBe(1)
  expect(answers.filter((one) => one === '401 wrong-password')).toHaveLength(9)
  expect(answers.filter((one) => one === '429 too-many-attempts')).toHaveLength(31)
  expect(passwords.looked).toBe(10)
  expect(await attempt(FIRST.password)).toBe('in')
  // Also one that stands in line with guesses.
  const among = [attempt('wrong'), attempt(FIRST.password), attempt('wrong again')]
  expect(await Promise.all(among)).toEqual(['401 wrong-password', 'in', '401 wrong-password'])
})

test('whoever waits keeps nobody waiting who comes from elsewhere, or under another name', async () => {
  const limit = new SignInLimit()
  const { promise, resolve } = Promise.withResolvers<string>()
  const first = limit.inTurn('ann', 'home', () => promise)
  const second = limit.inTurn('ann', 'home', async () => 'second')
  expect(await limit.inTurn('ann', 'away', async () => 'away')).toBe('away')
  expect(await limit.inTurn('bob', 'home', async () => 'bob')).toBe('bob')
  resolve('first')
  expect(await Promise.all([first, second])).toEqual(['first', 'second'])
})

test('a flood of events is cut, and what was left out is told with the next', () => {
  const throttle = new EventThrottle()
  const taken = Array.from({ length: 250 }, () => throttle.take(1000))
  expect(taken.filter((one) => one !== null)).toHaveLength(200)
  expect(throttle.take(3000)).toBe(50)
})

test('the flood of one leaves the others theirs, and who comes least is forgotten first', () => {
  const throttles = new ThrottleOfEach()
  const taken = Array.from({ length: 250 }, () => throttles.take('flood', 1000))
  expect(taken.filter((one) => one !== null)).toHaveLength(200)
  expect(throttles.take('other', 1000)).toBe(0)
  for (let at = 0; at < 999; at += 1) throttles.take(`more ${at}`, 1000)
  expect(throttles.take('flood', 1000)).toBe(0)
})
