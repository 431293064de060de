/** Lessons on the practice quorum: begun by a click, with what to look at, and begun again. */
import { expect, test } from './product.ts'

test.describe.configure({ mode: 'serial' })
test.beforeEach(async ({ product }) => product.reset())

test('a lesson begins by a click and says what to look at', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  const lesson = page.locator('li[data-lesson="disk-fails"]')
  await lesson.getByRole('button', { name: 'Begin: A disk fails' }).click()
  await expect(lesson).toHaveAttribute('aria-current', 'true')
  await expect(lesson.getByRole('listitem').first()).toContainText('Read the verdict')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('is silent')
  await expect(page.getByRole('link', { name: 'Replace its disk…' }).first()).toBeVisible()
  const before = await page.locator('tr.qd-row').first().getAttribute('data-directory')
  await lesson.getByRole('button', { name: 'Begin again: A disk fails' }).click()
  await expect(page.locator('tr.qd-row').first()).not.toHaveAttribute('data-directory', before ?? '')
})

test('the wrong order: what Kafka says, and what Quorumdeck says', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  const lesson = page.locator('li[data-lesson="wrong-order"]')
  await lesson.getByRole('button', { name: 'Begin: The wrong order' }).click()
  await lesson.getByRole('button', { name: /^Run it: .*add-controller/ }).click()
  await expect(lesson.getByRole('status')).toContainText('error 126')
  await expect(page.locator('.qd-verdict')).toContainText('A new disk of controller')
})

test('static to dynamic: the finding goes with the upgrade', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  const lesson = page.locator('li[data-lesson="static-to-dynamic"]')
  await lesson.getByRole('button', { name: 'Begin: Static to dynamic' }).click()
  const facts = page.getByText('kraft.version 0').first()
  await expect(facts).toBeVisible()
  await expect(async () => {
    await lesson.getByRole('button', { name: /^Run it: kafka-features/ }).click()
    await expect(lesson.getByRole('status')).toContainText('Kafka accepted it', { timeout: 2000 })
  }).toPass()
  await expect(page.getByText('kraft.version 1').first()).toBeVisible()
})
