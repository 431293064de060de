/** Everything that is shown where several servers share the work: of each cluster one of them observes it, and all show it. */

import type { ClusterHistory } from '../../history/clusterHistory.ts'
import type { Hub } from '../../http/live/hub.ts'
import type { Metrics } from '../../http/metrics.ts'
import type { WatchedCluster } from '../../http/watchedCluster.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import type { RelayIn } from '../../replicas/relay/relayIn.ts'
import { SharedObserver } from '../../replicas/relay/sharedObserver.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import type { ChangeRules } from '../../workflows/run/permission/changeRules.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import type { Begun, WatchingPort } from '../addedClusters.ts'
import { ClientFile } from '../clientFile.ts'
import type { ClusterOptions } from '../options/options.ts'
import { labelsOf } from '../watchCluster.ts'
import type { Shown } from './heldClusters.ts'

export interface SharedSetOptions {
  /** Changes in place; the API, the metrics and the probes read it. */
  clusters: WatchedCluster[]
  hub: Hub
  metrics: Metrics
  relayIn: RelayIn
  workflows: Workflows
  clock: Clock
  historyOf: (cluster: string) => ClusterHistory
  /** Name of the replica that observes it. */
  observedBy: (cluster: string) => string | null
  onBegin: (watched: WatchedCluster) => void
  /** It is not shown here any more: its lease goes. */
  onEnd: (cluster: string) => Promise<void>
  /** It is reached otherwise from now on. */
  onRenewed: (cluster: string) => Promise<void>
}

export class SharedSet implements WatchingPort {
  readonly #options: SharedSetOptions
  readonly #shown = new Map<string, Shown>()

  constructor(options: SharedSetOptions) {
    this.#options = options
  }

  get clusters(): readonly WatchedCluster[] {
    return this.#options.clusters
  }

  /** Short names of all that this replica could observe. */
  get names(): string[] {
    return [...this.#shown.keys()]
  }

  shown(cluster: string): Shown | null {
    return this.#shown.get(cluster) ?? null
  }

  optionsOf(cluster: string): ClusterOptions | null {
    return this.#shown.get(cluster)?.options ?? null
  }

  /** Of every name of this Kafka cluster, whoever observes it. */
  rulesOf(clusterId: string): ChangeRules[] {
    const same = [...this.#shown.values()].filter(({ shared }) => shared.view?.clusterId === clusterId)
    return same.flatMap(({ options }) => options.thresholds.changeRules ?? [])
  }

  async begin(options: ClusterOptions): Promise<Begun> {
    const { clusters, hub, metrics, relayIn, clock, historyOf, observedBy, onBegin } = this.#options
    const { cluster } = options
    const security = await securityOf(options)
    const shared = new SharedObserver(cluster, options.intervalMs, clock)
    const history = historyOf(cluster)
    const watched: WatchedCluster = {
      ...labelsOf(options),
      kind: 'kafka',
      observer: shared,
      history,
      observedBy: () => observedBy(cluster),
      sandbox: null,
    }
    this.#shown.set(cluster, { options, shared })
    relayIn.add(cluster, shared)
    hub.add(cluster, shared)
    metrics.add(watched)
    clusters.push(watched)
    onBegin(watched)
    return { watched, security }
  }

  async renew(options: ClusterOptions): Promise<Begun> {
    const { cluster } = options
    const shown = this.#shown.get(cluster)
    const watched = this.clusters.find((one) => one.cluster === cluster)
    if (shown === undefined || watched === undefined) return await this.begin(options)
    this.#mustBeIdle(cluster)
    const security = await securityOf(options)
    shown.options = options
    Object.assign(watched, labelsOf(options))
    await this.#options.onRenewed(cluster)
    return { watched, security }
  }

  label(cluster: string, name: string, group: string | null): void {
    const shown = this.#shown.get(cluster)
    const watched = this.clusters.find((one) => one.cluster === cluster)
    if (shown === undefined || watched === undefined) return
    watched.name = name
    watched.group = group
    shown.options = { ...shown.options, name, group }
  }

  async end(cluster: string): Promise<void> {
    const { clusters, hub, relayIn, onEnd } = this.#options
    const at = clusters.findIndex((one) => one.cluster === cluster)
    if (at < 0) return
    this.#mustBeIdle(cluster)
    clusters.splice(at, 1)
    this.#shown.delete(cluster)
    relayIn.remove(cluster)
    hub.remove(cluster)
    await onEnd(cluster)
  }

  #mustBeIdle(cluster: string): void {
    const [goingOn] = this.#options.workflows.active(cluster)
    if (goingOn === undefined) return
    throw new WorkflowRefusal(
      409,
      'change-in-progress',
      `A guided change of this cluster goes on: ${goingOn.title}.`,
      'End it first. Nothing was changed.',
    )
  }
}

/** Of whoever looks at its nodes beside the observer. @throws PropertiesError */
async function securityOf({ commandConfig, secretHosts }: ClusterOptions): Promise<Begun['security']> {
  return commandConfig === null ? {} : (await ClientFile.open(commandConfig, secretHosts)).security
}
