/**
 * The stage of the safety run for several servers on one PostgreSQL: a disk replacement whose server is killed at every boundary, on
 * the simulated quorum and on real Kafka, and 200 clusters of which one server of two is killed.
 */
import { startPostgres } from '../server/testing/postgres/cluster.ts'
import { kafkaUnderTest, type QuorumUnderTest, simulatedUnderTest } from '../server/testing/quorumUnderTest.ts'
import { killedFleet } from '../server/testing/replicas/killedFleet.ts'
import { TAKE_OVER_LIMIT_MS, takeOverEverywhere } from '../server/testing/replicas/takeOverMatrix.ts'
import type { Note } from './figures.ts'
import { missingPrograms, POSTGRES } from './programs.ts'

/** Points at once on the simulated quorum: each mostly waits, and two servers of its own take their time. */
const WIDTH = 2
const CLUSTERS = 200
const KAFKA = '4.3.1'

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
  const everywhere = async (where: string, quorumOf: () => Promise<QuorumUnderTest>, width: number) => {
    say(`  on ${where}`)
    const { points, passed, failures, tookMs } = await takeOverEverywhere(
      async () => {
        const quorum = await quorumOf()
        return { quorum, url: await postgres.createDatabase(), close: () => quorum.close() }
      },
      width,
      say,
    )
    for (const failure of failures) say(`  ${failure}`)
    check(
      points > 0 && passed === points && failures.length === 0,
      `kill -9 of the server that holds the lease, on ${where}: ${passed} of ${points} boundaries resumed by the other (${times(tookMs)})`,
    )
    note(`take-overs in a disk replacement on ${where}`, `${passed} of ${points}, ${times(tookMs)}`)
  }
  try {
    let seed = 853
    const simulated = () => {
      seed += 1
      return simulatedUnderTest({ brokers: 1, newborn: true, seed })
    }
    await everywhere('the simulated quorum', simulated, WIDTH)
    await everywhere(`Kafka ${KAFKA}`, () => kafkaUnderTest({ version: KAFKA, controllers: 3, brokers: 1 }), 1)

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
