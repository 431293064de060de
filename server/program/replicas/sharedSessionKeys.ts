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
  const { nowMs, onError } = options
  const { queries } = options.database
  let { tokens } = options
  let tell = () => {}
  const stored = () =>
    queries.selectFrom('shared_secret').select('value').where('name', '=', SESSION_KEYS).executeTakeFirst()
  const read = async (): Promise<KeptKeys | null> => {
    const row = await stored()
    return row === undefined ? null : keptKeys(row.value, tokens)
  }
  /** Those that all servers have, drawn anew where they are of other tokens. */
  const agreed = async (): Promise<KeptKeys | null> => {
    const before = await stored()
    const known = before === undefined ? null : keptKeys(before.value, tokens)
    if (known !== null) return known
    const value = JSON.stringify(freshKeys(tokens))
    // Of servers that start at once one draws the key, and all read it.
    if (before === undefined) {
      const drawn = queries.insertInto('shared_secret').values({ name: SESSION_KEYS, value })
      await drawn.onConflict((conflict) => conflict.column('name').doNothing()).execute()
    } else {
      const drawn = queries.updateTable('shared_secret').set({ value }).where('name', '=', SESSION_KEYS)
      await drawn.where('value', '=', before.value).execute()
    }
    return await read()
  }
  let keys = (await agreed()) ?? freshKeys(tokens)
  const end = async (id: string, expiresS: number): Promise<void> => {
    await queries.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('shared_secret')
        .select('value')
        .where('name', '=', SESSION_KEYS)
        .forUpdate()
        .executeTakeFirstOrThrow()
      const now = keptKeys(row.value, tokens)
      if (now === null) return
      const nowS = nowMs() / 1000
      const ended = Object.fromEntries(Object.entries(now.ended).filter(([, atS]) => atS >= nowS))
      const value = JSON.stringify({ ...now, ended: { ...ended, [id]: expiresS } })
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
      const now = await read()
      if (now !== null) keys = { ...now, ended: { ...keys.ended, ...now.ended } }
    },
    redraw: (next) => {
      tokens = next
      // Over here at once, whatever the database says.
      keys = freshKeys(next)
      void agreed()
        .then((drawn) => {
          if (drawn !== null) keys = { ...drawn, ended: { ...keys.ended, ...drawn.ended } }
        })
        .catch(onError)
    },
    onEnded: (then) => {
      tell = then
    },
  }
}
