/** Walls: read from across a room, shown by a token, alive over a restart of the server, and nothing to press. */
import type { Page } from '@playwright/test'
import type { CreatedWallToken } from '../../server/contract/room/wallTokens.ts'
import { violationsOf } from '../axe.ts'
import { json } from '../clicking.ts'
import { expect, test } from '../product.ts'
import { failedDisk, stage } from '../routed.ts'
import { showFleet } from './fleet.ts'
import { legible } from './legible.ts'

const SCREENS = [
  [390, 844],
  [1440, 900],
  [3840, 2160],
] as const
const SCHEMES = ['light', 'dark'] as const

async function expectLegible(page: Page, glyphs: string, what: string): Promise<void> {
  const { glyphs: count, smallestPart, lowestContrast } = await legible(page, glyphs)
  expect(count, what).toBeGreaterThan(0)
  expect(smallestPart, `${what}: the smallest glyph`).toBeGreaterThanOrEqual(1 / 40)
  expect(lowestContrast, `${what}: the lowest contrast`).toBeGreaterThanOrEqual(7)
}

for (const [width, height] of SCREENS) {
  for (const colorScheme of SCHEMES) {
    test(`glyphs are a fortieth of ${width} x ${height} or more and stand out 7 to 1, in ${colorScheme}`, async ({
      page,
    }) => {
      await page.setViewportSize({ width, height })
      // A page of tiles that fades in has another colour for a moment.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const count of [1, 6, 60, 500]) {
        await showFleet(page, count)
        await page.goto('/wall')
        await expect(page.locator('.qd-tile').first()).toBeVisible()
        await expectLegible(page, '.qd-tile em', `${count} clusters`)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(height)
        expect(await violationsOf(page)).toEqual([])
      }
      await page.unroute('**/api/clusters')
      await stage(page, { view: failedDisk() })
      await page.goto('/wall/payments')
      await expect(page.locator('.qd-wall__seat').first()).toBeVisible()
      await expectLegible(page, '.qd-wall__seat em, .qd-wall__alertmark', 'one cluster')
      expect(await violationsOf(page)).toEqual([])
    })
  }
}

test('the sick ones come first and are on every page, while the others go round', async ({ page }) => {
  await page.clock.install()
  await showFleet(page, 60)
  await page.goto('/wall')
  const names = async () => await page.locator('.qd-tile b').allTextContents()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('4 of 60 clusters need a person')
  const first = await names()
  // Nobody leads one, and nobody answers at the other: these before the rest.
  expect(first.slice(0, 2).map((name) => name.slice(0, 11))).toEqual(['cluster-057', 'cluster-059'])
  await page.clock.runFor(13_000)
  await expect.poll(async () => (await names()).join() !== first.join()).toBe(true)
  const second = await names()
  expect(second.slice(0, 4)).toEqual(first.slice(0, 4))
  expect(second.slice(4).some((name) => first.includes(name))).toBe(false)
})

test('the picture moves a little every minute, and its layout does not', async ({ page, product }) => {
  await page.clock.install()
  await page.goto(`/wall/${product.cluster}`)
  await expect(page.locator('.qd-wall__seat').first()).toBeVisible()
  const place = async () => {
    const box = await page.locator('.qd-wall__board').boundingBox()
    return { at: `${box?.x} ${box?.y}`, size: `${Math.round(box?.width ?? 0)} ${Math.round(box?.height ?? 0)}` }
  }
  const before = await place()
  await page.clock.runFor(61_000)
  await expect.poll(async () => (await place()).at).not.toBe(before.at)
  expect((await place()).size).toBe(before.size)
})

test('a wall is opened by its link, stays over a restart of the server, and ends when it is revoked', async ({
  browser,
  product,
}) => {
  const made = await json<CreatedWallToken>(`${product.url}/api/wall-tokens`, {
    label: 'Hall',
    clusters: null,
    days: 7,
    as: { id: 'ann', name: 'Ann' },
  })
  const screen = await browser.newContext({ baseURL: product.url })
  const page = await screen.newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.url()} ${JSON.stringify(request.headers())}`))
  await page.goto(made.link)
  await expect(page.locator('.qd-tile')).toHaveCount(1)
  // The secret is gone from the address, and was in no address or header that the server saw.
  expect(page.url()).toBe(`${product.url}/wall`)
  expect(asked.filter((one) => one.includes(made.secret))).toEqual([])
  // It is a wall and no more, although everybody on this machine operates.
  expect((await page.request.get(`/api/clusters/${product.cluster}/quorum`)).status()).toBe(403)
  await page.goto(`/clusters/${product.cluster}`)
  await expect(page).toHaveURL(/\/wall$/)

  await page.goto(`/wall/${product.cluster}`)
  const heading = page.getByRole('heading', { level: 1 })
  await expect(heading).toContainText('Healthy')
  await page.evaluate(() => Object.assign(window, { notLoadedAnew: true }))
  await product.restart()
  await expect(page.locator('.qd-wall__right')).toContainText('Live', { timeout: 60_000 })
  await expect(heading).toContainText('Healthy')
  expect(await page.evaluate(() => 'notLoadedAnew' in window)).toBe(true)

  await fetch(`${product.url}/api/wall-tokens/${made.token.id}`, { method: 'DELETE' })
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.getByRole('button', { name: 'This is no wall any more' }).click()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in')
  await screen.close()
})

test('a wall is left by two keys and by no other, and the pointer goes', async ({ page, product }) => {
  await page.goto('/wall')
  await expect(page.locator('.qd-tile')).toHaveCount(1)
  await expect(page.locator('main')).toHaveCSS('cursor', 'none')
  await expect(page.locator('a, button, input, select, [tabindex]')).toHaveCount(0)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status')).toContainText('Leave the wall?')
  await page.keyboard.press('x')
  await expect(page.getByRole('status')).toHaveText('')
  await page.keyboard.press('Enter')
  expect(page.url()).toBe(`${product.url}/wall`)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status')).toContainText('Leave the wall?')
  await page.keyboard.press('Enter')
  await expect(page).not.toHaveURL(/\/wall$/)
})

test('a link is made and taken back on the page of walls; it is shown once', async ({ page }) => {
  await page.goto('/walls')
  await page.getByLabel('Where the screen hangs').fill('Kitchen')
  await page.getByRole('button', { name: 'Make the link' }).click()
  await expect(page.getByText('It is shown this once.')).toBeVisible()
  await expect(page.getByText(/\/wall#token=qdw_/)).toBeVisible()
  await page.getByRole('button', { name: 'I have it' }).click()
  await expect(page.getByText(/qdw_/)).toHaveCount(0)
  await page.getByRole('button', { name: 'Revoke Kitchen' }).click()
  await expect(page.getByText(/Kitchen · all clusters · revoked/)).toBeVisible()
  expect(await violationsOf(page)).toEqual([])
})
