/** People over real HTTP: the first user, passwords, who acts, what is on record, what ends at once. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AuditPage } from '../../../contract/access/audit.ts'
import { ApiTokenList, PersonList, SessionList, SignInWays } from '../../../contract/access/people.ts'
import { NoteList } from '../../../contract/room/noteRequests.ts'
import { RoomNote } from '../../../contract/room/notes.ts'
import { WhoAmI } from '../../../contract/session.ts'
import { Browsers, cookieIn, type Headers, PASSWORD } from '../../access/people.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

let dataDir: string
let serving: Serving
let people: Browsers
let root: Headers

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-people-'))
  serving = await serve(null, 100, { dataDir, access: { users: true } })
  people = new Browsers(serving.url)
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1)
})
afterAll(async () => {
  await serving.close()
  rmSync(dataDir, { recursive: true })
})

const json = async (answer: Response | Promise<Response>): Promise<unknown> => (await answer).json()
const entries = async (kind: string) =>
  AuditPage.parse(await json(people.send('GET', `/api/audit?kinds=${kind}`, root))).entries

test('the first user is made with the secret of the data directory, by nobody else, and once', async () => {
  const file = join(dataDir, 'setup-secret')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const ways = SignInWays.parse(await json(people.send('GET', '/api/sign-in')))
  expect(ways).toMatchObject({ open: false, password: true, setUp: true, token: false })
  const first = { login: 'root', name: 'Root', password: PASSWORD }
  for (const secret of ['', 'guess', readFileSync(file, 'utf8').slice(0, -3)]) {
    const { status } = await people.send('POST', '/api/setup', {}, { secret, ...first })
    expect([400, 401]).toContain(status)
  }
  const secret = readFileSync(file, 'utf8')
  const weak = { secret, ...first, password: 'aaaaaaaaaaaaaaaa' }
  expect((await people.send('POST', '/api/setup', {}, weak)).status).toBe(422)
  // Two at once: one of them is the first.
  const both = await Promise.all([1, 2].map(() => people.send('POST', '/api/setup', {}, { secret, ...first })))
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  root = cookieIn(both.find(({ status }) => status === 201) as Response)
  expect(existsSync(file)).toBe(false)
  expect((await people.send('POST', '/api/setup', {}, { secret, ...first })).status).toBe(409)
  expect(WhoAmI.parse(await json(people.send('GET', '/api/session', root)))).toMatchObject({
    role: 'administer',
    everywhere: 'administer',
    mayAudit: true,
    identity: { name: 'Root', source: 'user' },
  })
})

test('whoever acts is who signed in, whatever the body says, on every way', async () => {
  const ann = await people.user(root, 'ann', [{ right: 'operate', scope: null }])
  const headers = await people.signIn('ann')
  const as = { id: 'somebody-else', name: 'Root' }
  const note = { subject: `cluster:${CLUSTER}`, text: 'hello', as }
  const made = RoomNote.parse(await json(people.send('POST', '/api/notes', headers, note)))
  expect(made.by).toEqual({ id: ann.id, name: 'ann' })
  // Also where the body leaves it out.
  const { as: _as, ...bare } = note
  expect((await people.send('POST', '/api/notes', headers, bare)).status).toBe(201)
  const { notes } = NoteList.parse(await json(people.send('GET', `/api/notes?subject=cluster:${CLUSTER}`, headers)))
  expect(new Set(notes.map(({ by }) => by.id))).toEqual(new Set([ann.id]))
  const client = await new LiveClient(serving.url, headers).opened()
  client.say({ type: 'subscribe', cluster: CLUSTER })
  client.say({ type: 'here', cluster: CLUSTER, as, page: 'cluster', run: null })
  await serving.watching.until('somebody is here', () => client.of('presence').at(-1)?.people.length === 1)
  expect(client.of('presence').at(-1)?.people[0]).toMatchObject({ id: ann.id, name: 'ann' })
  client.socket.terminate()
})

test('a token of a script acts for whoever made it, and says that it is one', async () => {
  const token = await people.token(root, [{ right: 'operate', scope: null }])
  const note = { subject: `cluster:${CLUSTER}`, text: 'by a script', as: { id: 'x', name: 'X' } }
  const made = RoomNote.parse(await json(people.send('POST', '/api/notes', token.headers, note)))
  expect(made.by).toEqual({ id: expect.stringMatching(/^user\./), name: 'script (token of Root)' })
  for (const [method, path, body] of [
    ['POST', '/api/tokens', { name: 'x', grants: [{ right: 'watch', scope: null }], days: 1 }],
    ['DELETE', '/api/tokens/x', undefined],
    ['DELETE', '/api/sessions/x', undefined],
    ['POST', '/api/account/password', { current: PASSWORD, next: 'a password that is new' }],
  ] as const) {
    const answer = await people.send(method, path, token.headers, body)
    expect([path, answer.status]).toEqual([path, 403])
  }
  const secret = token.headers.authorization?.slice('Bearer '.length) ?? '?'
  const list = await (await people.send('GET', '/api/tokens', root)).text()
  expect(list).not.toContain(secret)
  expect(ApiTokenList.parse(JSON.parse(list)).tokens.find(({ id }) => id === token.id)?.lastUsedAtMs).not.toBeNull()
})

describe('what ends, with the websockets that are open', () => {
  test('one sees the own sessions alone', async () => {
    const ben = await people.user(root, 'ben', [{ right: 'operate', scope: null }])
    const headers = await people.signIn('ben')
    await people.signIn('ben')
    const { sessions } = SessionList.parse(await json(people.send('GET', '/api/sessions', headers)))
    expect(sessions.map(({ personId }) => personId)).toEqual([ben.id, ben.id])
    expect(sessions.filter(({ own }) => own)).toHaveLength(1)
  })

  const closing = async (headers: Headers) => {
    const client = await new LiveClient(serving.url, headers).opened()
    const closed = new Promise<number>((resolve) => client.socket.once('close', resolve))
    return { closed }
  }

  test('a session that somebody else ends', async () => {
    const cat = await people.user(root, 'cat', [{ right: 'operate', scope: null }])
    const headers = await people.signIn('cat')
    const { closed } = await closing(headers)
    const { sessions } = SessionList.parse(await json(people.send('GET', '/api/sessions', root)))
    const id = sessions.find(({ personId }) => personId === cat.id)?.id ?? ''
    expect((await people.send('DELETE', `/api/sessions/${id}`, root)).status).toBe(204)
    expect(await closed).toBe(1008)
    expect((await people.send('GET', '/api/session', headers)).status).toBe(401)
  })

  test('a user that is disabled, and their tokens', async () => {
    const dan = await people.user(root, 'dan', [{ right: 'operate', scope: null }])
    const headers = await people.signIn('dan')
    const token = await people.token(headers, [{ right: 'watch', scope: null }])
    const both = [await closing(headers), await closing(token.headers)]
    await people.send('PATCH', `/api/users/${dan.id}`, root, { disabled: true })
    expect(await Promise.all(both.map(({ closed }) => closed))).toEqual([1008, 1008])
    expect((await people.send('POST', '/api/sign-in/password', {}, { login: 'dan', password: PASSWORD })).status).toBe(
      401,
    )
  })

  test('the other sessions and the tokens of whoever changes the password', async () => {
    await people.user(root, 'eva', [{ right: 'operate', scope: null }])
    const [here, there] = [await people.signIn('eva'), await people.signIn('eva')]
    const { closed } = await closing(there)
    const token = await people.token(there, [{ right: 'watch', scope: null }])
    const script = await closing(token.headers)
    const change = (current: string) =>
      people.send('POST', '/api/account/password', here, { current, next: 'another long password' })
    expect((await change('wrong')).status).toBe(401)
    expect((await change(PASSWORD)).status).toBe(204)
    expect([await closed, await script.closed]).toEqual([1008, 1008])
    expect((await entries('user'))[0]?.detail).toMatchObject({ endedSessions: 1, revokedTokens: 1 })
    expect((await people.send('GET', '/api/session', token.headers)).status).toBe(401)
    expect((await people.send('GET', '/api/session', here)).status).toBe(200)
    expect((await people.send('POST', '/api/sign-in/password', {}, { login: 'eva', password: PASSWORD })).status).toBe(
      401,
    )
    await people.signIn('eva', 'another long password')
  })

  test('the sessions and tokens of whoever is given another password', async () => {
    const flo = await people.user(root, 'flo', [{ right: 'operate', scope: null }])
    const token = await people.token(await people.signIn('flo'), [{ right: 'watch', scope: null }])
    const others = await people.token(root, [{ right: 'watch', scope: null }])
    await people.send('PATCH', `/api/users/${flo.id}`, root, { name: 'Flo' })
    expect((await people.send('GET', '/api/session', token.headers)).status).toBe(200)
    await people.send('PATCH', `/api/users/${flo.id}`, root, { password: 'another long password' })
    expect((await people.send('GET', '/api/session', token.headers)).status).toBe(401)
    expect((await people.send('GET', '/api/session', others.headers)).status).toBe(200)
    const { tokens } = ApiTokenList.parse(await json(people.send('GET', '/api/tokens', root)))
    expect(tokens.find(({ id }) => id === token.id)?.revokedAtMs).not.toBeNull()
  })

  test('never the last who administers', async () => {
    const { people: all } = PersonList.parse(await json(people.send('GET', '/api/users', root)))
    const id = all.find(({ login }) => login === 'root')?.id
    for (const change of [{ disabled: true }, { grants: [{ right: 'operate', scope: null }] }]) {
      expect((await people.send('PATCH', `/api/users/${id}`, root, change)).status).toBe(409)
    }
  })
})

test('what was refused is on record too', async () => {
  const gus = await people.user(root, 'gus', [{ right: 'watch', scope: null }])
  const headers = await people.signIn('gus')
  await people.send('POST', `/api/clusters/${CLUSTER}/sandbox`, headers, { action: 'reset' })
  expect((await entries('refused'))[0]).toMatchObject({ actor: { id: gus.id }, detail: { code: 'watch-only' } })
})

test('wrong passwords from strangers slow them down, and keep nobody out who was here before', async () => {
  await people.user(root, 'fay', [{ right: 'watch', scope: null }])
  await people.signIn('fay')
  const attempt = (login: string, password: string) =>
    people.send('POST', '/api/sign-in/password', {}, { login, password })
  // From here fay has signed in: slowed down, never refused for it.
  for (let at = 0; at < 6; at += 1) expect((await attempt('fay', `wrong ${at}`)).status).toBe(401)
  expect((await attempt('fay', PASSWORD)).status).toBe(200)
  // A name that nobody has, or that never came from here, uses up what strangers have.
  const statuses: number[] = []
  for (let at = 0; at < 14; at += 1) statuses.push((await attempt('nobody', `wrong ${at}`)).status)
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401])
  expect(statuses.at(-1)).toBe(429)
  expect((await attempt('fay', PASSWORD)).status).toBe(200)
})

test('what was done is on record: with who, from where and why not, and without any secret', async () => {
  expect((await entries('sign-in')).some(({ actor }) => actor?.name === 'ann')).toBe(true)
  expect((await entries('sign-in-failed')).some(({ text }) => text.startsWith('nobody: '))).toBe(true)
  expect((await entries('sign-in-limited')).length).toBeGreaterThan(0)
  expect((await entries('user')).some(({ text }) => text === 'Made the user ben.')).toBe(true)
  expect((await entries('note'))[0]).toMatchObject({ cluster: CLUSTER, outcome: 'done', address: '127.0.0.1' })
  const all = await (await people.send('GET', '/api/audit/export', root)).text()
  expect(
    all
      .trim()
      .split('\n')
      .every((line) => typeof (JSON.parse(line) as { hash: unknown }).hash === 'string'),
  ).toBe(true)
  for (const secret of [PASSWORD, 'another long password', 'qdt_', root.cookie?.split('=')[1] ?? '?'])
    expect(all).not.toContain(secret)
  expect(await json(people.send('POST', '/api/audit/verify', root, {}))).toMatchObject({ state: 'whole' })
  const metrics = await (await people.send('GET', '/metrics', root)).text()
  expect(metrics).toContain('quorumdeck_audit_chain_broken 0')
})
