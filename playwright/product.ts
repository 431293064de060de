/** The running product with its practice quorum, one for each worker: started on a free port, ended by its process id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Page } from '@playwright/test'
import type { ClusterList } from '../server/contract/clusters.ts'
import type { QuorumView } from '../server/contract/quorumView.ts'
import type { SandboxAction, SandboxState } from '../server/contract/sandbox.ts'
import { freePort } from './clicking.ts'

const ROOT = join(import.meta.dirname, '..')

export interface Product {
  readonly url: string
  readonly cluster: string
  /** SIGSTOP and SIGCONT to the server process. */
  freeze(): void
  thaw(): void
  /** Ends the server and starts it again on the same port. */
  restart(): Promise<void>
  /** The same by SIGKILL: nothing is said goodbye to. */
  crash(): Promise<void>
  act(action: SandboxAction): Promise<SandboxState>
  view(): Promise<QuorumView>
  /** A new, healthy quorum. */
  reset(): Promise<void>
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks again until the answer will do; the test's own time limit is the only one. */
async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const answer = await ask().catch(() => null)
    if (answer !== null) return answer
    await wait(150)
  }
}

/** @param basePath below which it is told to serve everything */
export async function start(
  port: number,
  dataDir: string,
  more: readonly string[],
  basePath = '',
): Promise<ChildProcess> {
  const own = ['--port', String(port), '--data-dir', dataDir, ...(basePath === '' ? [] : ['--base-path', basePath])]
  const child = spawn(process.execPath, ['server/main.ts', ...own, ...more], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4_000)
    })
  }
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server ended: ${output}`)
    const ready = await fetch(`http://localhost:${port}${basePath}/readyz`)
    return ready.ok ? true : null
  })
  return child
}

export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGCONT')
  child.kill(signal)
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(patience)
}

export const test = base.extend<{ violations: string[] }, { product: Product; productArgs: readonly string[] }>({
  /** Of the command line of the product, beside port and data directory. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern
  productArgs: [async ({}, use) => use([]), { scope: 'worker' }],
  product: [
    async ({ productArgs }, use) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-'))
      const port = await freePort()
      const url = `http://localhost:${port}`
      let child = await start(port, dataDir, productArgs)
      const json = async <T>(path: string, init?: RequestInit): Promise<T> => {
        const answer = await fetch(url + path, { ...init, headers: { 'content-type': 'application/json' } })
        if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
        return (await answer.json()) as T
      }
      const list = await json<ClusterList>('/api/clusters')
      const cluster = list.clusters[0]?.cluster ?? ''
      const act = (action: SandboxAction) =>
        json<SandboxState>(`/api/clusters/${cluster}/sandbox`, { method: 'POST', body: JSON.stringify(action) })
      const view = () => json<QuorumView>(`/api/clusters/${cluster}/quorum`)
      await use({
        url,
        cluster,
        freeze: () => void child.kill('SIGSTOP'),
        thaw: () => void child.kill('SIGCONT'),
        restart: async () => {
          await end(child)
          child = await start(port, dataDir, productArgs)
        },
        crash: async () => {
          await end(child, 'SIGKILL')
          child = await start(port, dataDir, productArgs)
        },
        act,
        view,
        reset: async () => {
          // The cluster stays the same one; its disks are new.
          const { nodes } = await act({ action: 'reset' })
          const disks = new Set(nodes.map((node) => node.directoryId))
          await until(async () => {
            const { quorum, replicas } = await view()
            const whole = replicas.length === nodes.length && replicas.every((one) => disks.has(one.directoryId))
            return whole && quorum.healthyVoters === 3 && !quorum.settling ? true : null
          })
        },
      })
      await end(child)
      await rm(dataDir, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  /** What the page's policy forbade, and what it threw. Empty at the end of every test. */
  violations: [
    async ({ page }, use) => {
      const violations: string[] = []
      watchViolations(page, violations)
      await use(violations)
      if (violations.length > 0) throw new Error(`the page broke its policy or threw:\n${violations.join('\n')}`)
    },
    { auto: true },
  ],
})

export function watchViolations(page: Page, violations: string[]): void {
  page.on('pageerror', (error) => violations.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy|Hydration|Minified React error/i.test(message.text())) violations.push(message.text())
  })
}

export { expect } from '@playwright/test'
