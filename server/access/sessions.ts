/** Sessions of browsers: the cookie holds a secret, the database its digest. Ended is ended at once, wherever a copy of the cookie is. */
import type { KeptSession, SessionStore } from '../storage/access/sessions.ts'
import { Reloading } from '../storage/reloading.ts'
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
/** Of one shared token: many people sign in with it, and none of them can end the sessions of others by signing in again and again. */
const MOST_OF_TOKEN = 1000
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
  /** Digests of those that ended here, until the database says so too: whatever a reload has read, they are over. */
  readonly #ended = new Set<string>()
  /** Being written down. */
  readonly #beginning = new Set<KeptSession>()
  readonly #reloading = new Reloading(() => this.#readAll())

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
  reload(): Promise<void> {
    return this.#reloading.run()
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
    this.#beginning.add(session)
    try {
      await this.#makeRoom(session)
      await store.add(session)
      if (this.#beginning.has(session)) {
        this.#sessions.set(session.digest, session)
        this.#noted.set(session.id, atMs)
      } else {
        // All of this person were ended meanwhile: this one has never counted.
        await store.end([session.id], nowMs())
      }
    } finally {
      this.#beginning.delete(session)
    }
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
    const ended = this.#endHere((session) => session.id === id).map((session) => session.id)
    if (ended.length > 0) await this.#options.store.end(ended, this.#options.nowMs())
    return ended.length > 0
  }

  /** Also those that another server has begun and this one has not heard of. @returns how many went on until now */
  async endOf(personId: string, except: string | null = null): Promise<number> {
    this.#endHere((session) => session.personId === personId && session.id !== except)
    return await this.#options.store.endOf(personId, except, this.#options.nowMs())
  }

  async #readAll(): Promise<void> {
    const { store, nowMs } = this.#options
    const before = [...this.#sessions.keys()]
    const endedBefore = [...this.#ended]
    const kept = new Map((await store.live(nowMs())).map((one) => [one.digest, one]))
    // What was added here meanwhile may not have been there yet when it was read.
    for (const known of before) if (!kept.has(known)) this.#sessions.delete(known)
    for (const [known, one] of kept) if (!this.#ended.has(known)) this.#sessions.set(known, one)
    for (const digest of endedBefore) if (!kept.has(digest)) this.#ended.delete(digest)
  }

  /** Over at once, and before the disk has said so: where it refuses, they are over at least until the next start. */
  #endHere(which: (session: KeptSession) => boolean): KeptSession[] {
    const ended = [...this.#sessions.values(), ...this.#beginning].filter(which)
    for (const session of ended) {
      this.#ended.add(session.digest)
      this.#sessions.delete(session.digest)
      this.#noted.delete(session.id)
      this.#beginning.delete(session)
    }
    if (ended.length > 0) this.#options.onEnded()
    return ended
  }

  #isLive({ expiresAtMs, lastUsedAtMs, tokenRole }: KeptSession, atMs: number): boolean {
    return expiresAtMs > atMs && atMs - lastUsedAtMs < this.#options.lifetimeOf(tokenRole).idleMs
  }

  /** For one that is beginning: whose owner has too many loses their own, never somebody else's. */
  async #makeRoom(session: KeptSession): Promise<void> {
    const atMs = this.#options.nowMs()
    for (const [digest, one] of this.#sessions) if (!this.#isLive(one, atMs)) this.#sessions.delete(digest)
    const owner = ownerOf(session)
    const others = [...this.#sessions.values(), ...this.#beginning].filter((one) => one !== session)
    const own = others.filter((one) => ownerOf(one) === owner)
    const oldest = (of: KeptSession[]) => of.toSorted((a, b) => a.lastUsedAtMs - b.lastUsedAtMs)[0]
    const over =
      own.length >= (session.personId === null ? MOST_OF_TOKEN : MOST_OF_ONE)
        ? oldest(own)
        : others.length >= MOST_SESSIONS
          ? oldest(others)
          : undefined
    if (over !== undefined) await this.end(over.id)
  }
}

function ownerOf({ personId, tokenRole }: KeptSession): string {
  return personId ?? `token.${tokenRole}`
}
