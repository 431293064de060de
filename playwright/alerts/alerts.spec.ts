/** Alerts in the browser: one rings, somebody takes it, silences it, it is over; a receiver is tested. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SECRET, startTestReceiver, type TestReceiver } from '../../server/testing/alerts/testReceiver.ts'
import { expectReadable } from '../axe.ts'
import { test as base, expect } from '../product.ts'

const test = base.extend<object, { receiver: TestReceiver; productArgs: readonly string[] }>({
  receiver: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
    async ({}, use) => {
      const receiver = await startTestReceiver()
      await use(receiver)
      await receiver.close()
    },
    { scope: 'worker' },
  ],
  productArgs: [
    async ({ receiver }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-alert-page-'))
      const soon = '{forSeconds: 1, clearSeconds: 1}'
      await writeFile(join(folder, 'secret'), SECRET)
      await writeFile(
        join(folder, 'quorumdeck.yaml'),
        [
          'alerts:',
          '  receivers:',
          `    - {name: pager, kind: webhook, url: '${receiver.url}', secretFile: secret, allowPrivate: true}`,
          `  rules: {voter-silent: ${soon}, margin-low: ${soon}}`,
        ].join('\n'),
      )
      await use(['--config', join(folder, 'quorumdeck.yaml')])
      await rm(folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
})

test('it rings, is taken by name, silenced, and over', async ({ page, product, receiver }) => {
  const { quorum } = await product.view()
  const nodeId = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? 0
  await page.goto(`/clusters/${product.cluster}`)
  await expect(page.getByRole('region', { name: 'Open alerts' })).toHaveCount(0)
  await product.act({ action: 'freeze', nodeId })

  const strip = page.getByRole('region', { name: 'Open alerts' })
  await expect(strip).toContainText('The quorum cannot lose another controller')
  await expect(strip).toContainText('nobody has taken it yet')
  await expect(page.getByRole('link', { name: /^Alerts 2/ })).toBeVisible()
  await page.getByRole('link', { name: /^Alerts 2/ }).click()

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 open alerts that nobody has taken')
  const margin = page.getByRole('region', { name: /cannot lose another controller/ })
  const silent = page.getByRole('region', { name: new RegExp(`Controller ${nodeId} is silent`) })
  await expect
    .poll(() => receiver.taken.map(({ state, alert }) => `${state} ${alert.rule}`).sort())
    .toEqual(['open margin-low', 'open voter-silent'])
  await margin.getByRole('button', { name: 'I look after it' }).click()
  await expect(margin).toContainText('looks after it')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 open alerts, 1 that nobody has taken')

  await silent.getByRole('button', { name: 'Silence…' }).click()
  const form = silent.getByRole('form', { name: 'New silence' })
  await expect(form.getByLabel('Node')).toHaveValue(String(nodeId))
  await expect(form.getByRole('button', { name: 'Silence', exact: true })).toBeDisabled()
  await form.getByRole('button', { name: '4 hours' }).click()
  await form.getByLabel('Why').fill('new disk, ticket 4711')
  await form.getByRole('button', { name: 'Silence', exact: true }).click()
  await expect(silent).toContainText('silenced by')
  await expect(page.getByRole('list', { name: 'Silences' })).toContainText(`rule voter-silent, node ${nodeId}`)
  await expectReadable(page)
  await page.setViewportSize({ width: 1440, height: 900 })

  await product.act({ action: 'resume', nodeId })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing rings')
  const over = page.getByRole('list', { name: 'Alerts that are over' })
  await expect(over).toContainText(`Controller ${nodeId} is silent`)
  await expect(over).toContainText('looked after it')
  // Who heard of the beginning hears of the end, in a silence too.
  await expect.poll(() => receiver.taken.filter(({ state }) => state === 'resolved').length).toBe(2)

  await page.getByRole('button', { name: 'End it now' }).click()
  await expect(page.getByText('None. Every alert is told.')).toBeVisible()
})

test('a receiver is tested, and says how it came out', async ({ page, receiver }) => {
  await page.goto('/alerts')
  const row = page.getByRole('list', { name: 'Receivers' })
  await expect(row).toContainText(`webhook · ${new URL(receiver.url).origin}`)
  await page.getByRole('button', { name: 'Test pager' }).click()
  await expect(row.getByRole('status')).toHaveText('The test message was taken.')
  receiver.takes = 0
  await page.getByRole('button', { name: 'Test pager' }).click()
  await expect(row.getByRole('status')).toContainText('It answers 503.')
  receiver.takes = Number.POSITIVE_INFINITY
  await expect(page.locator('body')).not.toContainText('/hook')
})
