/** Coming in and going out: shared tokens, passwords, the company's provider, the first user. */
import { type Context, Hono } from 'hono'
import type { AttemptLimit } from '../../access/attemptLimit.ts'
import { EventThrottle } from '../../access/eventThrottle.ts'
import { SignInFailure, signInProblem } from '../../access/oidc/problems.ts'
import { type OidcProvider, PASSING_MS, type Passing } from '../../access/oidc/provider.ts'
import { ReturnLimit } from '../../access/oidc/returnLimit.ts'
import type { People } from '../../access/people.ts'
import { refuseAccess } from '../../access/refuseAccess.ts'
import type { SetUpSecret } from '../../access/setUp.ts'
import type { AuditSink } from '../../audit/auditSink.ts'
import type { AuditActor, AuditDetail, AuditKind } from '../../contract/access/audit.ts'
import { pathAfterSignIn } from '../../contract/access/ownPath.ts'
import { PasswordSignIn, SetUp, SignInProblem, type SignInWays } from '../../contract/access/people.ts'
import { Refusal } from '../../contract/errors.ts'
import { type Session, type SignedOut, SignIn, type WhoAmI } from '../../contract/session.ts'
import type { KeptPerson } from '../../storage/access/people.ts'
import { type Access, cookieValue } from '../access.ts'
import type { RequestEnv } from '../api.ts'
import { atBase } from '../basePath/basePath.ts'
import { actorOf } from '../guard/auditWords.ts'
import { refuse } from '../refusal.ts'
import { jsonBody } from '../requestBody.ts'

const PASSING = 'quorumdeck_passing'
const OUTCOME = 'quorumdeck_outcome'
const OUTCOME_S = 120
/** ID tokens that are remembered, for signing out at the provider too. */
const MOST_HINTS = 1000

export interface SignInRoutesOptions {
  access: Access
  people: People
  /** There are users with passwords. */
  hasPasswords: boolean
  hasTokens: boolean
  setUp: SetUpSecret
  oidc: OidcProvider | null
  attempts: AttemptLimit
  audit: AuditSink
  readOnly: boolean
  /** By which browsers reach this server, with the base path; `null`: as the request says, whose host was looked at. */
  publicUrl: string | null
  isTls: boolean
  /** Below which the product is served; empty: below none. */
  basePath: string
  whoAmI: (session: Session) => WhoAmI
  nowMs: () => number
  onWrongToken: (address: string) => void
  onSignedOut: () => void
}

type C = Context<RequestEnv>

