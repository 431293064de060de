/** Guided changes over HTTP and the websocket: shapes, codes, and who is told what. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ErrorBody } from '../../contract/errors.ts'
import { ServerMessage } from '../../contract/live.ts'
import { RehearsalReport } from '../../contract/rehearsal.ts'
import { Evidence, Workflow, WorkflowList } from '../../contract/workflows.ts'
import { StorageFailure } from '../../storage/storageFailure.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { ExampleWorkflows, exampleRun, summaryOfRun } from '../examples/exampleWorkflows.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../serving.ts'

const clients: LiveClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate()
})

async function subscribed({ url, watching }: Serving): Promise<LiveClient> {
  const client = new LiveClient(url)
  clients.push(client)
  await client.opened()
  client.say({ type: 'subscribe', cluster: CLUSTER })
  await watching.until('a snapshot', () => client.of('snapshot').length > 0)
  return client
}

/** Everything that the client said before is dealt with when this resolves. */
async function settled(client: LiveClient, { watching }: Serving): Promise<void> {
  const before = client.of('snapshot').length
  client.say({ type: 'resync', cluster: CLUSTER })
  await watching.until('the answer to a resync', () => client.of('snapshot').length > before)
}

function post(serving: Serving, path: string, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(serving.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text })
}

const RUNS = `/api/clusters/${CLUSTER}/workflows`
const DIRECTORY = 'slcsM5ZAR0SMIF_u__MAeg'
const REMOVE = { kind: 'remove-controller', params: { nodeId: 2, directoryId: DIRECTORY } }
const ABORT = { commandId: 'c-1', expectedRevision: 1, command: { type: 'abort' } }

