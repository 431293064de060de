/**
 * The test command of the README: static checks, unit tests, the product on the simulated quorum, in a real browser, and
 * on real Apache Kafka. Its last line sums up all suites.
 */
import { spawnSync } from 'node:child_process'
import { buildPagesIfStale } from '../server/http/pages.ts'
import { LONG_TESTS, SHORT } from './longTests.ts'
import { ALERTMANAGER, CHROMIUM, JAVA, KERBEROS, MAVEN, missingPrograms, POSTGRES, PROMETHEUS } from './programs.ts'
import { type Figures, secondTryLines } from './reports.ts'
import { check, playwright, ROOT, vitest } from './suites.ts'

const say = (line: string) => console.log(line)

/** On a desk the long ones are left out. */
const isWhole = process.env.CI === 'true'
const options = { env: isWhole ? {} : SHORT }

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
  run(): Promise<Figures>
}

/** One after another: beside a suite that works, real Kafka processes answer so late that their own clients give up. */
const suites: Suite[] = [
  { name: 'types', run: () => check('tsc', '--noEmit') },
  { name: 'lint', run: () => check('biome', 'check') },
  { name: 'dead code', run: () => check('knip') },
  { name: 'unit', run: () => vitest('unit') },
  { name: 'build', run: buildLeavesTheTreeAlone },
  { name: 'packages', run: () => vitest('packages') },
  {
    name: 'monitoring',
    run: () => without(missingPrograms([PROMETHEUS, ALERTMANAGER], say), () => vitest('monitoring')),
  },
  { name: 'PostgreSQL', run: () => without(missingPrograms([POSTGRES], say), () => vitest('postgres', [], options)) },
  {
    name: 'browser',
    run: () => without(missingPrograms([CHROMIUM], say), () => playwright([], options)),
  },
  { name: 'simulated quorum', run: () => vitest('simulated', [], options) },
  {
    name: 'Apache Kafka',
    run: () => without(missingPrograms([JAVA, MAVEN, ...KERBEROS], say), () => vitest('kafka', [], options)),
  },
]

const total: Figures = { passed: 0, failed: 0, skipped: 0 }
const lines: string[] = []
const failures: string[] = []
const secondTries: string[] = []

async function runSuite({ name, run }: Suite): Promise<void> {
  say(`\n— ${name}`)
  const startedMs = performance.now()
  const figures = await run().catch((error: unknown): Figures => {
    console.error(error)
    return { passed: 0, failed: 1, skipped: 0 }
  })
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  lines.push(`${name}: ${figures.passed} passed, ${figures.failed} failed, ${figures.skipped} skipped in ${seconds} s`)
  total.passed += figures.passed
  total.failed += figures.failed
  total.skipped += figures.skipped
  failures.push(...(figures.failures ?? []).map((text) => `${name}: ${text}`))
  secondTries.push(...(figures.secondTries ?? []).map((text) => `${name}: ${text}`))
}

for (const suite of suites) await runSuite(suite)
if (failures.length > 0) say(`\n— what failed\n${failures.join('\n')}`)
say(`\n${secondTryLines(secondTries)}`)
say(`\n${lines.join('\n')}\n`)
const long = Object.values(LONG_TESTS).flat().length
if (!isWhole) say(`Left to CI: ${long} files that take long (.ci/longTests.ts); CI=true plays them, too.\n`)
process.exitCode = total.failed === 0 ? 0 : 1
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
