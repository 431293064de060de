/** A secret that all servers on one database have alike: whoever needs it first draws it. */
import { randomBytes } from 'node:crypto'
import type { Database } from './database.ts'

/** @param name of its row @throws StorageFailure */
export async function sharedSecret({ queries }: Database, name: string): Promise<Buffer> {
  const value = randomBytes(32).toString('base64')
  const drawn = queries.insertInto('shared_secret').values({ name, value })
  await drawn.onConflict((conflict) => conflict.column('name').doNothing()).execute()
  const row = await queries
    .selectFrom('shared_secret')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
  return Buffer.from(row.value, 'base64')
}
