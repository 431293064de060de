/** Every wizard and every fault on every Kafka version, by commands and by clicks. A stage of the safety run. */
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
    tell(`wizards on Apache Kafka ${version}`, await vitest('kafka', ['server/wizards.kafka'], { env }))
    const long = ['server/longWizards.kafka', 'server/migrate.kafka']
    tell(`long wizards on Apache Kafka ${version}`, await vitest('kafka', long, { env }))
    tell(
      `what is seen, and what the quorum hides, on Apache Kafka ${version}`,
      await vitest('kafka', ['server/watch.kafka', 'server/truth.kafka', 'server/identities.kafka'], { env }),
    )
    const papers = [
      'server/bootstrap.kafka',
      'server/runbook.kafka',
      'server/nodeConfig.kafka',
      'server/handOver.kafka',
      'server/paper.kafka',
    ]
    tell(
      `new quorums, runbooks by command and by hand, properties files and hand-over on Apache Kafka ${version}`,
      await vitest('kafka', papers, { env }),
    )
    tell(
      `kill -9, lost answers and dead leaders on Apache Kafka ${version}`,
      await vitest('kafka', ['server/faults.kafka'], { env }),
    )
    tell(
      `kill -9 in every step of the long wizards on Apache Kafka ${version}`,
      await vitest('kafka', ['server/dying.kafka'], { env }),
    )
    const clicks = { KAFKA_CLICKS: 'all', KAFKA_CLICK_VERSIONS: version }
    tell(
      `by clicks on Apache Kafka ${version}`,
      await playwright(['kafkaWizards', 'kafkaLongWizards', 'kafkaBootstrap', '--workers=1'], { env: clicks }),
    )
  }
}
