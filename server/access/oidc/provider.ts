/** Signing in through the company's provider: OpenID Connect, code flow with PKCE, state and nonce. */
import { setTimeout as wait } from 'node:timers/promises'
import * as oidc from 'openid-client'
import { type ClaimRule, mapClaims } from '../claims.ts'
import type { Named } from '../people.ts'
import { guardedFetch, ProviderFailure } from './guardedFetch.ts'
import { problemOf, SignInFailure, signInProblem } from './problems.ts'

export interface OidcOptions {
  issuer: string
  clientId: string
  /** `null`: a public client. */
  clientSecret: string | null
  /** On the button. */
  name: string
  scopes: string[]
  /** Claim that people are shown by. */
  nameClaim: string
  clockToleranceS: number
  /** The provider is in a network of one's own. */
  allowPrivate: boolean
  rules: ClaimRule[]
}

/** What a browser keeps while it is at the provider. */
export interface Passing {
  state: string
  nonce: string
  verifier: string
  next: string
  atMs: number
}

/** Whether it answers is asked at most so often, in ms, whoever wants to come in. */
const ASKED_EVERY_MS = 1000
/** Who does not need it waits at most so long for it, in ms: the sign-in page, which has other ways in, and who signs out. */
const PATIENCE_MS = 2000
/** Its document is read anew after this time, in ms: keys and addresses change. */
const FRESH_MS = 3_600_000
/** Longest time at the provider, in ms. */
export const PASSING_MS = 10 * 60_000

export class OidcProvider {
  readonly #options: OidcOptions
  readonly #nowMs: () => number
  readonly #client: Partial<oidc.ClientMetadata>
  readonly #auth: oidc.ClientAuth
  readonly #fetch: oidc.CustomFetch
  readonly #extensions: ((config: oidc.Configuration) => void)[]
  #known: { config: oidc.Configuration; atMs: number } | null = null
  #problem: string | null = null
  #triedAtMs = Number.NEGATIVE_INFINITY
  #trying: Promise<oidc.Configuration> | null = null

  constructor(options: OidcOptions, nowMs: () => number) {
    const { issuer, clientSecret, clockToleranceS, allowPrivate } = options
    this.#options = options
    this.#nowMs = nowMs
    this.#client = { [oidc.clockTolerance]: clockToleranceS }
    this.#auth = clientSecret === null ? oidc.None() : oidc.ClientSecretBasic(clientSecret)
    this.#fetch = guardedFetch({ allowPrivate }) as unknown as oidc.CustomFetch
    // Without TLS only where the configuration says that it is in a network of one's own.
    const isPlain = new URL(issuer).protocol === 'http:' && allowPrivate
    this.#extensions = [...(isPlain ? [oidc.allowInsecureRequests] : []), oidc.enableNonRepudiationChecks]
  }

  get name(): string {
    return this.#options.name
  }

