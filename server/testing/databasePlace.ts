/**
 * For tests that hold for every database: a place where one can be opened, closed and opened again. SQLite in a folder of its own,
 * or, in the project `postgres`, a database of its own in the PostgreSQL of that project.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type Database, openDatabase } from '../storage/database.ts'
import { openPostgres } from '../storage/postgres/postgresDatabase.ts'

export interface DatabasePlace {
  /** The same one each time. */
  open(): Promise<Database>
  /** Closes what is open, and takes all of it away. */
  remove(): Promise<void>
}

let made = 0

/** A database that nobody else uses. */
export async function newPostgresUrl(): Promise<string> {
  const port = process.env.QUORUMDECK_TEST_POSTGRES
  if (port === undefined) throw new Error('this test belongs to the project postgres')
  made += 1
  const name = `place_${process.pid}_${made}`
  const client = new pg.Client({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return `postgres://postgres@127.0.0.1:${port}/${name}`
}

export async function databasePlace(): Promise<DatabasePlace> {
  const opened: Database[] = []
  const keep = (database: Database) => {
    opened.push(database)
    return database
  }
  const closeAll = async () => {
    for (const database of opened.splice(0)) await database.close()
  }
  if (process.env.QUORUMDECK_TEST_POSTGRES !== undefined) {
    const url = await newPostgresUrl()
    return { open: async () => keep(await openPostgres(url)), remove: closeAll }
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-place-'))
  return {
    open: async () => keep(openDatabase(dataDir)),
    remove: async () => {
      await closeAll()
      rmSync(dataDir, { recursive: true })
    },
  }
}
