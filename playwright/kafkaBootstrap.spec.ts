/**
 * A new quorum by clicks: the plan is made on its page, the files come from the downloaded archive, the commands from the
 * page's copy buttons, and real Apache Kafka is formatted and started by them, while the page watches it form and the server
 * is killed in between. Only where KAFKA_CLICKS=all asks for it.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Page } from '@playwright/test'
import { takePorts } from '../server/sandbox/ports.ts'
import { PlannedHosts } from '../server/testing/plannedHosts.ts'
import { expect, type Product, test } from './product.ts'

const VERSIONS = process.env.KAFKA_CLICKS === 'all' ? (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',') : []
const CONTROLLERS = [1, 2, 3]
const BROKER = 11

/** What a copy button of the plan gives. */
async function copied(page: Page, command: number, title: string): Promise<string> {
  await page.getByRole('button', { name: `Copy command ${command} of ${title}` }).click()
  return await page.evaluate(() => navigator.clipboard.readText())
}

async function wish(page: Page, version: string, hosts: PlannedHosts, ports: readonly number[]): Promise<void> {
  await page.goto('/bootstrap')
  await page.getByLabel('Name').fill(`fresh ${version}`)
  await page.getByLabel('Apache Kafka').selectOption(version.split('.').slice(0, 2).join('.'))
  const rows = page.locator('.qd-boot__node')
  while ((await rows.count()) > CONTROLLERS.length + 1) {
    await page
      .getByRole('button', { name: /^Remove/ })
      .last()
      .click()
  }
  for (const [i, nodeId] of [...CONTROLLERS, BROKER].entries()) {
    const row = rows.nth(i)
    await row.getByLabel('Id', { exact: true }).fill(String(nodeId))
    await row.getByLabel('Host', { exact: true }).fill('localhost')
    await row.getByLabel(nodeId === BROKER ? 'Broker port' : 'Controller port').fill(String(ports[i]))
    await row.getByLabel('Data directory').fill(join(hosts.folder, `disk-${nodeId}`))
  }
  await page.getByRole('button', { name: 'Make the plan' }).click()
  await expect(page.getByRole('region', { name: 'The plan' })).toBeVisible()
}

async function filesOfArchive(page: Page, hosts: PlannedHosts): Promise<{ path: string; text: string }[]> {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download everything' }).click()
  const archive = join(hosts.folder, 'plan.tar.gz')
  await (await coming).saveAs(archive)
  execFileSync('tar', ['-xzf', archive, '-C', hosts.folder])
  return readdirSync(hosts.folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.properties'))
    .map((path) => ({ path: basename(path), text: readFileSync(join(hosts.folder, path), 'utf8') }))
}

/** The page as a person leaves it open: it finds the server again by itself. */
async function formsUnderItsEyes(page: Page, product: Product, hosts: PlannedHosts, commands: Commands): Promise<void> {
  const gate = (code: string) => page.locator(`.qd-gate[data-code="${code}"]`)
  const [first = 0, ...others] = CONTROLLERS
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Forming: 0 of \d+ hold\./)
  for (const nodeId of [...CONTROLLERS, BROKER]) await hosts.format(nodeId, commands.format(nodeId))
  await hosts.start(first, commands.start(first))
  await expect(gate(`controller-${first}`)).not.toContainText('no answer', { timeout: 60_000 })
  await product.crash()
  for (const nodeId of others) await hosts.start(nodeId, commands.start(nodeId))
  await expect(gate(`controller-${others.at(-1)}`)).toHaveAttribute('data-ok', 'true', { timeout: 90_000 })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Forming: /)
  await hosts.start(BROKER, commands.start(BROKER))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The quorum has formed, as planned.', {
    timeout: 90_000,
  })
}

interface Commands {
  format(nodeId: number): string
  start(nodeId: number): string
}

async function commandsOfPage(page: Page): Promise<Commands> {
  const ids = [...CONTROLLERS, BROKER]
  const format = new Map<number, string>()
  const start = new Map<number, string>()
  for (const [i, nodeId] of ids.entries()) {
    format.set(nodeId, await copied(page, i + 1, 'Format every disk'))
    if (nodeId !== BROKER) start.set(nodeId, await copied(page, i + 1, 'Start the controllers'))
  }
  start.set(BROKER, await copied(page, 1, 'Start the broker'))
  return { format: (nodeId) => format.get(nodeId) ?? '', start: (nodeId) => start.get(nodeId) ?? '' }
}

for (const version of VERSIONS) {
  test(`a new quorum forms on Apache Kafka ${version}, the server killed in between`, async ({
    page,
    context,
    product,
  }) => {
    test.setTimeout(300_000)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const hosts = new PlannedHosts(version)
    try {
      const ports = await takePorts('127.0.0.1', 4)
      await wish(page, version, hosts, ports)
      hosts.place(await filesOfArchive(page, hosts))
      const closed = page.locator('ol ol details:not([open]) > summary')
      while ((await closed.count()) > 0) await closed.first().click()
      const commands = await commandsOfPage(page)
      await page.getByRole('button', { name: 'Watch it form' }).click()
      await expect(page).toHaveURL(/\/formation$/)
      await formsUnderItsEyes(page, product, hosts, commands)

      const status = await hosts.tool(
        `bin/kafka-metadata-quorum.sh --bootstrap-controller localhost:${ports[0]} describe --status`,
      )
      const cluster = page.url().split('/').at(-2) ?? ''
      const shown = await (await fetch(`${product.url}/api/clusters/${cluster}/quorum`)).json()
      expect(status).toMatch(new RegExp(`^ClusterId:\\s+${shown.clusterId}$`, 'm'))
      expect(shown.quorum).toMatchObject({ voters: 3, margin: 1 })
      await page.getByRole('link', { name: 'Open the cluster' }).click()
      await expect(page.locator('tr.qd-row')).toHaveCount(4)
      await fetch(`${product.url}/api/clusters/${cluster}`, { method: 'DELETE' })
    } finally {
      await hosts.close()
    }
  })
}
