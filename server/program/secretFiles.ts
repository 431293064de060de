/**
 * Files with secrets that are read again when they change: certificates are renewed every few weeks, tokens when somebody
 * leaves, and nobody restarts a server that carries a change for that. What cannot be used leaves what was there before.
 */
import { type StatWatcher, unwatchFile, watchFile } from 'node:fs'
import type { Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import { createSecureContext } from 'node:tls'
import type { AccessTokens } from '../http/access.ts'

/** By polling: a volume of Kubernetes swaps links, of which nobody is told. In ms. */
const LOOK_EVERY_MS = 5_000

export interface Secrets {
  tls: { cert: string; key: string } | null
  tokens: AccessTokens | null
}

export interface SecretFilesOptions {
  files: readonly string[]
  read: () => Promise<Secrets>
  apply: (secrets: Secrets) => void
  onRead: (error: unknown) => void
  lookEveryMs?: number
}

export class SecretFiles {
  readonly #options: SecretFilesOptions
  readonly #watchers: StatWatcher[]
  #reading: Promise<void> = Promise.resolve()

  constructor(options: SecretFilesOptions) {
    this.#options = options
    const interval = options.lookEveryMs ?? LOOK_EVERY_MS
    this.#watchers = options.files.map((file) =>
      watchFile(file, { interval, persistent: false }, (now, before) => {
        // Between two files of a pair the other may still be the old one: that is refused, and the second ends it.
        if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino || now.size !== before.size) this.#readAgain()
      }),
    )
  }

  get count(): number {
    return this.#watchers.length
  }

  close(): void {
    for (const file of this.#options.files) unwatchFile(file)
  }

  #readAgain(): void {
    const { read, apply, onRead } = this.#options
    this.#reading = this.#reading.then(async () => {
      try {
        apply(await read())
        onRead(null)
      } catch (error) {
        onRead(error)
      }
    })
  }
}

/** The new certificate for whoever connects from now on; who is connected stays. @throws Error where it does not fit its key */
export function applyCertificate(server: Server, tls: { cert: string; key: string }): void {
  createSecureContext(tls)
  if ('setSecureContext' in server) (server as unknown as TlsServer).setSecureContext({ ...tls, minVersion: 'TLSv1.2' })
}

/** Of which the session keys are. */
export function tokenList({ operate, watch, administer }: AccessTokens): (string | null)[] {
  return administer == null ? [operate, watch] : [operate, watch, administer]
}

/** In place: whoever holds them sees the new ones with the next request. @returns whether any has changed */
export function applyTokens(now: AccessTokens, next: AccessTokens): boolean {
  const before = JSON.stringify(now)
  Object.assign(
    now,
    { operate: next.operate, watch: next.watch },
    'administer' in next ? { administer: next.administer } : {},
  )
  return JSON.stringify(now) !== before
}
