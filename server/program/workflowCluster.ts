/** One cluster as the workflows see it: the observer, the way to its leader, and the hosts where they are ours. */

import { hostPort } from '../contract/hostPort.ts'
import { isObserver } from '../contract/voters.ts'
import { CruiseControlClient, type CruiseControlOptions } from '../cruiseControl/client.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import type { Address, Security } from '../kafka/connection.ts'
import { BrokerReads } from '../quorum/reading/brokerReads.ts'
import { LeaderWrites } from '../quorum/reading/leaderWrites.ts'
import type { ClusterObserver } from '../quorum/reading/observer.ts'
import type { WorkflowCluster } from '../workflows/run/ports.ts'
import type { Thresholds } from '../workflows/run/thresholds.ts'

export interface WorkflowClusterOptions {
  watched: WatchedCluster
  observer: ClusterObserver
  security: Security
  bootstrapControllers: Address[]
  commandConfig: string | null
  cruiseControl: CruiseControlOptions | null
  thresholds: Thresholds
}

export function workflowCluster(options: WorkflowClusterOptions): WorkflowCluster & { thresholds: Thresholds } {
  const { watched, observer, security, commandConfig, thresholds } = options
  const { cluster, sandbox } = watched
  const configured = options.bootstrapControllers.map(hostPort)
  return {
    cluster,
    source: observer,
    writes: new LeaderWrites({ leader: observer, security }),
    reads: new BrokerReads(observer, security),
    cruiseControl: options.cruiseControl === null ? null : new CruiseControlClient(options.cruiseControl),
    hosts: sandbox,
    /** Where only brokers are configured, the voters themselves say where they listen. */
    get bootstrapControllers() {
      if (configured.length > 0) return configured
      const voters = observer.view?.replicas.filter((replica) => !isObserver(replica)) ?? []
      return voters.flatMap(({ endpoints: [first] }) => (first === undefined ? [] : [hostPort(first)]))
    },
    commandConfig,
    thresholds,
  }
}
