/** The HTTP API as the browser calls it. Every answer is parsed with the contract before anyone sees it. */
import { hc } from 'hono/client'
import type * as z from 'zod/mini'
import { ClusterList } from '../../../server/contract/clusters.ts'
import { ErrorBody, Refusal } from '../../../server/contract/errors.ts'
import { type EventKind, EventList } from '../../../server/contract/past/events.ts'
import { History, HistoryState } from '../../../server/contract/past/history.ts'
import { Moment } from '../../../server/contract/past/moment.ts'
import { type CloseIncident, IncidentList } from '../../../server/contract/quorumMemory.ts'
import { type SandboxAction, SandboxDisks, SandboxState } from '../../../server/contract/sandbox.ts'
import { SignedOut, WhoAmI } from '../../../server/contract/session.ts'
import type { Api } from '../../../server/http/api.ts'
import '../jitless.ts'
import { atBase } from '../address/basePath.ts'
import { actAs } from './useActor.ts'

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

type Routes = ReturnType<typeof hc<Api>>['api']

/** A name after a name is a path, for the client: so it begins with the base path, also where it makes addresses only. */
export const routes = (hc<Api>('/') as unknown as Record<string, Routes>)[atBase('/api').slice(1)] as Routes
const { session, clusters } = routes

export const api = {
  session: async () => {
    const who = await answered(WhoAmI, session.$get())
    actAs(who.identity ?? null)
    return who
  },
  signIn: (token: string) => answered(WhoAmI, session.$post({ json: { token } })),
  /** Where it goes on: at the provider of the company, where one came in through it. */
  signOut: async (): Promise<string | null> => {
    const answer: Response = await session.$delete()
    return answer.status === 200 ? SignedOut.parse(await answer.json()).continueAt : null
  },
  clusters: () => answered(ClusterList, clusters.$get()),
  events: (cluster: string) => answered(EventList, clusters[':cluster'].events.$get({ param: { cluster } })),
  history: (cluster: string, fromMs: number, toMs: number, stepMs: number) => {
    const stretch = new URLSearchParams({ from: String(fromMs), to: String(toMs), step: String(stepMs) })
    const path = clusters[':cluster'].history.$path({ param: { cluster } })
    return answered(History, fetch(`${path}?${stretch}`))
  },
  longHistory: (cluster: string, fromMs: number, toMs: number, stepMs: number) => {
    const stretch = new URLSearchParams({
      from: String(fromMs),
      to: String(toMs),
      step: String(stepMs),
      columns: 'lastFetchAgeMs',
    })
    return answered(History, fetch(`${clusters[':cluster'].history.$path({ param: { cluster } })}?${stretch}`))
  },
  historyState: (cluster: string) =>
    answered(HistoryState, clusters[':cluster'].history.state.$get({ param: { cluster } }) as Promise<Response>),
  pastEvents: (
    cluster: string,
    { fromMs, toMs, kinds, limit }: { fromMs: number; toMs: number; kinds: readonly EventKind[]; limit: number },
  ) => {
    const stretch = new URLSearchParams({ from: String(fromMs), to: String(toMs), limit: String(limit) })
    stretch.set('kinds', kinds.join())
    return answered(EventList, fetch(`${clusters[':cluster'].events.$path({ param: { cluster } })}?${stretch}`))
  },
  moment: (cluster: string, atMs: number) =>
    answered(Moment, fetch(`${clusters[':cluster'].moment.$path({ param: { cluster } })}?at=${atMs}`)),
  exportPath: (cluster: string, fromMs: number, toMs: number, format: 'csv' | 'json') =>
    `${clusters[':cluster'].history.export.$path({ param: { cluster } })}?from=${fromMs}&to=${toMs}&format=${format}`,
  closeIncident: (cluster: string, id: string, body: CloseIncident) =>
    answered(IncidentList, clusters[':cluster'].incidents[':id'].close.$post({ param: { cluster, id }, json: body })),
  sandbox: (cluster: string) => answered(SandboxState, clusters[':cluster'].sandbox.$get({ param: { cluster } })),
  sandboxDisks: (cluster: string) =>
    answered(SandboxDisks, clusters[':cluster'].sandbox.disks.$get({ param: { cluster } })),
  act: (cluster: string, action: SandboxAction) =>
    answered(SandboxState, clusters[':cluster'].sandbox.$post({ param: { cluster }, json: action })),
}
