/** PostgreSQL is restarted, frozen and full in the middle of a run: what is seen goes on, the run waits and says why, nothing is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Evidence, StartWorkflow, Workflow, WorkflowList } from '../../contract/workflows.ts'
import { prepare, SCENARIOS, setsBehind } from '../faults/crashMatrix.ts'
import { doubles } from '../faults/mortalProcess.ts'
import { type PostgresCluster, startPostgres } from '../postgres/cluster.ts'
import { type QuorumUnderTest, simulatedUnderTest } from '../quorumUnderTest.ts'
import { LiveClient } from '../serving.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'
import { ask, commandBody, driveToEnd, observedBy, startRun, tried } from './asking.ts'
import { type Replica, startReplica } from './replica.ts'

let postgres: PostgresCluster
let quorum: QuorumUnderTest
let watching: Watching
let url: string
let holder: Replica
let other: Replica
let run: Workflow
let newest: number
let expectedSets: number
let request: StartWorkflow
let fullOne: PostgresCluster | null = null
const clients: LiveClient[] = []

beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.close())
beforeEach(async () => {
  fullOne = null
  quorum = await simulatedUnderTest({ newborn: true, brokers: 1 })
  watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const [scenario] = SCENARIOS
  if (scenario === undefined) throw new Error('no scenario')
  const prepared = await prepare(scenario, quorum, watching)
  expectedSets = prepared.expectedSets
  newest = (await setsBehind(quorum, watching, -1)).at(-1)?.offset ?? -1
  request = prepared.request
})

/** Two servers on a database of their own there, and a run begun. */
async function begin(at: PostgresCluster): Promise<void> {
  url = await at.createDatabase(at.smallDisk?.tablespace)
  const order = { url, clusters: { one: quorum.bootstrapControllers }, thresholds: { windowMs: 600, soakMs: 600 } }
  holder = await startReplica({ ...order, name: 'holder' })
  await observedBy(holder.url, 'one')
  other = await startReplica({ ...order, name: 'other' })
  await observedBy(other.url, 'one')
  run = await startRun(holder.url, 'one', request)
}
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate()
  await holder.close()
  await other.close()
  watching.stop()
  await quorum.close()
  await fullOne?.close()
})

async function watch(replica: Replica): Promise<LiveClient> {
  const client = await new LiveClient(replica.url).opened()
  clients.push(client)
  client.say({ type: 'subscribe', cluster: 'one' })
  await until('the first view', () => client.of('delta').length > 0)
  return client
}

/** Views go on to come, as fresh as ever. */
async function seesOn(client: LiveClient): Promise<void> {
  const before = client.of('delta').length
  await until('further views', () => client.of('delta').length > before + 5)
  expect(client.of('delta').at(-1)?.ageMs).toBeLessThan(3000)
}

const thisRun = () => tried<Workflow>(() => ask(holder.url, `/api/workflows/${run.id}`))

/** Whichever of the two is possible: both are written down. */
async function parkOrResume(): Promise<null> {
  const now = await thisRun()
  const command = now?.allowedCommands.find(({ type }) => type === 'park' || type === 'resume')
  if (now !== null && command !== undefined) {
    await ask(holder.url, `/api/workflows/${run.id}/commands`, commandBody(now, command))
  }
  return null
}

/** To its end, with everything sent once and written down. */
async function goesOn(): Promise<void> {
  const ended = await driveToEnd(() => [holder.url, other.url], run.id)
  expect(ended.state).toBe('done')
  const sets = (await setsBehind(quorum, watching, newest)).map(({ voters }) => voters)
  expect([sets.length, new Set(sets).size]).toEqual([expectedSets, expectedSets])
  const { entries } = (await ask<Evidence>(holder.url, `/api/workflows/${run.id}/evidence`)).body
  expect(doubles(entries)).toEqual([])
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1))
}

test('restarted: screens of both go on, and the run to its end', async () => {
  await begin(postgres)
  const [atHolder, atOther] = [await watch(holder), await watch(other)]
  await postgres.restart()
  await seesOn(atHolder)
  await seesOn(atOther)
  await goesOn()
})

test('frozen: the holder sees on and refuses to act, with the reason; after that all goes on by itself', async () => {
  await begin(postgres)
  const atHolder = await watch(holder)
  const frozenAt = postgres
  frozenAt.freeze()
  try {
    await seesOn(atHolder)
    // Who observes is ready, and says what is wrong; who only shows what others see is not.
    const readiness = (replica: Replica) =>
      ask<{ ready: boolean; problem: string | null }>(replica.url, '/readyz').then(({ body }) => body)
    await until('the problem at both', async () => {
      const both = await Promise.all([readiness(holder), readiness(other)])
      return both.every(({ problem }) => problem?.includes('PostgreSQL')) && both[0]?.ready && !both[1]?.ready
    })
    const { status, body } = await ask<ErrorBody>(holder.url, `/api/workflows/${run.id}/commands`, {
      commandId: 'while-frozen',
      expectedRevision: run.revision,
      command: { type: 'park', reason: 'a test' },
    })
    expect([status, body.error.message]).toEqual([503, expect.stringContaining('PostgreSQL')])
    await seesOn(atHolder)
  } finally {
    frozenAt.thaw()
  }
  await until('ready again', async () => (await ask(other.url, '/readyz')).status === 200)
  await goesOn()
})

test('full: the run waits and says why, and goes on as soon as there is room', async () => {
  fullOne = await startPostgres('', true)
  await begin(fullOne)
  const atHolder = await watch(holder)
  const [, name = ''] = /\/([^/]+)$/.exec(url) ?? []
  const { smallDisk } = fullOne
  if (smallDisk === null) {
    // Where nobody may mount a small disk the error is the same, of a trigger.
    await fullOne.query(
      name,
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER full_disk BEFORE INSERT ON workflow_entry FOR EACH ROW EXECUTE FUNCTION full_disk()`,
    )
  } else smallDisk.fill()
  const list = () => ask<WorkflowList>(holder.url, '/api/clusters/one/workflows')
  const why = await until('the reason', async () => {
    // What was free in the pages of the journal is used up before it needs another one.
    const { unavailable } = (await list()).body
    if (unavailable === null) await parkOrResume()
    return unavailable
  })
  expect(why).toContain('disk of PostgreSQL is full')
  await seesOn(atHolder)
  expect((await list()).body.workflows.map(({ id }) => id)).toEqual([run.id])
  if (smallDisk === null) await fullOne.query(name, 'DROP TRIGGER full_disk ON workflow_entry')
  else smallDisk.clear()
  await until(
    'the run resumed',
    async () => (await thisRun())?.allowedCommands.some(({ type }) => type === 'park') || parkOrResume(),
  )
  await goesOn()
})
