/** Waits until something true can be said of a cluster: one that was just begun to be watched has not been seen yet. */
import type { ClusterList, ClusterSummary } from '../contract/clusters.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import { asked, type Client } from './client/connect.ts'
import { CliFailure, EXIT, usage } from './failure.ts'
import type { CliPorts } from './ports.ts'

const PAUSE_MS = 200
/** A cluster that has not answered within this is not reachable, in ms. */
const PATIENCE_MS = 20_000

export async function listed(client: Client): Promise<ClusterSummary[]> {
  return ((await asked(client.getClusters())) as ClusterList).clusters
}

/** The cluster that is meant; where there is one alone it need not be named. @throws CliFailure */
export async function meant(client: Client, name: string | undefined): Promise<ClusterSummary> {
  const clusters = await listed(client)
  const names = clusters.map(({ cluster }) => cluster).join(', ')
  if (name === undefined) {
    const [only, second] = clusters
    if (only !== undefined && second === undefined) return only
    throw usage(clusters.length === 0 ? 'The server watches no cluster.' : `Name one with --cluster: ${names}.`)
  }
  const found = clusters.find(({ cluster }) => cluster === name)
  if (found === undefined)
    throw usage(`--cluster: the server watches ${names || 'no cluster'}, and none called ${JSON.stringify(name)}.`)
  return found
}

/** Its newest view, once there is one that has settled, or else as it is. @throws CliFailure where it is never seen */
export async function viewOf(client: Client, cluster: string, ports: CliPorts): Promise<QuorumView> {
  const endMs = ports.nowMs() + PATIENCE_MS
  for (;;) {
    const view = await asked(client.getClusterQuorum(encodeURIComponent(cluster))).then(
      (answer) => answer as QuorumView,
      (error: unknown) => {
        if (!(error instanceof CliFailure) || error.code !== 'no-observation') throw error
        return error
      },
    )
    if (!(view instanceof CliFailure) && (!view.quorum.settling || ports.nowMs() >= endMs)) return view
    if (ports.nowMs() >= endMs) {
      throw view instanceof CliFailure ? new CliFailure(EXIT.unknown, view.code, view.message, view.remedy) : view
    }
    await ports.sleep(PAUSE_MS)
  }
}
