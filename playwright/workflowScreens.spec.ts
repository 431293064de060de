/** The pages of the wizards with invented runs: every state, who may press what, and what survives a stale answer. */
import type { Page } from '@playwright/test'
import { aWorkflow, REMOVE_TEXT } from '../components/testing/exampleWorkflow.ts'
import type { CommandRequest, StartWorkflow, Workflow } from '../server/contract/workflows.ts'
import { expectReadable, violationsOf } from './axe.ts'
import { expect, test } from './product.ts'
import { CLUSTER, failedDisk, type Scene, type Stage, stage } from './routed.ts'
import { ANN, actAs, done, ME, onTheHost, pausedDrift, plan, ready, SCENES, typedStatement } from './runScenes.ts'

async function open(page: Page, run: Workflow, scene: Partial<Scene> = {}): Promise<Stage> {
  await actAs(page, ME)
  const set = await stage(page, { view: failedDisk(), run, ...scene })
  await page.goto(`/workflows/${run.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(run.now)
  await expect(page.getByRole('banner')).toContainText('Live')
  return set
}

/** Answers every command with the same run, and keeps what was sent. */
async function taking(page: Page, answer: Workflow): Promise<CommandRequest[]> {
  const sent: CommandRequest[] = []
  await page.route('**/api/workflows/*/commands', (route) => {
    sent.push(route.request().postDataJSON() as CommandRequest)
    return route.fulfill({ json: answer })
  })
  return sent
}

const STATES: Readonly<Record<string, { word: string; also: string }>> = {
  waiting: { word: 'waiting', also: 'Possible in about 3 s.' },
  ready: { word: 'waiting', also: 'waits for your go-ahead' },
  typedStatement: { word: 'waiting', also: 'Type the statement word for word.' },
  blocked: { word: 'blocked', also: 'Bring controller 1 back first' },
  outcomeUnknown: { word: 'outcome unknown', also: 'It is not sent again.' },
  pausedDrift: { word: 'paused: voters changed', also: 'Nothing is done until a person decides' },
  parked: { word: 'parked', also: 'Parked by Ann: “controller 1 first”' },
  onTheHost: { word: 'waiting', also: 'What Quorumdeck looks for' },
  notMine: { word: 'waiting', also: 'Ann drives. Take over to act.' },
  emptying: { word: 'running', also: '12 MB a second, about 3 min 20 s left.' },
  handedOver: { word: 'running', also: '10 replicas, 900 MB, 4 leaders; 99 % of the partitions measured.' },
  done: { word: 'done', also: 'Done · after 4 min 05 s' },
}

for (const [name, run] of Object.entries(SCENES)) {
  test(`${name}: said in words, nothing for axe in light and dark, within a phone`, async ({ page }) => {
    await open(page, run)
    const { word, also } = STATES[name] ?? { word: '', also: '' }
    await expect(page.getByRole('region', { name: 'The run' }).getByText(word, { exact: true }).first()).toBeVisible()
    await expect(page.getByRole('main')).toContainText(also)
    await expectReadable(page)
  })
}

test('gates, bar and chart move with what the server tells', async ({ page }) => {
  const run = aWorkflow()
  const set = await open(page, run)
  const gate = page.locator('.qd-gate[data-code="lag-near-zero"]')
  await expect(gate).toContainText('waiting')
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '70')
  const steps = run.steps.map((step) => ({
    ...step,
    gates: step.gates.map((one) => (one.waiting ? { ...one, ok: true, waiting: false, observed: '0 records' } : one)),
  }))
  set.move({ ...run, steps, catchUp: run.catchUp && { ...run.catchUp, nearZeroMs: 10_000 } })
  await expect(gate).toContainText('holds')
  await expect(gate).toContainText('0 records')
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '100')
})

test('an older revision is never shown over a newer one', async ({ page }) => {
  const set = await open(page, ready)
  set.move({ ...ready, revision: ready.revision - 1, now: 'Something that was true before' })
  set.move({ ...ready, now: 'A later figure of the same revision' })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A later figure of the same revision')
})

test('a ticked statement goes along with the command, once, with the revision that was seen', async ({ page }) => {
  await open(page, ready)
  const sent = await taking(page, { ...ready, revision: 10, now: 'Removed', allowedCommands: [] })
  const button = page.getByRole('button', { name: 'Remove the old incarnation' })
  await expect(button).toBeDisabled()
  await page.getByRole('checkbox', { name: /no further controller may fail/ }).check()
  await button.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Removed')
  expect(sent).toMatchObject([
    {
      expectedRevision: ready.revision,
      as: ME,
      command: { type: 'execute', step: 'remove', confirmation: 'for some seconds no further controller may fail' },
    },
  ])
})

test('a typed statement is taken word for word only, and wants its reason', async ({ page }) => {
  await open(page, typedStatement)
  const sent = await taking(page, done)
  const button = page.getByRole('button', { name: 'Remove without a replacement' })
  await page.getByLabel('Type word for word').fill('There is no replacement')
  await page.getByLabel('Reason').fill('the host is gone')
  await expect(button).toBeDisabled()
  await page.getByLabel('Type word for word').fill('there is no replacement')
  await button.click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(done.now)
  expect(sent[0]?.command).toMatchObject({ confirmation: 'there is no replacement', reason: 'the host is gone' })
})

test('a stale answer shows the run as it is by now, and nothing typed is lost', async ({ page }) => {
  await open(page, typedStatement)
  const moved = { ...typedStatement, revision: typedStatement.revision + 1, now: 'It moved on meanwhile' }
  await page.route('**/api/workflows/*/commands', (route) =>
    route.fulfill({
      status: 409,
      json: {
        error: { code: 'stale-revision', message: 'The run has moved on.', remedy: 'Look at it and decide again.' },
        workflow: moved,
      },
    }),
  )
  await page.getByLabel('Type word for word').fill('there is no replacement')
  await page.getByLabel('Reason').fill('the host is gone')
  await page.getByRole('button', { name: 'Remove without a replacement' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('It moved on meanwhile')
  await expect(page.getByText('The run has moved on. Nothing was sent.')).toBeVisible()
  await expect(page.getByLabel('Type word for word')).toHaveValue('there is no replacement')
  await expect(page.getByLabel('Reason')).toHaveValue('the host is gone')
})

test('a refusal names every rule that does not hold, with what would help', async ({ page }) => {
  await open(page, ready)
  const [gate] = SCENES.blocked?.steps.find((step) => step.key === 'remove')?.gates ?? []
  await page.route('**/api/workflows/*/commands', (route) =>
    route.fulfill({
      status: 422,
      json: { error: { code: 'refused', message: 'Refused.', remedy: 'See the rules.', refusals: [gate] } },
    }),
  )
  await page.getByRole('checkbox').check()
  await page.getByRole('button', { name: 'Remove the old incarnation' }).click()
  const refused = page.getByRole('grid', { name: 'What does not hold' })
  await expect(refused).toContainText('Bring controller 1 back first')
})

test('a lost answer is asked for again with the same id', async ({ page }) => {
  await open(page, onTheHost)
  const ids: string[] = []
  await page.route('**/api/workflows/*/commands', (route) => {
    ids.push((route.request().postDataJSON() as CommandRequest).commandId)
    return ids.length === 1 ? route.abort() : route.fulfill({ json: done })
  })
  await page.getByRole('button', { name: 'Do it for me' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(done.now)
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(1)
})

test('commands for hosts, and the equivalent one, are copied as they stand', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page, onTheHost)
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('button', { name: 'Copy the command for c2.example.com' }).last().click()
  await expect.poll(clipboard).toBe('systemctl start kafka-controller')
  await open(page, ready)
  await page.getByRole('button', { name: 'Copy the equivalent command' }).click()
  await expect.poll(clipboard).toBe(REMOVE_TEXT)
})

test('a candidate is chosen in its row; one that cannot be chosen says why', async ({ page }) => {
  await open(page, onTheHost)
  const sent = await taking(page, { ...onTheHost, revision: 99 })
  const rows = page.getByRole('region', { name: 'Candidates' }).getByRole('listitem')
  await expect(rows.nth(1)).toContainText('It is far behind the leader.')
  await rows.nth(0).getByRole('button', { name: 'Take this one' }).click()
  await expect.poll(() => sent[0]?.command).toMatchObject({ type: 'choose', nodeId: 2 })
})

test('what ends a run asks first, and the safe answer comes first', async ({ page }) => {
  await open(page, pausedDrift)
  const sent = await taking(page, done)
  await page.getByRole('button', { name: 'Leave it so…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button').first()).toHaveText('Cancel')
  const leave = dialog.getByRole('button', { name: 'Leave it so' })
  await expect(leave).toBeDisabled()
  // Nothing behind it takes the focus, not even after a click beside it.
  await page.mouse.click(5, 5)
  for (let tab = 0; tab < 6; tab += 1) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('[aria-hidden="true"]') ?? null)).toBeNull()
  }
  await expect(dialog).toBeVisible()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Leave it so…' })).toBeFocused()
  expect(sent).toEqual([])
  await page.getByRole('button', { name: 'Leave it so…' }).click()
  await dialog.getByLabel('Reason').fill('the other team goes on')
  await leave.click()
  await expect.poll(() => sent[0]?.command).toMatchObject({ type: 'leave', reason: 'the other team goes on' })
})

test('who does not drive watches, and takes over with a reason', async ({ page }) => {
  await open(page, { ...ready, driver: ANN })
  await expect(page.getByRole('banner')).toContainText('Ann drives')
  await expect(page.getByRole('button', { name: 'Remove the old incarnation' })).toBeDisabled()
  await expect(page.getByRole('button', { name: /^Abort/ })).toHaveCount(0)
  const sent = await taking(page, { ...ready, revision: 10, driver: ME })
  await page.getByRole('button', { name: 'Take over…' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Ann went to the data centre')
  await dialog.getByRole('button', { name: 'Take over', exact: true }).click()
  await expect(page.getByRole('banner')).toContainText('You drive')
  expect(sent[0]?.command).toMatchObject({ type: 'take-over', reason: 'Ann went to the data centre' })
})

test('a session that may only watch sees everything and is offered nothing', async ({ page }) => {
  await open(page, ready, { role: 'watch' })
  await expect(page.getByRole('button', { name: 'Remove the old incarnation' })).toBeDisabled()
  await expect(page.getByRole('button', { name: /Take over|Abort|Park/ })).toHaveCount(0)
  await page.goto(`/clusters/${CLUSTER}/workflows`)
  await expect(page.getByText('This session may watch, not act.')).toBeVisible()
  await expect(page.getByRole('link', { name: /See the plan/ })).toHaveCount(0)
  await page.goto(`/clusters/${CLUSTER}/workflows/new?kind=replace-disk&nodeId=2`)
  await expect(page.getByText('needs the right operate on this cluster')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start' })).toHaveCount(0)
  await page.goto(`/clusters/${CLUSTER}`)
  await expect(page.locator('tr.qd-row').first()).toBeVisible()
  await expect(page.getByRole('button', { name: /^Wizards for/ })).toHaveCount(0)
})

test('a server that falls silent turns the page grey and takes the buttons away', async ({ page }) => {
  const set = await open(page, ready)
  await page.getByRole('checkbox').check()
  const button = page.getByRole('button', { name: 'Remove the old incarnation' })
  await expect(button).toBeEnabled()
  set.fallSilent()
  await expect(page.getByRole('main')).toHaveAttribute('data-stale', 'true')
  await expect(button).toBeDisabled()
  await expect(page.getByText('This page has lost the Quorumdeck server.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Abort/ })).toBeDisabled()
})

test('a cluster that is not heard takes what would change it away, and leaves the way out', async ({ page }) => {
  await actAs(page, ME)
  await stage(page, { view: failedDisk(), run: ready, ageMs: 30_000 })
  await page.goto(`/workflows/${ready.id}`)
  await expect(page.getByText('Quorumdeck gets no answers from the cluster.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove the old incarnation' })).toBeDisabled()
  await expect(page.getByRole('button', { name: /^Abort/ })).toBeEnabled()
})

test('a run that ended while nobody listened is read from the server', async ({ page }) => {
  await open(page, done)
  await expect(page.getByRole('link', { name: 'Evidence as JSON' })).toHaveAttribute(
    'href',
    '/api/workflows/run-4711/evidence',
  )
  await expect(page.getByRole('link', { name: 'Runbook' })).toHaveAttribute('href', '/api/workflows/run-4711/runbook')
})

test('an unknown run says so', async ({ page }) => {
  await stage(page, { view: failedDisk() })
  await page.goto('/workflows/nothing')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such run here.')
})

/** The start page with a server that plans, and answers a start as it is told to. */
async function starting(page: Page, scene: Partial<Scene>, answer: (request: StartWorkflow) => object, status: number) {
  await actAs(page, ME)
  await stage(page, { view: failedDisk(), ...scene })
  const sent: StartWorkflow[] = []
  await page.route('**/api/clusters/*/workflows', (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const request = route.request().postDataJSON() as StartWorkflow
    if (request.dryRun === true) return route.fulfill({ json: plan })
    sent.push(request)
    return route.fulfill({ status: request.preempt === true ? 201 : status, json: answer(request) })
  })
  return sent
}

test('the target is chosen from the live rows, the plan is shown, and the start leads to the run', async ({ page }) => {
  const run = aWorkflow()
  const sent = await starting(page, {}, () => run, 201)
  await page.route('**/api/workflows/*', (route) => route.fulfill({ json: run }))
  await page.goto(`/clusters/${CLUSTER}/workflows/new?kind=replace-disk`)
  await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled()
  const targets = page.getByRole('group', { name: 'Whose disk has failed?' })
  await expect(targets.getByRole('radio')).toHaveCount(3)
  await targets.getByRole('radio').first().check()
  await expect(page).toHaveURL(/nodeId=2/)
  await expect(page.getByRole('region', { name: 'The plan' }).getByRole('listitem')).toHaveCount(6)
  await expect(page.getByRole('region', { name: 'What you can lose' })).toContainText('After: Remove')
  await page.getByLabel('Reason').fill('disk sdb dead, ticket 4711')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect(page).toHaveURL(/\/workflows\/run-4711$/)
  expect(sent).toMatchObject([
    { kind: 'replace-disk', params: { nodeId: 2 }, reason: 'disk sdb dead, ticket 4711', as: ME },
  ])
})

test('another run is named and linked; an emergency may go first, with a reason', async ({ page }) => {
  const other = aWorkflow({ id: 'other', title: 'Add controller 3' })
  const refusal = {
    error: {
      code: 'change-in-progress',
      message: 'One change at a time.',
      remedy: 'This is an emergency: start it with "preempt": true and a reason.',
    },
  }
  const answer = (request: StartWorkflow) => (request.preempt === true ? aWorkflow() : refusal)
  const sent = await starting(page, { run: other }, answer, 409)
  await page.goto(`/clusters/${CLUSTER}/workflows/new?kind=replace-disk&nodeId=2`)
  await expect(page.getByRole('link', { name: 'Add controller 3' })).toHaveAttribute('href', '/workflows/other')
  await expect(page.getByRole('checkbox', { name: 'This one goes first' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Start' }).click()
  await page.getByRole('checkbox', { name: 'This one goes first' }).check()
  await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled()
  await page.getByLabel('Reason').fill('controller 2 is dead')
  await page.getByRole('button', { name: 'Start' }).click()
  await expect.poll(() => sent.at(-1)).toMatchObject({ preempt: true, reason: 'controller 2 is dead' })
  expect(sent.map((one) => one.commandId)[0]).not.toBe(sent.at(-1)?.commandId)
})

test('ways in: from a row, from a finding, and from the banner of a run', async ({ page }) => {
  await actAs(page, ME)
  const silent = failedDisk().replicas.find((row) => row.health === 'silent')
  const view = {
    ...failedDisk(),
    findings: [
      {
        code: 'voter-silent' as const,
        severity: 'critical' as const,
        title: 'Controller 2 is silent',
        detail: 'It has not fetched.',
        replicas: [{ nodeId: 2, directoryId: silent?.directoryId ?? null }],
      },
    ],
  }
  const set = await stage(page, { view, run: aWorkflow() })
  await page.goto(`/clusters/${CLUSTER}`)
  const banner = page.getByRole('region', { name: 'A change is under way' })
  await expect(banner).toContainText('step 3 of 6: New incarnation has caught up')
  await expect(banner).toContainText('You drive')
  await expect(banner.getByRole('link')).toHaveAttribute('href', '/workflows/run-4711')
  const finding = page.getByRole('region', { name: 'Findings' })
  await expect(finding.getByRole('link', { name: 'Replace its disk…' })).toHaveAttribute(
    'href',
    /replace-disk&nodeId=2/,
  )
  const row = page.locator('tr.qd-row[data-node="1"]')
  const kebab = row.getByRole('button', { name: /^Wizards for node 1/ })
  await kebab.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('link', { name: 'Replace failed disk…' })).toBeFocused()
  expect(await violationsOf(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect(page.getByRole('link', { name: 'Replace failed disk…' })).toHaveCount(0)
  await expect(page.locator('tr.qd-row[data-node="7"]').getByRole('button', { name: /^Wizards/ })).toHaveCount(0)
  await kebab.click()
  await page.getByRole('link', { name: 'Remove from the quorum…' }).click()
  await expect(page).toHaveURL(/kind=remove-controller&nodeId=1&directoryId=/)
  await page.goto(`/wall/${CLUSTER}`)
  await expect(page.locator('.qd-wall__run')).toContainText(
    'step 3 of 6 (New incarnation has caught up), waiting · Browser 3f2a drives',
  )
  set.move(done)
  await expect(page.locator('.qd-wall__run')).toHaveCount(0)
})

test('the evidence is laid out for paper: all data open, nothing to click', async ({ page }) => {
  await stage(page, { view: failedDisk(), run: done })
  await page.route('**/api/workflows/*/evidence', (route) =>
    route.fulfill({
      json: {
        workflow: done,
        thresholds: [{ name: 'lag near zero', value: '10 records', source: 'default' }],
        timings: [{ step: 'down', title: 'Old incarnation is down', ms: 2_000 }],
        entries: [
          {
            seq: 1,
            atMs: done.startedAtMs,
            actor: ME.name,
            type: 'started',
            text: 'Started',
            data: { kept: 'as it was' },
          },
        ],
      },
    }),
  )
  await page.goto(`/workflows/${done.id}/evidence`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Evidence: ${done.title}`)
  await expect(page.getByText('as it was', { exact: false }).last()).toBeHidden()
  expect(await violationsOf(page)).toEqual([])
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('region', { name: 'Journal' }).locator('pre')).toContainText('"kept": "as it was"')
  await expect(page.getByRole('region', { name: 'Journal' }).locator('pre')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden()
  await expect(page.getByRole('banner')).toHaveCount(0)
})

test('a name that others see is changed once and kept', async ({ page }) => {
  await stage(page, { view: failedDisk(), run: ready })
  await page.goto(`/workflows/${ready.id}`)
  await page.getByRole('button', { name: 'Change the name' }).click()
  await page.getByLabel('The name that others see').fill('<b>')
  await page.getByRole('button', { name: 'Use it' }).click()
  await expect(page.getByText('A name is 1 to 64 characters of plain text.')).toBeVisible()
  await page.getByLabel('The name that others see').fill('Ann at the desk')
  await page.getByRole('button', { name: 'Use it' }).click()
  await page.reload()
  await expect(page.getByText('You act as Ann at the desk.')).toBeVisible()
})
