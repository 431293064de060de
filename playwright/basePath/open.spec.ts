/** Below a base path where nobody signs in: walls, changes, downloads, and what is outside. */
import type { QuorumView } from '../../server/contract/quorumView.ts'
import { expect, expectAddressesBelow, test } from './below.ts'

test.use({ people: false })

test('the link of a wall shows it, and changes and downloads go the same way', async ({
  seen: page,
  shared: { url },
  browser,
}) => {
  await page.goto(`${url}/walls`)
  await page.getByLabel('Where the screen hangs').fill('Hall')
  await page.getByRole('button', { name: 'Make the link' }).click()
  const link = await page.getByText(`${url}/wall#token=`).textContent()
  await expectAddressesBelow(page)
  const wall = await (await browser.newContext()).newPage()
  await wall.goto(link ?? '')
  await expect(wall.locator('.qd-tile')).toHaveCount(1)
  await expect(wall).toHaveURL(`${url}/wall`)
  // Whatever else is typed there leads back to it.
  await wall.goto(`${url}/walls`)
  await expect(wall).toHaveURL(`${url}/wall`)
  await wall.context().close()

  // What changes something comes with an Origin, and is let in.
  await page.goto(`${url}/clusters/practice`)
  const { quorum } = (await (await page.request.get(`${url}/api/clusters/practice/quorum`)).json()) as QuorumView
  const follower = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? -1
  const health = page.locator(`tr.qd-row[data-node="${follower}"] td.qd-cell-health`)
  for (const [word, becomes] of [
    ['Freeze', 'silent'],
    ['Resume', 'ok'],
  ] as const) {
    await page.getByRole('button', { name: `${word} node ${follower}` }).click()
    await expect(health).toContainText(becomes)
  }

  await page.goto(`${url}/administration`)
  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: /diagnostics/i }).click()
  expect((await coming).url()).toBe(`${url}/api/diagnostics`)
})

test('outside is another tool, or a plain word where the proxy lets a request through', async ({
  page,
  shared: { url, host },
}) => {
  await page.goto(`${host.url}/`)
  await expect(page.getByText('Another tool')).toBeVisible()
  const answer = await page.goto(`${url}/nowhere`)
  expect(answer?.status()).toBe(404)
  await page.getByRole('link', { name: 'See the clusters of this server' }).click()
  await expect(page).toHaveURL(`${url}?list`)
})
