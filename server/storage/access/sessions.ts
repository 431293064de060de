/** Sessions of browsers, without the secrets that their cookies hold. */
import * as z from 'zod/mini'
import type { Database } from '../database.ts'

const Via = z.enum(['token', 'password', 'oidc'])

export interface KeptSession {
  id: string
  /** SHA-256 of the secret, hexadecimal. */
  digest: string
  via: z.infer<typeof Via>
  personId: string | null
  tokenRole: string | null
  bound: string | null
  address: string
  agent: string
  createdAtMs: number
  lastUsedAtMs: number
  expiresAtMs: number
}

export interface SessionStore {
  /** Those that were not ended and are not over. */
  live(nowMs: number): Promise<KeptSession[]>
  add(session: KeptSession): Promise<void>
  used(id: string, atMs: number): Promise<void>
  end(ids: readonly string[], atMs: number): Promise<void>
  /** All of this person but one, whoever has begun them. @returns how many */
  endOf(personId: string, except: string | null, atMs: number): Promise<number>
  /** Forgets those that were over before this time. */
  forget(beforeMs: number): Promise<void>
}

/** @throws StorageFailure from every call that the disk refuses */
export function openSessions({ queries }: Database): SessionStore {
  return {
    live: async (nowMs) => {
      const rows = await queries
        .selectFrom('access_session')
        .selectAll()
        .where('ended_at_ms', 'is', null)
        .where('expires_at_ms', '>', nowMs)
        .orderBy('created_at_ms')
        .execute()
      return rows.flatMap((row) => {
        const via = Via.safeParse(row.via)
        if (!via.success) return []
        return [
          {
            id: row.id,
            digest: row.digest,
            via: via.data,
            personId: row.person_id,
            tokenRole: row.token_role,
            bound: row.bound,
            address: row.address,
            agent: row.agent,
            createdAtMs: row.created_at_ms,
            lastUsedAtMs: row.last_used_at_ms,
            expiresAtMs: row.expires_at_ms,
          },
        ]
      })
    },
    add: async (session) => {
      await queries
        .insertInto('access_session')
        .values({
          id: session.id,
          digest: session.digest,
          via: session.via,
          person_id: session.personId,
          token_role: session.tokenRole,
          bound: session.bound,
          address: session.address,
          agent: session.agent,
          created_at_ms: session.createdAtMs,
          last_used_at_ms: session.lastUsedAtMs,
          expires_at_ms: session.expiresAtMs,
          ended_at_ms: null,
        })
        .execute()
    },
    used: async (id, atMs) => {
      await queries.updateTable('access_session').set({ last_used_at_ms: atMs }).where('id', '=', id).execute()
    },
    end: async (ids, atMs) => {
      if (ids.length === 0) return
      await queries
        .updateTable('access_session')
        .set({ ended_at_ms: atMs })
        .where('id', 'in', [...ids])
        .execute()
    },
    endOf: async (personId, except, atMs) => {
      const ending = queries
        .updateTable('access_session')
        .set({ ended_at_ms: atMs })
        .where('person_id', '=', personId)
        .where('ended_at_ms', 'is', null)
        .where('expires_at_ms', '>', atMs)
      const { numUpdatedRows } = await (except === null
        ? ending
        : ending.where('id', '!=', except)
      ).executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    },
    forget: async (beforeMs) => {
      await queries
        .deleteFrom('access_session')
        .where((of) => of.or([of('ended_at_ms', '<', beforeMs), of('expires_at_ms', '<', beforeMs)]))
        .execute()
    },
  }
}
