import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'
import { LONG_TESTS, leftOut } from './.ci/longTests.ts'

/** Debian's Chromium where it is installed, else whatever Playwright brought along. */
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

export default defineConfig({
  testDir: 'playwright',
  testIgnore: leftOut(LONG_TESTS.browser).map((file) => `**/${file}`),
  // Every worker starts a product of its own; two share a small machine well.
  workers: 2,
  // Generous: the machine may be busy, and no test is about how long it takes.
  timeout: 180_000,
  expect: { timeout: 45_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list']],
  outputDir: 'test-results',
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-quic', '--no-first-run'],
    },
  },
})
