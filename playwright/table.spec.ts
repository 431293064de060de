/** The replica table: filters, order, definitions, copying, details, and sixty-seven rows. */
import { diffViews } from '../server/contract/delta.ts'
import { expect, test } from './product.ts'
import { CLUSTER, failedDisk, large, stage } from './routed.ts'

test('two disks of one id bear the same mark', async ({ page }) => {
  await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  const disks = page.locator('tr.qd-row[data-node="2"]')
  await expect(disks).toHaveCount(2)
  await expect(page.locator('tr.qd-row[data-twin="true"]')).toHaveCount(2)
  await expect(disks.nth(1)).toContainText('new disk of 2')
})

test('definitions come on hover and on focus', async ({ page }) => {
  await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  await page.getByRole('button', { name: 'Lag', exact: true }).hover()
  await expect(page.getByRole('tooltip')).toContainText('Records behind the leader')
  await page.mouse.move(0, 0)
  await expect(page.getByRole('tooltip')).toHaveCount(0)
  await page.getByRole('button', { name: 'High watermark' }).focus()
  await expect(page.getByRole('tooltip')).toContainText('safe from any election')
})

test('filters count, narrow and can be cleared', async ({ page }) => {
  await stage(page, { view: large(0) })
  await page.goto(`/clusters/${CLUSTER}`)
  const rows = page.locator('tr.qd-row')
  // Seven voters, and of sixty brokers only the one that lags.
  await expect(rows).toHaveCount(8)
  await page.getByRole('button', { name: 'Show 59 more: brokers that are well' }).click()
  await expect(rows).toHaveCount(67)
  const health = page.getByRole('combobox', { name: 'Health' })
  await expect(health.getByRole('option')).toHaveText(['Health: all (67)', 'ok (66)', 'lagging (1)'])
  await health.selectOption('lagging')
  await expect(rows).toHaveCount(1)
  await page.getByRole('searchbox').fill('nothing is called so')
  await page.getByRole('button', { name: 'Show all 67' }).click()
  await expect(rows).toHaveCount(67)
})

test('a click on a column sorts, voters always before observers', async ({ page }) => {
  await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  await page.getByRole('button', { name: 'Lag', exact: true }).click()
  const nodes = page.locator('tr.qd-row .qd-node')
  await expect(nodes).toHaveText(['2', '0', '1', '2', '7'])
  await expect(page.getByRole('columnheader', { name: 'Lag' }).first()).toHaveAttribute('aria-sort', 'descending')
})

test('details open by keyboard', async ({ page }) => {
  await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  const more = page.locator('tr.qd-row[data-node="1"]').getByRole('button', { name: /^Details of node 1/ })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect(more).toHaveAttribute('aria-expanded', 'true')
  await expect(page.locator('.qd-details')).toContainText('CONTROLLER://localhost:8001')
})

test('copies ids, and the whole as Kafka’s own tool prints it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await stage(page, { view: failedDisk() })
  await page.goto(`/clusters/${CLUSTER}`)
  await page.getByRole('button', { name: 'Copy directory id of node 1' }).click()
  await expect(page.getByRole('button', { name: 'Copied directory id of node 1' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('QjRpFtVDTtCa8OLXiSbmmA')
  await page.getByRole('button', { name: 'Copy as kafka-metadata-quorum output' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(/NodeId\s+DirectoryId\s+LogEndOffset\s+Lag/)
  await dialog.getByText('status', { exact: true }).click()
  await expect(dialog).toContainText('CurrentVoters:          [{"id": 0, "directoryId": "pbvuBlaTTwKRxS5NLJwRFQ"')
  await dialog.getByRole('button', { name: 'Copy', exact: true }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^ClusterId: {14}ucil9Sd9R7Ss8st7gV-Krg\n/)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
})

test('sixty-seven rows take ten updates a second, and nothing shifts', async ({ page }, testInfo) => {
  const first = { ...large(0), cluster: CLUSTER }
  const set = await stage(page, { view: first })
  await page.goto(`/clusters/${CLUSTER}`)
  await page.getByRole('button', { name: /^Show 59 more/ }).click()
  await expect(page.locator('tr.qd-row')).toHaveCount(67)
  await page.evaluate(() => {
    const seen = { long: [] as number[], shifted: [] as string[] }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.long.push(Math.round(entry.duration))
    }).observe({ type: 'longtask' })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { sources: { node: Node | null }[] })[]) {
        for (const { node } of entry.sources) {
          // A right-aligned number that gains a digit begins further left: it changed, nothing else moved.
          if (node?.nodeType === Node.TEXT_NODE && node.parentElement?.closest('td.qd-cell-num')) continue
          seen.shifted.push((node?.parentElement?.outerHTML ?? '').slice(0, 200))
        }
      }
    }).observe({ type: 'layout-shift' })
  })
  let view = first
  const updates = 100
  for (let at = 1; at <= updates; at++) {
    const next = { ...large(at), cluster: CLUSTER }
    const delta = diffViews(view, next, 0)
    if (delta === null) throw new Error('the views follow each other')
    set.say(delta)
    view = next
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const newest = view.replicas[3]?.logEndOffset?.toLocaleString('en-US') ?? ''
  await expect(page.locator('tr.qd-row[data-node="3"] td.qd-cell-leo')).toHaveText(newest)
  const seen = await page.evaluate(() => (window as unknown as { seen: { long: number[]; shifted: string[] } }).seen)
  // Long tasks depend on the machine, so they are told, not judged; a layout shift does not.
  testInfo.annotations.push({
    type: 'long tasks',
    description: `${seen.long.length} in ${updates} updates: ${seen.long.join(', ')} ms`,
  })
  expect(seen.shifted).toEqual([])
})
