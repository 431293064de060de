/** A new quorum over HTTP: its plan, the plan as a download, and watching it form. Nothing here is sent to Kafka. */
import { Hono } from 'hono'
import type { AddedPlans } from '../../bootstrap/addedPlans.ts'
import { formation } from '../../bootstrap/formation.ts'
import { generate } from '../../bootstrap/generate.ts'
import {
  type BootstrapPlan,
  BootstrapRequest,
  type Formation,
  type WatchedPlan,
  WatchPlan,
} from '../../contract/bootstrap.ts'
import type { RequestEnv } from '../api.ts'
import { drawKafkaId } from '../kafkaId.ts'
import { refuse } from '../refusal.ts'
import { jsonBody } from '../requestBody.ts'
import { archiveName, planArchive } from './planArchive.ts'

export interface BootstrapRoutesOptions {
  added: AddedPlans
  nowMs: () => number
}

/** @throws Refusal that names every field that cannot be used */
function planOf(request: BootstrapRequest): BootstrapPlan {
  const made = generate(request, drawKafkaId)
  if (!made.ok) throw refuse.unusable(made.problems)
  return made.plan
}

function attachment(plan: BootstrapPlan): Record<string, string> {
  return {
    'content-type': 'application/gzip',
    'content-disposition': `attachment; filename="${archiveName(plan)}.tar.gz"`,
  }
}

export function bootstrapRoutes({ added, nowMs }: BootstrapRoutesOptions) {
  const archive = (plan: BootstrapPlan) => new Uint8Array(planArchive(plan, nowMs()))
  return new Hono<RequestEnv>()
    .post('/api/bootstrap', jsonBody(BootstrapRequest), (c) => c.json<BootstrapPlan>(planOf(c.req.valid('json'))))
    .post('/api/bootstrap/archive', jsonBody(BootstrapRequest), (c) => {
      const plan = planOf(c.req.valid('json'))
      return c.body(archive(plan), 200, attachment(plan))
    })
    .post('/api/bootstrap/watch', jsonBody(WatchPlan), async (c) => {
      const { request, commandConfig } = c.req.valid('json')
      const complete =
        request.clusterId !== undefined &&
        (request.standalone ||
          request.nodes.every((node) => !node.roles.includes('controller') || node.directoryId !== undefined))
      if (!complete)
        throw refuse.badRequest(
          'The request holds no ids: send back request of a plan, which the disks are formatted by.',
        )
      const watched = await added.watch(planOf(request), commandConfig ?? null)
      c.header('location', `/api/clusters/${encodeURIComponent(watched.cluster)}/formation`)
      return c.json<WatchedPlan>(watched, 201)
    })
    .get('/api/clusters/:cluster/formation', async (c) => {
      const cluster = c.req.param('cluster')
      const { plan, lookedAtMs, ...looked } = await added.look(cluster)
      const gates = formation(plan, looked)
      return c.json<Formation>({ cluster, plan, lookedAtMs, gates, formed: gates.every((gate) => gate.ok) })
    })
    .get('/api/clusters/:cluster/formation/archive', (c) => {
      const plan = added.plan(c.req.param('cluster'))
      return c.body(archive(plan), 200, attachment(plan))
    })
    .delete('/api/clusters/:cluster', async (c) => {
      await added.forget(c.req.param('cluster'))
      return c.body(null, 204)
    })
}
