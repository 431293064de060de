/** Two servers on one PostgreSQL: each cluster is observed by one, and shown, asked and changed at both. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditPage } from '../../contract/access/audit.ts'
import type { History } from '../../contract/past/history.ts'
import type { Evidence, StartWorkflow, Workflow, WorkflowList } from '../../contract/workflows.ts'
import { newPostgresUrl } from '../databasePlace.ts'
import { prepare, SCENARIOS } from '../faults/crashMatrix.ts'
import { type QuorumUnderTest, simulatedUnderTest } from '../quorumUnderTest.ts'
import { LiveClient } from '../serving.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'
import { ask, commandBody, driveToEnd, observedBy, startRun } from './asking.ts'
import { type Replica, startReplica } from './replica.ts'

let quorum: QuorumUnderTest
let url: string
const replicas: Replica[] = []
const clients: LiveClient[] = []

beforeEach(async () => {
  quorum = await simulatedUnderTest({ newborn: true, brokers: 1 })
  url = await newPostgresUrl()
})
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate()
  const all = replicas.splice(0)
  for (const replica of all) await replica.close()
  await quorum.close()
  expect(all.flatMap(({ faults }) => faults)).toEqual([])
})

async function start(name: string, clusters = ['one', 'two']): Promise<Replica> {
  const reached = Object.fromEntries(clusters.map((cluster) => [cluster, quorum.bootstrapControllers]))
  const replica = await startReplica({ url, name, clusters: reached })
  replicas.push(replica)
  return replica
}

async function watch(replica: Replica, cluster: string): Promise<LiveClient> {
  const client = await new LiveClient(replica.url).opened()
  clients.push(client)
  client.say({ type: 'subscribe', cluster })
  return client
}

test('each has its share, and both show the same stream with its age', async () => {
  const [a, b] = [await start('a'), await start('b')]
  const observers = await until('a share for each', async () => {
    const names = await Promise.all(['one', 'two'].map((cluster) => observedBy(a.url, cluster)))
    return new Set(names).size === 2 ? names : null
  })
  expect(await Promise.all(['one', 'two'].map((cluster) => observedBy(b.url, cluster)))).toEqual(observers)
  const [atA, atB] = [await watch(a, 'one'), await watch(b, 'one')]
  const seqs = (client: LiveClient) => [
    ...client.of('snapshot').flatMap(({ view }) => view?.seq ?? []),
    ...client.of('delta').map(({ seq }) => seq),
  ]
  await until('the same views at both', () => seqs(atA).filter((seq) => seqs(atB).includes(seq)).length > 5)
  const runs = [atA, atB].map((client) => new Set(client.of('snapshot').map(({ view }) => view?.serverRunId)))
  expect(runs[0]).toEqual(runs[1])
  for (const { ageMs } of [...atA.of('delta'), ...atB.of('delta')]) {
    expect(ageMs).not.toBeNull()
    expect(ageMs).toBeGreaterThanOrEqual(0)
  }
})

test('a run is begun, followed, commanded and read at the server that does not hold its cluster', async () => {
  const [a, b] = [await start('a'), await start('b')]
  const holder = await observedBy(a.url, 'one')
  const other = holder === 'a' ? b : a
  await observedBy(other.url, 'one')
  const client = await watch(other, 'one')
  const begun = await startRun(other.url, 'one', await wipedDisk())
  client.say({ type: 'follow', cluster: 'one', workflow: begun.id })
  await until('the run, whole, at the other', () =>
    client.of('workflow').some(({ workflow }) => workflow?.id === begun.id),
  )
  const body = await until('a command', async () => {
    const { body: run } = await ask<Workflow>(other.url, `/api/workflows/${begun.id}`)
    const command = run.allowedCommands.find(({ recommended }) => recommended)
    return command === undefined ? null : commandBody(run, command)
  })
  const first = await ask<Workflow>(other.url, `/api/workflows/${begun.id}/commands`, body)
  // The same id at any server: the same answer, and nothing is done twice.
  for (const replica of [a, b]) {
    expect(await ask(replica.url, `/api/workflows/${begun.id}/commands`, body)).toEqual(first)
  }
  const stale = await ask<{ error: { code: string } }>(other.url, `/api/workflows/${begun.id}/commands`, {
    ...body,
    commandId: 'another',
  })
  expect([first.status, stale.status, stale.body.error.code]).toEqual([200, 409, 'stale-revision'])
  await driveToEnd(() => [other.url], begun.id)
  const evidence = await Promise.all([a, b].map(({ url }) => ask<Evidence>(url, `/api/workflows/${begun.id}/evidence`)))
  expect(evidence[0]?.body).toEqual(evidence[1]?.body)
  expect(evidence[0]?.body.entries.filter(({ type }) => type === 'intended')).toHaveLength(2)
  const lists = await Promise.all([a, b].map(({ url }) => ask<WorkflowList>(url, '/api/clusters/one/workflows')))
  expect(lists.map(({ body }) => body.workflows.map(({ id, state }) => [id, state]))).toEqual(
    Array(2).fill([[begun.id, 'done']]),
  )
  // On record once: what was done by the server that did it, what was refused by the one that was asked.
  const { body: record } = await ask<AuditPage>(a.url, '/api/audit')
  expect(record.entries.filter(({ kind }) => kind === 'run-started')).toHaveLength(1)
  expect(record.entries.filter(({ detail }) => detail.code === 'stale-revision')).toHaveLength(1)
  expect(record.entries.filter(({ detail }) => detail.commandId === body.commandId)).toHaveLength(3)
})

/** A controller's disk was wiped and formatted: what is left is to replace it among the voters. */
async function wipedDisk(): Promise<StartWorkflow> {
  const [scenario] = SCENARIOS
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers })
  try {
    if (scenario === undefined) throw new Error('no scenario')
    return (await prepare(scenario, quorum, watching)).request
  } finally {
    watching.stop()
  }
}

