/** The database of several Quorumdecks: PostgreSQL, named by a URL that nobody is shown. */
import { Kysely, PostgresDialect } from 'kysely'
import type { Database } from '../database.ts'
import { LADDER } from '../migrations.ts'
import type { Tables } from '../tables.ts'
import { asOpeningFailure } from './postgresFailure.ts'
import { climb } from './postgresLayout.ts'
import { Pool } from './postgresPool.ts'

/** @throws DatabaseTooNew, StorageFailure; then nothing stays open */
export async function openPostgres(url: string): Promise<Database> {
  const queries = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new Pool(url) }) })
  try {
    await climb(queries, LADDER)
  } catch (error) {
    await queries.destroy().catch(() => {})
    throw asOpeningFailure(error)
  }
  let closing: Promise<void> | null = null
  return {
    queries,
    close: () => {
      closing ??= queries.destroy()
      return closing
    },
  }
}
