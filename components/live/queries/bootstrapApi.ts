/** The part of the HTTP API that is about new quorums. Only their pages load it. */
import {
  BootstrapPlan,
  type BootstrapRequest,
  Formation,
  WatchedPlan,
  type WatchPlan,
} from '../../../server/contract/bootstrap.ts'
import { answered, routes } from './api.ts'

const ofCluster = routes.clusters[':cluster']

export const keptArchiveUrl = (cluster: string) => ofCluster.formation.archive.$path({ param: { cluster } })

export const bootstrapApi = {
  plan: (request: BootstrapRequest) => answered(BootstrapPlan, routes.bootstrap.$post({ json: request })),
  archive: async (request: BootstrapRequest): Promise<Blob> => {
    const answer = await routes.bootstrap.archive.$post({ json: request })
    if (answer.ok) return await answer.blob()
    throw new Error(`The server answered ${answer.status}.`)
  },
  watch: (wanted: WatchPlan) => answered(WatchedPlan, routes.bootstrap.watch.$post({ json: wanted })),
  formation: (cluster: string) => answered(Formation, ofCluster.formation.$get({ param: { cluster } })),
  forget: async (cluster: string): Promise<void> => {
    const answer = await ofCluster.$delete({ param: { cluster } })
    // A refusal has words; without one there is nothing to read.
    if (!answer.ok) await answered(WatchedPlan, Promise.resolve(answer))
  },
}
