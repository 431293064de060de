/** What the browser fetches before the first live row stays small. */
import { gzipSync } from 'node:zlib'
import { expect, test } from './product.ts'

const KB = 1_000

test('scripts and style sheets before the first live row', async ({ page, product }, testInfo) => {
  const bodies: { kind: string; size: Promise<number> }[] = []
  page.on('response', (response) => {
    const kind = response.request().resourceType()
    if (kind === 'script' || kind === 'stylesheet') {
      bodies.push({
        kind,
        size: response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      })
    }
  })
  await page.goto(`/clusters/${product.cluster}`)
  await page.locator('tr.qd-row').first().waitFor()
  const before = [...bodies]
  const sum = async (kind: string) =>
    (await Promise.all(before.filter((one) => one.kind === kind).map((one) => one.size))).reduce((a, b) => a + b, 0)
  const [scripts, styles] = [await sum('script'), await sum('stylesheet')]
  testInfo.annotations.push({
    type: 'gzip before the first live row',
    description: `scripts ${scripts} B, styles ${styles} B`,
  })
  expect(scripts).toBeGreaterThan(50 * KB)
  expect(scripts).toBeLessThanOrEqual(250 * KB)
  expect(styles).toBeLessThanOrEqual(110 * KB)
})
