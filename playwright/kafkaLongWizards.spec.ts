/**
 * The long wizards by clicks, on real Apache Kafka: minutes on each version, so only where KAFKA_CLICKS=all asks for them.
 * A producer runs all through the migration; the ends are checked with Kafka's own tools.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import type { QuorumView, ReplicaView } from '../server/contract/quorumView.ts'
import type { SandboxAction, SandboxState } from '../server/contract/sandbox.ts'
import type { Workflow } from '../server/contract/workflows.ts'
import { kafkaArtifacts } from '../server/sandbox/apacheKafka/artifacts.ts'
import { METADATA_QUORUM, runTool } from '../server/sandbox/apacheKafka/tools.ts'
import { readAll, TOPIC, Traffic } from '../server/traffic.ts'
import { clickThrough, freePort, json } from './clicking.ts'

const VERSIONS = process.env.KAFKA_CLICKS === 'all' ? (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',') : []
const ROOT = join(import.meta.dirname, '..')
const CLUSTER = 'sandbox'
const TOPICS = 'org.apache.kafka.tools.TopicCommand'

/** The product with a sandbox of real Kafka, as `npm run kafka` starts it. */
class Deck {
  readonly url: string
  readonly version: string
  readonly #child: ChildProcess
  readonly #folder: string

  private constructor(url: string, version: string, child: ChildProcess, folder: string) {
    this.url = url
    this.version = version
    this.#child = child
    this.#folder = folder
  }

  static async open(version: string, brokers: number, more: string[] = []): Promise<Deck> {
    const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-clicks-'))
    const config = join(folder, 'quorumdeck.yaml')
    await writeFile(config, 'safety: { windowSeconds: 3, soakSeconds: 3 }\n')
    const port = await freePort()
    const kafka = ['--sandbox-kafka', '--version', version, '--brokers', String(brokers), ...more]
    const server = ['--port', String(port), '--data-dir', join(folder, 'data'), '--config', config]
    const child = spawn(process.execPath, ['server/main.ts', ...kafka, ...server], { cwd: ROOT, stdio: 'ignore' })
    const deck = new Deck(`http://localhost:${port}`, version, child, folder)
    await deck.until((v) => v.quorum.voters === 3 && v.quorum.margin === 1 && v.source.tailing)
    await deck.until((v) => v.replicas.filter((r) => r.fenced === false).length === brokers)
    return deck
  }

  view = () => json<QuorumView>(`${this.url}/api/clusters/${CLUSTER}/quorum`)
  act = (action: SandboxAction) => json<SandboxState>(`${this.url}/api/clusters/${CLUSTER}/sandbox`, action)

