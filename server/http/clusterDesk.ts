/** The door to what is watched, and to changing that while the program runs: what the HTTP API calls. The program stands behind it. */
import type { AddCluster, ClusterSettings, EditCluster } from '../contract/fleet/clusterSettings.ts'
import type { Configuration } from '../contract/fleet/configuration.ts'
import type { ConnectionTest } from '../contract/fleet/connectionTest.ts'
import type { ClusterRights } from '../contract/fleet/rights.ts'

/** @throws Refusal, StorageFailure */
export interface ClusterDesk {
  /** Watches it from now on, and after every restart. */
  add(wanted: AddCluster): Promise<ClusterSettings>
  /** What is left out stays. The short name stays in any case, and with it the history. */
  edit(cluster: string, change: EditCluster): Promise<ClusterSettings>
  settings(cluster: string): Promise<ClusterSettings>
  /** Whether it could be reached; nothing is kept. */
  test(wanted: AddCluster): Promise<ConnectionTest>
  testWatched(cluster: string): Promise<ConnectionTest>
  /** What may be asked of it, tried on the cluster itself. */
  rights(cluster: string): Promise<ClusterRights>
  configuration(): Configuration
}
