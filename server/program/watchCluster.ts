/** Puts the parts of one watched cluster together: its observer, its history, and what the workflows need of it. */

import type { ClusterKind } from '../contract/clusters.ts'
import { hostPort } from '../contract/hostPort.ts'
import type { QuorumMemoryStore } from '../contract/quorumMemory.ts'
import type { SandboxPort } from '../contract/sandbox.ts'
import type { ClusterHistory } from '../history/clusterHistory.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import type { Security } from '../kafka/connection.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import { ClusterObserver } from '../quorum/reading/observer.ts'
import type { WorkflowCluster } from '../workflows/run/ports.ts'
import type { Thresholds } from '../workflows/run/thresholds.ts'
import { ClientFile } from './clientFile.ts'
import type { ClusterOptions } from './options/options.ts'
import { remakableSandbox } from './remakableSandbox.ts'
import { workflowCluster } from './workflowCluster.ts'

export interface ToWatch {
  options: ClusterOptions
  kind: ClusterKind
  sandbox: SandboxPort | null
}

export interface Watched {
  watched: WatchedCluster
  observer: ClusterObserver
  changed: WorkflowCluster & { thresholds: Thresholds }
  security: Security
}

export interface WatchNeeds {
  /** The quorum behind this name is another one now. */
  onRemade: (cluster: string) => Promise<void>
  memory: QuorumMemoryStore
  historyOf: (cluster: string) => ClusterHistory
  /** Something went wrong that nobody waits for. */
  onError: (cluster: string, error: unknown) => void
}

export function labelsOf(
  options: ClusterOptions,
): Pick<WatchedCluster, 'cluster' | 'name' | 'group' | 'origin' | 'addresses'> {
  return {
    cluster: options.cluster,
    name: options.name,
    group: options.group ?? null,
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    addresses: [...options.bootstrapControllers, ...options.bootstrapServers].map(hostPort),
  }
}

/** What is seen becomes the past. */
function recordIn(history: ClusterHistory, observer: Pick<ClusterObserver, 'subscribe'>): void {
  observer.subscribe({
    onView: (view) => history.add(view),
    onEvent: (event) => history.event(event),
    onEarlierEvent: (event) => history.event(event),
    onLink: (link) => history.link(link),
  })
}

/** Does not begin to watch: the observer is started when everybody listens. @throws PropertiesError */
export async function watchCluster(
  { options, kind, sandbox }: ToWatch,
  serverRunId: string,
  { onRemade, memory, historyOf, onError }: WatchNeeds,
): Promise<Watched> {
  const { secretHosts } = options
  const file = options.commandConfig === null ? null : await ClientFile.open(options.commandConfig, secretHosts)
  const security: Security = file?.security ?? {}
  const observer = new ClusterObserver({
    cluster: options.cluster,
    bootstrapControllers: options.bootstrapControllers,
    bootstrapServers: options.bootstrapServers,
    security,
    onRefused: () => file?.renew() ?? Promise.resolve(),
    intervalMs: options.intervalMs,
    serverRunId,
    clock: systemClock,
    racks: options.racks,
    expectedClusterId: options.clusterId,
    // A sandbox ends with its process, and may begin again under the same cluster id.
    memory: kind === 'kafka' ? memory : null,
    onError: (error) => onError(options.cluster, error),
  })
  const history = historyOf(options.cluster)
  // As with its memory: what a sandbox of before showed was another quorum.
  if (kind !== 'kafka') history.clear()
  recordIn(history, observer)
  const watched: WatchedCluster = {
    ...labelsOf(options),
    kind,
    observer,
    history,
    sandbox: sandbox === null ? null : remakableSandbox(sandbox, { observer, history, onRemade }),
  }
  const { bootstrapControllers, commandConfig, thresholds, cruiseControl } = options
  return {
    watched,
    observer,
    changed: workflowCluster({
      watched,
      observer,
      security,
      bootstrapControllers,
      commandConfig,
      thresholds,
      cruiseControl,
    }),
    security,
  }
}
