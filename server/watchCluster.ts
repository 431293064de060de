/** Puts the parts of one watched cluster together: its observer, its history, and what the workflows need of it. */
import type { ClusterKind } from './contract/clusters.ts'
import type { SandboxPort } from './contract/sandbox.ts'
import { RecentHistory } from './history/recentHistory.ts'
import type { WatchedCluster } from './http/watchedCluster.ts'
import { readClientProperties } from './kafka/clientProperties.ts'
import type { Security } from './kafka/connection.ts'
import type { ClusterOptions } from './options.ts'
import { systemClock } from './quorum/clock.ts'
import { ClusterObserver } from './quorum/observer.ts'
import { remakableSandbox } from './remakableSandbox.ts'
import { workflowCluster } from './workflowCluster.ts'
import type { WorkflowCluster } from './workflows/ports.ts'
import type { Thresholds } from './workflows/thresholds.ts'

export interface ToWatch {
  options: ClusterOptions
  kind: ClusterKind
  sandbox: SandboxPort | null
}

export interface Watched {
  watched: WatchedCluster
  changed: WorkflowCluster & { thresholds: Thresholds }
  security: Security
}

/** Does not begin to watch: the observer is started when everybody listens. @throws PropertiesError */
export async function watchCluster(
  { options, kind, sandbox }: ToWatch,
  serverRunId: string,
  onRemade: (cluster: string) => Promise<void>,
): Promise<Watched> {
  const security = options.commandConfig === null ? {} : await readClientProperties(options.commandConfig)
  const observer = new ClusterObserver({
    cluster: options.cluster,
    bootstrapControllers: options.bootstrapControllers,
    bootstrapServers: options.bootstrapServers,
    security,
    intervalMs: options.intervalMs,
    serverRunId,
    clock: systemClock,
    racks: options.racks,
    expectedClusterId: options.clusterId,
  })
  const history = new RecentHistory(options.cluster)
  observer.subscribe({ onView: (view) => history.add(view) })
  const watched: WatchedCluster = {
    cluster: options.cluster,
    name: options.name,
    kind,
    observer,
    history,
    sandbox: sandbox === null ? null : remakableSandbox(sandbox, { observer, history, onRemade }),
  }
  const { bootstrapControllers, commandConfig, thresholds, cruiseControl } = options
  return {
    watched,
    changed: workflowCluster({ watched, security, bootstrapControllers, commandConfig, thresholds, cruiseControl }),
    security,
  }
}
