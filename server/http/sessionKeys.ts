/**
 * What sessions are signed with, and which were ended before their time. The key is random, so that a cookie is no way to
 * try tokens at home; it is drawn anew when the tokens change, which ends every session that they gave.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'

export interface SessionKeys {
  readonly key: Buffer
  isEnded(id: string): boolean
  /** The session is over, although its cookie may be sent again. `expiresS`: when it would have ended, Unix seconds. */
  end(id: string, expiresS: number): void
  /** The tokens have changed: draws another key, and what was signed before is over. */
  redraw(tokens: readonly (string | null)[]): void
}

const FILE = 'sessions.json'
const KEY_BYTES = 32

const Kept = z.object({
  /** Base64. */
  key: z.string(),
  /** HMAC of the tokens under the key: whether they are the same as when it was drawn. */
  tokens: z.string(),
  /** Ended sessions by id, with when they would have ended. */
  ended: z.record(z.string(), z.number()),
})
type Kept = z.infer<typeof Kept>
export type KeptKeys = Kept

function markOf(key: Buffer, tokens: readonly (string | null)[]): Buffer {
  return createHmac('sha256', key).update(JSON.stringify(tokens)).digest()
}

export function freshKeys(tokens: readonly (string | null)[]): Kept {
  const key = randomBytes(KEY_BYTES)
  return { key: key.toString('base64'), tokens: markOf(key, tokens).toString('base64'), ended: {} }
}

/** Kept as long as the process. */
export function keysInMemory(): SessionKeys {
  const ended = new Set<string>()
  let key = randomBytes(KEY_BYTES)
  return {
    get key() {
      return key
    },
    isEnded: (id) => ended.has(id),
    end: (id) => void ended.add(id),
    redraw: () => {
      key = randomBytes(KEY_BYTES)
    },
  }
}

/** As they were written down; `null` where they are not ours to read, or of other tokens: everybody signs in anew. */
export function keptKeys(text: string, tokens: readonly (string | null)[]): Kept | null {
  try {
    const kept = Kept.parse(JSON.parse(text))
    const key = Buffer.from(kept.key, 'base64')
    const [mark, now] = [Buffer.from(kept.tokens, 'base64'), markOf(key, tokens)]
    return key.length === KEY_BYTES && mark.length === now.length && timingSafeEqual(mark, now) ? kept : null
  } catch {
    return null
  }
}

function read(file: string, tokens: readonly (string | null)[]): Kept | null {
  try {
    return keptKeys(readFileSync(file, 'utf8'), tokens)
  } catch {
    return null
  }
}

/** Kept in the data directory, for this user alone, so that a wall screen survives a restart of the server. */
export function openSessionKeys(dataDir: string, tokens: readonly (string | null)[], nowMs: () => number): SessionKeys {
  const file = join(dataDir, FILE)
  const known = read(file, tokens)
  let kept = known ?? freshKeys(tokens)
  const write = () => {
    const next = `${file}.next`
    writeFileSync(next, JSON.stringify(kept), { mode: 0o600 })
    chmodSync(next, 0o600)
    renameSync(next, file)
  }
  if (known === null) write()
  return {
    get key() {
      return Buffer.from(kept.key, 'base64')
    },
    isEnded: (id) => kept.ended[id] !== undefined,
    end: (id, expiresS) => {
      const nowS = nowMs() / 1000
      for (const [old, at] of Object.entries(kept.ended)) if (at < nowS) delete kept.ended[old]
      kept.ended[id] = expiresS
      write()
    },
    redraw: (next) => {
      kept = freshKeys(next)
      write()
    },
  }
}