  /** Why nobody can come in through it now; `null`: they can, as far as is known. Asks it again where that is old. */
  async problem(): Promise<string | null> {
    if (this.#isOld()) await this.#inTime(this.#config(true))
    return this.#problem
  }

  /** Where the browser goes, and what it keeps meanwhile: not to a provider that does not answer. @throws SignInFailure */
  async begin(redirectUri: string, next: string): Promise<{ url: string; passing: Passing }> {
    const config = await this.#config(this.#isOld() || this.#problem !== null)
    const verifier = oidc.randomPKCECodeVerifier()
    const passing = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, next, atMs: this.#nowMs() }
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: this.#options.scopes.join(' '),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: passing.state,
      nonce: passing.nonce,
    })
    return { url: url.href, passing }
  }

  /** Whether this browser comes back from where it was sent: nobody is asked for that. @throws SignInFailure */
  begun(callback: URL, passing: Passing | null): Passing {
    const isOwn = passing !== null && callback.searchParams.get('state') === passing.state
    if (!isOwn || this.#nowMs() - passing.atMs > PASSING_MS) throw new SignInFailure(signInProblem.tooLate())
    return passing
  }

  /** Who came back. @param callback the whole address with what the provider added @throws SignInFailure */
  async end(callback: URL, passing: Passing): Promise<{ named: Named; idToken: string | null }> {
    const config = this.#withoutKeys(await this.#config(false))
    try {
      const tokens = await oidc.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: passing.verifier,
        expectedState: passing.state,
        expectedNonce: passing.nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new SignInFailure(signInProblem.refused('it sent no ID token'))
      const more = config.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
        : {}
      this.#problem = null
      return { named: this.#named({ ...more, ...claims }), idToken: tokens.id_token ?? null }
    } catch (error) {
      throw this.#failure(error)
    }
  }

  /** Where signing out goes on, at the provider; `null`: it has no such page. */
  async signOutUrl(idToken: string | null, back: string): Promise<string | null> {
    const config = (await this.#inTime(this.#config(false))) ?? this.#known?.config
    if (config === undefined || config.serverMetadata().end_session_endpoint === undefined) return null
    const hint: Record<string, string> = idToken === null ? {} : { id_token_hint: idToken }
    return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: back, ...hint }).href
  }

  #isOld(): boolean {
    return this.#nowMs() - this.#triedAtMs >= ASKED_EVERY_MS
  }

  async #inTime(asked: Promise<oidc.Configuration>): Promise<oidc.Configuration | null> {
    return await Promise.race([asked.catch(() => null), wait(PATIENCE_MS, null, { ref: false })])
  }

  /** The library keeps keys for a minute, whoever signs meanwhile with a new one: so every sign-in reads them. */
  #withoutKeys(config: oidc.Configuration): oidc.Configuration {
    const { clientId } = this.#options
    const anew = new oidc.Configuration(config.serverMetadata(), clientId, this.#client, this.#auth)
    anew[oidc.customFetch] = this.#fetch
    for (const extend of this.#extensions) extend(anew)
    return anew
  }

  #named(claims: Record<string, unknown> & { sub: string }): Named {
    const { nameClaim, rules, issuer } = this.#options
    const name = [claims[nameClaim], claims.name, claims.preferred_username, claims.email].find(
      (one) => typeof one === 'string' && one.trim() !== '',
    )
    return {
      source: 'oidc',
      key: `${issuer} ${claims.sub}`,
      name: String(name ?? claims.sub),
      ...mapClaims(claims, rules),
    }
  }

  /** @throws SignInFailure */
  async #config(anew: boolean): Promise<oidc.Configuration> {
    const nowMs = this.#nowMs()
    if (!anew && this.#known !== null && nowMs - this.#known.atMs < FRESH_MS) return this.#known.config
    this.#triedAtMs = nowMs
    this.#trying ??= this.#discover().finally(() => {
      this.#trying = null
    })
    try {
      const config = await this.#trying
      this.#known = { config, atMs: nowMs }
      this.#problem = null
      return config
    } catch (error) {
      this.#problem = this.#failure(error).problem.message
      // What is known is good enough to try with: the provider itself says whether it is.
      if (this.#known !== null && !anew) return this.#known.config
      throw this.#failure(error)
    }
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId } = this.#options
    return await oidc.discovery(new URL(issuer), clientId, this.#client, this.#auth, {
      [oidc.customFetch]: this.#fetch,
      execute: this.#extensions,
    })
  }

  #failure(error: unknown): SignInFailure {
    if (error instanceof SignInFailure) return error
    const { issuer, clockToleranceS } = this.#options
    if (isDown(error)) this.#problem = signInProblem.down(issuer, reasonOf(error)).message
    return new SignInFailure(problemOf(error, { issuer, clockToleranceS }))
  }
}

function isDown(error: unknown): boolean {
  return error instanceof ProviderFailure || (error instanceof Error && error.cause instanceof ProviderFailure)
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof ProviderFailure ? error.cause : error
  return (cause as Error).message
}
