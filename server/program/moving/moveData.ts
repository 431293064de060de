/**
 * Moves what a data directory holds to PostgreSQL: every row, in one transaction, read again and compared before it counts. The
 * directory stays as it is; nothing is moved into a database that holds something already.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import { openDatabase } from '../../storage/database.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import { StorageFailure } from '../../storage/storageFailure.ts'
import type { Tables } from '../../storage/tables.ts'
import { SESSION_KEYS } from '../replicas/sharedSessionKeys.ts'

type Table = keyof Tables
type Row = Record<string, unknown>

/** In the order in which rows refer to each other, with what tells the rows of each apart. Leases and replicas are of servers that run. */
const MOVED: readonly (readonly [table: Table, key: readonly string[]])[] = [
  ['workflow_run', ['id']],
  ['workflow_entry', ['run_id', 'seq']],
  ['change_lock', ['cluster_id']],
  ['command_answer', ['scope', 'command_id']],
  ['added_cluster', ['cluster']],
  ['quorum_memory', ['cluster_id']],
  ['wall_token', ['id']],
  ['note', ['id']],
  ['alert_incident', ['id']],
  ['alert_notification', ['incident_id', 'state', 'receiver']],
  ['alert_silence', ['id']],
  ['access_person', ['id']],
  ['access_session', ['id']],
  ['api_token', ['id']],
  ['audit_entry', ['seq']],
  ['audit_mark', ['name']],
]
/** Of one server alone, or of servers that run. */
export const NOT_MOVED: readonly Table[] = ['cluster_lease', 'replica', 'forwarded_request', 'shared_secret']
export const MOVED_TABLES: readonly Table[] = MOVED.map(([table]) => table)

/** An entry of an old journal has up to 330 kB. */
const ROWS_AT_ONCE = 50

export interface Moved {
  /** Rows of each table that had any. */
  rows: ReadonlyMap<string, number>
}

/** Rows in the order of their keys, some at a time. The same order in both databases: byte by byte. */
async function* pages(queries: Kysely<Tables>, table: Table, key: readonly string[]): AsyncGenerator<Row[]> {
  for (let offset = 0; ; offset += ROWS_AT_ONCE) {
    let query = queries.selectFrom(table).selectAll()
    for (const column of key) query = query.orderBy(sql.ref(column))
    const rows = (await query.offset(offset).limit(ROWS_AT_ONCE).execute()) as Selectable<Tables[Table]>[]
    if (rows.length > 0) yield rows as unknown as Row[]
    if (rows.length < ROWS_AT_ONCE) return
  }
}

/** As PostgreSQL can hold it: it has no place for NUL in text. */
function comparable(row: Row): string {
  const entries = Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value]),
  )
}

async function mustBeEmpty(tx: Transaction<Tables>): Promise<void> {
  for (const table of MOVED_TABLES) {
    const found = await tx.selectFrom(table).select(sql<number>`1`.as('found')).limit(1).executeTakeFirst()
    if (found === undefined) continue
    throw new StorageFailure(
      `The database of DATABASE_URL is in use: its table ${table} has rows. Nothing was moved.`,
      'Give an empty database; or, where this one was moved before, start the servers with it.',
    )
  }
}

async function copy(from: Kysely<Tables>, tx: Transaction<Tables>): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const [table, key] of MOVED) {
    for await (const rows of pages(from, table, key)) {
      await tx
        .insertInto(table)
        .values(rows as never)
        .execute()
      counts.set(table, (counts.get(table) ?? 0) + rows.length)
    }
  }
  return counts
}

/** @throws StorageFailure at the first row that is not the same */
async function compare(from: Kysely<Tables>, tx: Transaction<Tables>): Promise<void> {
  for (const [table, key] of MOVED) {
    const moved = pages(tx, table, key)
    for await (const rows of pages(from, table, key)) {
      const { value = [] } = await moved.next()
      for (const [at, row] of rows.entries()) {
        const there = (value as Row[])[at]
        if (there !== undefined && comparable(there) === comparable(row)) continue
        throw new StorageFailure(
          `A row of ${table} reads otherwise after it was moved. Nothing was moved.`,
          'Report this with the output; the data directory is as it was.',
        )
      }
    }
    if ((await moved.next()).done !== true)
      throw new StorageFailure(`More rows of ${table} are there than were moved. Nothing was moved.`, 'Try again.')
  }
}

/**
 * @param dataDir of a Quorumdeck that has ended: it opens once
 * @throws StorageFailure, DataDirInUse
 */
export async function moveData(dataDir: string, url: string): Promise<Moved> {
  if (!existsSync(join(dataDir, 'quorumdeck.sqlite')))
    throw new StorageFailure(
      `${dataDir} is no data directory: it has no quorumdeck.sqlite.`,
      'Give another one with --from.',
    )
  const from = openDatabase(dataDir)
  try {
    const to = await openPostgres(url)
    try {
      const rows = await to.queries.transaction().execute(async (tx) => {
        await mustBeEmpty(tx)
        const counts = await copy(from.queries, tx)
        await compare(from.queries, tx)
        await moveSessionKeys(dataDir, tx)
        return counts
      })
      return { rows }
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

/** So that walls and people stay signed in. */
async function moveSessionKeys(dataDir: string, tx: Transaction<Tables>): Promise<void> {
  const file = join(dataDir, 'sessions.json')
  if (!existsSync(file)) return
  const value = readFileSync(file, 'utf8')
  await tx
    .insertInto('shared_secret')
    .values({ name: SESSION_KEYS, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
