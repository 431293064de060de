/**
 * The database of this Quorumdeck: one SQLite file in the data directory. Whatever a write has acknowledged is synced to
 * disk (WAL with synchronous=FULL syncs at every commit, https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { migrate } from './migrations.ts'
import { adaptSqlite } from './sqliteAdapter.ts'
import { asStorageFailure, DatabaseBroken, DataDirInUse, isBusy, StorageFailure } from './storageFailure.ts'
import type { Tables } from './tables.ts'

/** In place of a data directory: a database that is gone when it is closed. For tests. */
export const IN_MEMORY = ':memory:'

const FILE = 'quorumdeck.sqlite'

/**
 * How long to wait for another process that is about to end, in ms. Two that start at once need it too: each may find
 * the other in its way, and only trying again lets one of them in.
 */
export const BUSY_TIMEOUT_MS = 1000

export interface Database {
  /** Transactions and single queries wait for each other: there is one connection. */
  readonly queries: Kysely<Tables>
  /** Waits for what was asked before, and frees the data directory. */
  close(): Promise<void>
}

/** Not mkdir's own recursion: it never ends where a parent exists that refuses children, as under /proc. */
function makeWithParents(directory: string): void {
  if (existsSync(directory)) return
  makeWithParents(dirname(directory))
  mkdirSync(directory, { mode: 0o700 })
}

export function makeDirectory(dataDir: string): void {
  try {
    makeWithParents(resolve(dataDir))
  } catch (error) {
    throw new StorageFailure(
      `The data directory ${dataDir} cannot be made: ${error instanceof Error ? error.message : String(error)}. Without it nothing can be recorded.`,
      'Give a directory that this user may write to with --data-dir.',
      { cause: error },
    )
  }
}

/** It holds reasons, names and addresses: for this user alone, and so are the files that SQLite puts beside it. */
export function makeFile(file: string): void {
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
}

/** A file with broken pages opens without a word, and fails later, in the middle of a change. @throws DatabaseBroken */
function check(sqlite: DatabaseSync): void {
  const found = sqlite
    .prepare('PRAGMA quick_check(3)')
    .all()
    .map((row) => String(row.quick_check))
  if (found.join() !== 'ok') throw new DatabaseBroken(found)
}

/**
 * Takes the file for this process alone, until it is closed or the process ends in any way: the lock is one of the
 * operating system. Exclusive before WAL, so that SQLite never makes shared memory for others
 * (https://www.sqlite.org/wal.html#noshm).
 */
export function take(sqlite: DatabaseSync, synchronous: 'FULL' | 'NORMAL'): void {
  sqlite.exec('PRAGMA locking_mode = EXCLUSIVE')
  sqlite.exec('PRAGMA journal_mode = WAL')
  sqlite.exec(`PRAGMA synchronous = ${synchronous}`)
  // On macOS a plain fsync leaves data in the cache of the drive; elsewhere these two change nothing.
  sqlite.exec('PRAGMA fullfsync = ON')
  sqlite.exec('PRAGMA checkpoint_fullfsync = ON')
  sqlite.exec('PRAGMA foreign_keys = ON')
  sqlite.exec('BEGIN IMMEDIATE')
  sqlite.exec('COMMIT')
}

/** @throws DataDirInUse, DatabaseTooNew, StorageFailure; then nothing stays open */
export function openDatabase(dataDir: string): Database {
  const inMemory = dataDir === IN_MEMORY
  if (!inMemory) makeDirectory(dataDir)
  let sqlite: DatabaseSync | null = null
  try {
    if (!inMemory) makeFile(join(dataDir, FILE))
    sqlite = new DatabaseSync(inMemory ? IN_MEMORY : join(dataDir, FILE), { timeout: BUSY_TIMEOUT_MS })
    take(sqlite, 'FULL')
    check(sqlite)
    migrate(sqlite)
  } catch (error) {
    sqlite?.close()
    throw isBusy(error) ? new DataDirInUse(dataDir, error) : asStorageFailure('open', error)
  }
  const queries = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adaptSqlite(sqlite) }) })
  let closing: Promise<void> | null = null
  const close = async () => {
    // A turn on the one connection comes after everything asked before, and Kysely closes only what it has used.
    await queries.connection().execute(async () => {})
    await queries.destroy()
  }
  return {
    queries,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