export function signInRoutes(options: SignInRoutesOptions) {
  const { access, people, setUp, oidc, attempts, audit, readOnly, basePath, nowMs, whoAmI } = options
  const { onWrongToken, onSignedOut } = options
  const hints = new Map<string, string>()
  const returns = new ReturnLimit(nowMs)

  const from = (c: C) => ({ address: c.env.remoteAddress, agent: c.req.header('user-agent') ?? '' })
  const strangers = new EventThrottle()
  const put = async (c: C, kind: AuditKind, actor: AuditActor | null, text: string, given: AuditDetail = {}) => {
    const outcome = kind === 'sign-in-failed' || kind === 'sign-in-limited' ? 'refused' : 'done'
    const leftOut = outcome === 'refused' ? strangers.take(nowMs()) : 0
    if (leftOut === null) return
    const detail = leftOut === 0 ? given : { ...given, leftOut }
    await audit.record({ kind, actor, cluster: null, run: null, outcome, text, address: c.env.remoteAddress, detail })
  }
  const failed = async (c: C, error: unknown, who: string) => {
    if (!(error instanceof Refusal)) throw error
    const kind = error.status === 429 || error.status === 503 ? 'sign-in-limited' : 'sign-in-failed'
    await put(c, kind, null, `${who}: ${error.message}`, { code: error.code })
    throw error
  }
  const begin = async (c: C, person: KeptPerson, via: 'password' | 'oidc') => {
    const { session, cookie } = await access.begin({ via, personId: person.id, ...from(c) }, c.req.header('cookie'))
    onSignedOut()
    const actor = { id: person.id, name: person.name, source: via }
    const rights = person.grants.map(({ right }) => right).join(', ')
    await put(c, 'sign-in', actor, `${person.name} signed in.`, { via, rights, session: session.id })
    return { session, cookie }
  }
  const asSession = (c: C, cookie: string): WhoAmI => {
    const request = { headers: { cookie: cookie.split(';')[0] ?? '' }, rawHeaders: [], peer: c.env.remoteAddress }
    const session = access.session(request, nowMs())
    if (session === null) throw refuse.signIn()
    return whoAmI(session)
  }
  const ownAddress = (c: C): string => {
    if (options.publicUrl !== null) return options.publicUrl
    return `${options.isTls ? 'https' : 'http'}://${c.req.header('host') ?? 'localhost'}${basePath}`
  }
  const led = (c: C, path: string, cookies: readonly string[]) => {
    for (const cookie of cookies) c.header('set-cookie', cookie, { append: true })
    // Not a redirect: to a browser that would still be the other site's doing, and a strict cookie would not be sent.
    c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    return c.html(
      `<!doctype html><meta charset="utf-8"><title>Signing in…</title><meta http-equiv="refresh" content="0;url=${escaped(atBase(basePath, path))}">`,
    )
  }
  const turnedAway = async (c: C, problem: SignInProblem, next: string) => {
    const kind = problem.code === signInProblem.tooMany().code ? 'sign-in-limited' : 'sign-in-failed'
    await put(c, kind, null, `Sign-in of the company: ${problem.message}`, { code: problem.code })
    const told = Buffer.from(JSON.stringify(shortened(problem))).toString('base64url')
    const cookies = [access.passingCookie(OUTCOME, told, OUTCOME_S), access.passingCookie(PASSING, '', 0)]
    return led(c, next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`, cookies)
  }

  return new Hono<RequestEnv>()
    .get('/api/session', (c) => {
      if (c.env.session === null) throw access.claimsWall(c.req.header()) ? refuse.wallEnded() : refuse.signIn()
      return c.json<WhoAmI>(whoAmI(c.env.session))
    })
    .post('/api/session', jsonBody(SignIn), async (c) => {
      const { remoteAddress } = c.env
      const before = c.req.header('cookie')
      const signedIn = await access.signIn(c.req.valid('json').token, { nowMs: nowMs(), before, ...from(c) })
      if (signedIn === null) {
        onWrongToken(remoteAddress)
        const isLimited = !attempts.allows(remoteAddress, nowMs())
        if (!isLimited) attempts.wrong(remoteAddress, nowMs())
        return await failed(c, isLimited ? refuse.tooManyAttempts() : refuse.wrongToken(), 'A token')
      }
      onSignedOut()
      c.header('set-cookie', signedIn.cookie)
      await put(c, 'sign-in', actorOf(signedIn.session), 'Signed in with a token.', {
        via: 'token',
        role: signedIn.session.role,
      })
      return c.json<WhoAmI>(whoAmI(signedIn.session))
    })
    .delete('/api/session', async (c) => {
      const { session } = c.env
      const idToken = hints.get(session?.sessionId ?? '') ?? null
      hints.delete(session?.sessionId ?? '')
      if (await access.end(c.req.header('cookie'))) {
        onSignedOut()
        await put(c, 'sign-out', actorOf(session), 'Signed out.')
      }
      c.header('set-cookie', access.clearedCookie())
      const continueAt = session?.via === 'oidc' ? await oidc?.signOutUrl(idToken, `${ownAddress(c)}/sign-in`) : null
      return continueAt == null ? c.body(null, 204) : c.json<SignedOut>({ continueAt })
    })
    .get('/api/sign-in', async (c) => {
      const told = readOutcome(c.req.header('cookie'))
      if (told !== null) c.header('set-cookie', access.passingCookie(OUTCOME, '', 0))
      return c.json<SignInWays>({
        open: !access.signInRequired,
        token: options.hasTokens,
        password: options.hasPasswords,
        setUp: setUp.file !== null && !people.hasUsers,
        oidc: oidc === null ? null : { name: oidc.name, problem: await oidc.problem() },
        readOnly,
        problem: told,
      })
    })
    .post('/api/sign-in/password', jsonBody(PasswordSignIn), async (c) => {
      const { login, password } = c.req.valid('json')
      if (!options.hasPasswords) throw refuseAccess.noPasswords()
      const person = await people
        .signIn(login, password, c.env.remoteAddress)
        .catch((error: unknown) => failed(c, error, login))
      const { cookie } = await begin(c, person, 'password')
      c.header('set-cookie', cookie)
      return c.json<WhoAmI>(asSession(c, cookie))
    })
    .get('/api/sign-in/oidc', async (c) => {
      const next = pathAfterSignIn(c.req.query('next'))
      if (oidc === null) throw refuseAccess.noOidc()
      try {
        const { url, passing } = await oidc.begin(`${ownAddress(c)}/api/sign-in/oidc/callback`, next)
        const kept = Buffer.from(JSON.stringify(passing)).toString('base64url')
        c.header('set-cookie', access.passingCookie(PASSING, kept, PASSING_MS / 1000))
        return c.redirect(url, 303)
      } catch (error) {
        if (!(error instanceof SignInFailure)) throw error
        return await turnedAway(c, error.problem, next)
      }
    })
    .get('/api/sign-in/oidc/callback', async (c) => {
      if (oidc === null) throw refuseAccess.noOidc()
      const passing = readPassing(c.req.header('cookie'))
      const next = pathAfterSignIn(passing?.next)
      const { search } = new URL(c.req.url)
      try {
        const callback = new URL(`${ownAddress(c)}/api/sign-in/oidc/callback${search}`)
        const begun = oidc.begun(callback, passing)
        const { remoteAddress } = c.env
        const isKnown = () => access.isSignedInFrom(remoteAddress)
        const { named, idToken } = await returns.through(remoteAddress, isKnown, () => oidc.end(callback, begun))
        if (named.grants.length === 0) {
          await people.cameWithoutRights(named)
          return await turnedAway(c, signInProblem.noRights(named.name, named.missed), next)
        }
        const person = await people.came(named)
        if (person.disabled) return await turnedAway(c, signInProblem.disabled(person.name), next)
        const { session, cookie } = await begin(c, person, 'oidc')
        if (idToken !== null) hints.set(session.id, idToken)
        const oldest = hints.size > MOST_HINTS ? hints.keys().next().value : undefined
        if (oldest !== undefined) hints.delete(oldest)
        return led(c, next, [cookie, access.passingCookie(PASSING, '', 0)])
      } catch (error) {
        if (!(error instanceof SignInFailure)) throw error
        return await turnedAway(c, error.problem, next)
      }
    })
    .post('/api/setup', jsonBody(SetUp), async (c) => {
      const { secret, ...wanted } = c.req.valid('json')
      const { remoteAddress } = c.env
      if (people.hasUsers || setUp.file === null) throw refuseAccess.setUpOver()
      if (!setUp.isRight(secret)) {
        const isLimited = !attempts.allows(remoteAddress, nowMs())
        if (!isLimited) attempts.wrong(remoteAddress, nowMs())
        return await failed(c, isLimited ? refuse.tooManyAttempts() : refuseAccess.wrongSetUp(), 'Set-up')
      }
      const person = await people.setUp(wanted)
      setUp.done()
      const actor = { id: person.id, name: person.name, source: 'set-up' }
      await put(c, 'user', actor, `${person.name} was made the first user, who administers everything.`, {
        login: person.login,
      })
      const { cookie } = await begin(c, person, 'password')
      c.header('set-cookie', cookie)
      return c.json<WhoAmI>(asSession(c, cookie), 201)
    })
}

function escaped(path: string): string {
  return path.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

/** A cookie holds 4 KiB. */
function shortened({ code, message, remedy, lines }: SignInProblem): SignInProblem {
  return {
    code,
    message: message.slice(0, 600),
    remedy: remedy.slice(0, 300),
    lines: lines.slice(0, 6).map((line) => line.slice(0, 250)),
  }
}

function fromCookie(header: string | undefined, name: string): unknown {
  try {
    return JSON.parse(Buffer.from(cookieValue(header, name) ?? '', 'base64url').toString())
  } catch {
    return null
  }
}

function readOutcome(header: string | undefined): SignInProblem | null {
  return SignInProblem.safeParse(fromCookie(header, OUTCOME)).data ?? null
}

/** What this browser keeps of its own way: whoever changes it changes nobody's but their own. */
function readPassing(header: string | undefined): Passing | null {
  const kept = fromCookie(header, PASSING)
  if (typeof kept !== 'object' || kept === null) return null
  const { state, nonce, verifier, next, atMs } = kept as Record<string, unknown>
  const isWhole = [state, nonce, verifier, next].every((one) => typeof one === 'string') && typeof atMs === 'number'
  return isWhole ? (kept as Passing) : null
}
