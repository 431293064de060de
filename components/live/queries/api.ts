/** The HTTP API as the browser calls it. Every answer is parsed with the contract before anyone sees it. */
import { hc } from 'hono/client'
import type * as z from 'zod/mini'
import { ClusterList } from '../../../server/contract/clusters.ts'
import { ErrorBody, Refusal } from '../../../server/contract/errors.ts'
import { EventList } from '../../../server/contract/events.ts'
import { History } from '../../../server/contract/history.ts'
import { type CloseIncident, IncidentList } from '../../../server/contract/quorumMemory.ts'
import { type SandboxAction, SandboxDisks, SandboxState } from '../../../server/contract/sandbox.ts'
import { Session } from '../../../server/contract/session.ts'
import type { Api } from '../../../server/http/api.ts'
import '../jitless.ts'

export async function answered<S extends z.ZodMiniType>(schema: S, request: Promise<Response>): Promise<z.infer<S>> {
  const answer = await request
  const body: unknown = await answer.json().catch(() => null)
  if (answer.ok) return schema.parse(body)
  const refused = ErrorBody.safeParse(body)
  if (refused.success) {
    const { error, workflow } = refused.data
    throw new Refusal(answer.status, error.code, error.message, error.remedy, {
      refusals: error.refusals,
      fields: error.fields,
      workflow,
    })
  }
  throw new Refusal(
    answer.status,
    'no-answer',
    `The server answered ${answer.status} and gave no reason.`,
    'Try again; if it persists, check the log of the Quorumdeck server.',
  )
}

export const routes = hc<Api>('/').api
const { session, clusters } = routes

export const api = {
  session: () => answered(Session, session.$get()),
  signIn: (token: string) => answered(Session, session.$post({ json: { token } })),
  signOut: async () => {
    await session.$delete()
  },
  clusters: () => answered(ClusterList, clusters.$get()),
  events: (cluster: string) => answered(EventList, clusters[':cluster'].events.$get({ param: { cluster } })),
  history: (cluster: string, fromMs: number, toMs: number, stepMs: number) => {
    const stretch = new URLSearchParams({ from: String(fromMs), to: String(toMs), step: String(stepMs) })
    const path = clusters[':cluster'].history.$path({ param: { cluster } })
    return answered(History, fetch(`${path}?${stretch}`))
  },
  closeIncident: (cluster: string, id: string, body: CloseIncident) =>
    answered(IncidentList, clusters[':cluster'].incidents[':id'].close.$post({ param: { cluster, id }, json: body })),
  sandbox: (cluster: string) => answered(SandboxState, clusters[':cluster'].sandbox.$get({ param: { cluster } })),
  sandboxDisks: (cluster: string) =>
    answered(SandboxDisks, clusters[':cluster'].sandbox.disks.$get({ param: { cluster } })),
  act: (cluster: string, action: SandboxAction) =>
    answered(SandboxState, clusters[':cluster'].sandbox.$post({ param: { cluster }, json: action })),
}
