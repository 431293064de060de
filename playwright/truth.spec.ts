/**
 * What a quorum hides, in the browser: two simulated quorums of one cluster id that the product takes for one cluster, and
 * one whose committed metadata went missing between two runs of the product.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { QuorumView } from '../server/contract/quorumView.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../server/sandbox/simulatedQuorum/start.ts'
import { expectReadable } from './axe.ts'
import { freePort } from './clicking.ts'
import { expect, test } from './product.ts'

const ROOT = join(import.meta.dirname, '..')

interface Watcher {
  url: string
  stop(): Promise<void>
}

async function watchAt(bootstrap: readonly string[], dataDir: string): Promise<Watcher> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const args = ['server/main.ts', '--port', String(port), '--data-dir', dataDir, '--name', 'payments']
  const child: ChildProcess = spawn(process.execPath, [...args, '--bootstrap-controller', bootstrap.join(',')], {
    cwd: ROOT,
    stdio: 'ignore',
  })
  await expect.poll(async () => (await fetch(`${url}/readyz`).catch(() => null))?.ok ?? false).toBe(true)
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
    },
  }
}

const viewOf = async (url: string): Promise<QuorumView | null> => {
  const answer = await fetch(`${url}/api/clusters/payments/quorum`).catch(() => null)
  return answer?.ok === true ? ((await answer.json()) as QuorumView) : null
}

const quorums: SimulatedQuorum[] = []
const watchers: Watcher[] = []
let dataDir = ''

test.beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-truth-'))
})
test.afterEach(async () => {
  for (const watcher of watchers.splice(0)) await watcher.stop()
  for (const quorum of quorums.splice(0)) await quorum.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function quorum(options: Parameters<typeof startSimulatedQuorum>[0]): Promise<SimulatedQuorum> {
  const started = await startSimulatedQuorum(options)
  quorums.push(started)
  return started
}

async function watching(bootstrap: readonly string[]): Promise<Watcher> {
  const watcher = await watchAt(bootstrap, dataDir)
  watchers.push(watcher)
  return watcher
}

test('two quorums of one cluster: on the page, the wall, the list, in the metrics, and every wizard is refused', async ({
  page,
}) => {
  const first = await quorum({ newborn: true })
  const clusterId = first.simulation.read((state) => state.clusterId)
  const rival = await quorum({ controllers: 1, brokers: 1, newborn: true, clusterId, seed: 7 })
  const { url } = await watching([...first.bootstrapControllers, ...rival.bootstrapControllers])
  await expect.poll(async () => (await viewOf(url))?.quorum.rivals.length).toBe(1)

  await page.goto(`${url}/clusters/payments`)
  const verdict = page.locator('.qd-verdict')
  await expect(verdict).toHaveAttribute('data-tone', 'danger')
  await expect(verdict).toContainText('Two quorums of one cluster')
  await expect(verdict).toContainText('Do not restart')
  await expect(page.getByRole('table').filter({ hasText: 'Leader it reports' })).toContainText('itself')
  await expect(page.getByText('Restart it.')).toHaveCount(0)
  // No wizard is offered from any finding.
  await expect(page.getByRole('region', { name: 'Findings' }).getByRole('link')).toHaveCount(0)
  await expectReadable(page)

  await page.goto(`${url}/wall/payments`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Two quorums of one cluster')
  await page.goto(`${url}/?list`)
  await expect(page.getByText(/Two quorums of one cluster/).first()).toBeVisible()
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('quorumdeck_rival_leaders{cluster="payments"} 1')

  const refused = await fetch(`${url}/api/clusters/payments/workflows`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'rolling-restart', params: {}, reason: 'a try', as: { id: 'a', name: 'Ann' } }),
  })
  expect(refused.status).toBe(422)
  const { error } = (await refused.json()) as { error: { refusals: { code: string }[] } }
  expect(error.refusals.map((r) => r.code)).toContain('one-quorum')
  await page.goto(`${url}/clusters/payments/workflows/new?kind=rolling-restart`)
  await expect(page.getByText('no other controller of this cluster claims to lead').first()).toBeVisible()
})

test('committed metadata that is missing after a restart of ours: an incident, until somebody closes it', async ({
  page,
}) => {
  // It has an hour of log; the one that answers in its place has none.
  const whole = await quorum({})
  const clusterId = whole.simulation.read((state) => state.clusterId)
  const before = await watching(whole.bootstrapControllers)
  await expect.poll(async () => ((await viewOf(before.url))?.quorum.highWatermark ?? 0) > 100).toBe(true)
  await before.stop()
  watchers.splice(0)
  const empty = await quorum({ newborn: true, clusterId, seed: 7 })
  const { url } = await watching(empty.bootstrapControllers)
  await expect.poll(async () => (await viewOf(url))?.incidents.length, { timeout: 40_000 }).toBe(1)

  await page.goto(`${url}/clusters/payments`)
  await expect(page.locator('.qd-verdict')).toHaveAttribute('data-tone', 'danger')
  const incident = page.getByRole('region').filter({ has: page.getByText('Close it…') })
  await expect(incident).toContainText('Keep every controller disk')
  await expectReadable(page)
  await incident.getByText('Close it…').click()
  await expect(incident.getByRole('button', { name: 'Close the incident' })).toBeDisabled()
  await incident.getByLabel('What was found').fill('The practice quorum was made anew.')
  await incident.getByRole('button', { name: 'Close the incident' }).click()
  await expect(incident).toHaveCount(0)
  await expect(page.locator('.qd-verdict')).toHaveAttribute('data-tone', 'ok')
})

test('two of three are dead: who must come back, on page and wall', async ({ page, product }) => {
  await product.reset()
  const { quorum: facts } = await product.view()
  const others = [0, 1, 2].filter((id) => id !== facts.leaderId)
  for (const nodeId of [facts.leaderId ?? 0, others[0] ?? 1]) await product.act({ action: 'kill', nodeId })
  await page.goto(`/clusters/${product.cluster}`)
  const verdict = page.locator('.qd-verdict')
  await expect(verdict).toContainText('No leader: only 1 of 3 controllers answers, 2 are needed.', { timeout: 40_000 })
  await expect(verdict).toContainText('with the disks they had')
  await expect(page.getByRole('table').filter({ hasText: 'Leader it reports' })).toContainText('nothing listens')
  await expectReadable(page)
  await product.reset()
})
