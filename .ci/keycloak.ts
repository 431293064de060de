/**
 * Signing in through a real Keycloak, in a real Chromium: who gets which right and why, who is refused, signing out of both, and what
 * people see while Keycloak is away, is not the one that was meant, signs with new keys, or lives in another time. A stage of the safety run.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, expect as expectNow, type Page } from '@playwright/test'
import { buildPagesIfStale } from '../server/http/pages.ts'
import { takePorts } from '../server/sandbox/ports.ts'
import type { Note } from './figures.ts'
import { type DeckOptions, deckUrl, startDeck } from './keycloak/deck.ts'
import { NEXT_KEYS, PASSWORD, REALM, realmOf } from './keycloak/realm.ts'
import { KEYCLOAK, Keycloak } from './keycloak/server.ts'
import { CHROMIUM, JAVA, MAVEN, missingPrograms } from './programs.ts'

/** Generous: the machine may be busy. */
const expect = expectNow.configure({ timeout: 30_000 })
const COMPANY = 'Sign in with Keycloak'
const DEBIAN_CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

type Closers = (() => Promise<unknown>)[]

/** A browser of one person, on the product at `deck`. */
class Visitor {
  readonly deck: string
  readonly context: BrowserContext
  readonly page: Page

  private constructor(deck: string, context: BrowserContext, page: Page) {
    this.deck = deck
    this.context = context
    this.page = page
  }

  static async at(deck: string, browser: Browser): Promise<Visitor> {
    const context = await browser.newContext({ baseURL: deck })
    return new Visitor(deck, context, await context.newPage())
  }

  /** As far as Keycloak's form, or through it where Keycloak knows them still. @returns whether it asked for the password */
  async toKeycloak(): Promise<boolean> {
    const { page } = this
    await page.goto('/sign-in?next=/account')
    await page.getByRole('link', { name: COMPANY }).click()
    const form = page.locator('#kc-login')
    await expect(form.or(page.getByRole('heading', { name: 'What you may do, and why' }))).toBeVisible()
    return await form.isVisible()
  }

  /** What Keycloak's form asks for. */
  async fillIn(login: string): Promise<void> {
    const { page } = this
    await page.locator('#username').fill(login)
    await page.locator('#password').fill(PASSWORD)
    await page.locator('#kc-login').click()
  }

  async signIn(login: string): Promise<void> {
    if (await this.toKeycloak()) await this.fillIn(login)
    await this.page.waitForURL(`${this.deck}/**`)
  }

  async signOut(): Promise<void> {
    await this.page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  }

  async sees(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).first()).toBeVisible()
  }

  /** Status of a request of the page that is open. */
  async status(path: string): Promise<number> {
    return await this.page.evaluate(async (asked) => (await fetch(asked)).status, path)
  }

  async isInside(name: string): Promise<void> {
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible()
    expect(await this.status('/api/session')).toBe(200)
  }

  async isOutside(): Promise<void> {
    await expect(this.page).toHaveURL(/\/sign-in/)
    expect(await this.status('/api/session')).toBe(401)
  }
}

