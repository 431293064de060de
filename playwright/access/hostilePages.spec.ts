/**
 * What pages of others try with the browser of somebody who is signed in: of another site, and of another port of the same site, whose
 * requests carry the cookie. Nothing is changed by any of it, nothing is read, and each page sees what is said here.
 */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test'
import { Browsers, type Headers, PASSWORD } from '../../server/testing/access/people.ts'
import { freePort } from '../clicking.ts'
import { end, start } from '../product.ts'

test.describe.configure({ mode: 'serial' })

let dataDir: string
let child: ChildProcess
let hostile: Server
let url: string
let port: number
/** Of the hostile page: another site, and the same one on another port. */
let elsewhere: string
let beside: string
let people: Browsers
let root: Headers
/** Addresses that the hostile server was asked for. */
const visits: string[] = []

test.beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-hostile-'))
  const config = join(dataDir, 'quorumdeck.yaml')
  await writeFile(config, 'access:\n  users: true\n')
  port = await freePort()
  child = await start(port, dataDir, ['--config', config])
  url = `http://localhost:${port}`
  people = new Browsers(url)
  root = await people.setUp(dataDir)
  await people.user(root, 'wendy', [{ right: 'watch', scope: null }])
  hostile = createServer((request, response) => {
    visits.push(request.url ?? '')
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>hostile</title><body>')
  })
  hostile.listen(0)
  await once(hostile, 'listening')
  const hostilePort = (hostile.address() as AddressInfo).port
  elsewhere = `http://127.0.0.1:${hostilePort}`
  beside = `http://localhost:${hostilePort}`
})
test.afterAll(async () => {
  await end(child)
  hostile.closeAllConnections()
  hostile.close()
  await rm(dataDir, { recursive: true })
})
test.beforeEach(() => {
  visits.length = 0
})

async function signIn(page: Page, login: string): Promise<void> {
  await page.getByLabel('Name').fill(login)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in with the password' }).click()
}

