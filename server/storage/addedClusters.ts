/** Clusters that were added while the program ran, some with the plans they were made from. They outlive it. */
import * as z from 'zod/mini'
import { BootstrapPlan } from '../contract/bootstrap.ts'
import type { Database } from './database.ts'

/** How a cluster is reached, as it was written down. */
export const Reach = z.object({
  group: z.nullable(z.string()),
  /** `host:port` */
  bootstrapControllers: z.array(z.string()),
  bootstrapServers: z.array(z.string()),
  clusterId: z.nullable(z.string()),
  intervalMs: z.int(),
  racks: z.record(z.string(), z.string()),
})
export type Reach = z.infer<typeof Reach>

export interface AddedCluster {
  /** As in URLs. */
  cluster: string
  name: string
  /** Name of a file in `client-properties` of the data directory; `null`: plain listeners. */
  commandConfig: string | null
  /** `null`: it was not made from one. */
  plan: BootstrapPlan | null
  /** `null`: as its plan says. */
  reach: Reach | null
  addedAtMs: number
}

export interface AddedClusterStore {
  /** Oldest first. */
  all(): Promise<AddedCluster[]>
  /** One of the same short name is replaced. */
  keep(added: AddedCluster): Promise<void>
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
        plan: row.plan === null ? null : BootstrapPlan.parse(JSON.parse(row.plan)),
        reach: row.reach === null ? null : Reach.parse(JSON.parse(row.reach)),
        addedAtMs: row.added_at_ms,
      }))
    },
    keep: async ({ cluster, name, commandConfig, plan, reach, addedAtMs }) => {
      const kept = {
        name,
        command_config: commandConfig,
        plan: plan === null ? null : JSON.stringify(plan),
        reach: reach === null ? null : JSON.stringify(reach),
      }
      await queries
        .insertInto('added_cluster')
        .values({ cluster, ...kept, added_at_ms: addedAtMs })
        .onConflict((conflict) => conflict.column('cluster').doUpdateSet(kept))
        .execute()
    },
    remove: async (cluster) => {
      await queries.deleteFrom('added_cluster').where('cluster', '=', cluster).execute()
    },
  }
}
