/** Runbooks as pages to print: of a plan, of a run, and of what no wizard can do. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import type { Workflow } from '../server/contract/workflows.ts'
import { json } from './clicking.ts'
import { expect, test } from './product.ts'

/** What a page must be to be carried to a host: all of it there, nothing of the deck, black on white. */
async function printable(page: Page): Promise<void> {
  const paper = page.getByRole('article')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await new AxeBuilder({ page }).analyze()
    expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  }
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('banner')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(paper).toBeVisible()
  expect(await paper.evaluate((one) => getComputedStyle(one).color)).toBe('rgb(0, 0, 0)')
  const pdf = await page.pdf({ format: 'A4' })
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
}

test('a plan: linked beside its download, with commands, what they print, and checks by hand', async ({
  page,
  product,
}) => {
  await page.goto(`/clusters/${product.cluster}/workflows/new?kind=rolling-restart`)
  await page.getByRole('link', { name: 'Print it' }).click()
  await page.waitForURL(/\/workflows\/new\/runbook\?kind=rolling-restart$/)
  const paper = page.getByRole('article')
  await expect(paper.getByRole('heading', { level: 1 })).toContainText('Rolling restart of')
  await expect(paper).toContainText('bin/kafka-server-start.sh -daemon config/')
  await expect(paper).toContainText('It prints nothing.')
  await expect(paper).toContainText('By hand: status')
  await expect(paper.getByRole('heading', { name: /^Part: Restart node \d/ })).toHaveCount(
    (await product.view()).replicas.length,
  )
  await printable(page)
  // The address is all that it needs.
  await page.reload()
  await expect(paper.getByRole('heading', { level: 1 })).toContainText('Rolling restart of')
})

test('a run, and its Markdown beside it', async ({ page, product }) => {
  const { replicas } = await product.view()
  const nodeId = replicas.find((one) => one.status === 'follower')?.nodeId
  const url = `${product.url}/api/clusters/${product.cluster}/workflows`
  const { id } = await json<Workflow>(url, { kind: 'rolling-restart', params: { nodeIds: [nodeId] } })
  await page.goto(`/workflows/${id}`)
  await page.getByRole('link', { name: 'Print it' }).click()
  await page.waitForURL(`**/workflows/${id}/runbook`)
  await expect(page.getByRole('article').getByRole('heading', { level: 1 })).toHaveText('Rolling restart of 1 node')
  const markdown = page.getByRole('link', { name: 'Markdown' })
  const text = await (await page.request.get((await markdown.getAttribute('href')) ?? '')).text()
  expect(text).toContain('# Rolling restart of 1 node')
  await printable(page)
  const run = await json<Workflow>(`${product.url}/api/workflows/${id}`)
  const command = run.allowedCommands.find((one) => one.type === 'abort')
  await json(`${product.url}/api/workflows/${id}/commands`, {
    commandId: 'end',
    expectedRevision: run.revision,
    command: { ...command, reason: 'tried' },
  })
})

test('where no wizard helps, and addresses that name nothing', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}/workflows`)
  await page.getByRole('region', { name: 'Where no wizard helps' }).getByRole('link').first().click()
  await page.waitForURL(/\/runbooks\/lost-majority$/)
  await expect(page.getByRole('article').getByRole('heading', { level: 1 })).toBeVisible()
  await printable(page)
  for (const path of [
    `/clusters/${product.cluster}/runbooks/nothing`,
    `/clusters/${product.cluster}/workflows/new/runbook`,
  ]) {
    await page.goto(path)
    await expect(page.getByRole('heading', { name: 'There is no such runbook.' })).toBeVisible()
    await expect(page.getByRole('main').getByRole('link', { name: 'The wizards' })).toBeVisible()
  }
  await page.goto('/workflows/nobody/runbook')
  await expect(page.getByRole('heading', { name: 'The runbook cannot be written.' })).toBeVisible()
})
