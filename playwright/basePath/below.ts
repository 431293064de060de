/** For tests: the product below a path of a host name that another tool has, too. Everything that its pages ask for must be below it. */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { freePort } from '../clicking.ts'
import { end, start } from '../product.ts'
import { type SharedHost, shareHost } from './sharedHost.ts'

export const BASE = '/tools/quorumdeck'
interface Shared {
  /** Of the product, with the base path. */
  url: string
  host: SharedHost
  dataDir: string
}

/** What the browser itself says of asking as nobody yet, and of a websocket that is cut. */
const EXPECTED = /status of 401|^WebSocket connection to '\S+\/tools\/quorumdeck\/ws' failed/

export const test = base.extend<{ seen: Page; asked: string[] }, { people: boolean; shared: Shared }>({
  people: [true, { scope: 'worker', option: true }],
  shared: [
    async ({ people }, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-below-'))
      const config = join(dataDir, 'quorumdeck.yaml')
      await writeFile(config, people ? 'access: { users: true }\n' : '{}\n')
      const port = await freePort()
      let child: ChildProcess | null = null
      let host: SharedHost | null = null
      try {
        child = await start(port, dataDir, ['--config', config], BASE)
        host = await shareHost(port, BASE)
        await use({ url: host.url + BASE, host, dataDir })
      } finally {
        await host?.close()
        if (child !== null) await end(child)
        await rm(dataDir, { recursive: true, force: true })
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  /** Everything that was asked for, also by websocket. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  asked: async ({}, use) => use([]),
  /** A page of which nothing may go wrong: no request outside, none that fails, nothing in the console. */
  seen: async ({ context, shared, asked }, use) => {
    const problems: string[] = []
    const page = await context.newPage()
    watch(context, page, asked, problems)
    await use(page)
    expect(problems).toEqual([])
    expect(asked.length).toBeGreaterThan(20)
    expect(asked.filter((url) => !url.startsWith(`${shared.url}/`) && !isHome(url, shared.url))).toEqual([])
  },
})

const isHome = (url: string, home: string) => url === home || url.startsWith(`${home}?`)

function watch(context: BrowserContext, page: Page, asked: string[], problems: string[]): void {
  context.on('request', (request) => asked.push(request.url()))
  page.on('websocket', (socket) => asked.push(socket.url().replace(/^ws/, 'http')))
  context.on('response', (response) => {
    if (response.status() >= 400 && response.status() !== 401) problems.push(`${response.status()} ${response.url()}`)
  })
  context.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {}
    // Whoever leaves a page does not wait for what it asks for.
    if (!errorText.includes('ERR_ABORTED')) problems.push(`${errorText} ${request.url()}`)
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) problems.push(message.text())
  })
}

/** Every address that the page leads to, or is made of. `preconnect` is about the host and asks for nothing. */
export async function expectAddressesBelow(page: Page): Promise<void> {
  const addresses = await page.evaluate(() =>
    [...document.querySelectorAll('[href]:not([rel=preconnect]),[src]')].map(
      (one) => one.getAttribute('href') ?? one.getAttribute('src'),
    ),
  )
  const own = addresses.filter((one) => one?.startsWith('/') === true)
  expect(own.length).toBeGreaterThan(5)
  expect(own.filter((one) => one !== BASE && !one?.startsWith(`${BASE}/`) && !one?.startsWith(`${BASE}?`))).toEqual([])
}

export { expect } from '@playwright/test'
