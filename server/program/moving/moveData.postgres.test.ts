/** A data directory is moved row for row, into an empty database only; a backup of that reads as the original does. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../storage/database.ts'
import { openNotes } from '../../storage/notes.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import type { Tables } from '../../storage/tables.ts'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import { postgresPrograms } from '../../testing/postgres/cluster.ts'
import { type NewEntry, openJournal } from '../../workflows/engine/journal/journal.ts'
import { moveCommand } from './moveCommand.ts'
import { MOVED_TABLES, NOT_MOVED } from './moveData.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-move-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const entry = (at: number): NewEntry => ({
  atMs: at,
  actor: { id: 'ann', name: 'Änn \u{1F600}' },
  type: 'planned',
  text: `entry ${at}`,
  data: { text: 'with \0 and "quotes"', big: 2 ** 53 - 1 },
})

/** A run that goes on and holds the lock, with more entries than go at once, and something in most other tables. */
async function fill(database: Database): Promise<void> {
  const journal = openJournal(database)
  const identity = { id: 'run', kind: 'replace-disk', cluster: 'c', clusterId: 'K', startedAtMs: 1 } as const
  const command = { scope: 'start:c', commandId: 'one', hash: 'h' }
  const run = await journal.begin(identity, [entry(1)], { command, preempts: null })
  const entries = Array.from({ length: 120 }, (_, at) => entry(at + 2))
  await journal.append({ id: 'run', afterSeq: 1, token: run.token, entries, command: null, endedAtMs: null })
  await journal.answer(command, 200, JSON.stringify({ id: 'run' }))
  await openNotes(database).add({
    id: 'n',
    subject: 'run:run',
    cluster: null,
    atMs: 5,
    by: { id: 'a', name: 'A' },
    text: 'a NUL \0 here',
    acknowledged: null,
  })
  await database.queries.insertInto('quorum_memory').values({ cluster_id: 'K', memory: '{}' }).execute()
}

async function everything({ queries }: Database): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {}
  for (const table of MOVED_TABLES) {
    const rows = await queries.selectFrom(table).selectAll().execute()
    all[table] = rows.map((row) => JSON.stringify(row).replaceAll('\\u0000', '\uFFFD')).sort()
  }
  return all
}

async function reading(url: string): Promise<Record<string, unknown[]>> {
  const database = await openPostgres(url)
  try {
    return await everything(database)
  } finally {
    await database.close()
  }
}

test('every row is there, the run goes on where it stands, and a second move is refused', async () => {
  const database = openDatabase(dataDir)
  await fill(database)
  const before = await everything(database)
  const url = await newPostgresUrl()
  const args = ['--from', dataDir]
  const inUse = await moveCommand(args, { DATABASE_URL: url })
  expect([inUse.code, inUse.errors]).toEqual([1, expect.stringContaining('in use by another process')])
  await database.close()
  writeFileSync(join(dataDir, 'sessions.json'), '{"key":"k"}')
  const moved = await moveCommand(args, { DATABASE_URL: url })
  expect(moved).toMatchObject({ code: 0, errors: '', out: expect.stringMatching(/121 {2}workflow_entry/) })
  expect(await reading(url)).toEqual(before)
  const target = await openPostgres(url)
  const journal = openJournal(target)
  const [run] = await journal.active()
  expect(run).toMatchObject({ id: 'run', lastSeq: 121, token: 1 })
  await journal.append({ id: 'run', afterSeq: 121, token: 1, entries: [entry(9)], command: null, endedAtMs: null })
  const { rows } = await sql<{ value: string }>`SELECT value FROM shared_secret`.execute(target.queries)
  expect(rows).toEqual([{ value: '{"key":"k"}' }])
  await target.close()
  const again = await moveCommand(args, { DATABASE_URL: url })
  expect([again.code, again.errors]).toEqual([1, expect.stringContaining('has rows. Nothing was moved')])
})

test('every table is moved, or named as one that is not', async () => {
  const database = openDatabase(dataDir)
  const { rows } = await sql<{ name: string }>`SELECT name FROM sqlite_schema WHERE type = 'table'`.execute(
    database.queries,
  )
  await database.close()
  const known: (keyof Tables)[] = [...MOVED_TABLES, ...NOT_MOVED]
  expect(rows.map(({ name }) => name).sort()).toEqual(known.toSorted())
})

test.each([
  [[], 'names the data directory'],
  [['--from', '/nowhere'], 'is no data directory'],
  [['--form', 'x'], 'See move-data --help'],
])('what cannot be used is refused: %s', async (args, words) => {
  const { code, errors } = await moveCommand(args, { DATABASE_URL: 'postgres://localhost/none' })
  expect(code).toBeGreaterThan(0)
  expect(errors).toContain(words)
})

test('a backup by pg_dump, restored by pg_restore, reads as the original does', async () => {
  const url = await newPostgresUrl()
  const database = await openPostgres(url)
  await fill(database)
  const before = await everything(database)
  const file = join(dataDir, 'backup')
  const bin = postgresPrograms()
  // While a server has it open.
  const dumped = spawnSync(join(bin, 'pg_dump'), ['--format=custom', `--file=${file}`, url], { encoding: 'utf8' })
  expect([dumped.status, dumped.stderr]).toEqual([0, ''])
  await database.close()
  const target = await newPostgresUrl()
  const restored = spawnSync(join(bin, 'pg_restore'), ['--exit-on-error', `--dbname=${target}`, file], {
    encoding: 'utf8',
  })
  expect([restored.status, restored.stderr]).toEqual([0, ''])
  expect(await reading(target)).toEqual(before)
})
