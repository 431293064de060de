/** Files of real disks on the page that reads them, beside the practice quorum. */
import { filesOf, recordedDisks } from '../server/kafka/fixtures/recordedDisks.ts'
import { expectReadable } from './axe.ts'
import { expect, test } from './product.ts'

test('files of another cluster, picked: what they are, and what that means', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  await page.getByRole('link', { name: 'Inspect what a disk holds…' }).click()
  await expect(page.getByRole('button', { name: 'Read them' })).toBeDisabled()
  const files = filesOf(recordedDisks('4.3.1'), 'dynamic/0')
  await page.getByLabel('Files', { exact: true }).setInputFiles(
    files.map(({ name, base64 }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(base64, 'base64'),
    })),
  )
  await page.getByRole('button', { name: 'Read them' }).click()
  await expect(page.locator('[data-code="other-cluster"]')).toContainText('INCONSISTENT_CLUSTER_ID')
  const inside = page.getByRole('region', { name: 'What is in the files' })
  await expect(inside).toContainText('registered controllers')
  await expect(inside).toContainText('4.3-IV0')
  await expectReadable(page)
})

test('both texts in one paste, of a voter of this quorum; and a text that is none', async ({ page, product }) => {
  const { clusterId, replicas, quorum } = await product.view()
  const voter = replicas.find((one) => one.status === 'follower')
  await page.goto(`/clusters/${product.cluster}/inspect`)
  const paste = page.getByLabel('Or their text, pasted')
  const state = { leaderId: quorum.leaderId, leaderEpoch: quorum.leaderEpoch, votedId: -1 }
  await paste.fill(
    `#\nnode.id=${voter?.nodeId}\ndirectory.id=${voter?.directoryId}\nversion=1\ncluster.id=${clusterId}\n` +
      JSON.stringify({ ...state, votedDirectoryId: 'A'.repeat(22), data_version: 1 }),
  )
  await page.getByRole('button', { name: 'Read them' }).click()
  for (const code of ['voter', 'same-cluster', 'epoch-now'])
    await expect(page.locator(`[data-code="${code}"]`)).toContainText('as it should be')
  await paste.fill('rm -rf /')
  await page.getByRole('button', { name: 'Read them' }).click()
  await expect(page.getByText('It is no meta.properties, no quorum-state and no checkpoint.')).toBeVisible()
  await expect(paste).toHaveValue('rm -rf /')
})
