/**
 * Leases of clusters, of servers that share a database on PostgreSQL. Every time is the database's own clock: those of the
 * servers may differ. A token rises with every holder and never starts anew.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'
import type { Fence } from './fence.ts'
import type { Tables } from './tables.ts'

export interface Lease {
  cluster: string
  token: number
  /** Id of a replica. */
  holder: string
  /** By the database's clock; below zero: it has ended. */
  leftMs: number
}

export interface ReplicaSeen {
  id: string
  name: string
}

export interface LeaseStore {
  /** All that anybody has had, in any order. */
  all(): Promise<Lease[]>
  /** Holds on to these, where nobody has taken them; also where they have ended meanwhile. @returns those that are held */
  renew(holder: string, held: ReadonlyMap<string, number>, forMs: number): Promise<Set<string>>
  /** Takes those of these that are free or over. @returns their tokens */
  take(holder: string, clusters: readonly string[], forMs: number): Promise<Map<string, number>>
  /** Gives these back: they are free at once. */
  giveBack(holder: string, clusters: readonly string[]): Promise<void>
  /** Notes that this replica is here. @returns all that were seen within this time */
  seen(replica: ReplicaSeen, withinMs: number): Promise<ReplicaSeen[]>
  gone(id: string): Promise<void>
  /** By the database's clock, Unix ms. */
  nowMs(): Promise<number>
  /** Whether this is the newest holder, and its lease goes on, by the database of this moment. */
  isHeld(holder: string, cluster: string, token: number): Promise<boolean>
}

/** Not the time at which the transaction began: it may have waited. */
export function databaseNowMs(): RawBuilder<number> {
  return sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
}

/** Replicas that were not seen for so long are forgotten, in ms. */
const FORGOTTEN_MS = 3_600_000

export function openLeases({ queries }: Database): LeaseStore {
  return {
    all: async () => {
      const rows = await queries
        .selectFrom('cluster_lease')
        .select(['cluster', 'token', 'holder'])
        .select(sql<number>`expires_at_ms - ${databaseNowMs()}`.as('left_ms'))
        .execute()
      return rows.map(({ left_ms, ...lease }) => ({ ...lease, leftMs: left_ms }))
    },
    renew: async (holder, held, forMs) => {
      const wanted = [...held]
      if (wanted.length === 0) return new Set()
      const rows = await queries
        .updateTable('cluster_lease')
        .set({ expires_at_ms: sql<number>`${databaseNowMs()} + ${sql.lit(forMs)}` })
        .where('holder', '=', holder)
        .where(({ or, and, eb }) =>
          or(wanted.map(([cluster, token]) => and([eb('cluster', '=', cluster), eb('token', '=', token)]))),
        )
        .returning('cluster')
        .execute()
      return new Set(rows.map(({ cluster }) => cluster))
    },
    take: async (holder, clusters, forMs) => {
      if (clusters.length === 0) return new Map()
      const until = sql<number>`${databaseNowMs()} + ${sql.lit(forMs)}`
      const rows = await queries
        .insertInto('cluster_lease')
        // In one order, so that two who take many at once do not wait for each other in a circle.
        .values(clusters.toSorted().map((cluster) => ({ cluster, token: 1, holder, expires_at_ms: until })))
        .onConflict((conflict) =>
          conflict
            .column('cluster')
            .doUpdateSet({
              token: ({ eb, ref }) => eb(ref('cluster_lease.token'), '+', 1),
              holder,
              expires_at_ms: until,
            })
            .where('cluster_lease.expires_at_ms', '<=', databaseNowMs()),
        )
        .returning(['cluster', 'token'])
        .execute()
      return new Map(rows.map(({ cluster, token }) => [cluster, token]))
    },
    giveBack: async (holder, clusters) => {
      if (clusters.length === 0) return
      await queries
        .updateTable('cluster_lease')
        .set({ holder: '', expires_at_ms: 0 })
        .where('holder', '=', holder)
        .where('cluster', 'in', [...clusters])
        .execute()
    },
    seen: async ({ id, name }, withinMs) => {
      const seen_at_ms = databaseNowMs()
      await queries
        .insertInto('replica')
        .values({ id, name, seen_at_ms })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, seen_at_ms }))
        .execute()
      await queries
        .deleteFrom('replica')
        .where('seen_at_ms', '<', sql<number>`${databaseNowMs()} - ${sql.lit(FORGOTTEN_MS)}`)
        .execute()
      return await queries
        .selectFrom('replica')
        .select(['id', 'name'])
        .where('seen_at_ms', '>', sql<number>`${databaseNowMs()} - ${sql.lit(withinMs)}`)
        .orderBy('id')
        .execute()
    },
    gone: async (id) => {
      await queries.deleteFrom('replica').where('id', '=', id).execute()
    },
    nowMs: async () => {
      const { rows } = await sql<{ now: number }>`SELECT ${databaseNowMs()} AS now`.execute(queries)
      return rows[0]?.now ?? 0
    },
    isHeld: async (holder, cluster, token) => {
      const row = await queries
        .selectFrom('cluster_lease')
        .select('token')
        .where('cluster', '=', cluster)
        .where('holder', '=', holder)
        .where('token', '=', token)
        .where('expires_at_ms', '>', databaseNowMs())
        .executeTakeFirst()
      return row !== undefined
    },
  }
}

/**
 * Writes pass while the lease in the database is the one that this server believes to hold; it is locked until the write is
 * committed, so that whoever takes it reads what was written.
 * @param tokenOf the token that this server has of a cluster; `null`: none
 */
export function fenceOf(holder: string, tokenOf: (cluster: string) => number | null): Fence {
  return async (tx, clusters) => {
    const rows = await leasesLocked(tx, holder, clusters)
    return new Set(rows.filter(({ cluster, token }) => tokenOf(cluster) === token).map(({ cluster }) => cluster))
  }
}

async function leasesLocked(tx: Kysely<Tables>, holder: string, clusters: readonly string[]) {
  if (clusters.length === 0) return []
  return await tx
    .selectFrom('cluster_lease')
    .select(['cluster', 'token'])
    .where('cluster', 'in', [...new Set(clusters)])
    .where('holder', '=', holder)
    .orderBy('cluster')
    .forShare()
    .execute()
}
