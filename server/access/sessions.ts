/** Sessions of browsers: the cookie holds a secret, the database its digest. Ended is ended at once, wherever a copy of the cookie is. */
import type { KeptSession, SessionStore } from '../storage/access/sessions.ts'
import { digestOf, drawId, drawSecret, hmacOf, isSame } from './secrets.ts'

/** Secrets of cookies begin so. */
export const SESSION_PREFIX = 's.'
/** When one was used is written down so often, in ms. */
const USED_EVERY_MS = 60_000
const REMEMBERED_MS = 30 * 24 * 3600 * 1000
/** More at once are no people: then those that were not used for longest end. */
const MOST_SESSIONS = 10_000
/** Of one person. */
const MOST_OF_ONE = 50
const LONGEST_AGENT = 200

export interface Lifetime {
  /** Whatever happens, in ms. */
  absoluteMs: number
  /** Without a page open or a request, in ms. */
  idleMs: number
}

export type Beginning = {
  address: string
  agent: string
} & ({ via: 'password' | 'oidc'; personId: string } | { via: 'token'; role: string; token: string })

export interface SessionsOptions {
  store: SessionStore
  nowMs: () => number
  lifetimeOf: (role: string | null) => Lifetime
  /** The shared token of this role as it is now; `null`: there is none. */
  tokenOf: (role: string) => string | null
  /** One is over: what it holds open must end. */
  onEnded: () => void
  onError: (error: unknown) => void
}

export class Sessions {
  readonly #options: SessionsOptions
  /** By the digest of the secret. */
  readonly #sessions = new Map<string, KeptSession>()
  /** When each was written down as used. */
  readonly #noted = new Map<string, number>()

  private constructor(options: SessionsOptions) {
    this.#options = options
  }

  static async open(options: SessionsOptions): Promise<Sessions> {
    const sessions = new Sessions(options)
    await options.store.forget(options.nowMs() - REMEMBERED_MS)
    await sessions.reload()
    return sessions
  }

  /** What another process may have begun or ended. */
  async reload(): Promise<void> {
    const before = [...this.#sessions.keys()]
    const kept = new Map((await this.#options.store.live(this.#options.nowMs())).map((one) => [one.digest, one]))
    // What was added here meanwhile may not have been there yet when it was read.
    for (const known of before) if (!kept.has(known)) this.#sessions.delete(known)
    for (const [known, one] of kept) this.#sessions.set(known, one)
  }

  /** @returns the secret for the cookie, and how long it lasts */
  async begin(beginning: Beginning): Promise<{ session: KeptSession; secret: string; lifetimeMs: number }> {
    const { store, nowMs, lifetimeOf } = this.#options
    const secret = drawSecret(SESSION_PREFIX)
    const atMs = nowMs()
    const role = beginning.via === 'token' ? beginning.role : null
    const { absoluteMs } = lifetimeOf(role)
    const session: KeptSession = {
      id: drawId(),
      digest: digestOf(secret),
      via: beginning.via,
      personId: beginning.via === 'token' ? null : beginning.personId,
      tokenRole: role,
      bound: beginning.via === 'token' ? hmacOf(secret, beginning.token) : null,
      address: beginning.address,
      agent: beginning.agent.replaceAll(/\p{Cc}/gu, ' ').slice(0, LONGEST_AGENT),
      createdAtMs: atMs,
      lastUsedAtMs: atMs,
      expiresAtMs: atMs + absoluteMs,
    }
    await this.#makeRoom(session.personId)
    await store.add(session)
    this.#sessions.set(session.digest, session)
    this.#noted.set(session.id, atMs)
    return { session, secret, lifetimeMs: absoluteMs }
  }

  /** `null`: none that counts. */
  ofSecret(secret: string, atMs: number): KeptSession | null {
    if (!secret.startsWith(SESSION_PREFIX)) return null
    const session = this.#sessions.get(digestOf(secret))
    if (session === undefined || !this.#isLive(session, atMs)) return null
    if (session.bound === null) return session
    const token = this.#options.tokenOf(session.tokenRole ?? '')
    return token !== null && isSame(hmacOf(secret, token), session.bound) ? session : null
  }

  /** Somebody came with it. */
  used(session: KeptSession, atMs: number): void {
    session.lastUsedAtMs = atMs
    if (atMs - (this.#noted.get(session.id) ?? 0) < USED_EVERY_MS) return
    this.#noted.set(session.id, atMs)
    void this.#options.store.used(session.id, atMs).catch(this.#options.onError)
  }

  /** Newest first. */
  list(): KeptSession[] {
    const atMs = this.#options.nowMs()
    return [...this.#sessions.values()]
      .filter((one) => this.#isLive(one, atMs))
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
  }

  /** @returns false where there is none */
  async end(id: string): Promise<boolean> {
    return (await this.#endAll((session) => session.id === id)) > 0
  }

  async endOf(personId: string, except: string | null = null): Promise<number> {
    return await this.#endAll((session) => session.personId === personId && session.id !== except)
  }

  async #endAll(which: (session: KeptSession) => boolean): Promise<number> {
    const ended = [...this.#sessions.values()].filter(which)
    if (ended.length === 0) return 0
    // Over at once, and before the disk has said so: where it refuses, they are over at least until the next start.
    for (const { digest, id } of ended) {
      this.#sessions.delete(digest)
      this.#noted.delete(id)
    }
    this.#options.onEnded()
    await this.#options.store.end(
      ended.map(({ id }) => id),
      this.#options.nowMs(),
    )
    return ended.length
  }

  #isLive({ expiresAtMs, lastUsedAtMs, tokenRole }: KeptSession, atMs: number): boolean {
    return expiresAtMs > atMs && atMs - lastUsedAtMs < this.#options.lifetimeOf(tokenRole).idleMs
  }

  async #makeRoom(personId: string | null): Promise<void> {
    const atMs = this.#options.nowMs()
    for (const [digest, session] of this.#sessions) if (!this.#isLive(session, atMs)) this.#sessions.delete(digest)
    const oldest = (of: KeptSession[]) => of.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs)[0]
    const own = [...this.#sessions.values()].filter((one) => personId !== null && one.personId === personId)
    const over =
      own.length >= MOST_OF_ONE
        ? oldest(own)
        : this.#sessions.size >= MOST_SESSIONS
          ? oldest([...this.#sessions.values()])
          : undefined
    if (over !== undefined) await this.end(over.id)
  }
}
