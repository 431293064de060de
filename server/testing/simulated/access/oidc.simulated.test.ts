/** Signing in through a provider: a real one, and one that forges. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClaimRule } from '../../../access/claims.ts'
import { type OidcOptions, OidcProvider } from '../../../access/oidc/provider.ts'
import { CreatedApiToken, SignInWays } from '../../../contract/access/people.ts'
import { WhoAmI } from '../../../contract/session.ts'
import { type CompanyProvider, startCompany, WalkingBrowser } from '../../access/companyProvider.ts'
import { type Forging, startForging } from '../../access/forgingProvider.ts'
import { CLUSTER, LiveClient, type Serving, serve } from '../../serving.ts'

const OPERATORS = { claim: 'groups', value: 'kafka-ops', right: 'operate', scope: null } as const
const READERS = {
  claim: 'groups',
  value: 'kafka-readers',
  right: 'watch' as const,
  scope: { clusters: [CLUSTER], groups: [] },
} satisfies ClaimRule

function options(issuer: string, more: Partial<OidcOptions> = {}): OidcOptions {
  return {
    issuer,
    clientId: 'quorumdeck',
    clientSecret: 'secret-of-the-client',
    name: 'Company',
    scopes: ['openid', 'profile'],
    nameClaim: 'name',
    clockToleranceS: 5,
    allowPrivate: true,
    rules: [OPERATORS, READERS],
    ...more,
  }
}

async function ways(deck: string, browser: WalkingBrowser): Promise<SignInWays> {
  return SignInWays.parse(await (await browser.ask(`${deck}/api/sign-in`)).json())
}

describe('a real provider', () => {
  let company: CompanyProvider
  let serving: Serving
  beforeAll(async () => {
    company = await startCompany()
    serving = await serve(null, 100, { access: { oidc: options(company.issuer) } })
    company.register(serving.url)
  })
  afterAll(async () => {
    await serving.close()
    await company.close()
  })

  const who = async (browser: WalkingBrowser) => await browser.ask(`${serving.url}/api/session`)

  const makeToken = async (browser: WalkingBrowser) =>
    await browser.ask(`${serving.url}/api/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: serving.url },
      body: JSON.stringify({ name: 'nightly', grants: [{ right: 'operate', scope: null }], days: 1 }),
    })

  test('somebody comes in, is called by name, and is told which claim gave what, and what gave nothing', async () => {
    company.groups.set('ann', ['kafka-ops', 'others'])
    const browser = new WalkingBrowser()
    expect((await who(browser)).status).toBe(401)
    const { answer, text } = await browser.signIn(serving.url, 'ann', '/clusters/test?x=1')
    // No redirect: after one from another site a browser would not send a strict cookie.
    expect(answer.status).toBe(200)
    expect(text).toContain('content="0;url=/clusters/test?x=1"')
    const session = WhoAmI.parse(await (await who(browser)).json())
    expect(session).toMatchObject({
      role: 'operate',
      via: 'oidc',
      everywhere: 'operate',
      identity: { name: 'ann of the company', source: 'oidc' },
    })
    expect(session.grants[0]?.because).toContain('"kafka-ops"')
    expect(session.missed).toEqual([
      '"kafka-readers" in the claim groups would give watch on test: it holds "kafka-ops", "others".',
    ])
  })

  test('whoever has no group that gives a right stays outside, and reads why', async () => {
    company.groups.set('bob', ['marketing'])
    const browser = new WalkingBrowser()
    const { text } = await browser.signIn(serving.url, 'bob')
    expect(text).toContain('url=/sign-in"')
    expect((await who(browser)).status).toBe(401)
    const { problem } = await ways(serving.url, browser)
    expect(problem?.code).toBe('no-rights')
    expect(problem?.lines.join()).toContain('it holds "marketing"')
    // Told once.
    expect((await ways(serving.url, browser)).problem).toBeNull()
  })

  test('another group at the next sign-in counts for every session of this person, at once', async () => {
    company.groups.set('eve', ['kafka-ops'])
    const [first, second] = [new WalkingBrowser(), new WalkingBrowser()]
    await first.signIn(serving.url, 'eve')
    const client = await new LiveClient(serving.url, first.cookies(serving.url)).opened()
    const closed = new Promise<number>((resolve) => client.socket.once('close', resolve))
    company.groups.set('eve', ['kafka-readers'])
    await second.signIn(serving.url, 'eve')
    expect(await closed).toBe(1012)
    for (const browser of [first, second]) {
      const session = WhoAmI.parse(await (await who(browser)).json())
      expect(session).toMatchObject({ role: 'watch', everywhere: null, clusters: { [CLUSTER]: 'watch' } })
    }
  })

  test('whoever comes back without any group has lost everything, in every session and with every token, at once', async () => {
    company.groups.set('lea', ['kafka-ops'])
    const [first, second] = [new WalkingBrowser(), new WalkingBrowser()]
    await first.signIn(serving.url, 'lea')
    const { secret } = CreatedApiToken.parse(await (await makeToken(first)).json())
    const withToken = () =>
      fetch(`${serving.url}/api/session`, { headers: { authorization: `Bearer ${secret}` } }).then(
        ({ status }) => status,
      )
    expect(await withToken()).toBe(200)
    const client = await new LiveClient(serving.url, first.cookies(serving.url)).opened()
    const closed = new Promise<number>((resolve) => client.socket.once('close', resolve))
    company.groups.set('lea', [])
    await second.signIn(serving.url, 'lea')
    expect((await ways(serving.url, second)).problem?.code).toBe('no-rights')
    await closed
    expect([(await who(first)).status, (await who(second)).status, await withToken()]).toEqual([401, 401, 401])
    // And is somebody again with a group.
    company.groups.set('lea', ['kafka-readers'])
    await second.signIn(serving.url, 'lea')
    expect(WhoAmI.parse(await (await who(first)).json())).toMatchObject({ role: 'watch', everywhere: null })
  })

  test('signing out ends the session here, and leads on to the provider', async () => {
    company.groups.set('zoe', ['kafka-ops'])
    const browser = new WalkingBrowser()
    await browser.signIn(serving.url, 'zoe')
    const stolen = browser.cookies(serving.url)
    const answer = await browser.ask(`${serving.url}/api/session`, { method: 'DELETE' })
    const { continueAt } = (await answer.json()) as { continueAt: string }
    expect(continueAt.startsWith(`${company.issuer}/session/end?`)).toBe(true)
    expect(new URL(continueAt).searchParams.get('post_logout_redirect_uri')).toBe(`${serving.url}/sign-in`)
    expect(new URL(continueAt).searchParams.get('id_token_hint')).toMatch(/^ey/)
    expect((await browser.ask(continueAt)).status).toBe(200)
    expect((await fetch(`${serving.url}/api/session`, { headers: stolen })).status).toBe(401)
  })

  test('a way that was begun in another browser, or used before, ends at the door', async () => {
    const browser = new WalkingBrowser()
    const answer = await browser.ask(`${serving.url}/api/sign-in/oidc/callback?code=stolen&state=stolen`)
    expect(await answer.text()).toContain('url=/sign-in"')
    expect((await ways(serving.url, browser)).problem?.code).toBe('sign-in-too-late')
  })

  test('the provider goes down: sessions live on, nobody new comes in, and the page says so', async () => {
    company.groups.set('kim', ['kafka-ops'])
    const [inside, outside] = [new WalkingBrowser(), new WalkingBrowser()]
    await inside.signIn(serving.url, 'kim')
    // The way to the provider is begun while it answers, and ended when it does not any more.
    const begun = await outside.ask(`${serving.url}/api/sign-in/oidc`)
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
    await company.down(true)
    const back = await outside.ask(
      `${serving.url}/api/sign-in/oidc/callback?code=c&state=${state}&iss=${company.issuer}`,
    )
    expect(await back.text()).toContain('url=/sign-in"')
    const told = await ways(serving.url, outside)
    expect(told.problem?.code).toBe('provider-down')
    expect(told.oidc?.problem).toContain('does not answer')
    expect((await who(inside)).status).toBe(200)
    await company.down(false)
    const { answer } = await outside.signIn(serving.url, 'kim')
    expect([answer.status, (await who(outside)).status]).toEqual([200, 200])
    expect((await ways(serving.url, outside)).oidc?.problem).toBeNull()
  })
})

test('nobody is led to a provider that has gone down since somebody came in, and the sign-in page says so first', async () => {
  const company = await startCompany()
  const serving = await serve(null, 100, { access: { oidc: options(company.issuer) } })
  try {
    company.register(serving.url)
    company.groups.set('ann', ['kafka-ops'])
    await new WalkingBrowser().signIn(serving.url, 'ann')
    await company.down(true)
    const browser = new WalkingBrowser()
    await expect.poll(async () => (await ways(serving.url, browser)).oidc?.problem).toContain('does not answer')
    const answer = await browser.ask(`${serving.url}/api/sign-in/oidc?next=/account`)
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null])
    expect(await answer.text()).toContain('url=/sign-in?next=%2Faccount"')
    expect((await ways(serving.url, browser)).problem?.code).toBe('provider-down')
    await company.down(false)
    expect((await browser.ask(`${serving.url}/api/sign-in/oidc`)).status).toBe(303)
  } finally {
    await serving.close()
    await company.close()
  }
})

test('a server that has just started knows where signing out goes on', async () => {
  const company = await startCompany()
  company.register('http://localhost')
  const provider = new OidcProvider(options(company.issuer), Date.now)
  const back = 'http://localhost/sign-in'
  try {
    const url = new URL((await provider.signOutUrl(null, back)) ?? '')
    expect(url.href.startsWith(`${company.issuer}/session/end?`)).toBe(true)
    expect(url.searchParams.get('client_id')).toBe('quorumdeck')
    await company.down(true)
    // What was known before is good enough; a server that never knew leads nobody anywhere.
    expect(await provider.signOutUrl(null, back)).toBe(url.href)
    expect(await new OidcProvider(options(company.issuer), Date.now).signOutUrl(null, back)).toBeNull()
  } finally {
    await company.close()
  }
})

describe('coming back with what the provider does not know', () => {
  let company: CompanyProvider
  let serving: Serving
  beforeEach(async () => {
    company = await startCompany()
    serving = await serve(null, 100, { access: { oidc: options(company.issuer) } })
    company.register(serving.url)
    company.groups.set('ann', ['kafka-ops'])
  })
  afterEach(async () => {
    await serving.close()
    await company.close()
  })

  /** @returns what the sign-in page says after it */
  const guess = async (state?: string): Promise<string | undefined> => {
    const stranger = new WalkingBrowser()
    const begun = await stranger.ask(`${serving.url}/api/sign-in/oidc`)
    const own = new URL(begun.headers.get('location') ?? '').searchParams.get('state')
    const query = `code=guessed&state=${state ?? own}&iss=${company.issuer}`
    await stranger.ask(`${serving.url}/api/sign-in/oidc/callback?${query}`)
    return (await ways(serving.url, stranger)).problem?.code
  }
  const guesses = async (count: number, state?: string) =>
    await Promise.all(Array.from({ length: count }, () => guess(state)))
  const comesIn = async () => {
    const ann = new WalkingBrowser()
    await ann.signIn(serving.url, 'ann')
    return { ann, status: (await ann.ask(`${serving.url}/api/session`)).status }
  }

  test('is limited by address, and told as such', async () => {
    const codes = await guesses(15)
    expect(codes.filter((code) => code === 'sign-in-too-late')).toHaveLength(10)
    expect(codes.filter((code) => code === 'too-many-attempts')).toHaveLength(5)
    expect((await comesIn()).status).toBe(401)
  })

  test('counts nothing that another site sends a browser to, and nothing while the provider is away', async () => {
    expect(new Set(await guesses(15, 'of-another-site'))).toEqual(new Set(['sign-in-too-late']))
    const lost = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const browser = new WalkingBrowser()
        const begun = await browser.ask(`${serving.url}/api/sign-in/oidc`)
        return { browser, state: new URL(begun.headers.get('location') ?? '').searchParams.get('state') }
      }),
    )
    await company.down(true)
    for (const { browser, state } of lost) {
      await browser.ask(`${serving.url}/api/sign-in/oidc/callback?code=c&state=${state}&iss=${company.issuer}`)
    }
    await company.down(false)
    expect((await comesIn()).status).toBe(200)
  })

  test('locks nobody out where somebody is signed in from', async () => {
    const { ann } = await comesIn()
    expect(new Set(await guesses(15))).toEqual(new Set(['sign-in-too-late']))
    expect((await comesIn()).status).toBe(200)
    expect((await ann.ask(`${serving.url}/api/session`)).status).toBe(200)
  })
})