export async function keycloakStage(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
  closers: Closers,
): Promise<void> {
  const missing = missingPrograms([JAVA, MAVEN, CHROMIUM], say)
  if (missing.length > 0) return check(false, `${missing.join()} is there`)
  await buildPagesIfStale(say)
  const [port = 0, ownPort = 0, publicPort = 0, otherPort = 0] = await takePorts('127.0.0.1', 4)
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-signing-in-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const startedMs = performance.now()
  const keycloak = new Keycloak(port, folder)
  closers.push(() => keycloak.end())
  await keycloak.start(
    realmOf([
      { clientId: 'quorumdeck', urls: [deckUrl(ownPort), deckUrl(otherPort)] },
      { clientId: 'quorumdeck-public', urls: [deckUrl(publicPort)], isPublic: true, fullPath: true },
    ]),
  )
  say(`\n— keycloak: ${KEYCLOAK}, started after ${Math.round((performance.now() - startedMs) / 1000)} s`)
  const browser = await chromium.launch({
    ...(DEBIAN_CHROMIUM === undefined ? {} : { executablePath: DEBIAN_CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  closers.push(() => browser.close())

  const issuer = `${keycloak.url}/realms/${REALM}`
  let passed = 0
  let all = 0
  /** What a check has begun. */
  const begun: Closers = []
  const leave = async () => {
    for (const end of begun.splice(0).reverse()) await end()
  }
  closers.push(leave)
  const holds = async (what: string, work: () => Promise<void>) => {
    all += 1
    const failure = await work()
      .finally(leave)
      .then(
        () => null,
        (error: Error) => error,
      )
    if (failure !== null) say(`    ${failure.message.slice(0, 1500)}`)
    else passed += 1
    check(failure === null, what)
  }
  const killKeycloak = async () => {
    // Whatever comes of this check, the next one finds it.
    begun.push(() => keycloak.resume())
    await keycloak.kill()
  }
  const sessionsOf = async (login: string): Promise<unknown> => {
    const [user] = (await keycloak.administer('GET', `${REALM}/users?username=${login}&exact=true`)) as { id: string }[]
    return await keycloak.administer('GET', `${REALM}/users/${user?.id}/sessions`)
  }

  const startOwn = () => startDeck({ port: ownPort, folder: join(folder, 'own'), issuer })
  let deck = await startOwn()
  closers.push(() => deck.process.end())
  const startOther = async (options: Partial<DeckOptions>): Promise<string> => {
    const other = await startDeck({ port: otherPort, folder: join(folder, `other-${all}`), issuer, ...options })
    begun.push(() => other.process.end())
    return other.url
  }
  const visitor = async (at: string = deck.url) => {
    const one = await Visitor.at(at, browser)
    begun.push(() => one.context.close())
    return one
  }

  for (const [login, name, group, right, role] of [
    ['wendy', 'Wendy of the Company', 'kafka-watchers', 'watch', 'Watching only'],
    ['oscar', 'Oscar of the Company', 'kafka-operators', 'operate', null],
    ['ada', 'Ada of the Company', 'kafka-administrators', 'administer', null],
  ] as const) {
    await holds(`${login}, of ${group}, may ${right}, and is told which claim gave it and which did not`, async () => {
      const one = await visitor()
      await one.signIn(login)
      await one.isInside(name)
      await one.sees(`The claim groups holds "${group}", which gives ${right} everywhere.`)
      if (right !== 'administer')
        await one.sees(
          `"kafka-administrators" in the claim groups would give administer everywhere: it holds "${group}".`,
        )
      await one.page.goto('/clusters/practice')
      if (role !== null) await one.sees(role)
      expect(await one.status('/api/users')).toBe(right === 'administer' ? 200 : 403)
    })
  }

  await holds('somebody of no group stays outside, and reads why', async () => {
    const norman = await visitor()
    await norman.signIn('norman')
    await norman.sees('Norman of the Company is known to the provider, and may do nothing here')
    await norman.sees('"kafka-watchers" in the claim groups would give watch everywhere')
    await norman.isOutside()
  })

  await holds('Keycloak asks for PKCE, and for an address of return that it knows', async () => {
    const asked = new URL(`${issuer}/protocol/openid-connect/auth`)
    const callback = `${deck.url}/api/sign-in/oidc/callback`
    asked.search = new URLSearchParams({
      client_id: 'quorumdeck',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: callback,
    }).toString()
    const without = await fetch(asked, { redirect: 'manual' })
    expect(without.headers.get('location')).toContain('code_challenge_method')
    asked.searchParams.set('redirect_uri', 'http://localhost:1/api/sign-in/oidc/callback')
    expect((await fetch(asked, { redirect: 'manual' })).status).toBe(400)
  })

  await holds('a way back that was used, or is another browser’s, lets nobody in', async () => {
    const [ada, thief] = [await visitor(), await visitor()]
    const back = ada.page.waitForRequest((request) => request.url().includes('/api/sign-in/oidc/callback'))
    await ada.signIn('ada')
    const used = (await back).url()
    for (const one of [thief, ada]) {
      await one.context.clearCookies({ name: 'quorumdeck_session' })
      await one.page.goto(used)
      await one.sees('was begun in another browser, or was used already')
      await one.isOutside()
    }
  })

  await holds('signing out ends the session at Keycloak too: the next sign-in asks for the password', async () => {
    const olga = await visitor()
    await olga.signIn('olga')
    await olga.isInside('Olga of the Company')
    await olga.context.clearCookies({ name: 'quorumdeck_session' })
    // Without it Keycloak would know them still.
    expect(await olga.toKeycloak()).toBe(false)
    const stolen = await olga.context.cookies(deck.url)
    await olga.signOut()
    await olga.page.waitForURL(`${deck.url}/sign-in`)
    await olga.isOutside()
    const cookie = stolen.map(({ name, value }) => `${name}=${value}`).join('; ')
    expect((await fetch(`${deck.url}/api/session`, { headers: { cookie } })).status).toBe(401)
    expect(await sessionsOf('olga')).toEqual([])
    expect(await olga.toKeycloak()).toBe(true)
  })

  await holds('signing out after a restart of the product ends both as well', async () => {
    const olga = await visitor()
    await olga.signIn('olga')
    await olga.isInside('Olga of the Company')
    await deck.process.end()
    deck = await startOwn()
    await olga.page.goto('/account')
    await olga.isInside('Olga of the Company')
    await olga.signOut()
    // Keycloak may ask whether they mean it: the token that would tell is gone with the process.
    const asks = olga.page.locator('#kc-logout')
    await expect(asks.or(olga.page.getByRole('link', { name: COMPANY }))).toBeVisible()
    if (await asks.isVisible()) {
      await asks.click()
      await olga.page
        .getByRole('link', { name: /Back to Application/ })
        .or(olga.page.getByRole('link', { name: COMPANY }))
        .first()
        .waitFor()
    }
    expect(await sessionsOf('olga')).toEqual([])
    expect(await olga.status('/api/session')).toBe(401)
  })

  await holds('new signing keys: the next sign-in works, at once', async () => {
    const before = await visitor()
    await before.signIn('wendy')
    await before.isInside('Wendy of the Company')
    const realm = (await keycloak.administer('GET', REALM)) as { id: string }
    await keycloak.administer('POST', `${REALM}/components`, { ...NEXT_KEYS, parentId: realm.id })
    const after = await visitor()
    await after.signIn('wendy')
    await after.isInside('Wendy of the Company')
    expect(await before.status('/api/session')).toBe(200)
  })

  await holds(
    'Keycloak is killed: who is inside goes on, nobody new comes in, and the page says why; it is back: all as before',
    async () => {
      const [inside, outside, midway] = [await visitor(), await visitor(), await visitor()]
      await inside.signIn('oscar')
      await inside.isInside('Oscar of the Company')
      // On the way back, when Keycloak has let them in and nobody has asked it for their token yet.
      await midway.page.route('**/login-actions/authenticate**', async (route) => {
        const response = await route.fetch({ maxRedirects: 0 })
        await killKeycloak()
        await route.fulfill({ response })
      })
      await midway.signIn('ada')
      await midway.sees(`The sign-in of the company at ${issuer} does not answer`)
      await midway.isOutside()
      await inside.page.goto('/clusters/practice')
      await inside.sees('Healthy')
      expect(await inside.status('/api/session')).toBe(200)
      await outside.page.goto('/sign-in')
      await outside.sees('Nobody new can come in through the company now.')
      await outside.page.getByRole('link', { name: COMPANY }).click()
      await outside.sees('Nobody new can come in that way; whoever is signed in stays.')
      await outside.isOutside()
      await keycloak.resume()
      await outside.signIn('ada')
      await outside.isInside('Ada of the Company')
      await outside.page.goto('/sign-in')
      await expect(outside.page.getByRole('link', { name: COMPANY })).toBeVisible()
      await expect(outside.page.getByText('Nobody new can come in')).toHaveCount(0)
      expect(await inside.status('/api/session')).toBe(200)
    },
  )

  await holds(
    'Keycloak is killed before anybody clicks: the click ends at a page of ours, not at one of the browser',
    async () => {
      const first = await visitor()
      await first.page.goto('/sign-in')
      await expect(first.page.getByRole('link', { name: COMPANY })).toBeVisible()
      await killKeycloak()
      // Whether it answers is asked once a second.
      const begin = async () => (await fetch(`${deck.url}/api/sign-in/oidc`, { redirect: 'manual' })).status
      await expect.poll(begin).toBe(200)
      await first.page.getByRole('link', { name: COMPANY }).click()
      await first.sees(`The sign-in of the company at ${issuer} does not answer`)
      await first.isOutside()
      await keycloak.resume()
      await first.signIn('oscar')
      await first.isInside('Oscar of the Company')
    },
  )

  await holds('a public client, and groups by their paths', async () => {
    const roles = [{ value: '/kafka-operators', role: 'operate' }]
    const options = { port: publicPort, clientId: 'quorumdeck-public', clientSecret: null, roles }
    const open = await startOther(options)
    const [oscar, wendy] = [await visitor(open), await visitor(open)]
    await oscar.signIn('oscar')
    await oscar.sees('The claim groups holds "/kafka-operators", which gives operate everywhere.')
    await wendy.signIn('wendy')
    await wendy.sees('it holds "/kafka-watchers"')
    await wendy.isOutside()
  })

  const refusals: [what: string, options: Partial<DeckOptions>, login: boolean, text: string][] = [
    [
      'an issuer under another name of the same server',
      { issuer: `http://localhost:${port}/realms/${REALM}` },
      false,
      'calls itself by another name',
    ],
    ['an issuer with a slash too many', { issuer: `${issuer}/` }, false, 'calls itself by another name'],
    [
      'a realm that is not there',
      { issuer: `${keycloak.url}/realms/nowhere` },
      false,
      'is no provider of OpenID Connect: it answered 404',
    ],
    [
      'a client secret that is not its own',
      { clientSecret: 'another secret' },
      true,
      'does not accept this Quorumdeck as a client',
    ],
    ['a clock ten minutes ahead', { aheadS: 600 }, true, 'differ by more than 30 seconds'],
  ]
  for (const [what, options, login, text] of refusals) {
    await holds(`${what}: refused in plain words, with what to set`, async () => {
      const other = await startOther(options)
      const one = await visitor(other)
      await one.page.goto('/sign-in')
      await one.page.getByRole('link', { name: COMPANY }).click()
      if (login) await one.fillIn('oscar')
      await one.sees(text)
      await one.isOutside()
    })
  }

  for (const aheadS of [20, -20]) {
    await holds(`a clock ${Math.abs(aheadS)} s ${aheadS > 0 ? 'ahead' : 'behind'} is no matter`, async () => {
      const other = await startOther({ aheadS })
      const one = await visitor(other)
      await one.signIn('oscar')
      await one.isInside('Oscar of the Company')
    })
  }
  const took = Math.round((performance.now() - startedMs) / 1000)
  note('signing in through Keycloak', `${passed} of ${all} with ${KEYCLOAK}, in ${took} s`)
}