  async until(fits: (seen: QuorumView) => boolean): Promise<QuorumView> {
    for (;;) {
      const seen = await this.view().catch(() => null)
      if (seen !== null && fits(seen)) return seen
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  async run(page: Page, query: string): Promise<Workflow> {
    await page.goto(`${this.url}/clusters/${CLUSTER}/workflows/new?${query}`)
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    return await clickThrough(page, this.url)
  }

  async tool(mainClass: string, args: string[]): Promise<string> {
    return await runTool(await kafkaArtifacts(this.version), mainClass, args)
  }

  /** The voters as Kafka's tool prints them are those that the product shows. */
  async agrees(count: number): Promise<void> {
    const seen = await this.until((v) => v.quorum.voters === count && v.quorum.margin === Math.ceil(count / 2) - 1)
    const bootstrap = votersOf(seen).map((v) => `${v.endpoints[0]?.host}:${v.endpoints[0]?.port}`)
    const text = await this.tool(METADATA_QUORUM, [
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

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGTERM')
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(patience)
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const votersOf = ({ replicas }: QuorumView): ReplicaView[] => replicas.filter((r) => r.status !== 'observer')
const brokerAddresses = ({ replicas }: QuorumView, ids: readonly number[]): string[] =>
  replicas.flatMap((r) =>
    ids.includes(r.nodeId) ? r.endpoints.filter((e) => e.listener === 'CLIENT').map((e) => `${e.host}:${e.port}`) : [],
  )

for (const version of VERSIONS) {
  test.describe(`long wizards by clicks on Apache Kafka ${version}`, () => {
    test.describe.configure({ timeout: 600_000 })

    test('the migration of the article: combined nodes, no broker left, all data readable', async ({ page }) => {
      const deck = await Deck.open(version, 3)
      const before = brokerAddresses(await deck.view(), [7, 8, 9])
      expect(before).toHaveLength(3)
      const create = ['--create', '--topic', TOPIC, '--partitions', '5', '--replication-factor', '3']
      await deck.tool(TOPICS, ['--bootstrap-server', before.join(','), ...create])
      const traffic = new Traffic(before)
      try {
        traffic.start()
        const run = await deck.run(
          page,
          'kind=migrate-combined&nodeIds=0,1,2&retireBrokerIds=7,8,9&throttleBytesPerSecond=50000000',
        )
        expect(run).toMatchObject({ state: 'done' })
        await traffic.stop()
        const nodes = (await deck.act({ action: 'configure', nodeId: 0 })).nodes
        expect(nodes.filter((n) => n.state === 'running').map((n) => n.nodeId)).toEqual([0, 1, 2])
        await deck.agrees(3)
        const after = brokerAddresses(await deck.view(), [0, 1, 2])
        const values = await readAll(after.length > 0 ? after : before, traffic.sent)
        expect(values.size).toBe(traffic.sent)
        const text = await deck.tool(TOPICS, ['--bootstrap-server', after.join(','), '--describe'])
        expect(text).not.toMatch(/Leader: none/)
        const replicas = [...text.matchAll(/Replicas: ([\d,]+)/g)].flatMap(([, list = '']) => list.split(','))
        expect(new Set(replicas)).toEqual(new Set(['0', '1', '2']))
      } finally {
        await traffic.stop().catch(() => undefined)
        await deck.close()
      }
    })

    test('three to five and back, a healthy one and a dead one replaced, a live broker refused', async ({ page }) => {
      const deck = await Deck.open(version, 1)
      try {
        for (const count of [5, 3]) {
          expect(await deck.run(page, `kind=scale&controllers=${count}`)).toMatchObject({ state: 'done' })
          await deck.agrees(count)
        }
        const follower = async () => votersOf(await deck.view()).find((v) => v.status === 'follower')?.nodeId ?? -1
        expect(await deck.run(page, `kind=replace-controller&nodeId=${await follower()}`)).toMatchObject({
          state: 'done',
        })
        await deck.agrees(3)
        const dead = await follower()
        await deck.act({ action: 'wipe', nodeId: dead })
        await deck.until((v) => v.findings.some((f) => f.code === 'voter-silent'))
        expect(await deck.run(page, `kind=replace-controller&nodeId=${dead}`)).toMatchObject({ state: 'done' })
        await deck.agrees(3)
        // A live broker: the way to its removal begins with its stop, and nothing can be unregistered before.
        await page.goto(`${deck.url}/clusters/${CLUSTER}/workflows/new?kind=unregister-broker&nodeId=7`)
        await page.getByRole('button', { name: 'Start', exact: true }).click()
        await expect(page.locator('.qd-action').getByRole('button', { name: /^Unregister/ })).toHaveCount(0)
        expect((await deck.view()).replicas.find((r) => r.nodeId === 7)?.fenced).toBe(false)
        expect(await clickThrough(page, deck.url)).toMatchObject({ state: 'done' })
      } finally {
        await deck.close()
      }
    })

    if (version.startsWith('3.')) return
    test('a static quorum becomes dynamic', async ({ page }) => {
      const deck = await Deck.open(version, 1, ['--static'])
      try {
        expect(await deck.run(page, 'kind=static-to-dynamic')).toMatchObject({ state: 'done' })
        expect((await deck.view()).quorum).toMatchObject({ mode: 'dynamic', kraftVersion: 1 })
        await deck.agrees(3)
      } finally {
        await deck.close()
      }
    })
  })
}