/** A browser in which somebody who administers everything is signed in. */
async function inside(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${url}/sign-in?next=/account`)
  await signIn(page, 'root')
  await expect(page.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
  return { context, page }
}

const NEW_USER = JSON.stringify({
  login: 'mallory',
  name: 'Mallory',
  password: PASSWORD,
  grants: [{ right: 'administer', scope: null }],
})

/** The page of a person who is still signed in, and what could have been changed. */
async function expectUntouched(page: Page): Promise<void> {
  await page.goto(`${url}/account`)
  await expect(page.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
  const { people: all } = (await (await people.send('GET', '/api/users', root)).json()) as {
    people: { login: string }[]
  }
  expect(all.map(({ login }) => login).sort()).toEqual(['root', 'wendy'])
}

for (const [where, origin] of [
  ['another site', () => elsewhere],
  ['another port of the same site', () => beside],
] as const) {
  test.describe(where, () => {
    test('sends no request that changes anything', async ({ browser }) => {
      const { context, page } = await inside(browser)
      const target = await context.newPage()
      // A form that is nearly JSON: what the browser puts between name and value ends in a string.
      await target.goto(origin())
      const [half = '', rest = ''] = NEW_USER.split('"login":')
      await target.evaluate(
        ([action, name, value]) => {
          const form = document.createElement('form')
          Object.assign(form, { method: 'post', enctype: 'text/plain', action })
          form.append(Object.assign(document.createElement('input'), { name, value }))
          document.body.append(form)
          form.submit()
        },
        [`${url}/api/users`, `${half}"ignored":"`, `","login":${rest}`] as const,
      )
      await expect(target.getByText('This request comes from a page of another site.')).toBeVisible()

      await target.goto(origin())
      const seen = await target.evaluate(
        async ([at, user]) => {
          const tried = async (path: string, init: RequestInit) =>
            await fetch(at + path, { credentials: 'include', ...init }).then(
              (answer) => `${answer.type} ${answer.status}`,
              (error: Error) => error.name,
            )
          const json = { 'content-type': 'application/json' }
          return {
            json: await tried('/api/users', { method: 'POST', headers: json, body: user }),
            text: await tried('/api/users', { method: 'POST', body: user }),
            blind: await tried('/api/users', { method: 'POST', mode: 'no-cors', body: user }),
            signOut: await tried('/api/session', { method: 'DELETE' }),
            read: await tried('/api/users', {}),
            readBlind: await tried('/api/users', { mode: 'no-cors' }),
            beacon: navigator.sendBeacon(`${at}/api/users`, new Blob([user], { type: 'text/plain' })),
          }
        },
        [url, NEW_USER] as const,
      )
      // Nothing is readable: not even what was sent without asking leave, since no other origin may embed it.
      expect(seen).toEqual({
        json: 'TypeError',
        text: 'TypeError',
        blind: 'TypeError',
        signOut: 'TypeError',
        read: 'TypeError',
        readBlind: 'TypeError',
        beacon: true,
      })
      await expectUntouched(page)
      await context.close()
    })

    test('embeds nothing, frames nothing, keeps no hand on a window, and opens no websocket', async ({ browser }) => {
      const { context, page } = await inside(browser)
      const target = await context.newPage()
      await target.goto(origin())
      const seen = await target.evaluate(async (at) => {
        const outcome = (element: HTMLElement) =>
          new Promise<string>((resolve) => {
            element.addEventListener('load', () => resolve('load'))
            element.addEventListener('error', () => resolve('error'))
            document.body.append(element)
          })
        const make = <K extends 'img' | 'script' | 'link'>(tag: K, fields: object) =>
          Object.assign(document.createElement(tag), fields)
        const socket = await new Promise<string>((resolve) => {
          const opened = new WebSocket(`${at.replace('http', 'ws')}/ws`)
          opened.addEventListener('open', () => resolve('open'))
          opened.addEventListener('close', ({ code }) => resolve(`closed ${code}`))
        })
        return {
          image: await outcome(make('img', { src: `${at}/icon.svg` })),
          script: await outcome(make('script', { src: `${at}/api/session` })),
          style: await outcome(make('link', { rel: 'stylesheet', href: `${at}/api/clusters` })),
          socket,
        }
      }, url)
      expect(seen).toEqual({ image: 'error', script: 'error', style: 'error', socket: 'closed 1006' })

      for (const tag of ['iframe', 'object', 'embed']) {
        const refused = target.waitForEvent('console', (message) => message.text().includes(`Framing '${url}/'`))
        await target.evaluate(
          ([name, at]) => {
            const element = document.createElement(name)
            element.setAttribute(name === 'object' ? 'data' : 'src', `${at}/account`)
            document.body.append(element)
          },
          [tag, url] as const,
        )
        expect([tag, (await refused).text()]).toEqual([tag, expect.stringContaining('The request has been blocked')])
      }
      const framed = target.frames().filter((frame) => frame.parentFrame() !== null)
      expect(framed.every((frame) => !frame.url().startsWith(url))).toBe(true)

      const opening = context.waitForEvent('page')
      await target.evaluate((at) => {
        Object.assign(window, { victim: window.open(`${at}/account`) })
      }, url)
      const opened = await opening
      await expect(opened.getByRole('heading', { level: 1 })).toBeVisible()
      // Its own opener policy parts the two: to whoever opened it, it is closed.
      expect(await target.evaluate(() => (window as unknown as { victim: Window }).victim.closed)).toBe(true)
      expect(await opened.evaluate(() => window.opener === null)).toBe(true)
      await expectUntouched(page)
      await context.close()
    })

    test('leads nobody away through the sign-in page', async ({ browser }) => {
      const { host } = new URL(origin())
      const ways = [
        origin(),
        `//${host}/`,
        `/\\${host}/`,
        `\\\\${host}/`,
        `/..//${host}/`,
        `/%2e%2e//${host}/`,
        `/./\\${host}/`,
        `/\t/${host}/`,
        `/%09/${host}/`,
        `/%2f${host}/`,
        `/%5c${host}/`,
        `javascript:location='${origin()}'`,
        '/account\r\nSet-Cookie: planted=1',
      ]
      for (const next of ways) {
        const context = await browser.newContext()
        const page = await context.newPage()
        await page.goto(`${url}/sign-in?next=${encodeURIComponent(next)}`)
        await signIn(page, 'wendy')
        await expect.poll(() => new URL(page.url()).pathname, next).not.toBe('/sign-in')
        expect([next, new URL(page.url()).origin]).toEqual([next, url])
        expect((await context.cookies()).map(({ name }) => name)).toEqual(['quorumdeck_session'])
        await context.close()
      }
      // Of a path that is a host, too: whoever is not signed in is led to the door, and from there nowhere else.
      const page = await browser.newPage()
      for (const path of [`//${host}/`, `/%2f${host}/`, `/\\${host}/`]) {
        await page.goto(url + path)
        expect([path, new URL(page.url()).origin]).toEqual([path, url])
      }
      await page.close()
      expect(visits).toEqual([])
    })
  })
}

