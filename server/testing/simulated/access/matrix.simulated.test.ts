/** Every route x every role x every kind of credential, over real HTTP: what each gets is said here once more, by hand. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MESSAGES, RULES } from '../../../access/rules.ts'
import { type Grant, Role } from '../../../contract/access/grants.ts'
import { ErrorBody } from '../../../contract/errors.ts'
import { Workflow } from '../../../contract/workflows.ts'
import { Browsers, type Headers } from '../../access/people.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

const OTHER = 'other'
const tokens = { operate: 'operate-token-0123456789', watch: 'watch-token-0123456789ab' }
const scopeOn = (cluster: string) => ({ clusters: [cluster], groups: [] })

let dataDir: string
let serving: Serving
let people: Browsers
let root: Headers
let run: string

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-matrix-'))
  serving = await serve(tokens, 100, { dataDir, alsoCalled: [OTHER], access: { users: true } })
  people = new Browsers(serving.url)
  root = await people.setUp(dataDir)
  const view = await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
  const [broker] = view.replicas.filter(({ status }) => status === 'observer')
  const begun = await people.send('POST', `/api/clusters/${CLUSTER}/workflows`, root, {
    kind: 'rolling-restart',
    params: { nodeIds: [broker?.nodeId ?? 0] },
    commandId: 'matrix',
  })
  const text = await begun.text()
  expect([begun.status, text.slice(0, 300)]).toEqual([201, expect.any(String)])
  const started = Workflow.parse(JSON.parse(text))
  // Whoever signed in drives it, although the body says nothing.
  expect(started.driver).toMatchObject({ name: 'Root', id: expect.stringMatching(/^user\./) })
  run = started.id
})
afterAll(async () => {
  await serving.close()
  rmSync(dataDir, { recursive: true })
})

/** What a credential gets of a rule. `let-in`: whatever the route itself answers then. */
type Outcome = 'let-in' | 'nobody' | 'forbidden' | 'unseen'

async function outcomeOf(answer: Response): Promise<Outcome> {
  const text = await answer.text()
  const code = answer.ok ? null : (ErrorBody.safeParse(safely(text)).data?.error.code ?? null)
  if (answer.status === 401 && (code === 'sign-in' || code === 'wrong-token')) return 'nobody'
  if (code === 'watch-only' || code === 'not-allowed') return 'forbidden'
  return code === 'unknown-cluster' ? 'unseen' : 'let-in'
}

