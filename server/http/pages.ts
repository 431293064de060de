/** The pages: builds them when the build is missing or stale, then lets Next serve them in this process. */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { wholeSeconds } from '../contract/words/durations.ts'
import type { Pages } from './server.ts'

const require = createRequire(import.meta.url)
const ROOT = join(import.meta.dirname, '..', '..')
const BUILD = join(ROOT, '.next')
/** In the place of the digest in a package: it holds no sources, and its pages are those that it was packed with. */
export const PACKED = 'packed'
/** Written after a build has succeeded: the digest of what it was made from. */
const STAMP = join(BUILD, 'quorumdeck-source')
const LOCK = join(ROOT, 'node_modules', '.quorumdeck-build-lock')
/** Everything that a build reads. */
const SOURCES = ['app', 'components', 'public', 'server/contract', 'server/http', 'next.config.ts', 'package-lock.json']
const LOCK_PAUSE_MS = 500

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null)
  if (entries === null) return existsSync(path) ? [path] : []
  return entries.filter((e) => e.isFile() && !e.name.includes('.test.')).map((e) => join(e.parentPath, e.name))
}

async function sourceDigest(): Promise<string> {
  const files = (await Promise.all(SOURCES.map((s) => filesBelow(join(ROOT, s))))).flat().sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(ROOT, file)).update(await readFile(file))
  return hash.digest('hex')
}

async function isFresh(digest: string): Promise<boolean> {
  return (await readFile(STAMP, 'utf8').catch(() => '')) === digest
}

/** Two servers that start at once must not build into one folder: the second waits for the first. */
async function locked(work: () => Promise<void>): Promise<void> {
  for (;;) {
    const file = await open(LOCK, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      return null
    })
    if (file !== null) {
      await file.writeFile(String(process.pid))
      await file.close()
      break
    }
    const owner = Number(await readFile(LOCK, 'utf8').catch(() => ''))
    if (owner > 0 && !isRunning(owner)) await rm(LOCK, { force: true })
    else await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS))
  }
  try {
    await work()
  } finally {
    await rm(LOCK, { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** @throws Error with the end of what the build printed */
async function build(): Promise<void> {
  const next = require.resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
  if (code !== 0) throw new Error(`The pages could not be built:\n${output}`)
}

/** Builds the pages unless the present build is of exactly these sources. */
export async function buildPagesIfStale(say: (line: string) => void): Promise<void> {
  if (await isFresh(PACKED)) return
  const digest = await sourceDigest()
  if (await isFresh(digest)) return
  await mkdir(join(ROOT, 'node_modules'), { recursive: true })
  await locked(async () => {
    if (await isFresh(digest)) return
    say(
      existsSync(STAMP)
        ? 'The pages have changed: building them anew, half a minute …'
        : 'Building the pages, once: half a minute …',
    )
    const startedMs = performance.now()
    await rm(STAMP, { force: true })
    await build()
    await writeFile(STAMP, digest)
    say(`Built the pages in ${wholeSeconds(performance.now() - startedMs)}.`)
  })
}

/** @param basePath below which browsers find them: pages put it before their own links (components/live/address/basePath.ts) */
export async function openPages(dev: boolean, basePath: string): Promise<Pages> {
  Object.assign(process.env, {
    // Next decides by it which of its own parts to load.
    NODE_ENV: dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    QUORUMDECK_BASE_PATH: basePath,
  })
  const { default: createNext } = await import('next')
  // Next listens for upgrades on the server of its first request, past our checks of host, origin and session. It gets
  // a server that listens nowhere; server.ts hands it what belongs to it.
  const httpServer = createServer()
  const next = (createNext as unknown as typeof import('next').default)({ dev, dir: ROOT, quiet: !dev, httpServer })
  await next.prepare()
  const handler = next.getRequestHandler()
  const upgrade = next.getUpgradeHandler()
  return {
    handle: (request, response) => handler(request, response),
    upgrade: dev ? (request, socket, head) => upgrade(request, socket, head) : null,
  }
}
