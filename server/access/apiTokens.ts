/** Tokens of scripts: made by somebody, never worth more than what whoever made them may do now. */
import { areWithin, type Grant, type Place, type Rights } from '../contract/access/grants.ts'
import type { ApiToken, CreateApiToken, CreatedApiToken } from '../contract/access/people.ts'
import type { ApiTokenStore, KeptApiToken } from '../storage/access/apiTokens.ts'
import { Reloading } from '../storage/reloading.ts'
import { refuseAccess } from './refuseAccess.ts'
import { digestOf, drawId, drawSecret, hmacOf, isSame } from './secrets.ts'

const PREFIX = 'qdt_'
const MOST_TOKENS = 10_000
/** Of one maker: that go on, and with those that have ended and are still in the list. */
const MOST_OF_ONE = { live: 50, all: 200 } as const
const USED_EVERY_MS = 60_000
const REMEMBERED_MS = 30 * 24 * 3600 * 1000

/** The role of the shared token with which this maker signed in; `null`: somebody by name, or whoever is at this machine. */
export function sharedRoleOf(makerId: string): string | null {
  return /^token\.(.+)$/.exec(makerId)?.[1] ?? null
}

export function isApiSecret(token: string): boolean {
  return token.startsWith(PREFIX)
}

export interface ApiTokensOptions {
  store: ApiTokenStore
  nowMs: () => number
  /** What this maker may do now; `null`: nothing any more. */
  rightsOf: (makerId: string) => readonly Grant[] | null
  placeOf: (cluster: string) => Place
  /** The shared token of this role as it is now; `null`: there is none. */
  tokenOf: (role: string) => string | null
  onEnded: () => void
  onError: (error: unknown) => void
}

export class ApiTokens {
  readonly #options: ApiTokensOptions
  /** By the digest of the secret. */
  readonly #tokens = new Map<string, KeptApiToken>()
  /** Revoked here and when, by id, until the database says so too: whatever a reload has read, they are over. */
  readonly #revoked = new Map<string, number>()
  /** Being written down. */
  readonly #making = new Set<KeptApiToken>()
  readonly #reloading = new Reloading(() => this.#readAll())

  private constructor(options: ApiTokensOptions) {
    this.#options = options
  }

  static async open(options: ApiTokensOptions): Promise<ApiTokens> {
    const tokens = new ApiTokens(options)
    await tokens.reload()
    return tokens
  }

  /** What another process may have made or revoked. */
  reload(): Promise<void> {
    return this.#reloading.run()
  }