describe('a provider that forges', () => {
  let forging: Forging
  let serving: Serving
  beforeAll(async () => {
    forging = await startForging('quorumdeck')
    const rule = { claim: 'groups', value: 'ops', right: 'operate', scope: null } as const
    serving = await serve(null, 100, { access: { oidc: options(forging.issuer, { rules: [rule] }) } })
  })
  afterAll(async () => {
    await serving.close()
    await forging.close()
  })
  const nowS = () => Math.floor(Date.now() / 1000)

  test.each<[string, () => Record<string, unknown>, boolean, string]>([
    ['nothing wrong', () => ({}), false, ''],
    ['a clock three seconds ahead, which is tolerated', () => ({ iat: nowS() + 3, nbf: nowS() + 3 }), false, ''],
    ['a clock that is far ahead', () => ({ iat: nowS() + 120, nbf: nowS() + 120 }), false, 'clock-skew'],
    ['a clock that is far behind', () => ({ iat: nowS() - 900, exp: nowS() - 600 }), false, 'clock-skew'],
    ['another audience', () => ({ aud: 'another' }), false, 'wrong-audience'],
    ['another issuer in the token', () => ({ iss: 'https://elsewhere.example' }), false, 'wrong-issuer'],
    ['another nonce', () => ({ nonce: 'of another sign-in' }), false, 'bad-signature'],
    ['a key that it does not name', () => ({}), true, 'bad-signature'],
  ])('%s', async (_what, claims, wrongKey, code) => {
    forging.claims = claims()
    forging.wrongKey = wrongKey
    const browser = new WalkingBrowser()
    await browser.signIn(serving.url, 'mallory')
    const { problem } = await ways(serving.url, browser)
    expect(problem?.code ?? '').toBe(code)
    expect((await browser.ask(`${serving.url}/api/session`)).status).toBe(code === '' ? 200 : 401)
  })
})

