/** The pages of a new quorum: bad input at its field, the plan, taking it along, watching it form. */

import type { Page } from '@playwright/test'
import type { BootstrapPlan } from '../server/contract/bootstrap.ts'
import { votersOf } from '../server/contract/voters.ts'
import { expectReadable } from './axe.ts'
import { expect, type Product, test } from './product.ts'

async function fillHosts(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('payments')
  const hosts = page.getByLabel('Host', { exact: true })
  for (let i = 0; i < (await hosts.count()); i += 1) await hosts.nth(i).fill(`h${i}.example.com`)
}

/** Plans what the practice quorum already is, and watches it, as a script would. */
async function watched(product: Product, name: string): Promise<string> {
  const view = await product.view()
  const { clusterId } = view
  const nodes = votersOf(view).map(({ nodeId, directoryId, endpoints: [at] }) => ({
    nodeId,
    directoryId,
    roles: ['controller'],
    host: at?.host,
    controllerPort: at?.port,
    brokerPort: null,
    dataDir: `/d/${nodeId}`,
    rack: '',
  }))
  const draft = { release: '4.3', metadataRelease: null, protocol: 'PLAINTEXT', mechanism: null, standalone: false }
  const answer = await fetch(`${product.url}/api/bootstrap/watch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ request: { ...draft, name, clusterId, nodes } }),
  })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { cluster: string }).cluster
}

test('what cannot be used is said at its field, and nothing typed is lost', async ({ page }) => {
  await page.goto('/?list')
  await page.getByRole('link', { name: 'New quorum…' }).click()
  const make = page.getByRole('button', { name: 'Make the plan' })
  await fillHosts(page)
  await page.getByLabel('Id', { exact: true }).nth(1).fill('1')
  await page.getByLabel('Controller port').nth(2).fill('99999')
  await page.getByLabel('Host', { exact: true }).nth(3).fill('')
  await make.click()
  await expect(page.getByText('3 fields cannot be used.')).toBeVisible()
  const rows = page.locator('.qd-boot__node')
  await expect(rows.nth(1)).toContainText('Id: This is the id of node 1 too.')
  await expect(rows.nth(2)).toContainText('A port is a whole number from 1 to 65535.')
  await expect(rows.nth(3).getByLabel('Host')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Controller port').nth(2)).toHaveValue('99999')
  await expectReadable(page)
  await page.reload()
  await expect(page.getByLabel('Controller port').nth(2)).toHaveValue('99999')
})

test('the plan: warnings, ids, commands to copy, an archive, ids that stay', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/bootstrap')
  await fillHosts(page)
  const answered = page.waitForResponse('**/api/bootstrap')
  await page.getByRole('button', { name: 'Make the plan' }).click()
  const plan = (await (await answered).json()) as BootstrapPlan
  const shown = page.getByRole('region', { name: 'The plan' })
  await expect(shown).toContainText(plan.clusterId)
  await expect(shown).toContainText('Nothing is encrypted')
  await page.getByRole('button', { name: 'Copy command 2 of Format every disk' }).click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe(plan.steps.find((step) => step.key === 'format')?.commands[1]?.text)
  expect(copied).toContain(plan.initialControllers)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download everything' }).click()
  expect((await download).suggestedFilename()).toBe('payments.tar.gz')
  await page.locator('summary', { hasText: 'node-2.properties' }).click()
  await expect(page.getByText('advertised.listeners=CONTROLLER://h1.example.com:9093')).toBeVisible()

  await page.getByRole('button', { name: 'Add a controller' }).click()
  await expect(page.getByText('The form has changed since this plan was made.')).toBeVisible()
  await page.getByLabel('Host', { exact: true }).last().fill('h9.example.com')
  await page.getByRole('button', { name: 'Make the plan again' }).click()
  await expect(page.getByText('4 controllers survive no more failures than 3')).toBeVisible()
  await expect(shown).toContainText(plan.clusterId)
  await expectReadable(page)
})

test('one that does not exist yet: every controller is missing, and the steps are there', async ({ page }) => {
  await page.goto('/bootstrap')
  await page.getByLabel('Name').fill('nowhere')
  for (let left = 6; left > 1; left -= 1)
    await page
      .getByRole('button', { name: /^Remove/ })
      .last()
      .click()
  await page.getByLabel('Host', { exact: true }).fill('localhost')
  await page.getByLabel('Controller port').fill('1')
  await page.getByRole('button', { name: 'Make the plan' }).click()
  await expect(page.getByText('One controller: it survives no failure')).toBeVisible()
  await page.getByRole('button', { name: 'Watch it form' }).click()
  await expect(page).toHaveURL(/\/clusters\/nowhere\/formation$/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Forming: 0 of \d+ hold\./)
  await expect(page.locator('.qd-gate[data-code="controller-1"]')).toContainText('no answer')
  await expect(page.getByText('--initial-controllers', { exact: false }).first()).toBeVisible()
  await expectReadable(page)
  await page.getByRole('button', { name: 'Stop watching this cluster…' }).click()
  await page.getByRole('button', { name: 'Stop watching', exact: true }).click()
  await expect(page).toHaveURL(/\?list$/)
  await expect(page.locator('.qd-fleet__row')).toHaveCount(1)
})

test('one that has formed says so, and its cluster page leads back', async ({ page, product }) => {
  const cluster = await watched(product, 'formed')
  await page.goto(`/clusters/${cluster}/formation`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The quorum has formed, as planned.')
  await expectReadable(page)
  await page.getByRole('link', { name: 'Open the cluster' }).click()
  await expect(page.locator('tr.qd-row').first()).toBeVisible()
  await page.getByRole('link', { name: 'Formation' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The quorum has formed, as planned.')
  await fetch(`${product.url}/api/clusters/${cluster}`, { method: 'DELETE' })
})
