/** People below a base path: the first user, live data, a deep page, a wizard, out and in again. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { BASE, expect, expectAddressesBelow, test } from './below.ts'

const PASSWORD = 'correct horse battery'

const offset = (page: Page) => page.locator('tr.qd-row[data-node="0"] td.qd-cell-leo')

async function expectMoving(page: Page): Promise<void> {
  const before = await offset(page).textContent()
  await expect(offset(page)).not.toHaveText(before ?? '')
}

test('the first user, live data over a websocket that is cut, a reload on a deep page, a wizard, out and in again', async ({
  seen: page,
  asked,
  shared: { url, host, dataDir },
}) => {
  // Without a slash, and as nobody: led to the door, and to the one who makes the first user.
  await page.goto(url)
  await expect(page).toHaveURL(`${url}/sign-in?next=%2F`)
  await page.getByRole('link', { name: 'makes the first one' }).click()
  await expect(page).toHaveURL(`${url}/set-up`)
  await page.getByLabel('Set-up secret').fill(await readFile(join(dataDir, 'setup-secret'), 'utf8'))
  await page.getByLabel('Name to sign in with').fill('root')
  await page.getByLabel('Name that others see').fill('Root')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the user' }).click()
  await expect(page).toHaveURL(`${url}/account`)
  await expect(page.getByRole('heading', { level: 1, name: 'Root' })).toBeVisible()
  await expectAddressesBelow(page)
  const [session] = (await page.context().cookies(url)).filter(({ name }) => name.startsWith('quorumdeck_session'))
  expect(session?.path).toBe(BASE)

  // From here on by clicks alone: no page is loaded anew.
  await page.evaluate(() => Object.assign(window, { isSamePage: true }))
  const isSamePage = () => page.evaluate(() => 'isSamePage' in window)
  await page.getByRole('link', { name: 'Quorumdeck' }).click()
  await expect(page).toHaveURL(`${url}?list`)
  await page.locator('[data-fleet-row]').first().click()
  await expect(page).toHaveURL(`${url}/clusters/practice`)
  await expectMoving(page)
  await expectAddressesBelow(page)
  await page.getByRole('link', { name: 'History' }).first().click()
  await expect(page).toHaveURL(new RegExp(`^${url}/clusters/practice/history`))
  await page.goBack()
  await expect(page).toHaveURL(`${url}/clusters/practice`)
  expect(await isSamePage()).toBe(true)

  // The proxy is started anew: the page connects again, to the same path.
  const sockets = () => asked.filter((one) => one === `${url}/ws`).length
  const before = sockets()
  expect(before).toBeGreaterThan(0)
  expect(host.cut()).toBeGreaterThan(0)
  await expect.poll(sockets).toBeGreaterThan(before)
  await expectMoving(page)

  await page.goto(`${url}/clusters/practice/workflows/new?kind=add-controller`)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/add/i)
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeVisible()
  await expectAddressesBelow(page)

  // Another theme, kept for this product alone.
  await page.getByRole('button', { name: /theme/i }).click()
  await expect
    .poll(async () => (await page.context().cookies(url)).find(({ name }) => name === 'quorumdeck-theme')?.path)
    .toBe(BASE)

  // The end of its websocket may lead it to the door first, with the way back.
  await page.getByRole('button', { name: 'Sign out' }).first().click()
  await expect(page).toHaveURL(new RegExp(`^${url}/sign-in`))
  await expect(page.getByRole('button', { name: 'Sign in with the password' })).toBeVisible()
  await page.goto(`${url}/clusters/practice/workflows`)
  await expect(page).toHaveURL(`${url}/sign-in?next=${encodeURIComponent('/clusters/practice/workflows')}`)
  await page.getByLabel('Name').fill('root')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in with the password' }).click()
  await expect(page).toHaveURL(`${url}/clusters/practice/workflows`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

  for (const next of [
    '/../clusters/practice',
    '/%2e%2e/clusters/practice',
    '//elsewhere.example',
    `${host.url}/elsewhere`,
  ]) {
    await page.goto(`${url}/sign-in?next=${encodeURIComponent(next)}`)
    await page.getByLabel('Name').fill('root')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in with the password' }).click()
    await page.waitForURL((address) => !address.pathname.endsWith('/sign-in'))
    expect(page.url().startsWith(url), next).toBe(true)
  }
})
