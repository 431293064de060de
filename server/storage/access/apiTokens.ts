/** Tokens of scripts, without their secrets. */
import { type Grant, Grants } from '../../contract/access/grants.ts'
import type { Database } from '../database.ts'

export interface KeptApiToken {
  id: string
  /** SHA-256 of the secret, hexadecimal. */
  digest: string
  name: string
  grants: Grant[]
  makerId: string
  /** Of one that was made with a shared token: HMAC of that token under the secret of this one. */
  bound: string | null
  makerName: string
  createdAtMs: number
  expiresAtMs: number
  lastUsedAtMs: number | null
  revokedAtMs: number | null
}

export interface ApiTokenStore {
  all(): Promise<KeptApiToken[]>
  add(token: KeptApiToken): Promise<void>
  revoke(id: string, atMs: number): Promise<void>
  /** All of this maker, somebody who signs in by name. @returns how many went on until now */
  revokeOf(makerId: string, atMs: number): Promise<number>
  used(id: string, atMs: number): Promise<void>
  forget(beforeMs: number): Promise<void>
}

/** An unreadable row gives nothing. */
function grantsOf(text: string): Grant[] {
  try {
    return Grants.parse(JSON.parse(text))
  } catch {
    return []
  }
}

/** Both are one column: `token.operate`, a blank, what it is bound to. */
function makerOf(column: string): Pick<KeptApiToken, 'makerId' | 'bound'> {
  const [makerId = '', bound = null] = column.split(' ')
  return { makerId, bound }
}

function makerColumn({ makerId, bound }: KeptApiToken): string {
  return bound === null ? makerId : `${makerId} ${bound}`
}

/** @throws StorageFailure from every call that the disk refuses */
export function openApiTokens({ queries }: Database): ApiTokenStore {
  return {
    all: async () => {
      const rows = await queries.selectFrom('api_token').selectAll().orderBy('created_at_ms').orderBy('id').execute()
      return rows.map((row) => ({
        id: row.id,
        digest: row.digest,
        name: row.name,
        grants: grantsOf(row.grants),
        ...makerOf(row.maker_id),
        makerName: row.maker_name,
        createdAtMs: row.created_at_ms,
        expiresAtMs: row.expires_at_ms,
        lastUsedAtMs: row.last_used_at_ms,
        revokedAtMs: row.revoked_at_ms,
      }))
    },
    add: async (token) => {
      await queries
        .insertInto('api_token')
        .values({
          id: token.id,
          digest: token.digest,
          name: token.name,
          grants: JSON.stringify(token.grants),
          maker_id: makerColumn(token),
          maker_name: token.makerName,
          created_at_ms: token.createdAtMs,
          expires_at_ms: token.expiresAtMs,
          last_used_at_ms: null,
          revoked_at_ms: null,
        })
        .execute()
    },
    revoke: async (id, atMs) => {
      await queries.updateTable('api_token').set({ revoked_at_ms: atMs }).where('id', '=', id).execute()
    },
    revokeOf: async (makerId, atMs) => {
      const { numUpdatedRows } = await queries
        .updateTable('api_token')
        .set({ revoked_at_ms: atMs })
        .where('maker_id', '=', makerId)
        .where('revoked_at_ms', 'is', null)
        .where('expires_at_ms', '>', atMs)
        .executeTakeFirstOrThrow()
      return Number(numUpdatedRows)
    },
    used: async (id, atMs) => {
      await queries.updateTable('api_token').set({ last_used_at_ms: atMs }).where('id', '=', id).execute()
    },
    forget: async (beforeMs) => {
      await queries
        .deleteFrom('api_token')
        .where((of) => of.or([of('revoked_at_ms', '<', beforeMs), of('expires_at_ms', '<', beforeMs)]))
        .execute()
    },
  }
}