test('a provider that signs with a new key is believed at the next sign-in, however soon that is', async () => {
  const forging = await startForging('quorumdeck')
  const rule = { claim: 'groups', value: 'ops', right: 'operate', scope: null } as const
  const serving = await serve(null, 100, { access: { oidc: options(forging.issuer, { rules: [rule] }) } })
  try {
    for (const _key of ['the first', 'another', 'one more']) {
      const browser = new WalkingBrowser()
      await browser.signIn(serving.url, 'mallory')
      expect((await browser.ask(`${serving.url}/api/session`)).status).toBe(200)
      forging.rotate()
    }
  } finally {
    await serving.close()
    await forging.close()
  }
})

test.each([
  [404, 'no-provider', 'it answered 404'],
  [503, 'provider-down', 'it answered 503'],
  [200, 'no-provider', 'its answer is another one'],
])('what is no provider is told from one that is down: %i', async (status, code, why) => {
  const server = createServer((_request, response) => response.writeHead(status).end('<!doctype html>'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realms/nowhere`
  const serving = await serve(null, 100, { access: { oidc: options(issuer) } })
  try {
    const browser = new WalkingBrowser()
    await browser.signIn(serving.url, 'ann')
    expect((await ways(serving.url, browser)).problem).toMatchObject({ code, message: expect.stringContaining(why) })
  } finally {
    await serving.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

test('a document that calls itself otherwise is not believed, and leads nowhere inside', async () => {
  const forging = await startForging('quorumdeck')
  forging.document = { issuer: 'https://elsewhere.example' }
  const serving = await serve(null, 100, { access: { oidc: options(forging.issuer) } })
  try {
    const browser = new WalkingBrowser()
    const { text } = await browser.signIn(serving.url, 'mallory')
    expect(text).toContain('url=/sign-in"')
    expect((await ways(serving.url, browser)).problem?.code).toBe('wrong-issuer')
    expect(forging.asked).toEqual(['/.well-known/openid-configuration'])
  } finally {
    await serving.close()
    await forging.close()
  }
})

test.each(['http://169.254.169.254/latest/', 'http://[fd00:ec2::254]/'])(
  'no issuer makes this server ask a metadata service: %s',
  async (issuer) => {
    const serving = await serve(null, 100, { access: { oidc: options(issuer) } })
    try {
      const browser = new WalkingBrowser()
      await browser.signIn(serving.url, 'mallory')
      const { problem } = await ways(serving.url, browser)
      expect(problem).toMatchObject({
        code: 'provider-down',
        message: expect.stringContaining('nothing is ever sent there'),
      })
    } finally {
      await serving.close()
    }
  },
)

test('without allowPrivate an issuer on this machine is not asked, and neither is a token endpoint that a document names', async () => {
  const forging = await startForging('quorumdeck')
  const serving = await serve(null, 100, { access: { oidc: options(forging.issuer, { allowPrivate: false }) } })
  try {
    const browser = new WalkingBrowser()
    await browser.signIn(serving.url, 'mallory')
    expect((await ways(serving.url, browser)).problem?.code).toBe('provider-down')
    expect(forging.asked).toEqual([])
  } finally {
    await serving.close()
    await forging.close()
  }
})