test('a name of somebody else that leads here serves nothing, though to the browser it is one origin', async ({
  playwright,
  launchOptions,
}) => {
  const rebound = `http://rebound.example:${port}`
  const args = [...(launchOptions.args ?? []), '--host-resolver-rules=MAP rebound.example 127.0.0.1']
  const browser = await playwright.chromium.launch({ ...launchOptions, args })
  try {
    const page = await browser.newPage()
    const answer = await page.goto(`${rebound}/`)
    expect(answer?.status()).toBe(421)
    await expect(page.getByText('Quorumdeck does not serve this host name.')).toBeVisible()
    const seen = await page.evaluate(async (user) => {
      const status = async (path: string, init?: RequestInit) => (await fetch(path, init)).status
      const socket = await new Promise<string>((resolve) => {
        const opened = new WebSocket(`ws://${location.host}/ws`)
        opened.addEventListener('open', () => resolve('open'))
        opened.addEventListener('close', ({ code }) => resolve(`closed ${code}`))
      })
      const headers = { 'content-type': 'application/json' }
      return {
        read: await status('/api/sign-in'),
        write: await status('/api/users', { method: 'POST', headers, body: user }),
        page: await status('/sign-in'),
        socket,
      }
    }, NEW_USER)
    expect(seen).toEqual({ read: 421, write: 421, page: 421, socket: 'closed 1006' })
  } finally {
    await browser.close()
  }
})

test('a session that was laid into the browser before is not the one after signing in, and is nobody', async ({
  browser,
}) => {
  const laid = (await people.signIn('wendy')).cookie?.split('=')[1] ?? ''
  const context = await browser.newContext()
  const page = await context.newPage()
  // Cookies know no ports: a page beside can lay one.
  await page.goto(beside)
  await page.evaluate((value) => {
    // biome-ignore lint/suspicious/noDocumentCookie: as a hostile page does
    document.cookie = `quorumdeck_session=${value}; path=/`
  }, laid)
  await page.goto(`${url}/account`)
  await expect(page.getByRole('heading', { level: 1, name: 'wendy' })).toBeVisible()
  await page.goto(`${url}/sign-in?next=/account`)
  await signIn(page, 'root')
  await expect(page.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
  const [cookie] = await context.cookies(url)
  expect(cookie).toMatchObject({ name: 'quorumdeck_session', httpOnly: true, sameSite: 'Strict' })
  expect(cookie?.value).not.toBe(laid)
  const answer = await people.send('GET', '/api/session', { cookie: `quorumdeck_session=${laid}` })
  expect(answer.status).toBe(401)

  // Nor can it be laid beside the real one: of two nobody knows which is meant.
  const again = (await people.signIn('wendy')).cookie?.split('=')[1] ?? ''
  await page.goto(beside)
  const readable = await page.evaluate((value) => {
    // biome-ignore lint/suspicious/noDocumentCookie: as a hostile page does
    document.cookie = `quorumdeck_session=${value}; path=/api`
    return document.cookie
  }, again)
  expect(readable).not.toContain(cookie?.value)
  await page.goto(`${url}/account`)
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await page.evaluate(async () => (await fetch('/api/session')).status)).toBe(401)
  await context.close()
})

test('a cookie that was stolen is worth nothing after signing out', async ({ browser }) => {
  const { context, page } = await inside(browser)
  const stolen = await context.cookies(url)
  const thief = await browser.newContext()
  await thief.addCookies(stolen)
  const theirs = await thief.newPage()
  await theirs.goto(`${url}/account`)
  await expect(theirs.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
  await theirs.goto(`${url}/clusters/practice`)
  await expect(theirs.getByText('Healthy').first()).toBeVisible()
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  // The page that the thief has open is led to the door by itself.
  await expect(theirs).toHaveURL(/\/sign-in/)
  expect(await theirs.evaluate(async () => (await fetch('/api/session')).status)).toBe(401)
  for (const path of ['/', '/account', '/administration']) {
    await theirs.goto(url + path)
    await expect(theirs).toHaveURL(/\/sign-in/)
  }
  await Promise.all([context.close(), thief.close()])
})
