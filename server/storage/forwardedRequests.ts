/** Requests that one replica asks another to answer. A row lives as long as somebody waits for it. */
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { databaseNowMs } from './leases.ts'

/** Nobody waits so long, in ms. */
const FORGOTTEN_MS = 600_000

export interface ForwardedRequests {
  ask(id: string, holder: string, request: string): Promise<void>
  /** To be answered by whoever takes it; `null`: it was taken, or is not there, or for another. */
  take(id: string, holder: string): Promise<string | null>
  answer(id: string, answer: string): Promise<void>
  /** `null`: not yet. */
  answerTo(id: string): Promise<string | null>
  forget(id: string): Promise<void>
  forgetOld(): Promise<void>
}

/** @throws StorageFailure from every call that the database refuses */
export function openForwardedRequests({ queries }: Database): ForwardedRequests {
  return {
    ask: async (id, holder, request) => {
      const row = { id, holder, asked_at_ms: databaseNowMs(), taken: 0, request, answer: null }
      await queries.insertInto('forwarded_request').values(row).execute()
    },
    take: async (id, holder) => {
      const row = await queries
        .updateTable('forwarded_request')
        .set({ taken: 1 })
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('taken', '=', 0)
        .returning('request')
        .executeTakeFirst()
      return row?.request ?? null
    },
    answer: async (id, answer) => {
      await queries.updateTable('forwarded_request').set({ answer }).where('id', '=', id).execute()
    },
    answerTo: async (id) => {
      const row = await queries.selectFrom('forwarded_request').select('answer').where('id', '=', id).executeTakeFirst()
      return row?.answer ?? null
    },
    forget: async (id) => {
      await queries.deleteFrom('forwarded_request').where('id', '=', id).execute()
    },
    forgetOld: async () => {
      await queries
        .deleteFrom('forwarded_request')
        .where('asked_at_ms', '<', sql<number>`${databaseNowMs()} - ${sql.lit(FORGOTTEN_MS)}`)
        .execute()
    },
  }
}
