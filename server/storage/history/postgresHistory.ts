/** The history of several servers: the same tables, in the PostgreSQL that they share, written by whoever holds the lease of a cluster. */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import { asOpeningFailure } from '../postgres/postgresFailure.ts'
import { climb } from '../postgres/postgresLayout.ts'
import { Pool } from '../postgres/postgresPool.ts'
import type { Tables } from '../tables.ts'
import type { HistoryDatabase } from './historyDatabase.ts'
import { HISTORY_LADDER, type HistoryTables } from './historyTables.ts'

const CONNECTIONS = 2
const LAYOUT = 'history_layout'
const MEASURE_EVERY_MS = 60_000

/** @throws DatabaseTooNew, StorageFailure; then nothing stays open */
export async function openPostgresHistory(url: string): Promise<HistoryDatabase> {
  const queries = new Kysely<HistoryTables>({ dialect: new PostgresDialect({ pool: new Pool(url, CONNECTIONS) }) })
  try {
    await climb(queries, HISTORY_LADDER, LAYOUT)
  } catch (error) {
    await queries.destroy().catch(() => {})
    throw asOpeningFailure(error)
  }
  let bytes = 0
  const measure = async () => {
    const { rows } = await sql<{ bytes: number }>`
      SELECT sum(pg_total_relation_size(name::regclass))::bigint AS bytes
      FROM unnest(ARRAY['series', 'block', 'words', 'event']) AS name`.execute(queries)
    bytes = rows[0]?.bytes ?? 0
  }
  const again = () => void measure().catch(() => {})
  const timer = setInterval(again, MEASURE_EVERY_MS)
  again()
  return {
    queries,
    // Deleted rows give no space back before a vacuum: what is too old goes, a bound in bytes does not hold.
    isBounded: false,
    usedBytes: () => bytes,
    shrink: () => {},
    close: async () => {
      clearInterval(timer)
      await queries.destroy()
    },
  }
}

/**
 * As the fence of everything else that depends on a lease, by the number of a series.
 * @param tokenOf the token that this server has of a cluster; `null`: none
 */
export function historyFence(holder: string, tokenOf: (cluster: string) => number | null) {
  return async (tx: Transaction<HistoryTables>, series: readonly number[]): Promise<ReadonlySet<number>> => {
    if (series.length === 0) return new Set()
    const both = tx as unknown as Transaction<HistoryTables & Tables>
    const rows = await both
      .selectFrom('series')
      .innerJoin('cluster_lease', 'cluster_lease.cluster', 'series.cluster')
      .select(['series.id', 'cluster_lease.cluster', 'cluster_lease.token'])
      .where('series.id', 'in', [...series])
      .where('cluster_lease.holder', '=', holder)
      .forShare('cluster_lease')
      .execute()
    return new Set(rows.filter(({ cluster, token }) => tokenOf(cluster) === token).map(({ id }) => id))
  }
}
