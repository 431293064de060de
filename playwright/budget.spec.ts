/** What the browser fetches before the first live row stays small. */
import { gzipSync } from 'node:zlib'
import { expect, test } from './product.ts'

const KB = 1_000

test('scripts and style sheets before the first live row', async ({ page, product }, testInfo) => {
  await page.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (document.querySelector('tr.qd-row') === null) return
      performance.mark('first live row')
      observer.disconnect()
    }).observe(document, { subtree: true, childList: true })
  })
  const sizes = new Map<string, Promise<number>>()
  page.on('response', (response) => {
    const kind = response.request().resourceType()
    if (kind !== 'script' && kind !== 'stylesheet') return
    sizes.set(
      response.url(),
      response.body().then(
        (body) => gzipSync(body).length,
        () => 0,
      ),
    )
  })
  await page.goto(`/clusters/${product.cluster}`)
  await page.locator('tr.qd-row').first().waitFor()
  const fetched = await page.evaluate(() => {
    const row = performance.getEntriesByName('first live row')[0]?.startTime ?? 0
    return performance
      .getEntriesByType('resource')
      .filter((entry) => entry.startTime < row)
      .map((entry) => entry.name)
  })
  const sum = async (ending: string) => {
    const own = fetched.filter((url) => new URL(url).pathname.endsWith(ending)).map((url) => sizes.get(url) ?? 0)
    return (await Promise.all(own)).reduce((a, b) => a + b, 0)
  }
  const [scripts, styles] = [await sum('.js'), await sum('.css')]
  testInfo.annotations.push({
    type: 'gzip before the first live row',
    description: `scripts ${scripts} B, styles ${styles} B`,
  })
  expect(scripts).toBeGreaterThan(50 * KB)
  expect(scripts).toBeLessThanOrEqual(250 * KB)
  expect(styles).toBeGreaterThan(10 * KB)
  expect(styles).toBeLessThanOrEqual(110 * KB)
})
