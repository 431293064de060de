/** The wizards by clicks, on real Apache Kafka; what came of it is checked with Kafka's own tool. */

import { expect, test } from '@playwright/test'
import { votersOf } from '../server/contract/voters.ts'
import { clickThrough } from './clicking.ts'
import { CLUSTER, KafkaPage } from './kafkaPage.ts'

const VERSIONS = (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',')

for (const version of VERSIONS) {
  test.describe(`by clicks on Apache Kafka ${version}`, () => {
    test.describe.configure({ mode: 'serial', timeout: 300_000 })
    let kafkaPage: KafkaPage

    test.beforeAll(async () => {
      // Formatting and starting real processes on a busy machine.
      test.setTimeout(300_000)
      kafkaPage = await KafkaPage.start(version, 1)
      await kafkaPage.ready(1)
    })
    test.afterAll(async () => kafkaPage?.close())

    test('a failed disk: from the finding to the restored quorum', async ({ page }) => {
      const target = votersOf(await kafkaPage.view()).find((v) => v.status === 'follower')?.nodeId ?? -1
      await kafkaPage.act({ action: 'wipe', nodeId: target })
      await page.goto(`${kafkaPage.url}/clusters/${CLUSTER}`)
      await page.getByRole('link', { name: 'Replace its disk…' }).first().click()
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      const run = await clickThrough(page, kafkaPage.url)
      expect(run).toMatchObject({ kind: 'replace-disk', state: 'done' })
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/done|restored/i)
      await kafkaPage.agrees(3)
    })

    // Minutes more: asked for by KAFKA_CLICKS=all.
    if (process.env.KAFKA_CLICKS !== 'all') return

    test('a fourth and a fifth controller are added', async ({ page }) => {
      for (const count of [4, 5]) {
        const run = await kafkaPage.run(page, 'kind=add-controller')
        expect(run).toMatchObject({ state: 'done' })
        await kafkaPage.agrees(count)
      }
    })

    test('a follower is removed, then the active controller', async ({ page }) => {
      for (const [count, status] of [
        [4, 'follower'],
        [3, 'leader'],
      ] as const) {
        const target = votersOf(await kafkaPage.view()).find((v) => v.status === status)
        const query = `kind=remove-controller&nodeId=${target?.nodeId}&directoryId=${target?.directoryId}`
        const run = await kafkaPage.run(page, query)
        expect(run).toMatchObject({ state: 'done' })
        await kafkaPage.agrees(count)
        expect((await kafkaPage.view()).quorum.leaderId).not.toBe(target?.nodeId)
      }
    })
  })
}
