/** Runs a suite with its own runner and reads its figures from the runner's JSON report. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

export interface Figures {
  passed: number
  failed: number
  skipped: number
  /** Each failed test with the beginning of what it said, where the runner tells. */
  failures?: string[]
}

/** Lines of a failure that are shown once more at the end: enough to know it by. */
const LINES_OF_A_FAILURE = 9
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')

function failureText(name: string, message: string): string {
  const [first = '', ...rest] = message.replaceAll(COLOURS, '').split('\n').slice(0, LINES_OF_A_FAILURE)
  return [name, `    ${first}`, ...rest.map((line) => `    ${line}`)].join('\n').slice(0, 1500)
}

interface VitestReport {
  numPassedTests?: number
  numFailedTests?: number
  numPendingTests?: number
  testResults?: {
    name: string
    message: string
    status: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

function vitestFailures({ testResults = [] }: VitestReport): string[] {
  return testResults.flatMap(({ name, message, status, assertionResults }) => {
    const file = relative(ROOT, name)
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (status === 'failed' && failed.length === 0) return [failureText(file, message)]
    return failed.map((one) => failureText(`${file} > ${one.fullName}`, one.failureMessages.join('\n')))
  })
}

interface PlaywrightSuite {
  title: string
  suites?: PlaywrightSuite[]
  specs?: { title: string; ok: boolean; tests: { results: { error?: { message?: string } }[] }[] }[]
}

function playwrightFailures(suites: readonly PlaywrightSuite[], above = ''): string[] {
  return suites.flatMap(({ title, suites: inner = [], specs = [] }) => {
    const path = above === '' ? title : `${above} > ${title}`
    const failed = specs.filter((spec) => !spec.ok)
    const messageOf = (spec: (typeof failed)[number]) =>
      spec.tests.flatMap((t) => t.results.map((r) => r.error?.message ?? '')).join('\n')
    return [
      ...failed.map((spec) => failureText(`${path} > ${spec.title}`, messageOf(spec))),
      ...playwrightFailures(inner, path),
    ]
  })
}

export const ROOT = join(import.meta.dirname, '..')

/** Takes the output of a suite that runs beside another one. */
export type Sink = (chunk: Buffer) => void

export interface RunOptions {
  env?: Record<string, string>
  sink?: Sink | null
}

/** Runs a command with its output shown, or given to a sink; resolves with the exit code. */
export function run(command: string, args: string[], { env = {}, sink = null }: RunOptions = {}): Promise<number> {
  const out = sink === null ? 'inherit' : 'pipe'
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', out, out] })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => sink?.(chunk))
  const stop = (signal: NodeJS.Signals) => child.kill(signal)
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  return new Promise((resolve) => {
    child.on('error', () => resolve(127))
    child.on('exit', (code) => {
      process.removeListener('SIGINT', stop)
      process.removeListener('SIGTERM', stop)
      resolve(code ?? 1)
    })
  })
}

/** A check without a runner counts as one test. */
export async function check(command: string, ...args: string[]): Promise<Figures> {
  const failed = (await run(command, args)) === 0 ? 0 : 1
  return { passed: 1 - failed, failed, skipped: 0 }
}

/** A runner that ends badly without a failed test (it crashed, or a hook failed) counts as one failure. */
function settled(figures: Figures, code: number): Figures {
  return code !== 0 && figures.failed === 0 ? { ...figures, failed: 1 } : figures
}

async function withReport(work: (file: string) => Promise<Figures>): Promise<Figures> {
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-report-'))
  try {
    return await work(join(folder, 'report.json'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function vitest(project: string, args: string[] = [], options: RunOptions = {}): Promise<Figures> {
  return withReport(async (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await run('vitest', ['run', '--project', project, ...reporters, ...args], options)
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as VitestReport
    const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = report
    return settled({ passed, failed, skipped, failures: vitestFailures(report) }, code)
  })
}

export function playwright(args: string[] = [], more: Record<string, string> = {}): Promise<Figures> {
  return withReport(async (file) => {
    const env = { ...more, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
    const code = await run('playwright', ['test', '--reporter=list,json', ...args], { env })
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as {
      stats?: Record<string, number>
      suites?: PlaywrightSuite[]
    }
    const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = report.stats ?? {}
    return settled(
      { passed: expected + flaky, failed: unexpected, skipped, failures: playwrightFailures(report.suites ?? []) },
      code,
    )
  })
}
