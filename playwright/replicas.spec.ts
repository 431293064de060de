/** Two servers behind a balancer on one PostgreSQL: the one that a page talks to, and that observes the cluster, is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startSimulatedQuorum } from '../server/sandbox/simulatedQuorum/start.ts'
import { type PostgresCluster, startPostgres } from '../server/testing/postgres/cluster.ts'
import { observedBy } from '../server/testing/replicas/asking.ts'
import { freePort } from './clicking.ts'

const ROOT = join(import.meta.dirname, '..')

/** Sends every connection to the first of these ports that takes it. */
async function balancer(port: number, to: readonly number[]): Promise<Server> {
  const server = createServer((client) => {
    const attempt = ([next, ...others]: readonly number[]): void => {
      if (next === undefined) {
        client.destroy()
        return
      }
      const upstream = connect(next, '127.0.0.1')
      const refused = () => attempt(others)
      upstream.once('error', refused)
      upstream.once('connect', () => {
        upstream.off('error', refused)
        upstream.on('error', () => client.destroy())
        upstream.once('close', () => client.destroy())
        client.pipe(upstream).pipe(client)
      })
    }
    client.on('error', () => {})
    attempt(to)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

test('a page reconnects by itself, and shows the cluster live from the other server', async ({ page }) => {
  let postgres: PostgresCluster | null = null
  const children: ChildProcess[] = []
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-replicas-'))
  const quorum = await startSimulatedQuorum({ newborn: true, brokers: 0 })
  const [first, second, port] = [await freePort(), await freePort(), await freePort()]
  const server = await balancer(port, [first, second])
  try {
    postgres = await startPostgres()
    const url = await postgres.createDatabase()
    const start = async (own: number) => {
      const args = [
        'server/main.ts',
        '--port',
        String(own),
        '--data-dir',
        join(folder, String(own)),
        '--name',
        'Orders',
      ]
      const child = spawn(
        process.execPath,
        [...args, '--bootstrap-controller', quorum.bootstrapControllers.join(',')],
        {
          cwd: ROOT,
          env: { ...process.env, DATABASE_URL: url },
          stdio: 'ignore',
        },
      )
      children.push(child)
      // Nobody listens yet at first.
      await expect
        .poll(() => observedBy(`http://127.0.0.1:${own}`, 'orders').catch(() => ''), { timeout: 120_000 })
        .not.toBe('')
    }
    await start(first)
    await start(second)
    await page.goto(`http://localhost:${port}/clusters/orders`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Healthy')
    await expect(page.getByRole('banner')).toContainText('Live')
    children[0]?.kill('SIGKILL')
    const offset = page.locator('tr.qd-row[data-node="0"] td.qd-cell-leo')
    await expect(page.getByRole('banner')).not.toContainText('Live')
    await expect(page.getByRole('banner')).toContainText('Live')
    const before = await offset.textContent()
    await expect(offset).not.toHaveText(before ?? '')
    await page.goto(`http://localhost:${port}/?list`)
    await expect(page.locator('.qd-fleet__row')).toContainText('observed by')
    await page.screenshot({ path: test.info().outputPath('list.png') })
  } finally {
    for (const child of children) child.kill('SIGKILL')
    server.close()
    await quorum.close()
    await postgres?.close()
    await rm(folder, { recursive: true, force: true })
  }
})