function safely(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function pathOf(path: string): string {
  const asked = path === '/api/notes' ? `${path}?subject=cluster:${CLUSTER}` : path
  return asked
    .replace('/workflows/:id', `/workflows/${run}`)
    .replace(':cluster', CLUSTER)
    .replace(':name', 'lost-majority')
    .replace(':id', 'nothing')
}

/** Bodies that no route can do anything with, and that say which cluster they are about where that is in them. */
function bodyOf(path: string): unknown {
  if (path === '/api/notes') return { subject: `cluster:${CLUSTER}` }
  return path === '/api/silences' ? { matchers: { cluster: CLUSTER } } : {}
}

/** Signing in and out, and what one holds oneself, is walked in other tests; this would end the sessions of this one. */
const WALKED = RULES.filter(({ path }) => !/^\/api\/(session|sign-in|setup|account)/.test(path))

async function walk(headers: Headers, expected: (rule: (typeof RULES)[number]) => Outcome): Promise<number> {
  let walked = 0
  for (const rule of WALKED) {
    const { method, path } = rule
    const answer = await people.send(method, pathOf(path), headers, method === 'GET' ? undefined : bodyOf(path))
    expect([method, path, await outcomeOf(answer)]).toEqual([method, path, expected(rule)])
    walked += 1
  }
  return walked
}

/** About no cluster that there is: only what is about the whole server may be asked then. */
const NOTHING_THERE = new Set(['alert', 'silence', 'note'])

function rank(role: Role): number {
  return Role.options.indexOf(role)
}

function may(role: Role, right: string): boolean {
  return right === 'audit' ? role === 'administer' : rank(role) >= rank(right as Role)
}

test.each(Role.options)('%s everywhere', async (role) => {
  await people.user(root, `all-${role}`, [{ right: role, scope: null }])
  const headers = await people.signIn(`all-${role}`)
  const walked = await walk(headers, ({ needs }) =>
    typeof needs === 'string' || may(role, needs[0]) ? 'let-in' : 'forbidden',
  )
  expect(walked).toBeGreaterThan(60)
})

test.each(Role.options)('%s on the cluster that it is about, and nowhere else', async (role) => {
  await people.user(root, `own-${role}`, [{ right: role, scope: scopeOn(CLUSTER) }])
  await walk(await people.signIn(`own-${role}`), ({ needs }) => {
    if (typeof needs === 'string') return 'let-in'
    const [right, on] = needs
    return on === 'everywhere' || NOTHING_THERE.has(on) || !may(role, right) ? 'forbidden' : 'let-in'
  })
})

test.each(Role.options)('%s on another cluster: this one is not there', async (role) => {
  await people.user(root, `foreign-${role}`, [{ right: role, scope: scopeOn(OTHER) }])
  const headers = await people.signIn(`foreign-${role}`)
  await walk(headers, ({ needs }) => {
    if (typeof needs === 'string') return 'let-in'
    const [right, on] = needs
    if (on === 'anywhere') return may(role, right) ? 'let-in' : 'forbidden'
    return on === 'everywhere' || NOTHING_THERE.has(on) ? 'forbidden' : 'unseen'
  })
  const list = await (await people.send('GET', '/api/clusters', headers)).text()
  expect(list).toContain(`"cluster":"${OTHER}"`)
  expect(list).not.toContain(`"cluster":"${CLUSTER}"`)
  expect((await people.send('GET', `/api/alerts?cluster=${CLUSTER}`, headers)).status).toBe(404)
})

test('who shares a token cannot speak for somebody who signs in', async () => {
  const headers = { authorization: `Bearer ${tokens.operate}` }
  const note = (id: string) => ({ subject: `cluster:${CLUSTER}`, text: 'x', as: { id, name: 'Root' } })
  for (const id of ['user.1', 'OIDC.x', 'api-token.x', 'proxy.x']) {
    const answer = await people.send('POST', '/api/notes', headers, note(id))
    expect([id, answer.status, await answer.text()]).toEqual([id, 403, expect.stringContaining('reserved-actor')])
  }
  expect((await people.send('POST', '/api/notes', headers, note('user1'))).status).toBe(201)
  const command = {
    commandId: 'c',
    expectedRevision: 0,
    command: { type: 'confirm' },
    as: { id: 'user.1', name: 'Root' },
  }
  expect((await people.send('POST', `/api/workflows/${run}/commands`, headers, command)).status).not.toBe(200)
})

test('audit alone reads the record and nothing else', async () => {
  await people.user(root, 'reader', [{ right: 'audit', scope: null }])
  await walk(await people.signIn('reader'), ({ needs }) => {
    if (typeof needs === 'string' || needs[0] === 'audit') return 'let-in'
    const [, on] = needs
    return on === 'everywhere' || on === 'anywhere' || NOTHING_THERE.has(on) ? 'forbidden' : 'unseen'
  })
})

test('a token of a script has the rights that it was given, and no more than its maker', async () => {
  const all: Grant[] = [{ right: 'operate', scope: null }]
  const person = await people.user(root, 'maker', all)
  const maker = await people.signIn('maker')
  const refused = await people.send('POST', '/api/tokens', maker, {
    name: 'x',
    grants: [{ right: 'approve', scope: null }],
    days: 1,
  })
  expect(refused.status).toBe(403)
  const { headers } = await people.token(maker, all)
  const asOperate = ({ needs }: (typeof RULES)[number]) =>
    typeof needs === 'string' || may('operate', needs[0]) ? 'let-in' : 'forbidden'
  // What a token may not do although it is signed in: make another, end sessions.
  await walk(headers, asOperate)
  // Its maker loses a right: so does it, at once.
  await people.send('PATCH', `/api/users/${person.id}`, root, { grants: [{ right: 'watch', scope: null }] })
  await walk(headers, ({ needs }) => (typeof needs === 'string' || may('watch', needs[0]) ? 'let-in' : 'forbidden'))
  await people.send('PATCH', `/api/users/${person.id}`, root, { disabled: true })
  expect((await people.send('GET', '/api/session', headers)).status).toBe(401)
})

test('no credential, an ended, a revoked and an invented one: nobody, on every route', async () => {
  await people.user(root, 'ended', [{ right: 'administer', scope: null }])
  const out = await people.signIn('ended')
  const revoked = await people.token(out, [{ right: 'operate', scope: null }])
  expect((await people.send('DELETE', `/api/tokens/${revoked.id}`, out)).status).toBe(204)
  expect((await people.send('DELETE', '/api/session', out)).status).toBe(204)
  const asNobody = ({ needs }: (typeof RULES)[number]) => (needs === 'open' ? 'let-in' : 'nobody')
  await walk({}, asNobody)
  await walk(out, asNobody)
  await walk({ cookie: 'quorumdeck_session=s.invented' }, asNobody)
  // Wrong bearer tokens are counted, and after ten of them told to wait; they let nobody in either.
  for (const headers of [revoked.headers, { authorization: 'Bearer qdt_invented' }]) {
    for (const { method, path, needs } of WALKED) {
      const answer = await people.send(method, pathOf(path), headers, method === 'GET' ? undefined : bodyOf(path))
      if (needs === 'open') continue
      expect([method, path, answer.status === 401 || answer.status === 429]).toEqual([method, path, true])
    }
  }
})

test('an expired session is nobody on every route', async () => {
  const expiring = await serve(tokens, 100, { access: { lifetime: { absoluteMs: 1, idleMs: 1 } } })
  try {
    const elsewhere = new Browsers(expiring.url)
    const answer = await elsewhere.send('POST', '/api/session', {}, { token: tokens.operate })
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
    for (const { method, path, needs } of WALKED) {
      if (needs === 'open') continue
      const { status } = await elsewhere.send(method, pathOf(path), { cookie }, method === 'GET' ? undefined : {})
      expect([method, path, status]).toEqual([method, path, 401])
    }
  } finally {
    await expiring.close()
  }
})

test('every message of the websocket: seen clusters alone, and closed when the right is taken away', async () => {
  const person = await people.user(root, 'socket', [{ right: 'watch', scope: scopeOn(OTHER) }])
  const client = await new LiveClient(serving.url, await people.signIn('socket')).opened()
  for (const type of Object.keys(MESSAGES)) {
    const before = client.of('error').length
    const as = { id: 'x', name: 'X' }
    client.say({ type, cluster: CLUSTER, as, page: 'cluster', run: null, workflow: null } as never)
    await serving.watching.until(`an answer to ${type}`, () => client.of('error').length > before)
    expect([type, client.of('error').at(-1)?.code]).toEqual([type, 'unknown-cluster'])
  }
  client.say({ type: 'subscribe', cluster: OTHER })
  await serving.watching.until('a snapshot', () => client.of('snapshot').length > 0)
  const closed = new Promise<number>((resolve) => client.socket.once('close', resolve))
  await people.send('PATCH', `/api/users/${person.id}`, root, { grants: [{ right: 'watch', scope: scopeOn(CLUSTER) }] })
  expect(await closed).toBe(1012)
})
