/** The file that somebody sends to be checked: compared with the step that is going on, and told nowhere again. */
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { MAX_PROPERTIES_CHARS, type NodeConfigNeed, PropertiesCheck } from '../../contract/nodeConfig.ts'
import { ExampleWorkflows, exampleRun } from '../../testing/examples/exampleWorkflows.ts'
import type { RequestEnv } from '../api.ts'
import { answerOf, refusalFor } from '../refusal.ts'
import { workflowRoutes } from './workflowRoutes.ts'

const NEED: NodeConfigNeed = {
  nodeId: 1,
  host: 'c1',
  roles: ['controller'],
  source: 'node',
  staticQuorum: false,
  lines: [{ key: 'process.roles', now: 'controller', needed: 'controller', why: '' }],
  taken: [],
}

const workflows = new ExampleWorkflows()
const run = exampleRun()
workflows.tell({ ...run, steps: run.steps.map((s, i) => (i === 0 ? { ...s, configs: [NEED] } : s)) }, true)
const app = new Hono<RequestEnv>()
  .onError((error, c) => {
    const refusal = refusalFor(error)
    if (refusal === null) throw error
    return c.json(...answerOf(refusal))
  })
  .route(
    '/',
    workflowRoutes({ workflows, notes: { all: async () => [], page: async () => [] }, known: (name) => name }),
  )

function send(body: object, id = run.id): Promise<Response> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return Promise.resolve(app.request(`/api/workflows/${id}/properties`, init))
}

test('a file of the node that the step is about', async () => {
  const answer = await send({ nodeId: 1, text: 'node.id=2\nssl.keystore.password=hunter2' })
  expect(answer.status).toBe(200)
  const text = await answer.text()
  expect(text).not.toContain('hunter2')
  const { findings } = PropertiesCheck.parse(JSON.parse(text))
  expect(findings.map((f) => f.code)).toEqual(expect.arrayContaining(['wrong-node-id', 'wrong-roles']))
})

test('refused: another node, no such run, too long a text; and no refusal repeats the file', async () => {
  const other = await send({ nodeId: 2, text: 'a=hunter2' })
  expect([other.status, await other.json()]).toMatchObject([422, { error: { code: 'not-in-step' } }])
  expect((await send({ nodeId: 1, text: '' }, 'nobody')).status).toBe(404)
  const long = await send({ nodeId: 1, text: 'hunter2'.repeat(MAX_PROPERTIES_CHARS) })
  expect(long.status).toBe(400)
  expect(await long.text()).not.toContain('hunter2')
})
