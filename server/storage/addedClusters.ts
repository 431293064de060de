/** Clusters that were added while the program ran, with the plans they were made from. They outlive it. */
import { BootstrapPlan } from '../contract/bootstrap.ts'
import type { Database } from './database.ts'

export interface AddedCluster {
  /** As in URLs. */
  cluster: string
  name: string
  /** Name of a file in `client-properties` of the data directory; `null`: plain listeners. */
  commandConfig: string | null
  plan: BootstrapPlan
  addedAtMs: number
}

export interface AddedClusterStore {
  /** Oldest first. */
  all(): Promise<AddedCluster[]>
  add(added: AddedCluster): Promise<void>
  remove(cluster: string): Promise<void>
}

/** @throws StorageFailure from every call that the disk refuses */
export function openAddedClusters({ queries }: Database): AddedClusterStore {
  return {
    all: async () => {
      const rows = await queries
        .selectFrom('added_cluster')
        .selectAll()
        .orderBy('added_at_ms')
        .orderBy('cluster')
        .execute()
      return rows.map((row) => ({
        cluster: row.cluster,
        name: row.name,
        commandConfig: row.command_config,
        plan: BootstrapPlan.parse(JSON.parse(row.plan)),
        addedAtMs: row.added_at_ms,
      }))
    },
    add: async ({ cluster, name, commandConfig, plan, addedAtMs }) => {
      await queries
        .insertInto('added_cluster')
        .values({ cluster, name, command_config: commandConfig, plan: JSON.stringify(plan), added_at_ms: addedAtMs })
        .execute()
    },
    remove: async (cluster) => {
      await queries.deleteFrom('added_cluster').where('cluster', '=', cluster).execute()
    },
  }
}
