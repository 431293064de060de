/** The image, built and started without a daemon: what it holds, as whom it runs, and where it writes. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takePorts } from '../../server/sandbox/ports.ts'
import { pack } from '../pack.ts'
import { ImageStore } from './image.ts'

const MAX_BYTES = 250_000_000
const MAIN = '/opt/quorumdeck/node_modules/quorumdeck/server/main.js'

let folder: string
let store: ImageStore
let bytes = 0
const running: ChildProcess[] = []

function mirror(): string {
  const sources = readdirSync('/etc/apt/sources.list.d').map((name) =>
    readFileSync(join('/etc/apt/sources.list.d', name), 'utf8'),
  )
  return /^URIs:\s*(\S+)/m.exec(sources.join('\n'))?.[1] ?? 'http://deb.debian.org/debian'
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-image-'))
  store = new ImageStore(folder)
  store.makeBuilder(mirror())
  bytes = store.build(await pack(() => undefined))
})
afterAll(() => {
  for (const child of running) child.kill('SIGTERM')
  try {
    store.buildah('umount', '--all')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function freePort(): Promise<number> {
  const [port = 0] = await takePorts('127.0.0.1', 1)
  return port
}

/** Everything below, with its size, but what may be written. */
function filesOf(root: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const one of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (/^(?:data|tmp|proc|sys|dev|etc|run)(?:\/|$)/.test(one)) continue
    found.set(one, lstatSync(join(root, one)).size)
  }
  return found
}

test('it is small, belongs to nobody with rights, and has neither shell nor package manager', () => {
  console.log(`image: ${(bytes / 1e6).toFixed(0)} MB`)
  expect(bytes).toBeLessThan(MAX_BYTES)
  const { User, Healthcheck } = store.configuration()
  expect(User).toBe('10001:10001')
  expect(Healthcheck?.Test[0]).toBe('CMD')
  const { root } = store.create()
  expect(readdirSync(join(root, 'usr', 'bin'))).toEqual(['node'])
  expect([...filesOf(root).keys()].filter((path) => /(?:^|\/)(?:sh|bash|apt|npm|dash)$/.test(path))).toEqual([])
})

test('Kerberos can be loaded', async () => {
  const { container } = store.create()
  const load = "createRequire('/opt/quorumdeck/')('koffi').load('libgssapi_krb5.so.2'); console.log('loaded')"
  const child = store.run(container, [
    '/usr/bin/node',
    '-e',
    `const { createRequire } = require('node:module'); ${load}`,
  ])
  const [said] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  expect(said.toString()).toBe('loaded\n')
})

test('it starts, shows a live row, is healthy, and writes nowhere but to its data', async () => {
  const { container, root } = store.create()
  const before = filesOf(root)
  const port = await freePort()
  const startedMs = performance.now()
  const child = store.run(container, ['/usr/bin/node', MAIN, '--port', String(port), '--data-dir', '/data'])
  running.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended by itself: ${said}`)
    const answer = await fetch(`http://127.0.0.1:${port}/api/clusters/practice/quorum`).catch(() => null)
    if (answer?.ok === true) break
    await sleep(50)
  }
  console.log(`image: ${((performance.now() - startedMs) / 1000).toFixed(1)} s to the first live row`)
  for (const page of ['/', '/clusters/practice', '/wall', '/alerts'])
    expect((await fetch(`http://127.0.0.1:${port}${page}`)).status, page).toBe(200)
  const health = store.run(container, ['/usr/bin/node', '/opt/quorumdeck/health.mjs'])
  expect(await new Promise((resolve) => health.once('exit', resolve))).toBe(1)
  const after = filesOf(root)
  expect([...after].filter(([path, size]) => before.get(path) !== size)).toEqual([])
  child.kill('SIGTERM')
})
