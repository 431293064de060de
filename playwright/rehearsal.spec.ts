/** The table of a rehearsal, played by the product on a copy of its practice quorum. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from './product.ts'

test('a change of the voters: each moment and fault with what becomes of the run and of the majority', async ({
  page,
  product,
}) => {
  const voter = (await product.view()).replicas.find((one) => one.status === 'follower')
  await page.goto(`/clusters/${product.cluster}/workflows/new?kind=remove-controller&nodeId=${voter?.nodeId}`)
  const panel = page.getByRole('region', { name: 'Rehearsal' })
  await panel.getByRole('button', { name: 'Rehearse it' }).click()
  const table = panel.getByRole('grid', { name: 'What if' })
  await expect(table).toBeVisible({ timeout: 60_000 })
  const cut = await table
    .getByRole('columnheader')
    .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent))
  expect(cut).toEqual([])
  await expect(table.getByRole('columnheader', { name: 'Partitions' })).toHaveCount(0)
  const rows = table.getByRole('row')
  await expect(rows.nth(1)).toContainText('as planned')
  await expect(rows.nth(1)).toContainText('is done')
  await expect(table).toContainText(`right before removing controller ${voter?.nodeId}`)
  await expect(table).toContainText('the answer is lost')
  await expect(table).not.toContainText('✕')
  await expect(panel.getByRole('status')).toContainText('faults were played')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html.pf-v6-theme-dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
    const found = await new AxeBuilder({ page }).include('[aria-label="Rehearsal"]').analyze()
    expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  }
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
})

test('a rolling restart: on a copy of the whole cluster, with its partitions, and what cannot be played said', async ({
  page,
  product,
}) => {
  await page.goto(`/clusters/${product.cluster}/workflows/new?kind=rolling-restart`)
  const panel = page.getByRole('region', { name: 'Rehearsal' })
  await panel.getByRole('button', { name: 'Rehearse it' }).click()
  const table = panel.getByRole('grid', { name: 'What if' })
  await expect(table).toBeVisible({ timeout: 60_000 })
  await expect(table.getByRole('columnheader', { name: 'Partitions' })).toBeVisible()
  await expect(table).toContainText(/while node \d+ is down/)
  await expect(table).toContainText('does not come up again')
  await expect(panel).toContainText('cannot be simulated here')
})
