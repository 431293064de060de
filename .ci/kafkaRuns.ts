/** Stages of the safety run on every Kafka version: every wizard and every fault, by commands and by clicks; and lost majorities. */
import { buildPagesIfStale } from '../server/http/pages.ts'
import type { Figures } from './reports.ts'
import { playwright, vitest } from './suites.ts'

const VERSIONS = ['3.9.2', '4.1.2', '4.3.1']

export async function kafkaRuns(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
): Promise<void> {
  const tell = (what: string, { passed, failed }: Figures) =>
    check(failed === 0 && passed > 0, `${what}: ${passed} of ${passed + failed} passed`)
  await buildPagesIfStale(say)
  for (const version of VERSIONS) {
    const env = { KAFKA_VERSIONS: version, KAFKA_FAULTS: 'all' }
    const run = async (what: string, ...suites: string[]) =>
      tell(
        `${what} on Apache Kafka ${version}`,
        await vitest(
          'kafka',
          suites.map((name) => `server/testing/kafka/${name}.kafka`),
          { env },
        ),
      )
    await run('wizards', 'wizards')
    await run('long wizards', 'longWizards', 'migrate')
    await run('what is seen, and what the quorum hides,', 'watch', 'truth', 'identities')
    const papers = ['bootstrap', 'runbook', 'nodeConfig', 'handOver', 'paper']
    await run('new quorums, runbooks by command and by hand, properties files and hand-over', ...papers)
    await run('kill -9, lost answers and dead leaders', 'faults')
    await run('kill -9 in every step of the long wizards', 'dying')
    const clicks = { KAFKA_CLICKS: 'all', KAFKA_CLICK_VERSIONS: version }
    tell(
      `by clicks on Apache Kafka ${version}`,
      await playwright(['kafkaWizards', 'kafkaLongWizards', 'kafkaBootstrap', '--workers=1'], { env: clicks }),
    )
  }
}

/** Quorums whose disks are lost, brought back by `quorumdeck disk`; and the command killed at every write of every kind of change. */
export async function lostDiskRuns(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
): Promise<void> {
  const passed = ({ passed, failed }: Figures) => failed === 0 && passed > 0
  say('\n— lost disks')
  const killed = await vitest('unit', ['server/disk/change/killed'], { env: { DISK_KILLS: 'all' } })
  check(passed(killed), `kill -9 at every write and sync: ${killed.passed} kinds of change`)
  for (const version of VERSIONS) {
    const suites = ['lostDisks', 'lostQuorums', 'lostSnapshots', 'lostWizard'].map(
      (name) => `server/testing/kafka/${name}.kafka`,
    )
    const figures = await vitest('kafka', suites, { env: { KAFKA_VERSIONS: version } })
    check(passed(figures), `lost majorities on Apache Kafka ${version}: ${figures.passed} scenarios`)
  }
}
