/** The past in the browser: charts of a stretch, and any moment whole, never to be taken for now. */
import { violationsOf } from '../axe.ts'
import { expect, test } from '../product.ts'

test.beforeEach(async ({ product }) => {
  await product.reset()
})

test('a stretch: drawn, explained, zoomed, exported; the address is what is seen', async ({
  page,
  product,
  violations,
}) => {
  const before = await product.view()
  await product.act({ action: 'kill', nodeId: before.quorum.leaderId ?? -1 })
  await expect.poll(async () => (await product.view()).quorum.leaderId).not.toBe(before.quorum.leaderId)
  await page.goto(`/clusters/${product.cluster}`)
  await page.getByRole('link', { name: 'History' }).click()
  await expect(page).toHaveURL(/\/history$/)
  await page.getByRole('button', { name: '15 min' }).click()
  await expect(page).toHaveURL(/last=900000/)
  await expect(page.getByRole('figure', { name: /^Lag behind the leader in records/ })).toBeVisible()
  await expect(page.getByRole('figure', { name: /^What can be lost in controllers/ })).toBeVisible()
  const events = page.getByRole('region', { name: 'What happened' })
  await expect(events.getByText(/was last seen leading .* before/)).toBeVisible()
  await expect(events.getByText(/is silent/).first()).toBeVisible()

  await page.getByRole('button', { name: '← Earlier' }).click()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  await page.goBack()
  await expect(page).toHaveURL(/last=900000/)

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV' }).click()
  expect((await download).suggestedFilename()).toMatch(/^practice-.*\.csv$/)
  expect(violations).toEqual([])
})

test('a moment: the whole page of then, unmistakably the past; nothing can be done from it', async ({
  page,
  product,
  violations,
}) => {
  const healthy = await product.view()
  const follower = healthy.replicas.find(({ status }) => status === 'follower')
  if (follower === undefined) throw new Error('no follower')
  await expect.poll(async () => (await product.view()).quorum.settling).toBe(false)
  const wellAtMs = (await product.view()).observedAtMs
  await product.act({ action: 'kill', nodeId: follower.nodeId })
  await expect.poll(async () => (await product.view()).quorum.margin).toBe(0)
  await page.goto(`/clusters/${product.cluster}?at=${wellAtMs}`)
  await expect(page.getByRole('status')).toContainText('THE PAST')
  await expect(page).toHaveTitle(/^PAST /)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/healthy/i)
  await expect(page.locator(`[data-node="${follower.nodeId}"]`)).toHaveAttribute('data-health', 'ok')
  // Neither wizards nor sandbox nor menus of rows.
  await expect(page.getByRole('link', { name: 'Wizards' })).toHaveCount(0)
  await expect(page.getByRole('region', { name: 'Break things' })).toHaveCount(0)

  // Scrub to where it is broken.
  const event = page.getByRole('button', { name: 'Event ⇥' })
  await expect(event).toBeEnabled()
  // It may lag before it is silent: that is an event of its own.
  await expect(async () => {
    await event.click({ timeout: 1000 })
    await expect(page.locator(`[data-node="${follower.nodeId}"]`)).toHaveAttribute('data-health', 'silent', {
      timeout: 3000,
    })
  }).toPass()
  await expect(page).not.toHaveURL(new RegExp(String(wellAtMs)))
  await page.reload()
  await expect(page.locator(`[data-node="${follower.nodeId}"]`)).toHaveAttribute('data-health', 'silent')

  // Ages stand still.
  const row = page.locator(`[data-node="${follower.nodeId}"]`)
  const shown = await row.textContent()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1200)))
  expect(await row.textContent()).toBe(shown)

  await page.getByRole('link', { name: 'Back to now' }).click()
  await expect(page).toHaveURL(new RegExp(`/clusters/${product.cluster}$`))
  await expect(page.getByText('THE PAST')).toHaveCount(0)
  expect(violations).toEqual([])
})

test('the slider moves by keyboard, and a time of which nothing is known says so', async ({ page, product }) => {
  const { observedAtMs } = await product.view()
  await page.goto(`/clusters/${product.cluster}?at=${observedAtMs - 7 * 24 * 3_600_000}`)
  await expect(page.getByRole('heading', { name: 'Nothing is known of that moment' })).toBeVisible()
  const first = page.getByRole('button', { name: /^First observation after it/ })
  await first.click()
  await expect(page.getByRole('region', { name: 'Replicas' })).toBeVisible()
  const slider = page.getByRole('slider', { name: /Moment/ })
  const before = await slider.inputValue()
  await slider.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => slider.inputValue()).not.toBe(before)
  await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(await slider.inputValue())
})

test('no address of the past breaks the page', async ({ page, product }) => {
  for (const query of ['at=yesterday', 'at=-5', 'at=99999999999999999999', 'at=', 'at=1&at=2']) {
    await page.goto(`/clusters/${product.cluster}?${query}`)
    await expect(page.getByText('THE PAST')).toHaveCount(0)
    await expect(page.getByRole('region', { name: 'Replicas' })).toBeVisible()
  }
  for (const query of ['last=-1', 'from=a&to=b', 'from=5&to=4', 'last=999999999999999', 'from=0&to=999999999999999']) {
    await page.goto(`/clusters/${product.cluster}/history?${query}`)
    await expect(page.getByRole('heading', { name: /^History of/ })).toBeVisible()
  }
})

test('charts and moment: nothing for axe, no scrolling sideways', async ({ page, product }) => {
  const { observedAtMs } = await product.view()
  for (const path of [
    `/clusters/${product.cluster}/history?last=900000`,
    // Whatever is known of an hour is drawn with the brush below.
    `/clusters/${product.cluster}/history`,
    `/clusters/${product.cluster}?at=${observedAtMs}`,
  ]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.goto(path)
      await expect(page.getByRole('region', { name: 'What happened' })).toBeVisible()
      expect(await violationsOf(page), `${path} ${colorScheme}`).toEqual([])
    }
    for (const width of [390, 1440, 3840]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 1200 })
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth), `${width}`)
        .toBeLessThanOrEqual(width)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  }
})
