/**
 * Session keys that all servers have alike, so that a cookie of one counts at every other, and is over everywhere once it has
 * ended. They are drawn anew when the tokens change.
 */
import { freshKeys, type KeptKeys, keptKeys, type SessionKeys } from '../../http/sessionKeys.ts'
import type { Database } from '../../storage/database.ts'

/** Of their row. */
export const SESSION_KEYS = 'session-keys'

export interface SharedSessionKeys extends SessionKeys {
  /** Another server has ended sessions. */
  reload(): Promise<void>
  /** Called when one was ended here, and is written down. */
  onEnded(tell: () => void): void
}

export interface SharedSessionKeysOptions {
  database: Database
  tokens: readonly (string | null)[]
  nowMs: () => number
  onError: (error: unknown) => void
}

/** @throws StorageFailure */
export async function openSharedSessionKeys(options: SharedSessionKeysOptions): Promise<SharedSessionKeys> {
  const { tokens, nowMs, onError } = options
  const { queries } = options.database
  let tell = () => {}
  const read = async (): Promise<KeptKeys | null> => {
    const row = await queries
      .selectFrom('shared_secret')
      .select('value')
      .where('name', '=', SESSION_KEYS)
      .executeTakeFirst()
    return row === undefined ? null : keptKeys(row.value, tokens)
  }
  let kept = await read()
  if (kept === null) {
    const value = JSON.stringify(freshKeys(tokens))
    // Of two that start at once the later one's stays: both read it again.
    await queries
      .insertInto('shared_secret')
      .values({ name: SESSION_KEYS, value })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
      .execute()
    kept = await read()
  }
  let keys = kept ?? freshKeys(tokens)
  const end = async (id: string, expiresS: number): Promise<void> => {
    await queries.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('shared_secret')
        .select('value')
        .where('name', '=', SESSION_KEYS)
        .forUpdate()
        .executeTakeFirstOrThrow()
      const stored = keptKeys(row.value, tokens)
      if (stored === null) return
      const nowS = nowMs() / 1000
      const ended = Object.fromEntries(Object.entries(stored.ended).filter(([, atS]) => atS >= nowS))
      const value = JSON.stringify({ ...stored, ended: { ...ended, [id]: expiresS } })
      await tx.updateTable('shared_secret').set({ value }).where('name', '=', SESSION_KEYS).execute()
    })
    tell()
  }
  return {
    get key() {
      return Buffer.from(keys.key, 'base64')
    },
    isEnded: (id) => keys.ended[id] !== undefined,
    end: (id, expiresS) => {
      // Here at once, whatever the database says.
      keys = { ...keys, ended: { ...keys.ended, [id]: expiresS } }
      void end(id, expiresS).catch(onError)
    },
    reload: async () => {
      const stored = await read()
      if (stored !== null) keys = { ...stored, ended: { ...keys.ended, ...stored.ended } }
    },
    onEnded: (then) => {
      tell = then
    },
  }
}
