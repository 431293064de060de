/**
 * The stage of the safety run for several servers on one PostgreSQL: a disk replacement whose server is killed at every boundary,
 * 200 clusters of which one server of two is killed, and the same replacement on real Kafka.
 */
import { startPostgres } from '../server/testing/postgres/cluster.ts'
import { kafkaUnderTest, simulatedUnderTest } from '../server/testing/quorumUnderTest.ts'
import { killedFleet } from '../server/testing/replicas/killedFleet.ts'
import { TAKE_OVER_LIMIT_MS, takeOverAt, takeOverEverywhere } from '../server/testing/replicas/takeOverMatrix.ts'
import type { Note } from './figures.ts'
import { missingPrograms, POSTGRES } from './programs.ts'

/** Points at once: each mostly waits, and two servers of its own take their time. */
const WIDTH = 2
const CLUSTERS = 200
const KAFKA = '4.3.1'
/** On real Kafka: right after the requests left, where most may go wrong. */
const KAFKA_BOUNDARIES = ['remove: on its way', 'add: on its way']

function times(ms: readonly number[]): string {
  const at = (share: number) => Math.round(ms[Math.min(ms.length - 1, Math.floor(ms.length * share))] ?? 0)
  return ms.length === 0 ? 'none' : `p50 ${at(0.5)} ms, max ${Math.round(ms.at(-1) ?? 0)} ms`
}

export async function replicaRuns(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  const missing = missingPrograms([POSTGRES], say)
  if (missing.length > 0) return check(false, `${missing.join()} is there`)
  const postgres = await startPostgres()
  try {
    let seed = 853
    const matrix = await takeOverEverywhere(
      async () => {
        seed += 1
        const quorum = await simulatedUnderTest({ brokers: 1, newborn: true, seed })
        return { quorum, url: await postgres.createDatabase(), close: () => quorum.close() }
      },
      WIDTH,
      say,
    )
    for (const failure of matrix.failures) say(`  ${failure}`)
    const { points, passed } = matrix
    check(
      points > 0 && passed === points && matrix.failures.length === 0,
      `kill -9 of the server that holds the lease: ${passed} of ${points} boundaries resumed by the other (${times(matrix.tookMs)})`,
    )
    note('take-overs in a disk replacement', `${passed} of ${points}, ${times(matrix.tookMs)}`)

    for (const boundary of KAFKA_BOUNDARIES) {
      const quorum = await kafkaUnderTest({ version: KAFKA, controllers: 3, brokers: 1 })
      try {
        const { problems, tookMs } = await takeOverAt(boundary, { quorum, url: await postgres.createDatabase() })
        for (const problem of problems) say(`  ${problem}`)
        check(
          problems.length === 0,
          `kill -9 at “${boundary}” on Kafka ${KAFKA}: taken over after ${Math.round(tookMs ?? 0)} ms`,
        )
        note(`take-over on Kafka, ${boundary}`, `${Math.round(tookMs ?? 0)} ms`)
      } finally {
        await quorum.close()
      }
    }

    const fleet = await killedFleet(await postgres.createDatabase(), CLUSTERS)
    const longest = fleet.tookMs.at(-1) ?? Number.POSITIVE_INFINITY
    check(
      fleet.killed > 0 && longest <= TAKE_OVER_LIMIT_MS,
      `of ${CLUSTERS} clusters ${fleet.killed} were taken over (${times(fleet.tookMs)})`,
    )
    note(`take-overs of ${fleet.killed} clusters at once`, times(fleet.tookMs))
  } finally {
    await postgres.close()
  }
}
