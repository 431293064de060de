/**
 * Who may do what. Without tokens the server listens on this machine only and everybody here operates. With tokens, one
 * of two secrets gives a role; a browser exchanges it for a cookie, a script sends it as `Authorization: Bearer`.
 *
 * The cookie names a session and is signed with a random key (sessionKeys.ts), so it outlives a restart of the server (a
 * wall screen comes back by itself), dies when the tokens change or when somebody signs out, and tells nothing of a token.
 *
 * A wall token narrows: whoever shows one is a wall, also where nobody else needs a token, and is nobody once it has ended.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { AccessRole, Session } from '../contract/session.ts'
import { keysInMemory, type SessionKeys } from './sessionKeys.ts'
import { isWallSecret, noWalls, type Wall, type WallAccess } from './wall/wallTokens.ts'

export interface AccessTokens {
  operate: string
  /** `null`: nobody may only watch. */
  watch: string | null
}

interface Signed {
  role: AccessRole
  expiresS: number
  id: string
}

const COOKIE = 'quorumdeck_session'
/** A wall screen stays signed in for weeks, an operator for a working day; in seconds. */
const LIFETIME_S: Record<AccessRole, number> = { watch: 30 * 24 * 3600, operate: 12 * 3600, wall: 30 * 24 * 3600 }
/** A wall gets its cookie anew when it has lost so much of its time, in seconds. */
const RENEWED_AFTER_S = 24 * 3600
/** Shorter secrets can be guessed in the time that rate limits leave. */
export const MIN_TOKEN_LENGTH = 16

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export class Access {
  readonly #tokens: AccessTokens | null
  readonly #keys: SessionKeys
  readonly #secureCookie: boolean
  readonly #walls: WallAccess

  constructor(
    tokens: AccessTokens | null,
    secureCookie: boolean,
    keys: SessionKeys = keysInMemory(),
    walls: WallAccess = noWalls,
  ) {
    this.#walls = walls
    this.#tokens = tokens
    this.#keys = keys
    this.#secureCookie = secureCookie
  }

  get tokensRequired(): boolean {
    return this.#tokens !== null
  }

  /** The role that a token gives, compared in constant time; `null` for a wrong one. */
  roleOfToken(token: string): 'operate' | 'watch' | null {
    if (this.#tokens === null) return null
    const given = digest(token)
    const operate = timingSafeEqual(given, digest(this.#tokens.operate))
    const watch = this.#tokens.watch !== null && timingSafeEqual(given, digest(this.#tokens.watch))
    return operate ? 'operate' : watch ? 'watch' : null
  }

  /** What a token gives that somebody signs in with; `null` for a wrong one. */
  signIn(token: string, nowMs: number): { session: Session; cookie: string } | null {
    if (isWallSecret(token)) {
      const wall = this.#walls.ofSecret(token, nowMs)
      if (wall === null) return null
      const id = `${wall.id}-${randomBytes(16).toString('base64url')}`
      return { session: sessionOf(wall), cookie: this.#wallCookie(wall, id, nowMs) }
    }
    const role = this.roleOfToken(token)
    return role === null ? null : { session: { role, via: 'token' }, cookie: this.cookie(role, nowMs) }
  }

  /** `null`: nobody we know. A bearer token that is wrong does not fall back on a cookie. */
  session(headers: IncomingHttpHeaders, nowMs: number): Session | null {
    const bearer = bearerToken(headers)
    if (bearer !== null && isWallSecret(bearer)) return sessionOrNull(this.#walls.ofSecret(bearer, nowMs))
    if (bearer === null && this.claimsWall(headers))
      return sessionOrNull(this.#wallOfCookie(headers.cookie, nowMs)?.wall)
    if (this.#tokens === null) return { role: 'operate', via: 'local' }
    const role = bearer !== null ? this.roleOfToken(bearer) : this.#roleOfCookie(headers.cookie, nowMs)
    return role === null ? null : { role, via: 'token' }
  }

  /** A cookie that says it is a wall's, signed or not: it gives a wall's rights or none, never those of this machine. */
  claimsWall(headers: IncomingHttpHeaders): boolean {
    return cookieValue(headers.cookie)?.startsWith('wall.') === true
  }

  /** A screen that is used stays: the cookie anew, where it has lost a day of its time; `null` where it has not. */
  renewedCookie(headers: IncomingHttpHeaders, nowMs: number): string | null {
    const found = this.#wallOfCookie(headers.cookie, nowMs)
    if (found === null || found.expiresS - nowMs / 1000 > LIFETIME_S.wall - RENEWED_AFTER_S) return null
    if (found.wall.expiresAtMs !== null && found.expiresS >= Math.floor(found.wall.expiresAtMs / 1000)) return null
    return this.#wallCookie(found.wall, found.id, nowMs)
  }

  cookie(role: 'operate' | 'watch', nowMs: number): string {
    return this.#signedCookie(role, randomBytes(16).toString('base64url'), nowMs, LIFETIME_S[role])
  }

  /**
   * Ends the session of this Cookie header: the cookie is worth nothing from now on, wherever a copy of it is.
   * @returns false where it names none that goes on
   */
  end(header: string | undefined): boolean {
    const signed = this.#signed(header)
    if (signed === null || this.#keys.isEnded(signed.id)) return false
    this.#keys.end(signed.id, signed.expiresS)
    return true
  }

  clearedCookie(): string {
    return this.#cookieText('', 0)
  }

  #cookieText(value: string, maxAgeS: number): string {
    const secure = this.#secureCookie ? '; Secure' : ''
    return `${COOKIE}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#keys.key).update(payload).digest('base64url')
  }

  #wallCookie({ expiresAtMs }: Wall, id: string, nowMs: number): string {
    const leftS = expiresAtMs === null ? Infinity : Math.floor((expiresAtMs - nowMs) / 1000)
    return this.#signedCookie('wall', id, nowMs, Math.max(0, Math.min(LIFETIME_S.wall, leftS)))
  }

  #signedCookie(role: AccessRole, id: string, nowMs: number, lifetimeS: number): string {
    const payload = `${role}.${Math.floor(nowMs / 1000) + lifetimeS}.${id}`
    return this.#cookieText(`${payload}.${this.#sign(payload)}`, lifetimeS)
  }

  #wallOfCookie(header: string | undefined, nowMs: number): { wall: Wall; id: string; expiresS: number } | null {
    const signed = this.#living(header, nowMs)
    if (signed?.role !== 'wall') return null
    const wall = this.#walls.ofId(signed.id.split('-', 1)[0] ?? '', nowMs)
    return wall === null ? null : { wall, id: signed.id, expiresS: signed.expiresS }
  }

  #roleOfCookie(header: string | undefined, nowMs: number): 'operate' | 'watch' | null {
    const role = this.#living(header, nowMs)?.role ?? null
    return role === 'wall' ? null : role
  }

  /** What a cookie of ours says that counts still. */
  #living(header: string | undefined, nowMs: number): Signed | null {
    const signed = this.#signed(header)
    if (signed === null || this.#keys.isEnded(signed.id)) return null
    return signed.expiresS * 1000 > nowMs ? signed : null
  }

  /** What a cookie of ours says; `null` for any other. */
  #signed(header: string | undefined): Signed | null {
    const [role, expires, id, signature] = cookieValue(header)?.split('.') ?? []
    if ((role !== 'operate' && role !== 'watch' && role !== 'wall') || !expires || !id || !signature) return null
    if (!timingSafeEqual(digest(signature), digest(this.#sign(`${role}.${expires}.${id}`)))) return null
    return { role, expiresS: Number(expires), id }
  }
}

function cookieValue(header: string | undefined): string | undefined {
  return header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1)
}

function sessionOf({ id, label, clusters }: Wall): Session {
  return { role: 'wall', via: 'token', wall: { id, label, clusters } }
}

function sessionOrNull(wall: Wall | null | undefined): Session | null {
  return wall === null || wall === undefined ? null : sessionOf(wall)
}

export function bearerToken(headers: IncomingHttpHeaders): string | null {
  return /^Bearer (\S{1,512})$/.exec(headers.authorization ?? '')?.[1] ?? null
}
