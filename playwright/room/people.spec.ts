/** Two people at one cluster: who is here, who drives, a raised hand, and what they write down for each other. */
import type { Browser, Page } from '@playwright/test'
import type { Workflow } from '../../server/contract/workflows.ts'
import { violationsOf } from '../axe.ts'
import { json } from '../clicking.ts'
import { expect, type Product, test } from '../product.ts'

const ANN = { id: 'ann', name: 'Ann Beck' }
const BEN = { id: 'ben', name: 'Ben Coe' }

async function person(browser: Browser, product: Product, actor: typeof ANN): Promise<Page> {
  const context = await browser.newContext({ baseURL: product.url })
  await context.addInitScript((kept) => localStorage.setItem('quorumdeck-actor', kept), JSON.stringify(actor))
  return await context.newPage()
}

async function beginRun({ url, cluster }: Product): Promise<Workflow> {
  return await json<Workflow>(`${url}/api/clusters/${cluster}/workflows`, {
    kind: 'add-controller',
    params: {},
    as: ANN,
  })
}

async function endRun({ url }: Product, id: string): Promise<void> {
  const run = await json<Workflow>(`${url}/api/workflows/${id}`)
  const command = { type: 'abort', reason: 'the test is over' }
  const { driver: as, revision: expectedRevision } = run
  await json(`${url}/api/workflows/${id}/commands`, { commandId: crypto.randomUUID(), expectedRevision, command, as })
}

test('each sees the other, where they are, and that they leave', async ({ browser, product }) => {
  const [ann, ben] = [await person(browser, product, ANN), await person(browser, product, BEN)]
  await ann.goto(`/clusters/${product.cluster}`)
  await ben.goto(`/clusters/${product.cluster}`)
  const here = ann.getByRole('list', { name: 'Here now' })
  await expect(here.getByText('Ben Coe, on the cluster page')).toBeAttached()
  await expect(here.getByText('Ann Beck (you), on the cluster page')).toBeAttached()
  await expect(here).toContainText('BC')
  expect(await violationsOf(ann)).toEqual([])
  await ben.context().close()
  await expect(here.getByText('Ben Coe')).toHaveCount(0)
  await ann.context().close()
})

test('a raised hand comes to the driver, who says not now, then hands over', async ({ browser, product }) => {
  const { id } = await beginRun(product)
  const [ann, ben] = [await person(browser, product, ANN), await person(browser, product, BEN)]
  await ann.goto(`/workflows/${id}`)
  await expect(ann.getByRole('list', { name: 'Here now' })).toContainText('drives')
  await ben.goto(`/workflows/${id}`)
  await expect(ben.getByText('Ann Beck drives and is here.')).toBeVisible()
  await ben.getByRole('button', { name: 'Ask to drive' }).click()
  await expect(ann.getByText('Ben Coe asks to drive.')).toBeVisible()
  expect(await violationsOf(ann)).toEqual([])
  expect(await violationsOf(ben)).toEqual([])
  await ann.getByRole('button', { name: 'Not now' }).click()
  await expect(ben.getByText('Ann Beck says not now.')).toBeVisible()
  // Before its time a take-over is refused, in words.
  await ben.getByRole('button', { name: 'Take over…' }).first().click()
  const dialog = ben.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('it burns')
  await dialog.getByRole('button', { name: 'Take over', exact: true }).click()
  await expect(ben.getByText('Ann Beck drives this run and may still answer').first()).toBeVisible()
  await ann.getByRole('button', { name: 'Hand over to Ben Coe' }).click()
  await expect(ben.locator('header')).toContainText('You drive')
  await expect(ann.getByText('Ben Coe drives and is here.')).toBeVisible()
  await expect(ben.getByText('Took over from Ann Beck: Ann Beck handed over to Ben Coe').first()).toBeVisible()
  await Promise.all([ann.context().close(), ben.context().close()])
  await endRun(product, id)
})

test('a note on a run is text and nothing else, for everybody, and in the evidence', async ({ browser, product }) => {
  const { id } = await beginRun(product)
  const [ann, ben] = [await person(browser, product, ANN), await person(browser, product, BEN)]
  await ben.goto(`/workflows/${id}`)
  await ann.goto(`/workflows/${id}`)
  await ben.getByLabel('A note').fill('rack 3 has <b>no</b> power\nticket 4711')
  await ben.getByRole('button', { name: 'Add the note' }).click()
  await expect(ann.getByText('rack 3 has <b>no</b> power')).toBeVisible()
  await expect(ben.getByLabel('A note')).toHaveValue('')
  await ann.goto(`/workflows/${id}/evidence`)
  await expect(ann.getByText('rack 3 has <b>no</b> power')).toBeVisible()
  expect(await violationsOf(ann)).toEqual([])
  await Promise.all([ann.context().close(), ben.context().close()])
  await endRun(product, id)
})

test('a hand-over note stays on top until whoever comes next has read it', async ({ browser, product }) => {
  const [ann, ben] = [await person(browser, product, ANN), await person(browser, product, BEN)]
  await ann.goto(`/clusters/${product.cluster}`)
  await ann.getByRole('button', { name: 'Leave a hand-over note…' }).click()
  await ann.getByLabel('For whoever comes next').fill('controller 2 was slow at 02:00')
  await ann.getByRole('button', { name: 'Leave the note' }).click()
  await expect(ann.getByText('It stays here until whoever comes next has read it.')).toBeVisible()
  await ben.goto(`/clusters/${product.cluster}`)
  await expect(ben.getByText('controller 2 was slow at 02:00')).toBeVisible()
  expect(await violationsOf(ben)).toEqual([])
  await ben.getByRole('button', { name: 'I have read it' }).click()
  await expect(ben.getByText('controller 2 was slow at 02:00')).toHaveCount(0)
  await ben.getByRole('button', { name: 'Earlier hand-over notes' }).click()
  await expect(ben.getByText('acknowledged by Ben Coe')).toBeVisible()
  await Promise.all([ann.context().close(), ben.context().close()])
})
