/** NOTIFY of PostgreSQL: short texts for whoever listens now. */
import { sql } from 'kysely'
import type { Database } from '../database.ts'

/** In this order, with one statement. @param channel a name of ours */
export async function sendNotices({ queries }: Database, channel: string, payloads: readonly string[]): Promise<void> {
  await sql`SELECT pg_notify(${channel}, payload) FROM unnest(${[...payloads]}::text[]) AS payload`.execute(queries)
}
