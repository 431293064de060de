/** Five hundred clusters: readable at every width, gravest first, found by what somebody knows of one, by keyboard too. */
import { violationsOf } from '../axe.ts'
import { expect, test } from '../product.ts'
import { showFleet } from './fleet500.ts'

const names = (page: import('@playwright/test').Page) => page.locator('[data-fleet-row]').allTextContents()

for (const [width, height] of [
  [390, 844],
  [1440, 900],
  [3840, 2160],
] as const) {
  test(`500 clusters at ${width} px: within the screen, nothing for axe in light and dark`, async ({ page }) => {
    test.slow()
    await page.setViewportSize({ width, height })
    await showFleet(page, 500)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      // Loaded in its colours: lines out of sight take others only when they come into sight.
      await page.goto('/?list')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('6 of 500 clusters need a person')
      await expect(page.locator('.qd-fleet__row')).toHaveCount(500)
      await expect(page.locator('html.pf-v6-theme-dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
      expect(await violationsOf(page), colorScheme).toEqual([])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    // Those that need somebody are on the first screen, before all groups; on a phone the gravest of them.
    const first = (await page.locator('[data-fleet-row]').all()).slice(0, width === 390 ? 1 : 6)
    for (const row of first) await expect(row).toBeInViewport()
  })
}

test('the gravest first; filters, search and what is found by an address', async ({ page }) => {
  await showFleet(page, 500)
  await page.goto('/?list')
  const short = async (count: number) => (await names(page)).slice(0, count).map((name) => /\d{3}/.exec(name)?.[0])
  await expect.poll(() => short(6)).toEqual(['003', '011', '019', '025', '033', '040'])
  await page.getByRole('button', { name: 'Unreachable 1' }).click()
  await expect(page).toHaveURL(/show=unreachable/)
  await expect.poll(() => short(9)).toEqual(['033'])
  await page.reload()
  await expect.poll(() => short(9)).toEqual(['033'])
  await page.getByRole('button', { name: 'Unreachable 1' }).click()
  for (const text of ['Kafka-cluster-id-00123', 'controller-2.c123.example:9093', 'C123 healthy']) {
    await page.getByRole('searchbox').fill(text)
    await expect.poll(() => short(9)).toContain('123')
    expect((await names(page)).length).toBeLessThan(12)
  }
  await page.getByRole('searchbox').fill('nobody has this')
  await expect(page.getByText('No cluster matches “nobody has this”.')).toBeVisible()
  await page.getByRole('button', { name: 'Show all 500' }).click()
  await expect(page.locator('.qd-fleet__row')).toHaveCount(500)
})

test('groups fold, stay folded, and hide no trouble', async ({ page }) => {
  await showFleet(page, 500)
  await page.goto('/?list')
  const shop = page.getByRole('button', { name: /Shop 69 clusters, 2 above/ })
  await shop.click()
  await expect(page.locator('.qd-fleet__row')).toHaveCount(500 - 69)
  await page.reload()
  await expect(shop).toHaveAttribute('aria-expanded', 'false')
  await expect(page.getByRole('link', { name: /^shop-011/ })).toBeVisible()
  // A search looks into what is folded.
  await page.getByRole('searchbox').fill('shop-018')
  await expect(page.getByRole('link', { name: /^shop-018/ })).toBeVisible()
})

test('by keyboard: / to the search, arrows from line to line, Enter opens', async ({ page }) => {
  await showFleet(page, 500)
  await page.goto('/?list')
  await expect(page.locator('.qd-fleet__row')).toHaveCount(500)
  await page.keyboard.press('/')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('[data-fleet-row]').nth(1)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('/x')
  await expect(page.getByRole('searchbox')).toHaveValue('/x')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('searchbox')).toHaveValue('')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/clusters\/c3$/)
})

test('an answer in which only ages differ changes no line', async ({ page }) => {
  await showFleet(page, 500)
  await page.goto('/?list')
  await expect(page.locator('.qd-fleet__row')).toHaveCount(500)
  await page.waitForResponse('**/api/clusters')
  await page.evaluate(() => {
    const changed: string[] = []
    Object.assign(window, { changed })
    const of = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('.qd-fleet__row')
    new MutationObserver((records) => {
      for (const { target } of records) changed.push(of(target)?.querySelector('a')?.textContent ?? 'elsewhere')
    }).observe(document.querySelector('.qd-data') as Element, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
  })
  for (let round = 0; round < 3; round += 1) await page.waitForResponse('**/api/clusters')
  const changed = await page.evaluate(() => (window as unknown as { changed: string[] }).changed)
  // The one that has been silent for a minute says for how long.
  expect(new Set(changed)).toEqual(new Set(['stores-of-the-north-040.production.example']))
})
