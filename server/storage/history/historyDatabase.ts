/**
 * The file of the history. Each commit is in the file, and synced at the next checkpoint (synchronous=NORMAL): a power cut may
 * take the last seconds of pictures, and breaks nothing (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { BUSY_TIMEOUT_MS, IN_MEMORY, makeDirectory, makeFile, take } from '../database.ts'
import { migrate } from '../migrations.ts'
import { adaptSqlite } from '../sqliteAdapter.ts'
import { asStorageFailure, isDamage } from '../storageFailure.ts'
import { HISTORY_LADDER, type HistoryTables } from './historyTables.ts'

const FILE = 'history.sqlite'

export interface HistoryDatabase {
  readonly queries: Kysely<HistoryTables>
  /** Whether what is deleted makes it smaller, so that a bound in bytes can be kept. */
  readonly isBounded: boolean
  /** What the pages of the file take, in bytes, without those that are free. */
  usedBytes(): number
  /** Gives free pages back to the disk, at most so many. */
  shrink(pages: number): void
  close(): Promise<void>
}

function openFile(path: string): DatabaseSync {
  const sqlite = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    // Before the first page is written: afterwards it would take a whole VACUUM.
    sqlite.exec('PRAGMA auto_vacuum = INCREMENTAL')
    take(sqlite, 'NORMAL')
    migrate(sqlite, HISTORY_LADDER)
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/**
 * A damaged file is set aside under another name, and a new one is begun: pictures are no reason to stop watching.
 * @param nowMs names the file that is set aside
 * @returns `setAside`: where the damaged one lies now; `null` where it was sound
 * @throws StorageFailure
 */
export function openHistoryDatabase(
  dataDir: string,
  nowMs: number,
): { database: HistoryDatabase; setAside: string | null } {
  if (dataDir === IN_MEMORY) return { database: wrap(openFile(IN_MEMORY)), setAside: null }
  const path = join(dataDir, FILE)
  try {
    makeDirectory(dataDir)
    makeFile(path)
    return { database: wrap(openFile(path)), setAside: null }
  } catch (error) {
    if (!isDamage(error)) throw asStorageFailure('keep', error)
    const setAside = setDamagedAside(dataDir, nowMs)
    try {
      makeFile(path)
      return { database: wrap(openFile(path)), setAside }
    } catch (again) {
      throw asStorageFailure('keep', again)
    }
  }
}

/** @returns where it lies now */
function setDamagedAside(dataDir: string, nowMs: number): string {
  const path = join(dataDir, FILE)
  const aside = `${path}.damaged-${nowMs}`
  for (const end of ['', '-wal', '-shm']) {
    if (statSync(`${path}${end}`, { throwIfNoEntry: false }) !== undefined)
      renameSync(`${path}${end}`, `${aside}${end}`)
  }
  return aside
}

function wrap(sqlite: DatabaseSync): HistoryDatabase {
  const queries = new Kysely<HistoryTables>({ dialect: new SqliteDialect({ database: adaptSqlite(sqlite) }) })
  const pragma = (name: string) => Number(Object.values(sqlite.prepare(`PRAGMA ${name}`).get() ?? {})[0])
  const pageBytes = pragma('page_size')
  return {
    queries,
    isBounded: true,
    usedBytes: () => (pragma('page_count') - pragma('freelist_count')) * pageBytes,
    shrink: (pages) => sqlite.exec(`PRAGMA incremental_vacuum(${pages})`),
    close: async () => {
      await queries.connection().execute(async () => {})
      await queries.destroy()
    },
  }
}
