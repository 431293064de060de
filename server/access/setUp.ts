/**
 * How the first user comes to be: with a secret that stands in a file of the data directory, for this user of the host
 * alone. There is never a page that makes an administrator of whoever comes first.
 */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawSecret, isSame } from './secrets.ts'

const FILE = 'setup-secret'

export interface SetUpSecret {
  /** Where it is to be read; `null`: none is needed any more. */
  readonly file: string | null
  isRight(secret: string): boolean
  /** The first user exists. */
  done(): void
}

/** @param needed there is no user yet */
export function openSetUpSecret(dataDir: string, needed: boolean): SetUpSecret {
  const file = join(dataDir, FILE)
  if (!needed) {
    rmSync(file, { force: true })
    return { file: null, isRight: () => false, done: () => {} }
  }
  let secret: string | null = kept(file) ?? drawSecret('')
  writeFileSync(file, `${secret}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
  return {
    get file() {
      return secret === null ? null : file
    },
    isRight: (given) => secret !== null && isSame(given.trim(), secret),
    done: () => {
      secret = null
      rmSync(file, { force: true })
    },
  }
}

/** One of a start before: it goes on being right, whoever has copied it. */
function kept(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8').trim()
    return text.length >= 40 ? text : null
  } catch {
    return null
  }
}