describe('HTTP', () => {
  let serving: Serving
  let workflows: ExampleWorkflows

  beforeAll(async () => {
    workflows = new ExampleWorkflows()
    serving = await serve(null, 100, { workflows })
    workflows.tell(exampleRun(), true)
  })
  afterAll(async () => serving.close())

  test('a plan can be rehearsed, and taken along as a document, with the body that starts it', async () => {
    const rehearsed = await post(serving, `/api/clusters/${CLUSTER}/rehearsal`, REMOVE)
    expect(rehearsed.status).toBe(200)
    expect(RehearsalReport.parse(await rehearsed.json()).cases).toEqual([])
    const runbook = await post(serving, `/api/clusters/${CLUSTER}/runbook`, REMOVE)
    expect([runbook.status, runbook.headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8'])
    expect(workflows.asked.slice(-2)).toEqual([REMOVE, REMOVE])
    const unknown = await post(serving, `/api/clusters/${CLUSTER}/rehearsal`, { kind: 'nothing', params: {} })
    expect([unknown.status, ErrorBody.parse(await unknown.json()).error.code]).toEqual([400, 'unknown-workflow-kind'])
  })

  test('a start answers 201 with the run and where it is, a plan 200', async () => {
    const started = await post(serving, RUNS, { ...REMOVE, reason: '  the disk is dying  ', commandId: 'start-1' })
    expect([started.status, started.headers.get('location')]).toEqual([201, '/api/workflows/run-1'])
    expect(Workflow.parse(await started.json()).kind).toBe('remove-controller')
    expect(workflows.asked.at(-1)).toEqual({ ...REMOVE, reason: 'the disk is dying', commandId: 'start-1' })
    const planned = await post(serving, RUNS, { kind: 'replace-disk', params: { nodeId: 2 }, dryRun: true })
    expect([planned.status, planned.headers.get('location')]).toEqual([200, null])
  })

  test('list, run, command, evidence and runbook', async () => {
    const get = (path: string) => fetch(serving.url + path)
    expect(WorkflowList.parse(await (await get(RUNS)).json()).workflows.map((r) => r.id)).toEqual(['run-1'])
    expect(Workflow.parse(await (await get('/api/workflows/run-1')).json())).toEqual(exampleRun())
    const commanded = await post(serving, '/api/workflows/run-1/commands', ABORT)
    expect([commanded.status, workflows.asked.at(-1)]).toEqual([200, ABORT])
    Evidence.parse(await (await get('/api/workflows/run-1/evidence')).json())
    const runbook = await get('/api/workflows/run-1/runbook')
    expect(runbook.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(await runbook.text()).toBe('# Remove controller 2\n')
    const manualRecovery = await get(RUNS.replace(/workflows$/, 'runbooks/lost-majority'))
    expect([manualRecovery.status, await manualRecovery.text()]).toEqual([
      200,
      expect.stringMatching(/^# lost-majority of /),
    ])
    expect((await get(RUNS.replace(/workflows$/, 'runbooks/nonsense'))).status).toBe(404)
  })

  const longId = 'x'.repeat(65)
  test.each<[string, string, unknown, number, string]>([
    ['POST', RUNS, { kind: 'explode', nonsense: 1 }, 400, 'unknown-workflow-kind'],
    ['POST', RUNS, { kind: 7, reason: '<b>' }, 400, 'unknown-workflow-kind'],
    ['POST', RUNS, {}, 400, 'unknown-workflow-kind'],
    ['POST', RUNS, [], 400, 'bad-request'],
    ['POST', RUNS, '{', 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, params: { nodeId: 2 } }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, params: { nodeId: -2, directoryId: DIRECTORY } }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, params: { ...REMOVE.params, force: true } }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, surprise: 1 }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, as: { id: 'a b', name: 'x' } }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, reason: 5 }, 400, 'bad-request'],
    ['POST', RUNS, { ...REMOVE, reason: 'x'.repeat(501) }, 400, 'bad-reason'],
    ['POST', RUNS, { ...REMOVE, reason: '<img src=x>' }, 400, 'bad-reason'],
    ['POST', RUNS, { ...REMOVE, reason: 'two\nlines' }, 400, 'bad-reason'],
    ['POST', '/api/workflows/run-1/commands', { ...ABORT, nonsense: 'x'.repeat(70_000) }, 413, 'too-large'],
    ['POST', '/api/clusters/nowhere/workflows', REMOVE, 404, 'unknown-cluster'],
    ['GET', '/api/clusters/nowhere/workflows', null, 404, 'unknown-cluster'],
    ['GET', '/api/workflows/nothing', null, 404, 'unknown-workflow'],
    ['GET', `/api/workflows/${longId}`, null, 404, 'unknown-workflow'],
    ['GET', `/api/workflows/${longId}/evidence`, null, 404, 'unknown-workflow'],
    ['GET', `/api/workflows/${longId}/runbook`, null, 404, 'unknown-workflow'],
    ['POST', `/api/workflows/${longId}/commands`, ABORT, 404, 'unknown-workflow'],
    ['POST', '/api/workflows/nothing/commands', ABORT, 404, 'unknown-workflow'],
    ['POST', '/api/workflows/run-1/commands', { ...ABORT, commandId: 'no id' }, 400, 'bad-request'],
    ['POST', '/api/workflows/run-1/commands', { ...ABORT, command: { type: 'force' } }, 400, 'bad-request'],
    [
      'POST',
      '/api/workflows/run-1/commands',
      { ...ABORT, command: { type: 'park', reason: 'x'.repeat(501) } },
      400,
      'bad-reason',
    ],
  ])('%s %s %j: %i %s', async (method, path, body, status, code) => {
    const asked = workflows.asked.length
    const answer = method === 'GET' ? await fetch(serving.url + path) : await post(serving, path, body)
    const { error } = ErrorBody.parse(await answer.json())
    expect([answer.status, error.code]).toEqual([status, code])
    expect([error.message, error.remedy]).not.toContain('')
    if (code === 'unknown-workflow-kind') {
      expect(error.message).toContain('add-controller, remove-controller, replace-disk')
    }
    if (code !== 'unknown-workflow') expect(workflows.asked).toHaveLength(asked)
  })

  test('what the workflows refuse comes with its gates and the run', async () => {
    const gate = { title: 'Margin', ok: false, waiting: false, observed: '-1', required: '0', why: '', source: '' }
    const refusals = [{ ...gate, code: 'margin-after', remedy: 'Add a voter first.' }]
    workflows.refusal = new WorkflowRefusal(422, 'refused', 'It would lose the quorum.', 'Add first.', { refusals })
    const refused = await post(serving, RUNS, REMOVE)
    expect([refused.status, await refused.json()]).toEqual([
      422,
      { error: { code: 'refused', message: 'It would lose the quorum.', remedy: 'Add first.', refusals } },
    ])
    workflows.refusal = new WorkflowRefusal(409, 'stale-revision', 'It moved on.', 'Look.', { workflow: exampleRun() })
    const stale = await post(serving, '/api/workflows/run-1/commands', ABORT)
    expect([stale.status, await stale.json()]).toEqual([
      409,
      { error: { code: 'stale-revision', message: 'It moved on.', remedy: 'Look.' }, workflow: exampleRun() },
    ])
    workflows.refusal = new StorageFailure('The disk is full.', 'Free space.')
    const unwritten = await post(serving, RUNS, REMOVE)
    expect([unwritten.status, await unwritten.json()]).toEqual([
      503,
      { error: { code: 'storage', message: 'The disk is full.', remedy: 'Free space.' } },
    ])
  })

  test('a start may carry the reports of all disks, and no more', async () => {
    const answer = await post(serving, RUNS, { ...REMOVE, reason: 'x'.repeat(4_300_000) })
    expect([answer.status, ErrorBody.parse(await answer.json()).error.code]).toEqual([413, 'too-large'])
  })

  test('figures for Prometheus', async () => {
    const text = await (await fetch(`${serving.url}/metrics`)).text()
    expect(text).toMatch(/^quorumdeck_workflow_active\{cluster="test",state="waiting"\} 1$/m)
    expect(text).toMatch(/^quorumdeck_workflow_active\{cluster="test",state="outcomeUnknown"\} 0$/m)
    expect(text).not.toContain('state="done"')
  })
})

