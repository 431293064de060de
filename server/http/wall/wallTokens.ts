/**
 * The tokens of screens on walls: made, listed, revoked. They are few and asked for with every request, so all of them are in
 * memory beside the database. A token that ends by itself or by a person says so at once, for what it holds open.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { CreatedWallToken, CreateWallToken, WallToken } from '../../contract/room/wallTokens.ts'
import { Reloading } from '../../storage/reloading.ts'
import type { KeptWallToken, WallTokenStore } from '../../storage/wallTokens.ts'
import { refuse } from '../refusal.ts'

/** By it a secret is known for one of a wall, wherever it is sent. */
const PREFIX = 'qdw_'
const MAX_TOKENS = 200
const USED_EVERY_MS = 60_000
/** For so long an ended token stays in the list. */
const REMEMBERED_MS = 30 * 24 * 3600 * 1000
const LONGEST_TIMER_MS = 2 ** 31 - 1

export interface Wall {
  id: string
  label: string
  /** `null`: all. */
  clusters: string[] | null
  expiresAtMs: number | null
}

/** What access asks: who a wall is. `null` for one that is not known, revoked or expired. */
export interface WallAccess {
  ofSecret(secret: string, nowMs: number): Wall | null
  ofId(id: string, nowMs: number): Wall | null
}

export const noWalls: WallAccess = { ofSecret: () => null, ofId: () => null }

export function isWallSecret(token: string): boolean {
  return token.startsWith(PREFIX)
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function isLive({ revokedAtMs, expiresAtMs }: WallToken, nowMs: number): boolean {
  return revokedAtMs === null && (expiresAtMs === null || expiresAtMs > nowMs)
}

export interface WallTokensOptions {
  store: WallTokenStore
  /** Below which links lead; empty: below none. */
  basePath: string
  nowMs: () => number
  /** A token is worth nothing any more: what it holds open must end. */
  onEnded: () => void
  onError: (error: unknown) => void
}

export class WallTokens implements WallAccess {
  readonly #options: WallTokensOptions
  /** By the digest of the secret. */
  readonly #tokens = new Map<string, KeptWallToken>()
  readonly #reloading = new Reloading((isOwn) => this.#readAll(isOwn))
  #expiry: NodeJS.Timeout | null = null

  private constructor(options: WallTokensOptions) {
    this.#options = options
  }

  static async open(options: WallTokensOptions): Promise<WallTokens> {
    const tokens = new WallTokens(options)
    await tokens.#reloading.run()
    tokens.#awaitExpiry()
    return tokens
  }

  /** Another server has changed them in the database. */
  async reload(): Promise<void> {
    await this.#reloading.run()
    this.#awaitExpiry()
    this.#options.onEnded()
  }

  /** Newest first. */
  list(): WallToken[] {
    return [...this.#tokens.values()]
      .sort((a, b) => b.createdAtMs - a.createdAtMs)
      .map(({ digest: _digest, ...token }) => token)
  }

  /** @throws Refusal */
  async create({ label, clusters, days, as }: CreateWallToken): Promise<CreatedWallToken> {
    const { basePath, store, nowMs } = this.#options
    const atMs = nowMs()
    await this.#forgetOld(atMs)
    if (this.#tokens.size >= MAX_TOKENS) throw refuse.tooManyWallTokens(MAX_TOKENS)
    const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`
    const kept: KeptWallToken = {
      id: randomBytes(8).toString('hex'),
      label,
      clusters: clusters === null ? null : [...new Set(clusters)],
      createdBy: as.name,
      createdAtMs: atMs,
      expiresAtMs: days === null ? null : atMs + days * 24 * 3600 * 1000,
      lastUsedAtMs: null,
      revokedAtMs: null,
      digest: digestOf(secret),
    }
    await this.#reloading.during(kept.digest, async () => {
      await store.add(kept)
      this.#tokens.set(kept.digest, kept)
    })
    this.#awaitExpiry()
    const { digest: _digest, ...token } = kept
    return { token, secret, link: `${basePath}/wall#token=${secret}` }
  }

  /** @throws Refusal where there is none; one that was revoked before stays as it is */
  async revoke(id: string): Promise<void> {
    const { store, nowMs, onEnded } = this.#options
    const token = this.#find(id)
    if (token === null) throw refuse.unknownWallToken(id)
    if (token.revokedAtMs !== null) return
    const atMs = nowMs()
    await this.#reloading.during(token.digest, async () => {
      await store.revoke(id, atMs)
      token.revokedAtMs = atMs
    })
    onEnded()
  }

  ofSecret(secret: string, nowMs: number): Wall | null {
    const token = isWallSecret(secret) ? this.#tokens.get(digestOf(secret)) : undefined
    return token !== undefined && isLive(token, nowMs) ? token : null
  }

  ofId(id: string, nowMs: number): Wall | null {
    const token = this.#find(id)
    return token !== null && isLive(token, nowMs) ? token : null
  }

  /** Somebody came with it. */
  used(id: string): void {
    const { store, nowMs, onError } = this.#options
    const token = this.#find(id)
    const atMs = nowMs()
    if (token === null || (token.lastUsedAtMs !== null && atMs - token.lastUsedAtMs < USED_EVERY_MS)) return
    token.lastUsedAtMs = atMs
    void store.used(id, atMs).catch(onError)
  }

  close(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry)
  }

  async #readAll(isOwn: (digest: string) => boolean): Promise<void> {
    const before = [...this.#tokens.keys()]
    const kept = new Map((await this.#options.store.all()).map((one) => [one.digest, one]))
    // What was added here meanwhile may not have been there yet when it was read.
    for (const known of before) if (!kept.has(known) && !isOwn(known)) this.#tokens.delete(known)
    for (const [known, one] of kept) if (!isOwn(known)) this.#tokens.set(known, one)
  }

  #find(id: string): KeptWallToken | null {
    for (const token of this.#tokens.values()) if (token.id === id) return token
    return null
  }

  async #forgetOld(atMs: number): Promise<void> {
    const beforeMs = atMs - REMEMBERED_MS
    await this.#options.store.forget(beforeMs)
    for (const [digest, { revokedAtMs, expiresAtMs }] of this.#tokens) {
      if ((revokedAtMs ?? expiresAtMs ?? atMs) < beforeMs) this.#tokens.delete(digest)
    }
  }

  /** The next one that ends by itself. */
  #awaitExpiry(): void {
    const { nowMs, onEnded } = this.#options
    if (this.#expiry !== null) clearTimeout(this.#expiry)
    const atMs = nowMs()
    const next = [...this.#tokens.values()]
      .filter((token) => isLive(token, atMs))
      .reduce((soonest, { expiresAtMs }) => Math.min(soonest, expiresAtMs ?? Infinity), Infinity)
    this.#expiry = null
    if (next === Infinity) return
    const due = () => {
      onEnded()
      this.#awaitExpiry()
    }
    this.#expiry = setTimeout(due, Math.min(next - atMs + 1, LONGEST_TIMER_MS)).unref()
  }
}
