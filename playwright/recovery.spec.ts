/** Two disks are gone: from the page that says why nobody leads to three voters again, by clicks alone. */
import { AxeBuilder } from '@axe-core/playwright'
import { clickThrough } from './clicking.ts'
import { expect, test } from './product.ts'

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ product }) => product.reset())
/** A recovery and two additions, each proven. */
test.setTimeout(420_000)

test('the lesson, end to end', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  const lesson = page.locator('li[data-lesson="two-disks-are-gone"]')
  await lesson.getByRole('button', { name: /^Begin: / }).click()
  const why = page.getByRole('region', { name: 'Why nobody leads' })
  await expect(why).toContainText('majority 2, one of')
  await expect(why.getByRole('row')).toHaveCount(4)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('only 1 of 3 controllers answers')
  const wall = await page.context().newPage()
  await wall.goto(`/wall/${product.cluster}`)
  await expect(wall.locator('.qd-wall__verdict')).toContainText('1 of 3 answers, 2 needed')
  await wall.close()
  await why.getByRole('link', { name: 'Bring back a lost quorum…' }).click()
  await page.getByRole('button', { name: 'Inspect the disks of this practice quorum' }).click()
  const lost = page.getByRole('group', { name: 'Voters whose disks are gone for good' })
  await expect(lost.getByRole('checkbox', { checked: true })).toHaveCount(2)
  await expect(page.getByRole('region', { name: 'The copies, the furthest first' })).toContainText(
    'chosen: it reaches furthest',
  )
  await expect(page.getByRole('region', { name: 'What may be lost' })).toContainText('acknowledged by those alone')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await new AxeBuilder({ page }).analyze()
    expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  const run = await clickThrough(page, product.url)
  expect(run.state).toBe('done')
  expect((await product.view()).quorum).toMatchObject({ voters: 3, margin: 1 })
})

test('reports are read from files and text; what is none is named', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}/workflows/new?kind=recover-quorum`)
  await page.getByLabel('Or their text, pasted, one after the other').fill('{"format": "something else"}')
  await page.getByRole('button', { name: 'Read the text' }).click()
  await expect(page.getByText('it is no report of quorumdeck disk inspect --json')).toBeVisible()
  await page.getByRole('button', { name: 'Inspect the disks of this practice quorum' }).click()
  // The quorum lives: nothing is planned beside it.
  await page.getByRole('group', { name: 'Voters whose disks are gone for good' }).getByRole('checkbox').first().check()
  await expect(page.getByText('Nothing is brought back beside a quorum that may live')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeDisabled()
})
