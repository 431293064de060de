import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, IN_MEMORY, openDatabase } from './database.ts'
import { DataDirInUse, StorageFailure } from './storageFailure.ts'

let root: string
const databases: Database[] = []
const children: ChildProcess[] = []

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quorumdeck-storage-'))
})
afterEach(async () => {
  for (const database of databases.splice(0)) await database.close()
  for (const child of children.splice(0)) await killed(child)
  rmSync(root, { recursive: true })
})

function open(dataDir: string): Database {
  const database = openDatabase(dataDir)
  databases.push(database)
  return database
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** Opens the directory in a process of its own, and says how that went: `open`, or the name of the error. */
async function openElsewhere(dataDir: string): Promise<{ child: ChildProcess; said: string }> {
  const program = `
    import { openDatabase } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'database.ts')).href)}
    process.stdin.resume().on('end', () => process.exit())
    try {
      openDatabase(process.argv[1])
      console.log('open')
    } catch (error) {
      console.log(error.name)
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  children.push(child)
  const [said] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, said }
}

const answer = (commandId: string, body = '') => ({ scope: 's', command_id: commandId, hash: 'h', status: 200, body })

function caught(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

async function keptIds(database: Database): Promise<string[]> {
  const rows = await database.queries.selectFrom('command_answer').select('command_id').orderBy('command_id').execute()
  return rows.map((row) => row.command_id)
}

test('the directory is made for this user alone, and what was written is there when it opens again', async () => {
  const dataDir = join(root, 'a', 'b')
  const first = open(dataDir)
  await first.queries.insertInto('command_answer').values(answer('one')).execute()
  await first.close()
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  for (const file of readdirSync(dataDir))
    expect(`${file} ${statSync(join(dataDir, file)).mode & 0o777}`).toBe(`${file} ${0o600}`)
  expect(await keptIds(open(dataDir))).toEqual(['one'])
})

test('every commit is synced, and references are kept whole', async () => {
  const { queries } = open(root)
  const pragma = async (name: string) => {
    const { rows } = await sql<Record<string, unknown>>`${sql.raw(`PRAGMA ${name}`)}`.execute(queries)
    return Object.values(rows[0] ?? {})[0]
  }
  expect(await pragma('journal_mode')).toBe('wal')
  // 2 is FULL.
  expect(await pragma('synchronous')).toBe(2)
  expect(await pragma('locking_mode')).toBe('exclusive')
  expect(await pragma('foreign_keys')).toBe(1)
  await expect(
    queries.insertInto('change_lock').values({ cluster_id: 'c', token: 1, holder: 'nobody' }).execute(),
  ).rejects.toThrow('FOREIGN KEY')
})

test('another process is refused while the directory is open, and let in when the first was killed', async () => {
  const { child, said } = await openElsewhere(root)
  expect(said).toBe('open')
  const refused = caught(() => openDatabase(root))
  expect(refused).toBeInstanceOf(DataDirInUse)
  expect(refused).toMatchObject({
    message: expect.stringContaining(root),
    remedy: expect.stringContaining('--data-dir'),
  })
  await killed(child)
  const database = open(root)
  expect(await keptIds(database)).toEqual([])
  expect((await openElsewhere(root)).said).toBe('DataDirInUse')
  await database.close()
  expect((await openElsewhere(root)).said).toBe('open')
})

test('the same process is refused as well', () => {
  open(root)
  expect(() => openDatabase(root)).toThrow(DataDirInUse)
})

test('of processes that start at once exactly one gets in', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(async () => (await openElsewhere(root)).said))
  expect(outcomes.sort()).toEqual(['DataDirInUse', 'DataDirInUse', 'open'])
})

test('an open that fails leaves nothing behind that is open', async () => {
  writeFileSync(join(root, 'quorumdeck.sqlite'), 'this is no database, and long enough for SQLite to see it'.repeat(20))
  expect(() => openDatabase(root)).toThrow(StorageFailure)
  rmSync(join(root, 'quorumdeck.sqlite'))
  expect(await keptIds(open(root))).toEqual([])
})

test('a file that others could read before is closed to them', async () => {
  const file = join(root, 'quorumdeck.sqlite')
  await open(root).close()
  chmodSync(file, 0o644)
  open(root)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a file with broken pages is named, and not opened', async () => {
  const first = open(root)
  for (let i = 0; i < 200; i += 1)
    await first.queries
      .insertInto('command_answer')
      .values(answer(String(i), 'x'.repeat(400)))
      .execute()
  await first.close()
  const file = join(root, 'quorumdeck.sqlite')
  const bytes = readFileSync(file)
  bytes.fill(0xab, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 8192)
  writeFileSync(file, bytes)
  const refused = caught(() => openDatabase(root))
  expect(refused).toBeInstanceOf(StorageFailure)
  expect(refused).toMatchObject({ remedy: expect.stringContaining('Keep a copy') })
})

test('a directory that cannot be made is named', () => {
  writeFileSync(join(root, 'file'), '')
  expect(() => openDatabase(join(root, 'file', 'data'))).toThrow(join(root, 'file', 'data'))
})

test('a full disk takes back the whole transaction and says so; later writes go on', async () => {
  const database = open(root)
  const { queries } = database
  await queries.insertInto('command_answer').values(answer('before')).execute()
  const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(queries)
  await sql.raw(`PRAGMA max_page_count = ${(rows[0]?.page_count ?? 0) + 2}`).execute(queries)
  const failure = await queries
    .transaction()
    .execute(async (tx) => {
      await tx.insertInto('command_answer').values(answer('small')).execute()
      await tx
        .insertInto('command_answer')
        .values(answer('large', 'x'.repeat(100_000)))
        .execute()
    })
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StorageFailure)
  expect(failure).toMatchObject({
    message: expect.stringContaining('full'),
    remedy: expect.stringContaining('Free space'),
  })
  await queries.insertInto('command_answer').values(answer('after')).execute()
  expect(await keptIds(database)).toEqual(['after', 'before'])
})

test('transactions asked for at once run one after the other', async () => {
  const database = open(IN_MEMORY)
  const steps: string[] = []
  const transaction = (name: string, fails: boolean) =>
    database.queries.transaction().execute(async (tx) => {
      steps.push(`${name} begins`)
      await tx.insertInto('command_answer').values(answer(name)).execute()
      await new Promise((resolve) => setImmediate(resolve))
      steps.push(`${name} ends`)
      if (fails) throw new Error('taken back')
    })
  await Promise.allSettled([transaction('a', false), transaction('b', true), transaction('c', false)])
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect(await keptIds(database)).toEqual(['a', 'c'])
})

test('closing lets what was asked before finish, and can be asked for twice', async () => {
  const database = open(root)
  const written = database.queries.transaction().execute(async (tx) => {
    await new Promise((resolve) => setImmediate(resolve))
    await tx.insertInto('command_answer').values(answer('last')).execute()
  })
  await Promise.all([database.close(), database.close()])
  await written
  expect(await keptIds(open(root))).toEqual(['last'])
})
