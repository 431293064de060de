/** What holds on every page: its policy, its accessibility, its width, and that it asks nothing that cannot be asked. */
import { violationsOf } from './axe.ts'
import { expect, test } from './product.ts'
import { failedDisk, large, stage } from './routed.ts'

const PAGES = [
  { name: 'cluster', path: (cluster: string) => `/clusters/${cluster}` },
  { name: 'list', path: () => '/?list' },
  { name: 'history', path: (cluster: string) => `/clusters/${cluster}/history` },
  { name: 'wall', path: (cluster: string) => `/wall/${cluster}` },
  { name: 'wall of all clusters', path: () => '/wall' },
  { name: 'wall tokens', path: () => '/walls' },
  { name: 'wizards', path: (cluster: string) => `/clusters/${cluster}/workflows` },
  { name: 'start of a wizard', path: (cluster: string) => `/clusters/${cluster}/workflows/new?kind=add-controller` },
  { name: 'unknown run', path: () => '/workflows/nobody' },
  {
    name: 'runbook of a plan',
    path: (cluster: string) => `/clusters/${cluster}/workflows/new/runbook?kind=rolling-restart`,
  },
  { name: 'unknown runbook', path: () => '/workflows/nobody/runbook' },
  { name: 'unknown evidence', path: () => '/workflows/nobody/evidence' },
  { name: 'inspection', path: (cluster: string) => `/clusters/${cluster}/inspect` },
  { name: 'new cluster', path: () => '/clusters/new' },
  { name: 'how a cluster is reached', path: (cluster: string) => `/clusters/${cluster}/edit` },
  { name: 'rights on a cluster', path: (cluster: string) => `/clusters/${cluster}/rights` },
  { name: 'new quorum', path: () => '/bootstrap' },
  { name: 'alerts', path: () => '/alerts' },
  { name: 'formation of nobody', path: () => '/clusters/nobody/formation' },
  { name: 'sign-in', path: () => '/sign-in' },
  { name: 'first user', path: () => '/set-up' },
  { name: 'who am I', path: () => '/account' },
  { name: 'people', path: () => '/administration' },
  { name: 'record', path: () => '/audit' },
  { name: 'unknown cluster', path: () => '/clusters/nobody' },
  { name: 'not found', path: () => '/nowhere' },
] as const

async function settled(page: import('@playwright/test').Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(/^(Connecting|Reading)/)
  await page.waitForLoadState('networkidle').catch(() => {})
}

for (const { name, path } of PAGES) {
  test(`${name}: policy kept, nothing for axe in light and dark, no scrolling sideways`, async ({
    page,
    product,
    violations,
  }) => {
    const malformed: string[] = []
    page.on('response', (response) => {
      if (response.status() === 400) malformed.push(response.url())
    })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.goto(path(product.cluster))
      await settled(page)
      await expect(page.locator('html.pf-v6-theme-dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
      expect(await violationsOf(page), colorScheme).toEqual([])
    }
    for (const width of [390, 3840]) {
      await page.setViewportSize({ width, height: width === 390 ? 844 : 2160 })
      await expect.poll(() => page.evaluate(() => window.innerWidth)).toBe(width)
      // What draws itself to its measure, as a chart does, follows a moment later.
      const needed = () => page.evaluate(() => document.documentElement.scrollWidth)
      await expect.poll(needed, `${width} px`).toBeLessThanOrEqual(width)
    }
    expect(violations).toEqual([])
    expect(malformed).toEqual([])
  })
}

test('the files of public are served: the icon that every page names, and a word for robots', async ({
  page,
  product,
  request,
}) => {
  await page.goto(product.url)
  const icon = await page.locator('link[rel="icon"]').first().getAttribute('href')
  const [svg, robots] = await Promise.all(
    [icon ?? '', '/robots.txt'].map((path) => request.get(new URL(path, product.url).href)),
  )
  expect(svg?.headers()['content-type']).toContain('image/svg')
  expect(await robots?.text()).toContain('Disallow: /')
})

for (const [name, view] of [
  ['a failed disk', failedDisk()],
  ['a large quorum', large(0)],
] as const) {
  test(`${name} on a phone: every row within the screen, axe content`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await stage(page, { view })
    await page.goto('/clusters/payments')
    await expect(page.locator('tr.qd-row').first()).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    expect(await violationsOf(page)).toEqual([])
  })
}

test('the wall has nothing to click and nothing to focus', async ({ page, product }) => {
  await page.goto(`/wall/${product.cluster}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
  await expect(page.locator('a, button, input, select, [tabindex]')).toHaveCount(0)
})

test('the theme is kept, and there before the first paint', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}`)
  const toggle = page.getByRole('button', { name: /^Theme/ })
  await toggle.click()
  await toggle.click()
  await expect(page.locator('html')).toHaveClass(/pf-v6-theme-dark/)
  const html = await (await page.request.get(`/clusters/${product.cluster}`)).text()
  expect(html).toContain('<html lang="en" class="pf-v6-theme-dark"')
})
