/** Runs a suite with its own runner, which leaves a JSON report of it. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figures, playwrightFigures, vitestFigures } from './reports.ts'

export const ROOT = join(import.meta.dirname, '..')

export interface RunOptions {
  env?: Record<string, string>
}

/** Runs a command with its output shown; resolves with the exit code. */
export function run(command: string, args: string[], { env = {} }: RunOptions = {}): Promise<number> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
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

/** A runner that crashed has left none. */
async function reportOf(file: string): Promise<object> {
  return JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as object
}

export function vitest(project: string, args: string[] = [], options: RunOptions = {}): Promise<Figures> {
  return withReport(async (file) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const code = await run('vitest', ['run', '--project', project, ...reporters, ...args], options)
    return settled(vitestFigures(await reportOf(file), ROOT), code)
  })
}

export function playwright(args: string[] = [], options: RunOptions = {}): Promise<Figures> {
  return withReport(async (file) => {
    const env = { ...options.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
    const code = await run('playwright', ['test', '--reporter=list,json', ...args], { env })
    return settled(playwrightFigures(await reportOf(file)), code)
  })
}
