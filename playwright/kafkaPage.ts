/** For tests: the product with a sandbox of real Kafka, as `npm run kafka` starts it, and what Kafka's own tools say of it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import type { QuorumView } from '../server/contract/quorumView.ts'
import type { SandboxAction, SandboxState } from '../server/contract/sandbox.ts'
import { votersOf } from '../server/contract/voters.ts'
import type { Workflow } from '../server/contract/workflows.ts'
import { kafkaArtifacts } from '../server/sandbox/apacheKafka/artifacts.ts'
import { runTool, votersByTool } from '../server/sandbox/apacheKafka/tools.ts'
import { clickThrough, freePort, json } from './clicking.ts'

const ROOT = join(import.meta.dirname, '..')
export const CLUSTER = 'sandbox'

export class KafkaPage {
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

  /** Returns before anything answers, so that it can be closed whatever comes. */
  static async start(version: string, brokers: number, more: string[] = []): Promise<KafkaPage> {
    const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-clicks-'))
    const config = join(folder, 'quorumdeck.yaml')
    await writeFile(config, 'safety: { windowSeconds: 3, healthySeconds: 2, soakSeconds: 3 }\n')
    const port = await freePort()
    const kafka = ['--sandbox-kafka', '--version', version, '--brokers', String(brokers), ...more]
    const server = ['--port', String(port), '--data-dir', join(folder, 'data'), '--config', config]
    const child = spawn(process.execPath, ['server/main.ts', ...kafka, ...server], { cwd: ROOT, stdio: 'ignore' })
    return new KafkaPage(`http://localhost:${port}`, version, child, folder)
  }

  /** Every voter healthy, the log followed, the settings known, every broker unfenced. */
  async ready(brokers: number): Promise<void> {
    await this.until(
      (v) => v.quorum.voters === 3 && v.quorum.margin === 1 && v.source.tailing && v.quorum.autoJoin === false,
    )
    await this.until((v) => v.replicas.filter((r) => r.fenced === false).length === brokers)
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
    expect(await votersByTool((mainClass, args) => this.tool(mainClass, args), bootstrap)).toEqual(
      votersOf(seen)
        .map((v) => `${v.nodeId}:${v.directoryId}`)
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
