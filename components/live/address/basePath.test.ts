import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { pathAfterSignIn } from '../../../server/contract/access/ownPath.ts'

const SITE = 'https://tools.example'

/** As the module is on the server, and in a browser whose document says where it is. */
async function at(basePath: string, inBrowser: boolean) {
  vi.resetModules()
  if (inBrowser) {
    vi.stubGlobal('document', { documentElement: { dataset: basePath === '' ? {} : { basePath } } })
    vi.stubGlobal('location', new URL(`${SITE}${basePath}/clusters/a?x=1`))
  } else vi.stubEnv('QUORUMDECK_BASE_PATH', basePath)
  return await import('./basePath.ts')
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

test.each([false, true])('paths of ours are below it, in a browser: %s', async (inBrowser) => {
  const below = await at('/deck', inBrowser)
  expect([below.atBase('/?list'), below.atBase('/ws'), below.COOKIE_PATH]).toEqual(['/deck/?list', '/deck/ws', '/deck'])
  const none = await at('', inBrowser)
  expect([none.atBase('/?list'), none.atBase('/ws'), none.COOKIE_PATH]).toEqual(['/?list', '/ws', '/'])
})

test('the page that is open is named as our own code names it', async () => {
  expect((await at('/deck', true)).openPath()).toBe('/clusters/a')
  const { openPath } = await at('/deck', true)
  vi.stubGlobal('location', new URL(`${SITE}/deck`))
  expect(openPath()).toBe('/')
  vi.stubGlobal('location', new URL(`${SITE}/deck/`))
  expect(openPath()).toBe('/')
})

test('where one goes after signing in stays below it, whatever is given, as a browser reads it', async () => {
  const { atBase } = await at('/deck', true)
  const piece = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '%252e',
    'a',
    '?',
    '#',
    ';',
    '@',
    '\t',
    '\n',
    'deck',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      const url = new URL(atBase(pathAfterSignIn(`/${pieces.join('')}`)), `${SITE}/deck/sign-in`)
      expect([url.origin, url.pathname.startsWith('/deck/')]).toEqual([SITE, true])
    }),
    { numRuns: 5000 },
  )
})
