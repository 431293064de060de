import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LADDER, migrate } from './migrations.ts'
import { DatabaseTooNew } from './storageFailure.ts'

const FIRST = 'CREATE TABLE note (text TEXT NOT NULL) STRICT'
const SECOND = "ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'"

let sqlite: DatabaseSync

beforeEach(() => {
  sqlite = new DatabaseSync(':memory:')
})
afterEach(() => sqlite.close())

const layout = () => sqlite.prepare('PRAGMA user_version').get()?.user_version
const tables = () =>
  sqlite
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name)

test('an empty database gets the whole layout, once', () => {
  migrate(sqlite)
  const made = tables()
  expect(made).toEqual([
    'access_person',
    'access_session',
    'added_cluster',
    'alert_incident',
    'alert_notification',
    'alert_silence',
    'api_token',
    'audit_entry',
    'audit_mark',
    'change_lock',
    'cluster_lease',
    'command_answer',
    'forwarded_request',
    'note',
    'quorum_memory',
    'replica',
    'shared_secret',
    'wall_token',
    'workflow_entry',
    'workflow_run',
  ])
  expect(layout()).toBe(11)
  migrate(sqlite)
  expect(tables()).toEqual(made)
})

test('clusters that were added from plans are kept when others may be added without one', () => {
  migrate(sqlite, LADDER.slice(0, 6))
  sqlite.exec("INSERT INTO added_cluster VALUES ('orders', 'Orders', NULL, '{}', 5)")
  migrate(sqlite)
  expect({ ...sqlite.prepare('SELECT * FROM added_cluster').get() }).toEqual({
    cluster: 'orders',
    name: 'Orders',
    command_config: null,
    plan: '{}',
    reach: null,
    added_at_ms: 5,
  })
  expect(() => sqlite.exec("INSERT INTO added_cluster VALUES ('b', 'B', NULL, NULL, NULL, 6)")).toThrow('CHECK')
})

test('a database of an older layout climbs the rest and keeps its rows', () => {
  migrate(sqlite, [FIRST])
  sqlite.exec("INSERT INTO note (text) VALUES ('kept')")
  migrate(sqlite, [FIRST, SECOND])
  expect(layout()).toBe(2)
  expect({ ...sqlite.prepare('SELECT * FROM note').get() }).toEqual({ text: 'kept', author: 'nobody' })
})

test('where one step fails none is taken', () => {
  migrate(sqlite, [FIRST])
  expect(() => migrate(sqlite, [FIRST, SECOND, 'CREATE TABLE broken (', SECOND])).toThrow('incomplete input')
  expect(layout()).toBe(1)
  expect(sqlite.isTransaction).toBe(false)
  migrate(sqlite, [FIRST, SECOND])
  expect(layout()).toBe(2)
})

test('a database of a newer program is refused and left as it is', () => {
  migrate(sqlite, [FIRST, SECOND])
  sqlite.exec("INSERT INTO note (text) VALUES ('kept')")
  expect(() => migrate(sqlite, [FIRST])).toThrow(DatabaseTooNew)
  expect(() => migrate(sqlite, [FIRST])).toThrow(/layout is number 2, and this one knows layouts up to 1/)
  expect(layout()).toBe(2)
  expect(sqlite.prepare('SELECT count(*) AS n FROM note').get()?.n).toBe(1)
})
