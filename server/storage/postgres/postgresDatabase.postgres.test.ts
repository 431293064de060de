import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import type { Database } from '../database.ts'
import { LADDER, migrate } from '../migrations.ts'
import { DatabaseTooNew, StorageFailure } from '../storageFailure.ts'
import { openPostgres } from './postgresDatabase.ts'
import { climb } from './postgresLayout.ts'

const opened: Database[] = []
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
})

async function open(url: string): Promise<Database> {
  const database = await openPostgres(url)
  opened.push(database)
  return database
}

/** Every column as `table.column type null`, types by what they hold. */
async function columnsOf({ queries }: Database): Promise<string[]> {
  const { rows } = await sql<{ t: string; c: string; y: string; n: string }>`
    SELECT table_name AS t, column_name AS c, data_type AS y, is_nullable AS n FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'layout'`.execute(queries)
  const holds: Record<string, string> = { bigint: 'INTEGER', text: 'TEXT', bytea: 'BLOB' }
  return rows.map(({ t, c, y, n }) => `${t}.${c} ${holds[y] ?? y}${n === 'YES' ? '' : ' NOT NULL'}`).sort()
}

function columnsOfSqlite(): string[] {
  const sqlite = new DatabaseSync(':memory:')
  migrate(sqlite)
  const rows = sqlite
    .prepare(
      `SELECT m.name AS t, c.name AS c, c.type AS y, c."notnull" AS n FROM sqlite_schema m JOIN pragma_table_info(m.name) c
       WHERE m.type = 'table'`,
    )
    .all()
  sqlite.close()
  return rows.map(({ t, c, y, n }) => `${t}.${c} ${y}${n === 1 ? ' NOT NULL' : ''}`).sort()
}

test('both databases get the same tables and columns of one ladder', async () => {
  expect(await columnsOf(await open(await newPostgresUrl()))).toEqual(columnsOfSqlite())
})

test('replicas that start at once climb once, and all come in', async () => {
  const url = await newPostgresUrl()
  const all = await Promise.all([1, 2, 3, 4].map(() => open(url)))
  for (const { queries } of all) {
    const { rows } = await sql<{ number: number }>`SELECT number FROM layout`.execute(queries)
    expect(rows).toEqual([{ number: LADDER.length }])
  }
})

test('an older server on a newer database is refused, and changes nothing', async () => {
  const url = await newPostgresUrl()
  const { queries } = await open(url)
  await sql`UPDATE layout SET number = ${sql.lit(LADDER.length + 1)}`.execute(queries)
  await expect(openPostgres(url)).rejects.toThrow(DatabaseTooNew)
  await expect(openPostgres(url)).rejects.toMatchObject({ remedy: expect.stringContaining('DATABASE_URL') })
  const { rows } = await sql<{ number: number }>`SELECT number FROM layout`.execute(queries)
  expect(rows).toEqual([{ number: LADDER.length + 1 }])
})

test('a database of an older layout climbs the rest and keeps its rows; where a step fails none is taken', async () => {
  const { queries } = await open(await newPostgresUrl())
  const first = 'CREATE TABLE kept (text TEXT NOT NULL) STRICT'
  const second = "ALTER TABLE kept ADD COLUMN author TEXT NOT NULL DEFAULT 'INTEGER STRICT'"
  await climb(queries, [first], 'other')
  await sql`INSERT INTO kept (text) VALUES ('a')`.execute(queries)
  await expect(climb(queries, [first, second, 'CREATE TABLE broken ('], 'other')).rejects.toThrow('syntax error')
  await climb(queries, [first, second], 'other')
  const { rows } = await sql`SELECT * FROM kept`.execute(queries)
  expect(rows).toEqual([{ text: 'a', author: 'INTEGER STRICT' }])
})

test('text with a NUL is kept, and a count that no number holds exactly is refused', async () => {
  const { queries } = await open(await newPostgresUrl())
  await queries
    .insertInto('replica')
    .values({ id: 'a\0b', name: 'n', seen_at_ms: 2 ** 53 - 1 })
    .execute()
  expect(await queries.selectFrom('replica').selectAll().execute()).toEqual([
    { id: 'a\uFFFDb', name: 'n', seen_at_ms: 2 ** 53 - 1 },
  ])
  await sql`UPDATE replica SET seen_at_ms = 9007199254740993`.execute(queries)
  await expect(queries.selectFrom('replica').selectAll().execute()).rejects.toThrow('exactly')
})

test('who is not there, who lets nobody in, and what is full are named, without the password', async () => {
  const nobody = await openPostgres('postgres://ann:secret-word@127.0.0.1:1/x').catch((error: unknown) => error)
  expect(nobody).toBeInstanceOf(StorageFailure)
  expect(String(nobody)).toContain('connection to PostgreSQL was lost')
  expect(String(nobody)).not.toContain('secret-word')
  expect(nobody).toMatchObject({ remedy: expect.stringContaining('start Quorumdeck again') })
  const url = await newPostgresUrl()
  await expect(openPostgres(`${url}_not_there`)).rejects.toThrow('does not let Quorumdeck in')
  const { queries } = await open(url)
  const raising = (state: string) =>
    sql.raw(`DO $$ BEGIN RAISE EXCEPTION 'as planned' USING ERRCODE = '${state}'; END $$`).execute(queries)
  await expect(raising('53100')).rejects.toThrow('disk of PostgreSQL is full')
  await expect(raising('40P01')).rejects.toThrow('in the way of another')
  await expect(raising('25006')).rejects.toThrow('read-only')
  await expect(sql`SET statement_timeout = 50; SELECT pg_sleep(5)`.execute(queries)).rejects.toThrow(
    'did not answer in time',
  )
  await expect(raising('22012')).rejects.not.toBeInstanceOf(StorageFailure)
})

test('a connection that PostgreSQL ends takes its transaction back, and the next one works', async () => {
  const { queries } = await open(await newPostgresUrl())
  const failed = queries.transaction().execute(async (tx) => {
    await tx.insertInto('replica').values({ id: 'lost', name: 'n', seen_at_ms: 1 }).execute()
    await sql`SELECT pg_terminate_backend(pg_backend_pid())`.execute(tx)
  })
  await expect(failed).rejects.toBeInstanceOf(StorageFailure)
  expect(await queries.selectFrom('replica').selectAll().execute()).toEqual([])
})