test('one that ends gives its clusters to the other at once, and one that comes gets its share', async () => {
  const a = await start('a', ['one', 'two', 'three', 'four'])
  for (const cluster of ['one', 'two', 'three', 'four']) expect(await observedBy(a.url, cluster)).toBe('a')
  const b = await start('b', ['one', 'two', 'three', 'four'])
  const names = () => Promise.all(['one', 'two', 'three', 'four'].map((cluster) => observedBy(a.url, cluster)))
  await until('half of them at b', async () => (await names()).filter((name) => name === 'b').length === 2)
  expect(await observedBy(b.url, 'one')).toBe(await observedBy(a.url, 'one'))
  replicas.splice(replicas.indexOf(b), 1)
  await b.close()
  expect(b.faults).toEqual([])
  await until('all of them at a', async () => (await names()).every((name) => name === 'a'))
})

test('the past is read at both, and outlives the server that recorded it', async () => {
  const [a, b] = [await start('a'), await start('b')]
  const holder = (await observedBy(a.url, 'one')) === 'a' ? a : b
  const other = holder === a ? b : a
  const history = async (replica: Replica) => {
    const asked = await ask<History>(replica.url, '/api/clusters/one/history').catch(() => null)
    const atMs = asked?.status === 200 ? asked.body.timesMs : []
    return { first: atMs[0] ?? null, last: atMs.at(-1) ?? null }
  }
  const before = await until('points of the past at the other', async () => {
    const { first, last } = await history(other)
    return first !== null && last !== null && last - first >= 2000 ? first : null
  })
  replicas.splice(replicas.indexOf(holder), 1)
  await holder.close()
  expect(holder.faults).toEqual([])
  const endedAtMs = Date.now()
  await observedBy(other.url, 'one', (name) => name === (other === a ? 'a' : 'b'))
  await until('older and newer points at the heir', async () => {
    const { first, last } = await history(other)
    return first !== null && first <= before && last !== null && last > endedAtMs
  })
})

test('what one changes of walls, silences and clusters is so at the other', async () => {
  const [a, b] = [await start('a'), await start('b')]
  const as = { id: 'ann', name: 'Ann' }
  const made = await ask<{ secret: string; token: { id: string } }>(a.url, '/api/wall-tokens', {
    label: 'hall',
    clusters: null,
    days: 1,
    as,
  })
  const bearer = { authorization: `Bearer ${made.body.secret}` }
  const session = async (replica: Replica) => (await fetch(`${replica.url}/api/session`, { headers: bearer })).status
  await until('the wall at b', async () => (await session(b)) === 200)
  const wall = new LiveClient(b.url, bearer)
  clients.push(await wall.opened())
  await ask(a.url, `/api/wall-tokens/${made.body.token.id}`, undefined, 'DELETE')
  await until('the wall closed at b', () => wall.socket.readyState === wall.socket.CLOSED)
  expect(await session(b)).toBe(401)
  const silence = { matchers: { cluster: 'one' }, untilMs: Date.now() + 600_000, reason: 'planned', as }
  const silenced = await ask<{ id: string }>(a.url, '/api/silences', silence)
  expect(silenced.status).toBeLessThan(300)
  await until('the silence at b', async () => {
    const { body } = await ask<{ silences: { id: string }[] }>(b.url, '/api/silences')
    return body.silences.some(({ id }) => id === silenced.body.id)
  })
  const [host = ''] = quorum.bootstrapControllers
  const added = await ask(a.url, '/api/clusters', { name: 'Third', bootstrapControllers: [host] })
  expect(added.status).toBeLessThan(300)
  await observedBy(b.url, 'third')
  expect((await ask(b.url, '/api/clusters/third', undefined, 'DELETE')).status).toBeLessThan(300)
  await until('it gone at both', async () => {
    const gone = await Promise.all([a, b].map(({ url }) => ask(url, '/api/clusters/third/quorum')))
    return gone.every(({ status }) => status === 404)
  })
})
