/** Everything that is watched, and who has to hear of it when something is added, changed or taken away while the program runs. */

import type { Alerting } from '../alerts/alerting.ts'
import { NOTHING_EXPECTED } from '../contract/alerts/rules.ts'
import type { QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { Hub } from '../http/live/hub.ts'
import type { Metrics } from '../http/metrics.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import { readClientProperties } from '../kafka/credentials/clientProperties.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'
import type { WorkflowEngine } from '../workflows/engine/engine.ts'
import type { Begun, WatchingPort } from './addedClusters.ts'
import type { ClusterOptions } from './options/options.ts'
import { watchCluster } from './watchCluster.ts'

export interface WatchedSetOptions {
  /** Those of the start. The API, the metrics and the probes read the same list; it changes in place. */
  clusters: WatchedCluster[]
  /** How those of the start are reached. */
  begun: readonly ClusterOptions[]
  observers: readonly ClusterObserver[]
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
  readonly #reached: Map<string, ClusterOptions>
  readonly #observers: Map<string, ClusterObserver>

  constructor(options: WatchedSetOptions) {
    this.#options = options
    this.#reached = new Map(options.begun.map((one) => [one.cluster, one]))
    this.#observers = new Map(options.observers.map((one) => [one.cluster, one]))
  }

  get clusters(): readonly WatchedCluster[] {
    return this.#options.clusters
  }

  /** How a cluster is reached that is watched. */
  optionsOf(cluster: string): ClusterOptions | null {
    return this.#reached.get(cluster) ?? null
  }

  begin(options: ClusterOptions): Promise<Begun> {
    return this.#begin(options, this.#options.clusters.length)
  }

  async renew(options: ClusterOptions): Promise<Begun> {
    const { cluster, commandConfig } = options
    const before = this.#reached.get(cluster)
    const at = this.#options.clusters.findIndex((one) => one.cluster === cluster)
    if (before === undefined || at < 0) return await this.begin(options)
    // Before anything ends: a file that cannot be used leaves everything as it is.
    if (commandConfig !== null) await readClientProperties(commandConfig)
    await this.end(cluster)
    try {
      return await this.#begin(options, at)
    } catch (error) {
      await this.#begin(before, at)
      throw error
    }
  }

  label(cluster: string, name: string, group: string | null): void {
    const watched = this.#options.clusters.find((one) => one.cluster === cluster)
    const reached = this.#reached.get(cluster)
    if (watched === undefined || reached === undefined) return
    watched.name = name
    watched.group = group
    this.#reached.set(cluster, { ...reached, name, group })
  }

  async end(cluster: string): Promise<void> {
    const { alerts, clusters, hub, workflows } = this.#options
    const watched = clusters.find((one) => one.cluster === cluster)
    if (watched === undefined) return
    await workflows.drop(cluster)
    clusters.splice(clusters.indexOf(watched), 1)
    this.#reached.delete(cluster)
    alerts.remove(cluster)
    hub.remove(cluster)
    this.#observers.get(cluster)?.stop()
    this.#observers.delete(cluster)
  }

  /** The program ends: nothing is watched any more. */
  stop(): void {
    for (const observer of this.#observers.values()) observer.stop()
  }

  async #begin(options: ClusterOptions, at: number): Promise<Begun> {
    const { alerts, clusters, serverRunId, hub, metrics, workflows, onBegin, memory, historyOf, onError } =
      this.#options
    const toWatch = { options, kind: 'kafka', sandbox: null } as const
    const { watched, observer, changed, security } = await watchCluster(toWatch, serverRunId, {
      onRemade: async () => {},
      memory,
      historyOf,
      onError,
    })
    await workflows.add(changed)
    alerts.add(watched.cluster, watched.observer, options.expected ?? NOTHING_EXPECTED)
    hub.add(watched.cluster, watched.observer)
    metrics.add(watched)
    clusters.splice(at, 0, watched)
    this.#reached.set(watched.cluster, options)
    onBegin(watched)
    this.#observers.set(watched.cluster, observer)
    observer.start()
    return { watched, security }
  }
}
