/** The real product as a child process: what `npm start` runs, on a free port of loopback, with a data folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GuardedProcess, startGuarded } from './guardedProcess.ts'

export const ROOT = join(import.meta.dirname, '..')
/** The first start after a change builds the pages. */
const START_LIMIT_MS = 180_000

export interface Product {
  /** `127.0.0.1:port` */
  host: string
  port: number
  process: GuardedProcess
  /** GET, parsed. @throws Error for any status but 2xx */
  read<T>(path: string): Promise<T>
  /** POST of JSON, parsed. @throws Error for any status but 2xx */
  post<T>(path: string, body: unknown): Promise<T>
  end(): Promise<void>
}

export async function startProduct(args: string[], nodeArguments: string[] = []): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-measured-'))
  const child = await startGuarded(
    process.execPath,
    [...nodeArguments, 'server/main.ts', '--port', '0', '--data-dir', folder, '--log-level', 'error', ...args],
    ROOT,
  )
  const [, port = ''] = await child.printed(/Open http:\/\/localhost:(\d+)/, START_LIMIT_MS)
  const host = `127.0.0.1:${port}`
  const answer = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`http://${host}${path}`, { ...init, signal: AbortSignal.timeout(60_000) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }
  return {
    host,
    port: Number(port),
    process: child,
    read: (path) => answer(path, {}),
    post: (path, body) =>
      answer(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    async end() {
      await child.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
