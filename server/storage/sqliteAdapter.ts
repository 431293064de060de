/** node:sqlite in the shape that Kysely's SQLite dialect asks for, which is that of better-sqlite3. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { asStorageFailure } from './storageFailure.ts'

/** Kysely types parameters as unknown; node:sqlite itself throws on a value that SQLite cannot hold. */
type Parameters = readonly SQLInputValue[]

function named<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw asStorageFailure('use', error)
  }
}

export function adaptSqlite(sqlite: DatabaseSync): SqliteDatabase {
  return {
    close: () => sqlite.close(),
    prepare: (sql): SqliteStatement => {
      const statement = named(() => sqlite.prepare(sql))
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => named(() => statement.all(...(parameters as Parameters))),
        run: (parameters) => {
          // SQLite ends a transaction by itself where the disk is full or fails. Rolling back once more would put "no
          // transaction is active" in the place of the error that tells what happened.
          if (sql === 'rollback' && !sqlite.isTransaction) return { changes: 0, lastInsertRowid: 0 }
          return named(() => statement.run(...(parameters as Parameters)))
        },
        iterate: (parameters) => named(() => statement.iterate(...(parameters as Parameters))),
      }
    },
  }
}
