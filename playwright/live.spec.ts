/** The cluster page on a quorum that lives, and dies, and is repaired. */
import type { Locator, Page } from '@playwright/test'
import { expect, type Product, test } from './product.ts'

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ product }) => product.reset())

async function open(page: Page, product: Product): Promise<void> {
  await page.goto(`/clusters/${product.cluster}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
}

const row = (page: Page, nodeId: number): Locator => page.locator(`tr.qd-row[data-node="${nodeId}"]`)

test('one cluster opens by itself, and the list stays within reach', async ({ page, product }) => {
  await page.goto('/')
  await expect(page).toHaveURL(`${product.url}/clusters/${product.cluster}`)
  await expect(row(page, 0)).toBeVisible()
  await expect(page.getByText('Practice quorum: simulated')).toBeVisible()
  await page.getByRole('link', { name: 'Quorumdeck' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 cluster')
})

test('the table moves', async ({ page, product }) => {
  await open(page, product)
  const offset = row(page, 0).locator('td.qd-cell-leo')
  const before = await offset.textContent()
  await expect(offset).not.toHaveText(before ?? '')
  await expect(page.getByRole('banner')).toContainText('Live')
})

test('a killed leader shows up, and so does its successor', async ({ page, product }) => {
  await open(page, product)
  const { quorum } = await product.view()
  const old = quorum.leaderId ?? -1
  await product.act({ action: 'kill', nodeId: old })
  await expect(row(page, old).locator('td.qd-cell-health')).toContainText('silent')
  await expect(page.locator('tr.qd-row', { hasText: 'Leader' })).not.toHaveAttribute('data-node', String(old))
  await expect(page.getByRole('heading', { level: 1 })).toContainText(
    `Controller ${old} is silent. The quorum works, but cannot lose another controller.`,
  )
  await expect(page.getByRole('region', { name: 'Events' })).toContainText(/Leader \d+ → \d+/)
})

test('a frozen voter falls silent, and is well again when it goes on', async ({ page, product }) => {
  await open(page, product)
  const { quorum } = await product.view()
  const follower = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? -1
  await product.act({ action: 'freeze', nodeId: follower })
  await expect(row(page, follower).locator('td.qd-cell-health')).toContainText('silent')
  await expect(page.getByRole('region', { name: 'What you can lose' })).toContainText('0 more controllers')
  await product.act({ action: 'resume', nodeId: follower })
  await expect(row(page, follower).locator('td.qd-cell-health')).toContainText('ok')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
})

test('a lost disk and its replacement stand side by side', async ({ page, product }) => {
  await open(page, product)
  const { quorum } = await product.view()
  const node = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? -1
  const panel = page.locator(`li.qd-host[data-node="${node}"]`)
  for (const word of ['Lose disk', 'Format disk', 'Start']) {
    await panel.getByRole('button', { name: `${word} node ${node}` }).click()
  }
  await expect(row(page, node)).toHaveCount(2)
  await expect(row(page, node).nth(0)).toHaveAttribute('data-twin', 'true')
  await expect(row(page, node).nth(1)).toContainText(`new disk of ${node}`)
  await expect(row(page, node).nth(1).locator('td.qd-cell-health')).toContainText('ok')
  await expect(page.locator('.qd-verdict')).toContainText(`A new disk of controller ${node} is here`)
})

test('resetting asks first', async ({ page, product }) => {
  await open(page, product)
  const old = await row(page, 0).getAttribute('data-directory')
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Reset…' }).click()
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await expect(row(page, 0)).not.toHaveAttribute('data-directory', old ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
})
