/** Silence is a state: the page says so by itself, and comes back by itself. */
import { expect, test } from './product.ts'

test.describe.configure({ mode: 'serial' })
test.afterEach(({ product }) => product.thaw())

for (const path of ['clusters', 'wall'] as const) {
  test(`${path}: a server that stands still is noticed, and so is its return`, async ({ page, product }) => {
    await page.goto(`/${path}/${product.cluster}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
    product.freeze()
    const lost = path === 'wall' ? 'No connection to Quorumdeck' : 'This page has lost the Quorumdeck server.'
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(lost)
    await expect(page.locator('[data-tone="stale"]').first()).toBeVisible()
    await expect(page.getByRole('main').getByText(/^Healthy/)).toHaveCount(0)
    product.thaw()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
    await expect(page.locator('[data-tone="stale"]')).toHaveCount(0)
  })

  test(`${path}: recovers from a restart of the server without being loaded again`, async ({ page, product }) => {
    await page.goto(`/${path}/${product.cluster}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
    await page.evaluate(() => Object.assign(window, { stillHere: true }))
    await product.restart()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
    await expect(page.getByText(/Live · \d\.\d s/)).toBeVisible()
    expect(await page.evaluate(() => 'stillHere' in window)).toBe(true)
  })
}

test('the list of clusters says that it is old', async ({ page, product }) => {
  await page.goto('/?list')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 cluster')
  product.freeze()
  await expect(page.getByText('This page has lost the Quorumdeck server.')).toBeVisible()
  product.thaw()
  await expect(page.getByText('This page has lost the Quorumdeck server.')).toHaveCount(0)
})