describe('the websocket', () => {
  let serving: Serving
  let workflows: ExampleWorkflows

  beforeEach(async () => {
    workflows = new ExampleWorkflows()
    serving = await serve(null, 60_000, { workflows })
    await serving.watching.view('everything that is read', (v) => v.source.tailing && v.quorum.autoJoin !== null)
  })
  afterEach(async () => {
    await serving.close()
    expect(workflows.listeners).toBe(0)
  })

  const ended = exampleRun({ state: 'done', revision: 3, endedAtMs: 1_700_000_000_001 })
  const follow = (client: LiveClient, workflow: string | null) =>
    client.say({ type: 'follow', cluster: CLUSTER, workflow })

  test('a snapshot lists the runs that go on; every change reaches all, whole only those who follow', async () => {
    workflows.tell(exampleRun(), true)
    const [follower, other] = [await subscribed(serving), await subscribed(serving)]
    expect(other.of('snapshot')[0]?.workflows).toEqual([summaryOfRun(exampleRun())])
    follow(follower, 'run-1')
    await serving.watching.until('the run', () => follower.of('workflow').length === 1)
    expect(follower.of('workflow')[0]?.workflow).toEqual(exampleRun())
    const later = exampleRun({ revision: 2, now: 'Goes on.' })
    workflows.tell(later, true)
    await serving.watching.until('the change', () => other.of('workflow').length === 1)
    expect(other.of('workflow')[0]).toMatchObject({ summary: summaryOfRun(later), workflow: null })
    await serving.watching.until('the change', () => follower.of('workflow').length === 2)
    expect(follower.of('workflow')[1]?.workflow).toEqual(later)
    for (const message of [...follower.messages, ...other.messages]) ServerMessage.parse(message)
  })

  test('live figures reach followers alone, the newest at last', async () => {
    workflows.tell(exampleRun(), true)
    const [follower, other] = [await subscribed(serving), await subscribed(serving)]
    follow(follower, 'run-1')
    await serving.watching.until('the run', () => follower.of('workflow').length === 1)
    for (let i = 1; i <= 30; i += 1) workflows.tell(exampleRun({ now: `figure ${i}` }), false)
    await serving.watching.until('the newest', () => follower.of('workflow').at(-1)?.workflow?.now === 'figure 30')
    expect(follower.of('workflow').length).toBeLessThan(5)
    await settled(other, serving)
    expect(other.of('workflow')).toEqual([])
  })

  test('of a run that has ended, is unknown, or is of a cluster not subscribed to, nothing is told', async () => {
    workflows.tell(ended, true)
    const client = await subscribed(serving)
    for (const id of ['run-1', 'nothing']) follow(client, id)
    await settled(client, serving)
    expect(client.of('workflow')).toEqual([])
    client.say({ type: 'unsubscribe', cluster: CLUSTER })
    workflows.tell(exampleRun({ id: 'run-2' }), true)
    follow(client, 'run-2')
    client.say({ type: 'subscribe', cluster: CLUSTER })
    await settled(client, serving)
    workflows.tell(exampleRun({ id: 'run-2', revision: 2 }), true)
    await serving.watching.until('the change', () => client.of('workflow').length === 1)
    expect(client.of('workflow')[0]?.workflow).toBeNull()
  })

  test('one run at a time is followed, or none; the end of a run is told', async () => {
    const second = exampleRun({ id: 'run-2' })
    workflows.tell(exampleRun(), true)
    workflows.tell(second, true)
    const client = await subscribed(serving)
    for (const id of ['run-1', 'run-2']) follow(client, id)
    await serving.watching.until('both', () => client.of('workflow').length === 2)
    workflows.tell(ended, true)
    workflows.tell({ ...second, revision: 2 }, true)
    follow(client, null)
    await settled(client, serving)
    workflows.tell({ ...second, revision: 3 }, true)
    await serving.watching.until('all of it', () => client.of('workflow').length === 5)
    expect(client.of('workflow').map((m) => [m.summary.id, m.summary.revision, m.workflow !== null])).toEqual([
      ['run-1', 1, true],
      ['run-2', 1, true],
      ['run-1', 3, false],
      ['run-2', 2, true],
      ['run-2', 3, false],
    ])
    expect(
      client
        .of('snapshot')
        .at(-1)
        ?.workflows.map((r) => r.id),
    ).toEqual(['run-2'])
  })

  test('whoever resumes with the newest view, but missed a change of a run, gets a snapshot', async () => {
    const { observer } = serving.watching
    const resume = async (): Promise<ReturnType<typeof LiveClient.prototype.of<'snapshot'>>> => {
      const seq = observer.view?.seq
      const client = new LiveClient(serving.url)
      clients.push(client)
      await client.opened()
      client.say({ type: 'subscribe', cluster: CLUSTER, serverRunId: 'test-run', seq })
      await serving.watching.until('an answer', () => client.of('link').length + client.of('snapshot').length > 0)
      // A view that came meanwhile is a reason for a snapshot of its own.
      return observer.view?.seq === seq ? client.of('snapshot') : await resume()
    }
    expect(await resume()).toEqual([])
    workflows.tell(exampleRun(), true)
    expect((await resume())[0]?.workflows).toEqual([summaryOfRun(exampleRun())])
  })

  test('who reads too slowly is skipped, and gets a snapshot and its run when it has caught up', async () => {
    workflows.tell(exampleRun(), true)
    const client = await subscribed(serving)
    follow(client, 'run-1')
    await serving.watching.until('the run', () => client.of('workflow').length === 1)
    client.socket.pause()
    const said = 400
    const long = 'x'.repeat(100_000)
    for (let revision = 2; revision <= said; revision += 1) workflows.tell(exampleRun({ revision, now: long }), true)
    client.socket.resume()
    await serving.watching.until('a snapshot', () => client.of('snapshot').length === 2)
    expect(client.of('workflow').length).toBeLessThan(said)
    expect(client.of('snapshot')[1]?.workflows[0]?.revision).toBe(said)
    await serving.watching.until('the run', () => client.of('workflow').at(-1)?.workflow?.revision === said)
  })

  test('when the sample interval changes, everybody learns how long silence is no bad sign', async () => {
    const client = await subscribed(serving)
    const intervals = () => client.of('snapshot').map((s) => s.intervalMs)
    serving.watching.observer.setActive(true)
    await serving.watching.until('the new one', () => intervals().length === 2)
    serving.watching.observer.setActive(false)
    await serving.watching.until('the old one', () => intervals().length === 3)
    expect(intervals()).toEqual([60_000, 250, 60_000])
  })
})

