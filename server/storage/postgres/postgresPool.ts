/**
 * Connections to PostgreSQL, a bounded number of them, in the shape that Kysely asks for. A server that is frozen answers
 * nothing and breaks no connection: every statement has an end here too, and a connection that missed it is not used again.
 */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { asPostgresFailure, endsConnection } from './postgresFailure.ts'

/** Of one replica; PostgreSQL has 100 for all of its clients, unless told otherwise. */
const MOST_CONNECTIONS = 8
const CONNECT_MS = 3000
/** The server ends a statement itself after this; where it does not answer at all, we do, a little later. */
const STATEMENT_MS = 5000
const ANSWER_MS = 6000
/** A replica that is frozen in the middle of a transaction must not keep others from taking over what it held. */
const IDLE_MS = 1500
const INT8 = 20
export const APPLICATION = 'quorumdeck'

/** Counts and times are int8: none of ours is beyond what a number holds exactly. */
export function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which no number holds exactly`)
  return value
}

const types: pg.CustomTypesConfig = {
  // biome-ignore lint/suspicious/noExplicitAny: as `pg` declares it
  getTypeParser: ((oid: number, format?: 'text' | 'binary'): any =>
    oid === INT8 ? safeInteger : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** PostgreSQL has no place for NUL in text (SQLite has); a name must not be what breaks a journal. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

export function connectionOf(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: APPLICATION,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_MS,
    keepAlive: true,
    types,
  }
}

class PoolClient {
  readonly #client: pg.PoolClient
  #isBroken = false
  /** Between two statements nobody waits for it; without this it would end the process. */
  readonly #onError = () => {
    this.#isBroken = true
  }

  constructor(client: pg.PoolClient) {
    this.#client = client
    client.on('error', this.#onError)
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<unknown>> {
    // Of a connection that is gone PostgreSQL has rolled back by itself, and the first error is the one that tells.
    if (this.#isBroken && sql === 'rollback') return { command: 'ROLLBACK', rowCount: 0, rows: [] }
    try {
      const result = await this.#client.query(sql, parameters.map(storable))
      return result as unknown as PostgresQueryResult<unknown>
    } catch (error) {
      if (endsConnection(error)) this.#isBroken = true
      throw asPostgresFailure('use', error)
    }
  }

  release(): void {
    this.#client.off('error', this.#onError)
    this.#client.release(this.#isBroken)
  }
}

export class Pool implements PostgresPool {
  readonly #pool: pg.Pool

  constructor(url: string, most = MOST_CONNECTIONS) {
    this.#pool = new pg.Pool({ ...connectionOf(url), max: most, idleTimeoutMillis: 30_000 })
    // Of a connection that nobody uses just now: the next one who needs it gets another.
    this.#pool.on('error', () => {})
  }

  get options() {
    return this.#pool.options
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      // Without cursors: nothing here reads that much.
      return new PoolClient(await this.#pool.connect()) as unknown as PostgresPoolClient
    } catch (error) {
      throw asPostgresFailure('use', error)
    }
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }
}
