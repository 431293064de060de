/** Tokens of screens on walls, without their secrets. */
import * as z from 'zod/mini'
import type { WallToken } from '../contract/room/wallTokens.ts'
import type { Database } from './database.ts'

export interface KeptWallToken extends WallToken {
  /** SHA-256 of the secret, hexadecimal. */
  digest: string
}

export interface WallTokenStore {
  /** Newest first. */
  all(): Promise<KeptWallToken[]>
  add(token: KeptWallToken): Promise<void>
  revoke(id: string, atMs: number): Promise<void>
  used(id: string, atMs: number): Promise<void>
  /** Forgets those that were revoked or expired before this time. */
  forget(beforeMs: number): Promise<void>
}

const Names = z.array(z.string())

/** @throws StorageFailure from every call that the disk refuses */
export function openWallTokenStore({ queries }: Database): WallTokenStore {
  return {
    all: async () => {
      const rows = await queries
        .selectFrom('wall_token')
        .selectAll()
        .orderBy('created_at_ms', 'desc')
        .orderBy('id')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        label: row.label,
        digest: row.digest,
        clusters: row.clusters === null ? null : Names.parse(JSON.parse(row.clusters)),
        createdBy: row.created_by,
        createdAtMs: row.created_at_ms,
        expiresAtMs: row.expires_at_ms,
        lastUsedAtMs: row.last_used_at_ms,
        revokedAtMs: row.revoked_at_ms,
      }))
    },
    add: async (token) => {
      await queries
        .insertInto('wall_token')
        .values({
          id: token.id,
          label: token.label,
          digest: token.digest,
          clusters: token.clusters === null ? null : JSON.stringify(token.clusters),
          created_by: token.createdBy,
          created_at_ms: token.createdAtMs,
          expires_at_ms: token.expiresAtMs,
          last_used_at_ms: token.lastUsedAtMs,
          revoked_at_ms: token.revokedAtMs,
        })
        .execute()
    },
    revoke: async (id, atMs) => {
      await queries.updateTable('wall_token').set({ revoked_at_ms: atMs }).where('id', '=', id).execute()
    },
    used: async (id, atMs) => {
      await queries.updateTable('wall_token').set({ last_used_at_ms: atMs }).where('id', '=', id).execute()
    },
    forget: async (beforeMs) => {
      await queries
        .deleteFrom('wall_token')
        .where((of) => of.or([of('revoked_at_ms', '<', beforeMs), of('expires_at_ms', '<', beforeMs)]))
        .execute()
    },
  }
}