describe('with the workflows of the product', () => {
  let serving: Serving

  beforeAll(async () => {
    serving = await serve()
    await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
  })
  afterAll(async () => serving.close())

  test('a run is planned, started, followed, told apart by its revision, and ended when the quorum is made anew', async () => {
    const follower = serving.watching.observer.view?.replicas.find((r) => r.status === 'follower')
    const body = { kind: 'replace-disk', params: { nodeId: follower?.nodeId } }
    const planned = await post(serving, RUNS, { ...body, dryRun: true })
    expect([planned.status, Workflow.parse(await planned.json()).kind]).toEqual([200, 'replace-disk'])
    const list = async () => WorkflowList.parse(await (await fetch(serving.url + RUNS)).json())
    expect(await list()).toEqual({ unavailable: null, workflows: [], unwatched: [] })

    const client = await subscribed(serving)
    const answer = await post(serving, RUNS, { ...body, reason: 'its disk is dying' })
    expect(answer.status).toBe(201)
    const run = Workflow.parse(await answer.json())
    client.say({ type: 'follow', cluster: CLUSTER, workflow: run.id })
    await serving.watching.until('the run', () => client.of('workflow').some((m) => m.workflow?.id === run.id))
    expect((await list()).workflows.map((r) => r.id)).toEqual([run.id])
    expect(await (await fetch(`${serving.url}/metrics`)).text()).toMatch(/^quorumdeck_workflow_active\{.*\} 1$/m)
    const path = `/api/workflows/${run.id}`
    const stale = await post(serving, `${path}/commands`, { ...ABORT, expectedRevision: run.revision + 99 })
    expect(stale.status).toBe(409)
    expect(ErrorBody.parse(await stale.json()).workflow?.id).toBe(run.id)
    expect(await (await fetch(`${serving.url}${path}/runbook`)).text()).toContain('kafka-metadata-quorum')

    expect((await post(serving, `/api/clusters/${CLUSTER}/sandbox`, { action: 'reset' })).status).toBe(200)
    await serving.watching.until('the end', () => client.of('workflow').at(-1)?.summary.state === 'aborted')
    const evidence = Evidence.parse(await (await fetch(`${serving.url}${path}/evidence`)).json())
    expect(evidence.entries.map((e) => e.type)).toEqual(expect.arrayContaining(['started', 'ended']))
    expect(evidence.workflow.endedAtMs).not.toBeNull()
  })
})
