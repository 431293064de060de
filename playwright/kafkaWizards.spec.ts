/** The wizards by clicks, on real Apache Kafka; what came of it is checked with Kafka's own tool. */

import { expect, test } from '@playwright/test'
import { votersOf } from '../server/contract/voters.ts'
import { clickThrough } from './clicking.ts'
import { CLUSTER, Deck } from './deck.ts'

const VERSIONS = (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',')

for (const version of VERSIONS) {
  test.describe(`by clicks on Apache Kafka ${version}`, () => {
    test.describe.configure({ mode: 'serial', timeout: 300_000 })
    let deck: Deck

    test.beforeAll(async () => {
      // Formatting and starting real processes on a busy machine.
      test.setTimeout(300_000)
      deck = await Deck.start(version, 1)
      await deck.ready(1)
    })
    test.afterAll(async () => deck?.close())

    test('a failed disk: from the finding to the restored quorum', async ({ page }) => {
      const target = votersOf(await deck.view()).find((v) => v.status === 'follower')?.nodeId ?? -1
      await deck.act({ action: 'wipe', nodeId: target })
      await page.goto(`${deck.url}/clusters/${CLUSTER}`)
      await page.getByRole('link', { name: 'Replace its disk…' }).first().click()
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      const run = await clickThrough(page, deck.url)
      expect(run).toMatchObject({ kind: 'replace-disk', state: 'done' })
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/done|restored/i)
      await deck.agrees(3)
    })

    // Minutes more: asked for by KAFKA_CLICKS=all.
    if (process.env.KAFKA_CLICKS !== 'all') return

    test('a fourth and a fifth controller are added', async ({ page }) => {
      for (const count of [4, 5]) {
        const run = await deck.run(page, 'kind=add-controller')
        expect(run).toMatchObject({ state: 'done' })
        await deck.agrees(count)
      }
    })

    test('a follower is removed, then the active controller', async ({ page }) => {
      for (const [count, status] of [
        [4, 'follower'],
        [3, 'leader'],
      ] as const) {
        const target = votersOf(await deck.view()).find((v) => v.status === status)
        const query = `kind=remove-controller&nodeId=${target?.nodeId}&directoryId=${target?.directoryId}`
        const run = await deck.run(page, query)
        expect(run).toMatchObject({ state: 'done' })
        await deck.agrees(count)
        expect((await deck.view()).quorum.leaderId).not.toBe(target?.nodeId)
      }
    })
  })
}