  /** Newest first; of one maker, or of all. */
  list(makerId: string | null): ApiToken[] {
    return [...this.#tokens.values()]
      .filter((token) => makerId === null || token.makerId === makerId)
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .map(shown)
  }

  /** @throws Refusal */
  async create(
    { name, grants, days }: CreateApiToken,
    maker: Rights & { id: string; name: string },
  ): Promise<CreatedApiToken> {
    const { store, nowMs, placeOf } = this.#options
    const atMs = nowMs()
    await this.#forgetOld(atMs)
    this.#checkBounds(maker.id, atMs)
    if (!areWithin(grants, maker, placeOf)) throw refuseAccess.moreThanOwn()
    const secret = drawSecret(PREFIX)
    const shared = this.#sharedBy(maker.id)
    const kept: KeptApiToken = {
      id: drawId(),
      digest: digestOf(secret),
      name,
      grants: grants.map(({ right, scope }) => ({ right, scope })),
      makerId: maker.id,
      bound: shared === null ? null : hmacOf(secret, shared),
      makerName: maker.name,
      createdAtMs: atMs,
      expiresAtMs: atMs + days * 24 * 3600 * 1000,
      lastUsedAtMs: null,
      revokedAtMs: null,
    }
    this.#making.add(kept)
    try {
      await store.add(kept)
      this.#tokens.set(kept.digest, kept)
      // All of this maker were revoked meanwhile, maybe before this one was there.
      if (kept.revokedAtMs !== null) await store.revoke(kept.id, kept.revokedAtMs)
    } finally {
      this.#making.delete(kept)
    }
    return { token: shown(kept), secret }
  }

  /** @param makerId whose it must be; `null`: anybody's @returns its name @throws Refusal */
  async revoke(id: string, makerId: string | null): Promise<string> {
    const token = [...this.#tokens.values()].find((one) => one.id === id)
    if (token === undefined || (makerId !== null && token.makerId !== makerId)) throw refuseAccess.unknownToken()
    if (token.revokedAtMs === null) {
      token.revokedAtMs = this.#options.nowMs()
      this.#revoked.set(id, token.revokedAtMs)
      this.#options.onEnded()
    }
    // Also where the database has refused it before.
    const unwritten = this.#revoked.get(id)
    if (unwritten !== undefined) await this.#options.store.revoke(id, unwritten)
    return token.name
  }

  /** Also those that another server has made and this one has not heard of. @returns how many went on until now */
  async revokeOf(makerId: string): Promise<number> {
    const { store, nowMs, onEnded } = this.#options
    const atMs = nowMs()
    for (const token of [...this.#tokens.values(), ...this.#making]) {
      if (token.makerId !== makerId || token.revokedAtMs !== null) continue
      token.revokedAtMs = atMs
      this.#revoked.set(token.id, atMs)
    }
    onEnded()
    return await store.revokeOf(makerId, atMs)
  }

  /** What it gives now; `null`: nothing. */
  ofSecret(secret: string, atMs: number): { token: ApiToken; within: readonly Grant[] } | null {
    const token = isApiSecret(secret) ? this.#tokens.get(digestOf(secret)) : undefined
    if (token === undefined || token.revokedAtMs !== null || token.expiresAtMs <= atMs) return null
    if (!this.#isOfNow(token, secret)) return null
    const within = this.#options.rightsOf(token.makerId)
    return within === null || within.length === 0 ? null : { token, within }
  }

  used({ id, lastUsedAtMs, ...rest }: ApiToken, atMs: number): void {
    if (lastUsedAtMs !== null && atMs - lastUsedAtMs < USED_EVERY_MS) return
    for (const token of this.#tokens.values()) if (token.id === id) token.lastUsedAtMs = atMs
    if (rest.revokedAtMs === null) void this.#options.store.used(id, atMs).catch(this.#options.onError)
  }

  #sharedBy(makerId: string): string | null {
    const role = sharedRoleOf(makerId)
    return role === null ? null : this.#options.tokenOf(role)
  }

  /** What was made with a shared token ends with it: whoever comes with another one is another maker. */
  #isOfNow({ makerId, bound }: KeptApiToken, secret: string): boolean {
    if (sharedRoleOf(makerId) === null) return true
    const shared = this.#sharedBy(makerId)
    return shared !== null && bound !== null && isSame(hmacOf(secret, shared), bound)
  }

  async #readAll(): Promise<void> {
    const before = [...this.#tokens.keys()]
    const kept = new Map((await this.#options.store.all()).map((one) => [one.digest, one]))
    // What was added here meanwhile may not have been there yet when it was read.
    for (const known of before) if (!kept.has(known)) this.#tokens.delete(known)
    for (const [known, one] of kept) {
      const atMs = this.#revoked.get(one.id)
      if (one.revokedAtMs !== null) this.#revoked.delete(one.id)
      this.#tokens.set(known, atMs === undefined ? one : { ...one, revokedAtMs: one.revokedAtMs ?? atMs })
    }
  }

  /** Nobody takes the others theirs. @throws Refusal */
  #checkBounds(makerId: string, atMs: number): void {
    const own = [...this.#tokens.values(), ...this.#making].filter((token) => token.makerId === makerId)
    const live = own.filter((token) => token.revokedAtMs === null && token.expiresAtMs > atMs)
    if (live.length >= MOST_OF_ONE.live) throw refuseAccess.tooMany('tokens of yours', MOST_OF_ONE.live)
    if (own.length >= MOST_OF_ONE.all) throw refuseAccess.tooManyEnded(MOST_OF_ONE.all)
    if (this.#tokens.size >= MOST_TOKENS) throw refuseAccess.tooMany('tokens', MOST_TOKENS)
  }

  async #forgetOld(atMs: number): Promise<void> {
    const beforeMs = atMs - REMEMBERED_MS
    await this.#options.store.forget(beforeMs)
    for (const [digest, { revokedAtMs, expiresAtMs }] of this.#tokens) {
      if ((revokedAtMs ?? expiresAtMs) < beforeMs) this.#tokens.delete(digest)
    }
  }
}

function shown({ digest: _digest, bound: _bound, ...token }: KeptApiToken): ApiToken {
  return token
}
