/** Everything that is watched, and who has to hear of it when something is added or taken away while the program runs. */

import type { Alerting } from '../alerts/alerting.ts'
import { NOTHING_EXPECTED } from '../contract/alerts/rules.ts'
import type { QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { Hub } from '../http/live/hub.ts'
import type { Metrics } from '../http/metrics.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import type { Security } from '../kafka/connection.ts'
import type { WorkflowEngine } from '../workflows/engine/engine.ts'
import type { WatchingPort } from './addedClusters.ts'
import type { ClusterOptions } from './options/options.ts'
import { watchCluster } from './watchCluster.ts'

export interface WatchedSetOptions {
  /** Those of the start. The API, the metrics and the probes read the same list; it changes in place. */
  clusters: WatchedCluster[]
  serverRunId: string
  hub: Hub
  metrics: Metrics
  alerts: Pick<Alerting, 'add' | 'remove'>
  workflows: WorkflowEngine
  onBegin: (watched: WatchedCluster) => void
  memory: QuorumMemoryStore
  historyOf: (cluster: string) => ClusterHistory
  /** Something went wrong that nobody waits for. */
  onError: (cluster: string, error: unknown) => void
}

export class WatchedSet implements WatchingPort {
  readonly #options: WatchedSetOptions

  constructor(options: WatchedSetOptions) {
    this.#options = options
  }

  get clusters(): readonly WatchedCluster[] {
    return this.#options.clusters
  }

  async begin(options: ClusterOptions): Promise<{ watched: WatchedCluster; security: Security }> {
    const { alerts, clusters, serverRunId, hub, metrics, workflows, onBegin, memory, historyOf, onError } =
      this.#options
    const toWatch = { options, kind: 'kafka', sandbox: null } as const
    const { watched, changed, security } = await watchCluster(toWatch, serverRunId, {
      onRemade: async () => {},
      memory,
      historyOf,
      onError,
    })
    watched.planned = true
    await workflows.add(changed)
    alerts.add(watched.cluster, watched.observer, options.expected ?? NOTHING_EXPECTED)
    hub.add(watched.cluster, watched.observer)
    metrics.add(watched)
    clusters.push(watched)
    onBegin(watched)
    watched.observer.start()
    return { watched, security }
  }

  async end(cluster: string): Promise<void> {
    const { alerts, clusters, hub, workflows } = this.#options
    const at = clusters.findIndex((one) => one.cluster === cluster)
    const [watched] = at < 0 ? [] : clusters.slice(at, at + 1)
    if (watched === undefined) return
    await workflows.drop(cluster)
    clusters.splice(clusters.indexOf(watched), 1)
    alerts.remove(cluster)
    hub.remove(cluster)
    watched.observer.stop()
  }
}
