/** Guided changes over HTTP. All rules are the workflows' own; here bodies are parsed and answers get their status. */
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { mayEverywhere } from '../../contract/access/grants.ts'
import { CheckProperties, type NodeConfigNeed, type PropertiesCheck } from '../../contract/nodeConfig.ts'
import type { RehearsalReport } from '../../contract/rehearsal.ts'
import {
  CommandRequest,
  ManualRecoveryName,
  StartWorkflow,
  type Workflow,
  type WorkflowList,
} from '../../contract/workflows.ts'
import { checkProperties } from '../../inspection/propertiesCheck.ts'
import type { NoteStore } from '../../storage/notes.ts'
import { evidenceText } from '../../workflows/engine/journal/evidence.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'
import { jsonBody, unknownKind } from '../requestBody.ts'
import { withNotes } from './notesOnPaper.ts'
import { idOf } from './runId.ts'

/** Newest notes that a runbook has. */
const NOTES_ON_PAPER = 50

export interface WorkflowRoutesOptions {
  workflows: Workflows
  notes: Pick<NoteStore, 'all' | 'page'>
  /** The name of a cluster that is watched here. @throws Refusal for any other */
  known: (cluster: string) => string
}

/** What the step that is going on needs of this node. @throws Refusal where it needs nothing of it */
function needOf(run: Workflow, nodeId: number): NodeConfigNeed {
  const needs = run.steps.find((step) => step.key === run.currentStep)?.configs ?? []
  const need = needs.find((one) => one.nodeId === nodeId)
  if (need === undefined) {
    throw refuse.notInStep(
      nodeId,
      needs.map((one) => one.nodeId),
    )
  }
  return need
}

/** A properties file that is sent holds secrets: it is looked at, and neither kept nor logged nor told again. */
export function workflowRoutes({ workflows, notes, known }: WorkflowRoutesOptions) {
  return new Hono<RequestEnv>()
    .get('/api/clusters/:cluster/workflows', async (c) => {
      const list = await workflows.list(known(c.req.param('cluster')))
      // Runs of clusters that nobody watches now are for those who may see every cluster.
      const { session } = c.env
      const seesAll = session !== null && mayEverywhere(session, 'watch')
      return c.json<WorkflowList>(seesAll ? list : { ...list, unwatched: [] })
    })
    .post('/api/clusters/:cluster/workflows', jsonBody(StartWorkflow, unknownKind), async (c) => {
      const request = c.req.valid('json')
      const workflow = await workflows.start(known(c.req.param('cluster')), request)
      if (request.dryRun) return c.json<Workflow>(workflow, 200)
      c.header('location', `/api/workflows/${encodeURIComponent(workflow.id)}`)
      return c.json<Workflow>(workflow, 201)
    })
    .post('/api/clusters/:cluster/rehearsal', jsonBody(StartWorkflow, unknownKind), async (c) =>
      c.json<RehearsalReport>(await workflows.rehearse(known(c.req.param('cluster')), c.req.valid('json'))),
    )
    .post('/api/clusters/:cluster/runbook', jsonBody(StartWorkflow, unknownKind), async (c) =>
      c.body(await workflows.planRunbook(known(c.req.param('cluster')), c.req.valid('json')), 200, {
        'content-type': 'text/markdown; charset=utf-8',
      }),
    )
    .get('/api/clusters/:cluster/runbooks/:name', (c) => {
      const name = ManualRecoveryName.safeParse(c.req.param('name'))
      if (!name.success) throw refuse.unknownRunbook(ManualRecoveryName.options)
      return c.body(workflows.manualRecovery(known(c.req.param('cluster')), name.data), 200, {
        'content-type': 'text/markdown; charset=utf-8',
      })
    })
    .get('/api/workflows/:id', async (c) => c.json<Workflow>(await workflows.get(idOf(c.req.param('id')))))
    .post('/api/workflows/:id/commands', jsonBody(CommandRequest), async (c) =>
      c.json<Workflow>(await workflows.command(idOf(c.req.param('id')), c.req.valid('json'))),
    )
    .post('/api/workflows/:id/properties', jsonBody(CheckProperties), async (c) => {
      const given = c.req.valid('json')
      const id = idOf(c.req.param('id'))
      const need = needOf(workflows.live(id) ?? (await workflows.get(id)), given.nodeId)
      return c.json<PropertiesCheck>(checkProperties(given, need))
    })
    .get('/api/workflows/:id/evidence', async (c) => {
      const id = idOf(c.req.param('id'))
      const pieces = evidenceText({ ...(await workflows.evidenceInPages(id)), notes: await notes.all(`run:${id}`) })
      c.header('content-type', 'application/json')
      return stream(c, async (body) => {
        for await (const piece of pieces) await body.write(piece)
      })
    })
    .get('/api/workflows/:id/runbook', async (c) => {
      const id = idOf(c.req.param('id'))
      const text = withNotes(await workflows.runbook(id), await notes.page(`run:${id}`, null, NOTES_ON_PAPER))
      return c.body(text, 200, { 'content-type': 'text/markdown; charset=utf-8' })
    })
}
