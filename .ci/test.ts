/**
 * The test command of the README: static checks, unit tests, the product on the simulated quorum, in a real browser, and
 * on real Apache Kafka. Its last line sums up all suites.
 */
import { spawnSync } from 'node:child_process'
import { buildPagesIfStale } from '../server/http/pages.ts'
import { ALERTMANAGER, CHROMIUM, JAVA, MAVEN, missingPrograms, POSTGRES, PROMETHEUS } from './programs.ts'
import { type Figures, secondTryLines } from './reports.ts'
import { check, playwright, ROOT, type Sink, vitest } from './suites.ts'

const say = (line: string) => console.log(line)

/** A suite whose programs are missing is skipped on a desk, and fails where CI says that all must run. */
function without(missing: string[], suite: () => Promise<Figures>): Promise<Figures> {
  if (missing.length === 0) return suite()
  say(`${missing.join(', ')} missing: install it to run this suite.`)
  const must = process.env.CI === 'true'
  return Promise.resolve({ passed: 0, failed: must ? 1 : 0, skipped: must ? 0 : 1 })
}

function treeState(): string {
  return spawnSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' }).stdout
}

/** Next rewrites its configuration when it builds: what is committed must be what it would write. */
async function buildLeavesTheTreeAlone(): Promise<Figures> {
  const before = treeState()
  await buildPagesIfStale(say)
  const after = treeState()
  if (before === after) return { passed: 1, failed: 0, skipped: 0 }
  say(`The build changed files of the tree:\n${after}`)
  return { passed: 0, failed: 1, skipped: 0 }
}

interface Suite {
  name: string
  run(sink: Sink | null): Promise<Figures>
}

/** One stage after another; the suites of one stage side by side, because they wait more than they work. */
const stages: Suite[][] = [
  [{ name: 'types', run: () => check('tsc', '--noEmit') }],
  [{ name: 'lint', run: () => check('biome', 'check') }],
  [{ name: 'dead code', run: () => check('knip') }],
  [{ name: 'unit', run: () => vitest('unit') }],
  [{ name: 'build', run: buildLeavesTheTreeAlone }],
  [
    {
      name: 'monitoring',
      run: () => without(missingPrograms([PROMETHEUS, ALERTMANAGER], say), () => vitest('monitoring')),
    },
  ],
  [{ name: 'PostgreSQL', run: () => without(missingPrograms([POSTGRES], say), () => vitest('postgres')) }],
  [{ name: 'browser', run: () => without(missingPrograms([CHROMIUM], say), () => playwright()) }],
  [
    {
      name: 'Apache Kafka',
      run: (sink) => without(missingPrograms([JAVA, MAVEN], say), () => vitest('kafka', [], { sink })),
    },
    { name: 'simulated quorum', run: (sink) => vitest('simulated', [], { sink }) },
  ],
]

const total: Figures = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
const failures: string[] = []
const secondTries: string[] = []

/** What a suite that runs beside others says is shown in one piece. */
async function runSuite({ name, run }: Suite, isAlone: boolean): Promise<void> {
  const said: Buffer[] = []
  if (isAlone) say(`\n— ${name}`)
  const startedMs = performance.now()
  const figures = await run(isAlone ? null : (chunk) => said.push(chunk)).catch((error: unknown): Figures => {
    console.error(error)
    return { passed: 0, failed: 1, skipped: 0 }
  })
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  if (!isAlone) say(`\n— ${name}\n${Buffer.concat(said).toString()}`)
  lines.push(`${name}: ${figures.passed} passed, ${figures.failed} failed, ${figures.skipped} skipped in ${seconds} s`)
  total.passed += figures.passed
  total.failed += figures.failed
  total.skipped += figures.skipped
  failures.push(...(figures.failures ?? []).map((text) => `${name}: ${text}`))
  secondTries.push(...(figures.secondTries ?? []).map((text) => `${name}: ${text}`))
}

for (const stage of stages) {
  if (stage.length > 1) say(`\n— ${stage.map((suite) => suite.name).join(' and ')}, side by side`)
  await Promise.all(stage.map((suite) => runSuite(suite, stage.length === 1)))
}
if (failures.length > 0) say(`\n— what failed\n${failures.join('\n')}`)
say(`\n${secondTryLines(secondTries)}`)
say(`\n${lines.join('\n')}\n`)
process.exitCode = total.failed === 0 ? 0 : 1
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
