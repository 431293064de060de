/** A cluster added by clicks, with the test of the way to it; edited, shown as what it is, and removed. And a broken file. */

import { aView } from '../../components/testing/exampleView.ts'
import { expectReadable } from '../axe.ts'
import { expect, test } from '../product.ts'
import { stage, summaryOf } from '../routed.ts'

test('added after a test, edited, and no longer watched', async ({ page, product }) => {
  test.slow()
  const settings = (await (await fetch(`${product.url}/api/clusters/${product.cluster}/settings`)).json()) as {
    bootstrapControllers: string[]
  }
  const [first = '', second = ''] = settings.bootstrapControllers
  await page.goto('/?list')
  await page.getByRole('link', { name: 'Add a cluster…' }).click()
  await expect(page).toHaveURL(/\/clusters\/new$/)
  // Nothing typed is lost by a refusal.
  await page.getByLabel('Controllers', { exact: true }).fill(`${first}\nnonsense`)
  await page.getByRole('button', { name: 'Watch it' }).click()
  await expect(page.locator('#reach-controllers-hint')).toContainText('"nonsense" is no address')
  await expect(page.locator('#reach-name-hint')).toContainText('Give it a name')
  await expect(page.getByLabel('Controllers', { exact: true })).toHaveValue(`${first}\nnonsense`)

  await page.getByLabel('Name').fill('Second name')
  await page.getByLabel('Controllers', { exact: true }).fill(`${first}\n127.0.0.1:1`)
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByText('1 of 2 addresses will not do')).toBeVisible()
  await expect(page.getByText('which is watched here already as Practice')).toBeVisible()
  const dead = page.locator('[data-address="127.0.0.1:1"]')
  await expect(dead.locator('[data-hop="tcp"][data-state="failed"]')).toContainText('Nothing listens on port 1')
  await expectReadable(page)
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.getByRole('button', { name: 'Watch it' }).click()
  await expect(page).toHaveURL(/\/clusters\/second-name$/)
  await expect(page.getByText('It is watched as Practice too.')).toBeVisible()
  await page.goto('/?list')
  await expect(page.getByText('One Kafka cluster has several names here.')).toBeVisible()
  await expectReadable(page)
  await page.setViewportSize({ width: 1440, height: 900 })

  await page.getByRole('link', { name: 'Edit Second name' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How Second name is reached')
  await page.getByLabel('Name').fill('Renamed')
  await page.getByLabel('Controllers', { exact: true }).fill(second)
  await page.getByRole('button', { name: 'Save' }).click()
  // The short name stays, and the page comes to life at the other address.
  await expect(page).toHaveURL(/\/clusters\/second-name$/)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')

  await page.goto('/clusters/second-name/edit')
  await page.getByRole('button', { name: 'Stop watching…' }).click()
  await page.getByRole('button', { name: 'Stop watching Renamed' }).click()
  await expect(page).toHaveURL(/\?list$/)
  await expect(page.locator('.qd-fleet__row')).toHaveCount(1)
})

test('one that Quorumdeck started itself is shown and tested, not edited', async ({ page, product }) => {
  await page.goto(`/clusters/${product.cluster}/edit`)
  await expect(page.getByText('there is nothing to change')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await expect(page.getByLabel('Name')).toHaveAttribute('readonly', '')
  await page.getByRole('button', { name: 'Test the connection' }).click()
  await expect(page.getByText('It can be watched.')).toBeVisible()
  await expectReadable(page)
})

test('who may only watch is offered nothing to change', async ({ page }) => {
  await stage(page, {
    view: aView(),
    role: 'watch',
    summaries: [summaryOf({ view: aView() }), summaryOf({ view: aView() }, { cluster: 'b', name: 'b' })],
  })
  await page.goto('/?list')
  await expect(page.locator('.qd-fleet__row')).toHaveCount(2)
  await expect(page.getByRole('link', { name: 'Add a cluster…' })).toHaveCount(0)
  await page.goto('/clusters/new')
  await expect(page.getByText('This session may watch, not act')).toBeVisible()
})

test('a file that cannot be used, and one of which something waits, is said on the list', async ({ page }) => {
  await stage(page, { view: aView(), summaries: [summaryOf({ view: aView() })] })
  await page.route('**/api/configuration', (route) =>
    route.fulfill({
      json: {
        file: '/etc/quorumdeck/quorumdeck.yaml',
        readAtMs: 1_700_000_000_000,
        problem: {
          code: 'configuration-unusable',
          title: 'The configuration file as it is now cannot be used.',
          detail: '/etc/quorumdeck/quorumdeck.yaml does not fit at clusters.3.name (line 17): Invalid input.',
          remedy: 'Correct it: it is read again by itself. What was read before stays in force, and nothing is lost.',
          seenAtMs: 1_700_000_060_000,
        },
        changedButNotApplied: [{ what: 'port', why: 'It is in force after the next start of Quorumdeck.' }],
      },
    }),
  )
  await page.goto('/?list')
  await expect(page.getByText('clusters.3.name (line 17)')).toBeVisible()
  await expect(page.getByText('stays in force')).toBeVisible()
  await expect(page.getByText('It is in force after the next start of Quorumdeck.')).toBeVisible()
  await expectReadable(page)
})
