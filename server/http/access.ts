/**
 * Who may do what. Without tokens the server listens on this machine only and everybody here operates. With tokens, one
 * of two secrets gives a role; a browser exchanges it for a cookie, a script sends it as `Authorization: Bearer`.
 *
 * The cookie names a session and is signed with a random key (sessionKeys.ts), so it outlives a restart of the server (a
 * wall screen comes back by itself), dies when the tokens change or when somebody signs out, and tells nothing of a token.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { AccessRole, Session } from '../contract/session.ts'
import { keysInMemory, type SessionKeys } from './sessionKeys.ts'

export interface AccessTokens {
  operate: string
  /** `null`: nobody may only watch. */
  watch: string | null
}

const COOKIE = 'quorumdeck_session'
/** A wall screen stays signed in for weeks, an operator for a working day; in seconds. */
const LIFETIME_S: Record<AccessRole, number> = { watch: 30 * 24 * 3600, operate: 12 * 3600 }
/** Shorter secrets can be guessed in the time that rate limits leave. */
export const MIN_TOKEN_LENGTH = 16

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export class Access {
  readonly #tokens: AccessTokens | null
  readonly #keys: SessionKeys
  readonly #secureCookie: boolean

  constructor(tokens: AccessTokens | null, secureCookie: boolean, keys: SessionKeys = keysInMemory()) {
    this.#tokens = tokens
    this.#keys = keys
    this.#secureCookie = secureCookie
  }

  get tokensRequired(): boolean {
    return this.#tokens !== null
  }

  /** The role that a token gives, compared in constant time; `null` for a wrong one. */
  roleOfToken(token: string): AccessRole | null {
    if (this.#tokens === null) return null
    const given = digest(token)
    const operate = timingSafeEqual(given, digest(this.#tokens.operate))
    const watch = this.#tokens.watch !== null && timingSafeEqual(given, digest(this.#tokens.watch))
    return operate ? 'operate' : watch ? 'watch' : null
  }

  /** `null`: nobody we know. A bearer token that is wrong does not fall back on a cookie. */
  session(headers: IncomingHttpHeaders, nowMs: number): Session | null {
    if (this.#tokens === null) return { role: 'operate', via: 'local' }
    const bearer = bearerToken(headers)
    const role = bearer !== null ? this.roleOfToken(bearer) : this.#roleOfCookie(headers.cookie, nowMs)
    return role === null ? null : { role, via: 'token' }
  }

  cookie(role: AccessRole, nowMs: number): string {
    const expires = Math.floor(nowMs / 1000) + LIFETIME_S[role]
    const payload = `${role}.${expires}.${randomBytes(16).toString('base64url')}`
    return this.#cookieText(`${payload}.${this.#sign(payload)}`, LIFETIME_S[role])
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

  #roleOfCookie(header: string | undefined, nowMs: number): AccessRole | null {
    const signed = this.#signed(header)
    if (signed === null || this.#keys.isEnded(signed.id)) return null
    return signed.expiresS * 1000 > nowMs ? signed.role : null
  }

  /** What a cookie of ours says; `null` for any other. */
  #signed(header: string | undefined): { role: AccessRole; expiresS: number; id: string } | null {
    const value = header
      ?.split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${COOKIE}=`))
      ?.slice(COOKIE.length + 1)
    const [role, expires, id, signature] = value?.split('.') ?? []
    if ((role !== 'operate' && role !== 'watch') || !expires || !id || !signature) return null
    if (!timingSafeEqual(digest(signature), digest(this.#sign(`${role}.${expires}.${id}`)))) return null
    return { role, expiresS: Number(expires), id }
  }
}

export function bearerToken(headers: IncomingHttpHeaders): string | null {
  return /^Bearer (\S{1,512})$/.exec(headers.authorization ?? '')?.[1] ?? null
}
