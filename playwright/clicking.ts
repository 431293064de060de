/** For tests: a product of its own, and a person who reads its pages and does what they ask for. */
import type { Locator, Page } from '@playwright/test'
import type { Workflow } from '../server/contract/workflows.ts'
import { takePorts } from '../server/sandbox/ports.ts'

/** One that a server finds again after it was killed. */
export async function freePort(): Promise<number> {
  const [port] = await takePorts('127.0.0.1', 1)
  if (port === undefined) throw new Error('no free port')
  return port
}

export async function json<T>(url: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(url, { ...init, headers: { 'content-type': 'application/json' } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** A statement in a dialog of its own: its words typed, and said. */
async function state(page: Page, link: Locator): Promise<void> {
  const quickly = { timeout: 2000 }
  await link.click(quickly)
  const dialog = page.getByRole('dialog')
  const words = await dialog.locator('label .qd-mono').first().textContent(quickly)
  await dialog.getByRole('textbox', { name: /^Type word for word/ }).fill(words ?? '', quickly)
  await dialog.getByRole('button').last().click(quickly)
  await dialog.waitFor({ state: 'hidden', ...quickly })
}

/** Does what a person does who reads the page: ticks or types what is asked, and presses the button of the step. */
export async function clickThrough(page: Page, url: string): Promise<Workflow> {
  await page.waitForURL(/\/workflows\/(?!new)[^/?]+$/)
  const id = page.url().split('/').at(-1) ?? ''
  const action = page.getByRole('region', { name: 'What comes next' })
  for (;;) {
    const run = await json<Workflow>(`${url}/api/workflows/${id}`)
    if (run.endedAtMs !== null) return run
    const choose = page.getByRole('button', { name: /^Choose / }).first()
    const typed = action.getByRole('textbox', { name: /^Type word for word/ }).first()
    const tick = action.getByRole('checkbox').first()
    const main = action.locator('button[aria-describedby="action-words"]').first()
    const quickly = { timeout: 2000 }
    // From one voter to two only by a statement, which stands beside the button that waits for it.
    const saved = action.getByRole('button', { name: 'State that the metadata is saved…' })
    // The run may move on between a look and a click: then the next look finds what is there.
    if (await typed.isVisible().catch(() => false)) {
      const statement = await action
        .locator('label .qd-mono')
        .first()
        .textContent(quickly)
        .catch(() => null)
      if (statement !== null) await typed.fill(statement, quickly).catch(() => {})
    }
    if ((await tick.isVisible().catch(() => false)) && !(await tick.isChecked(quickly).catch(() => true))) {
      await tick.check(quickly).catch(() => {})
    }
    if (await choose.isVisible().catch(() => false)) await choose.click(quickly).catch(() => {})
    else if (await main.isEnabled(quickly).catch(() => false)) await main.click(quickly).catch(() => {})
    else if (await saved.isVisible().catch(() => false)) await state(page, saved).catch(() => {})
    await page.waitForTimeout(150)
  }
}
