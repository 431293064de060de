/**
 * The same ladder on PostgreSQL: its steps are written for SQLite in a plain style, and are translated word by word. The
 * number reached is kept in a table of its own; one replica climbs at a time, and all others wait for it.
 */
import { type Kysely, sql, type Transaction } from 'kysely'
import { DatabaseTooNew } from '../storageFailure.ts'

/** Of pg_advisory_xact_lock; nobody else who uses this database should have it. */
const LOCK = 7_168_201_943

/**
 * INTEGER of SQLite has eight bytes. Text is compared byte by byte, as there: whatever language the database was made for.
 * What stands between quotes is data.
 */
export function translated(step: string): string {
  return step
    .split(/('(?:[^']|'')*')/)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part
            .replace(/\)\s*STRICT\b(\s*,\s*WITHOUT ROWID)?/g, ')')
            .replace(/\bINTEGER\b/g, 'BIGINT')
            .replace(/\bBLOB\b/g, 'BYTEA')
            .replace(/\bTEXT\b/g, 'TEXT COLLATE "C"'),
    )
    .join('')
}

async function layoutOf(tx: Transaction<unknown>, table: string): Promise<number> {
  await sql`CREATE TABLE IF NOT EXISTS ${sql.id(table)} (number BIGINT NOT NULL)`.execute(tx)
  const { rows } = await sql<{ number: number }>`SELECT number FROM ${sql.id(table)}`.execute(tx)
  return rows[0]?.number ?? 0
}

/**
 * Climbs to the newest layout, all steps or none.
 * @param table where the number is kept: each ladder has its own
 * @throws DatabaseTooNew where the database is ahead of this program; nothing in it is touched
 */
export async function climb<T>(queries: Kysely<T>, ladder: readonly string[], table = 'layout'): Promise<void> {
  await queries.transaction().execute(async (transaction) => {
    const tx = transaction as unknown as Transaction<unknown>
    await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx)
    const layout = await layoutOf(tx, table)
    if (layout > ladder.length)
      throw new DatabaseTooNew(layout, ladder.length, 'let DATABASE_URL name another database')
    if (layout === ladder.length) return
    for (const step of ladder.slice(layout)) await sql.raw(translated(step)).execute(tx)
    await sql`DELETE FROM ${sql.id(table)}`.execute(tx)
    await sql`INSERT INTO ${sql.id(table)} (number) VALUES (${sql.lit(ladder.length)})`.execute(tx)
  })
}
