/** A link opens exactly what is seen. */
import { expect, test } from '../product.ts'

test('filter, order and open rows are in the address, which opens the same table', async ({
  page,
  product,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`/clusters/${product.cluster}`)
  await expect(page.locator('tr.qd-row').first()).toBeVisible()
  await page.getByLabel('Status', { exact: true }).selectOption('follower')
  await page.getByRole('button', { name: 'Lag', exact: true }).click()
  await page.locator('tr.qd-row').first().getByRole('button', { expanded: false }).first().click()
  await expect(page).toHaveURL(/status=follower/)
  await expect(page).toHaveURL(/sort=-?lag/)
  await expect(page).toHaveURL(/open=/)
  const rows = await page.locator('tr.qd-row').count()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await expect(page.getByRole('button', { name: 'Link copied' })).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toBe(page.url())
  const other = await context.newPage()
  await other.goto(link)
  await expect(other.locator('tr.qd-row')).toHaveCount(rows)
  await expect(other.getByLabel('Status', { exact: true })).toHaveValue('follower')
  await expect(other.getByRole('button', { expanded: true }).first()).toBeVisible()
  expect(other.url()).toBe(link)
})
