/** The wizards by clicks, on real Apache Kafka; what came of it is checked with Kafka's own tool. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { QuorumView, ReplicaView } from '../server/contract/quorumView.ts'
import type { SandboxAction } from '../server/contract/sandbox.ts'
import type { Workflow } from '../server/contract/workflows.ts'
import { kafkaArtifacts } from '../server/sandbox/apacheKafka/artifacts.ts'
import { METADATA_QUORUM, runTool } from '../server/sandbox/apacheKafka/tools.ts'
import { clickThrough, freePort, json } from './clicking.ts'

const VERSIONS = (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',')
const ROOT = join(import.meta.dirname, '..')
const CLUSTER = 'sandbox'

for (const version of VERSIONS) {
  test.describe(`by clicks on Apache Kafka ${version}`, () => {
    test.describe.configure({ mode: 'serial', timeout: 300_000 })
    let child: ChildProcess
    let folder = ''
    let url = ''

    const view = () => json<QuorumView>(`${url}/api/clusters/${CLUSTER}/quorum`)
    const act = (action: SandboxAction) => json(`${url}/api/clusters/${CLUSTER}/sandbox`, action)
    const votersOf = ({ replicas }: QuorumView): ReplicaView[] => replicas.filter((r) => r.status !== 'observer')
    const until = async (fits: (seen: QuorumView) => boolean): Promise<QuorumView> => {
      for (;;) {
        const seen = await view().catch(() => null)
        if (seen !== null && fits(seen)) return seen
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
    /** The voters as Kafka's tool prints them are those that the product shows. */
    const agrees = async (count: number) => {
      const seen = await until((v) => v.quorum.voters === count && v.quorum.margin === Math.ceil(count / 2) - 1)
      const bootstrap = votersOf(seen).map((v) => `${v.endpoints[0]?.host}:${v.endpoints[0]?.port}`)
      const kafka = await kafkaArtifacts(version)
      const text = await runTool(kafka, METADATA_QUORUM, [
        '--bootstrap-controller',
        bootstrap.join(','),
        'describe',
        '--replication',
      ])
      const rows = text.split('\n').map((line) => line.trim().split(/\s+/))
      const voters = rows.filter((cells) => cells[6] === 'Leader' || cells[6] === 'Follower')
      expect(voters.map((cells) => `${cells[0]} ${cells[1]}`).sort()).toEqual(
        votersOf(seen)
          .map((v) => `${v.nodeId} ${v.directoryId}`)
          .sort(),
      )
    }
    const startFrom = async (page: Page, path: string): Promise<Workflow> => {
      await page.goto(`${url}${path}`)
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      return await clickThrough(page, url)
    }

    test.beforeAll(async () => {
      // Formatting and starting real processes on a busy machine.
      test.setTimeout(300_000)
      folder = await mkdtemp(join(tmpdir(), 'quorumdeck-clicks-'))
      const config = join(folder, 'quorumdeck.yaml')
      await writeFile(config, 'safety: { windowSeconds: 3, soakSeconds: 3 }\n')
      const port = await freePort()
      url = `http://localhost:${port}`
      const kafka = ['--sandbox-kafka', '--version', version, '--brokers', '1']
      const server = ['--port', String(port), '--data-dir', join(folder, 'data'), '--config', config]
      child = spawn(process.execPath, ['server/main.ts', ...kafka, ...server], { cwd: ROOT, stdio: 'ignore' })
      await until(
        (v) => v.quorum.voters === 3 && v.quorum.margin === 1 && v.source.tailing && v.quorum.autoJoin === false,
      )
    })
    test.afterAll(async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await ended
      clearTimeout(patience)
      await rm(folder, { recursive: true, force: true })
    })

    test('a failed disk: from the finding to the restored quorum', async ({ page }) => {
      const target = votersOf(await view()).find((v) => v.status === 'follower')?.nodeId ?? -1
      await act({ action: 'wipe', nodeId: target })
      await page.goto(`${url}/clusters/${CLUSTER}`)
      await page.getByRole('link', { name: 'Replace its disk…' }).first().click()
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      const run = await clickThrough(page, url)
      expect(run).toMatchObject({ kind: 'replace-disk', state: 'done' })
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/done|restored/i)
      await agrees(3)
    })

    // Minutes more: asked for by KAFKA_CLICKS=all.
    if (process.env.KAFKA_CLICKS !== 'all') return

    test('a fourth and a fifth controller are added', async ({ page }) => {
      for (const count of [4, 5]) {
        const run = await startFrom(page, `/clusters/${CLUSTER}/workflows/new?kind=add-controller`)
        expect(run).toMatchObject({ state: 'done' })
        await agrees(count)
      }
    })

    test('a follower is removed, then the active controller', async ({ page }) => {
      for (const [count, status] of [
        [4, 'follower'],
        [3, 'leader'],
      ] as const) {
        const target = votersOf(await view()).find((v) => v.status === status)
        const query = `kind=remove-controller&nodeId=${target?.nodeId}&directoryId=${target?.directoryId}`
        const run = await startFrom(page, `/clusters/${CLUSTER}/workflows/new?${query}`)
        expect(run).toMatchObject({ state: 'done' })
        await agrees(count)
        expect((await view()).quorum.leaderId).not.toBe(target?.nodeId)
      }
    })
  })
}
