/**
 * Who is asking, of a request: the one place where a credential becomes a session. In this order: a bearer token, the cookie of a
 * wall, what a trusted proxy says, the cookie of a session; and where nobody has to sign in, whoever reaches this machine.
 *
 * A wrong credential never falls back on another: whoever shows one is what it gives, or nobody.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type ApiTokens, isApiSecret } from '../access/apiTokens.ts'
import type { People } from '../access/people.ts'
import type { Asking, ProxyHeader } from '../access/proxyHeader.ts'
import { SESSION_PREFIX, type Sessions } from '../access/sessions.ts'
import { type Grant, highestRole, mayAnywhere } from '../contract/access/grants.ts'
import { isPersonId, type Session } from '../contract/session.ts'
import type { KeptPerson } from '../storage/access/people.ts'
import type { KeptSession } from '../storage/access/sessions.ts'
import type { SessionKeys } from './sessionKeys.ts'
import { isWallSecret, type Wall, type WallAccess } from './wall/wallTokens.ts'

export interface AccessTokens {
  operate: string
  /** `null`: nobody may only watch. */
  watch: string | null
  /** Left out or `null`: no shared token administers. */
  administer?: string | null
}

type TokenRole = keyof AccessTokens

const COOKIE = 'quorumdeck_session'
/** With the base path in it: a browser sends the cookie of one at the root of the host name to one below, too. */
const cookieName = (basePath: string): string => COOKIE + basePath.replaceAll('/', '_')
/** A wall screen stays signed in for weeks; in seconds. */
const WALL_LIFETIME_S = 30 * 24 * 3600
/** A wall gets its cookie anew when it has lost so much of its time, in seconds. */
const RENEWED_AFTER_S = 24 * 3600
/** Shorter secrets can be guessed in the time that rate limits leave. */
export const MIN_TOKEN_LENGTH = 16

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export interface AccessOptions {
  tokens: AccessTokens | null
  /** Whoever comes without a credential is nobody, also on this machine. */
  signInRequired: boolean
  secureCookie: boolean
  /** Below which the product is served: cookies are of it alone. Empty: below none. */
  basePath: string
  keys: SessionKeys
  walls: WallAccess
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  proxy: ProxyHeader | null
}

/** What of a request says who asks. */
export interface Request extends Asking {
  headers: IncomingHttpHeaders
}

export class Access {
  readonly #options: AccessOptions
  readonly #cookie: string

  constructor(options: AccessOptions) {
    this.#options = options
    this.#cookie = cookieName(options.basePath)
  }

  get signInRequired(): boolean {
    return this.#options.signInRequired
  }

  /** The role that a shared token gives, each compared in constant time; `null` for a wrong one. */
  roleOfToken(token: string): TokenRole | null {
    const { tokens } = this.#options
    if (tokens === null) return null
    const given = digest(token)
    let found: TokenRole | null = null
    for (const role of ['watch', 'operate', 'administer'] as const) {
      const kept = tokens[role]
      if (kept != null && timingSafeEqual(given, digest(kept))) found = role
    }
    return found
  }

