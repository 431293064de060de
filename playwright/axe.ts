/** What axe finds on a page that has come to rest. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/**
 * Every violation, each with its elements; empty where there is none. First waits for the transitions of styles to end: a
 * colour that is still on its way from one theme to the other is nobody's.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.waitForFunction(() =>
    document.getAnimations().every((one) => !(one instanceof CSSTransition) || one.playState !== 'running'),
  )
  const found = await new AxeBuilder({ page }).analyze()
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)
}

/** The page as it stands has no violation in light and in dark, and fits a phone. Leaves it dark, and as wide as a phone. */
export async function expectReadable(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html.pf-v6-theme-dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
    expect(await violationsOf(page)).toEqual([])
  }
  await page.setViewportSize({ width: 390, height: 844 })
  // A chart takes its new width a moment later.
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
}