  /** What this token of a person who types it in gives; `null` for a wrong one. @param before its Cookie header: the session before ends */
  async signIn(
    token: string,
    { nowMs, before, ...from }: { nowMs: number; before: string | undefined; address: string; agent: string },
  ): Promise<{ session: Session; cookie: string } | null> {
    if (isWallSecret(token)) {
      const wall = this.#options.walls.ofSecret(token, nowMs)
      if (wall === null) return null
      const id = `${wall.id}-${randomBytes(16).toString('base64url')}`
      return { session: sessionOfWall(wall), cookie: this.#wallCookie(wall, id, nowMs) }
    }
    const role = this.roleOfToken(token)
    if (role === null) return null
    const begun = await this.begin({ via: 'token', role, token, ...from }, before)
    return { session: sessionOfToken(role, begun.session), cookie: begun.cookie }
  }

  /** A new session with a new secret, whatever the browser brought: nobody can have laid one into it before. */
  async begin(
    beginning: Parameters<Sessions['begin']>[0],
    before: string | undefined,
  ): Promise<{ session: KeptSession; cookie: string }> {
    const { session, secret, lifetimeMs } = await this.#options.sessions.begin(beginning)
    await this.end(before)
    return { session, cookie: this.#cookieText(secret, Math.floor(lifetimeMs / 1000)) }
  }

  /** `null`: nobody we know. */
  session(request: Request, nowMs: number): Session | null {
    const { headers } = request
    if (isUnreadableBearer(headers)) return null
    const bearer = bearerToken(headers)
    if (bearer !== null && isWallSecret(bearer)) return sessionOrNull(this.#options.walls.ofSecret(bearer, nowMs))
    if (bearer !== null && isApiSecret(bearer)) return this.#ofApiToken(bearer, nowMs)
    // A neighbour of the same host can lay a cookie of theirs before the real one: of two nobody knows which is meant.
    if (bearer === null && cookieValues(headers.cookie, this.#cookie).length > 1) return null
    if (bearer === null && this.claimsWall(headers))
      return sessionOrNull(this.#wallOfCookie(headers.cookie, nowMs)?.wall)
    if (bearer !== null && this.#options.signInRequired) {
      const role = this.roleOfToken(bearer)
      return role === null ? null : sessionOfToken(role, null)
    }
    const named = this.#options.proxy?.named(request) ?? null
    if (named !== null) {
      const person = this.#options.people.seen(named)
      return person === null ? null : sessionOfPerson(person, 'proxy', null)
    }
    const kept = this.#kept(headers.cookie, nowMs)
    if (kept !== null) return this.#ofKept(kept, nowMs)
    return this.#options.signInRequired ? null : LOCAL
  }

  /**
   * What is left of a session that this request has begun, maybe long ago. What a proxy said in it is over by then: it must not give
   * back what the person has lost since.
   */
  sessionNow(begun: Session, request: Request, nowMs: number): Session | null {
    if (begun.via !== 'proxy') return this.session(request, nowMs)
    const person = this.#options.people.ofId(begun.identity?.id ?? '')
    return person === null ? null : sessionOfPerson(person, 'proxy', null)
  }

  /** A cookie that says it is a wall's, signed or not: it gives a wall's rights or none, never those of this machine. */
  claimsWall(headers: IncomingHttpHeaders): boolean {
    return cookieValue(headers.cookie, this.#cookie)?.startsWith('wall.') === true
  }

  /** A screen that is used stays: the cookie anew, where it has lost a day of its time; `null` where it has not. */
  renewedCookie(headers: IncomingHttpHeaders, nowMs: number): string | null {
    const found = this.#wallOfCookie(headers.cookie, nowMs)
    if (found === null || found.expiresS - nowMs / 1000 > WALL_LIFETIME_S - RENEWED_AFTER_S) return null
    if (found.wall.expiresAtMs !== null && found.expiresS >= Math.floor(found.wall.expiresAtMs / 1000)) return null
    return this.#wallCookie(found.wall, found.id, nowMs)
  }

  /**
   * Ends the session of this Cookie header: the cookie is worth nothing from now on, wherever a copy of it is.
   * @returns false where it names none that goes on
   */
  async end(header: string | undefined): Promise<boolean> {
    const wall = this.#signedWall(header)
    if (wall !== null && !this.#options.keys.isEnded(wall.id)) {
      this.#options.keys.end(wall.id, wall.expiresS)
      return true
    }
    const kept = this.#kept(header, 0)
    return kept !== null && (await this.#options.sessions.end(kept.id))
  }

  /** Whether somebody is, as far as their session was begun there. */
  isSignedInFrom(address: string): boolean {
    return this.#options.sessions.list().some((session) => session.address === address)
  }

  clearedCookie(): string {
    return this.#cookieText('', 0)
  }

  /** A cookie of the way through the provider: for its paths alone, and short. Coming back from another site it must be sent. */
  passingCookie(name: string, value: string, maxAgeS: number): string {
    const { secureCookie, basePath } = this.#options
    const secure = secureCookie ? '; Secure' : ''
    return `${name}=${value}; Path=${basePath}/api/sign-in; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`
  }

  #ofKept(kept: KeptSession, nowMs: number): Session | null {
    const { people, sessions } = this.#options
    if (kept.via === 'token') {
      sessions.used(kept, nowMs)
      return sessionOfToken(kept.tokenRole as TokenRole, kept)
    }
    const person = people.ofId(kept.personId ?? '')
    if (person === null) return null
    sessions.used(kept, nowMs)
    return sessionOfPerson(person, kept.via, kept)
  }

  #ofApiToken(secret: string, nowMs: number): Session | null {
    const found = this.#options.apiTokens.ofSecret(secret, nowMs)
    if (found === null) return null
    const { token, within } = found
    this.#options.apiTokens.used(token, nowMs)
    const rights = { grants: token.grants, within: [...within] }
    const role = highestRole((one) => mayAnywhere(rights, one)) ?? 'watch'
    const name = `${token.name} (token of ${token.makerName})`.slice(0, 64)
    const actsFor = isPersonId(token.makerId) ? { actsFor: token.makerId } : {}
    const identity = { id: `api-token.${token.id}`, name, source: 'api-token' as const, ...actsFor }
    return { role, via: 'api-token', identity, ...rights, expiresAtMs: token.expiresAtMs }
  }

  /** @param nowMs 0: also one that is over by now */
  #kept(header: string | undefined, nowMs: number): KeptSession | null {
    const value = cookieValue(header, this.#cookie)
    return value?.startsWith(SESSION_PREFIX) ? this.#options.sessions.ofSecret(value, nowMs) : null
  }

  #cookieText(value: string, maxAgeS: number): string {
    const { secureCookie, basePath } = this.#options
    const secure = secureCookie ? '; Secure' : ''
    return `${this.#cookie}=${value}; Path=${basePath || '/'}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`
  }

  #sign(payload: string): string {
    return createHmac('sha256', this.#options.keys.key).update(payload).digest('base64url')
  }

  #wallCookie({ expiresAtMs }: Wall, id: string, nowMs: number): string {
    const leftS = expiresAtMs === null ? Infinity : Math.floor((expiresAtMs - nowMs) / 1000)
    const lifetimeS = Math.max(0, Math.min(WALL_LIFETIME_S, leftS))
    const payload = `wall.${Math.floor(nowMs / 1000) + lifetimeS}.${id}`
    return this.#cookieText(`${payload}.${this.#sign(payload)}`, lifetimeS)
  }

  #wallOfCookie(header: string | undefined, nowMs: number): { wall: Wall; id: string; expiresS: number } | null {
    const signed = this.#signedWall(header)
    if (signed === null || this.#options.keys.isEnded(signed.id) || signed.expiresS * 1000 <= nowMs) return null
    const wall = this.#options.walls.ofId(signed.id.split('-', 1)[0] ?? '', nowMs)
    return wall === null ? null : { wall, ...signed }
  }

  /** What a wall's cookie of ours says; `null` for any other. */
  #signedWall(header: string | undefined): { id: string; expiresS: number } | null {
    const [kind, expires, id, signature] = cookieValue(header, this.#cookie)?.split('.') ?? []
    if (kind !== 'wall' || !expires || !id || !signature) return null
    if (!timingSafeEqual(digest(signature), digest(this.#sign(`wall.${expires}.${id}`)))) return null
    return { id, expiresS: Number(expires) }
  }
}

export function cookieValue(header: string | undefined, name: string): string | undefined {
  return cookieValues(header, name)[0]
}

function cookieValues(header: string | undefined, name: string): string[] {
  const parts = (header ?? '').split(';').map((part) => part.trim())
  return parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
}

const everywhere = (right: Grant['right'], because: string): Grant[] => [{ right, scope: null, because }]

/** Whoever can reach a server that listens on its machine alone could read its database as well. */
const LOCAL: Session = {
  role: 'administer',
  via: 'local',
  grants: everywhere('administer', 'This server listens on its own machine, and asks nobody to sign in.'),
}

/** Shared tokens give what they always gave; what is new, people and tokens of scripts, is for the right administer. */
export function grantsOfToken(role: TokenRole): Grant[] {
  return everywhere(role, `The shared token for ${role} was given.`)
}

export const LOCAL_GRANTS: readonly Grant[] = LOCAL.grants

function sessionOfToken(role: TokenRole, kept: KeptSession | null): Session {
  const of = kept === null ? {} : { sessionId: kept.id, expiresAtMs: kept.expiresAtMs }
  return { role, via: 'token', grants: grantsOfToken(role), ...of }
}

function sessionOfPerson(
  person: KeptPerson,
  via: 'password' | 'oidc' | 'proxy',
  kept: KeptSession | null,
): Session | null {
  const { id, name, source, grants } = person
  if (grants.length === 0) return null
  const of = kept === null ? {} : { sessionId: kept.id, expiresAtMs: kept.expiresAtMs }
  const role = highestRole((one) => mayAnywhere(person, one)) ?? 'watch'
  return { role, via, identity: { id, name, source }, grants, ...of }
}

function sessionOfWall({ id, label, clusters }: Wall): Session {
  return { role: 'wall', via: 'token', wall: { id, label, clusters }, grants: [] }
}

function sessionOrNull(wall: Wall | null | undefined): Session | null {
  return wall === null || wall === undefined ? null : sessionOfWall(wall)
}

/** The name of the scheme is in any case (RFC 9110 section 11.1). */
export function bearerToken(headers: IncomingHttpHeaders): string | null {
  return /^bearer +(\S{1,512}) *$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

/** A credential that cannot be read is a wrong one: whoever sends it does not act as somebody else. */
function isUnreadableBearer(headers: IncomingHttpHeaders): boolean {
  return /^bearer\b/i.test(headers.authorization ?? '') && bearerToken(headers) === null
}
