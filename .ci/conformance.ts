/** Plays every conformance scenario in every world: the simulated quorum and Apache Kafka, of each release. A stage of the safety run. */
import type { Play } from '../server/testing/conformance/play.ts'
import { playSimulated, RELEASES, RealWorld, scenariosFor } from '../server/testing/conformance/worlds.ts'
import type { Note } from './figures.ts'
import { JAVA, MAVEN, missingPrograms } from './programs.ts'

/** Simulated quorums at once: each mostly waits. */
const WIDTH = 8

type Say = (line: string) => void
type Check = (ok: boolean, what: string) => void

function report(world: string, plays: Play[], say: Say, check: Check, note: Note): void {
  for (const { problem } of plays) if (problem !== null) say(`  ${world}: ${problem}`)
  const passed = plays.filter((play) => play.passed).length
  check(passed === plays.length && plays.length > 0, `conformance, ${world}: ${passed} / ${plays.length}`)
  note(`conformance, ${world}`, `${passed} / ${plays.length} scenarios`)
}

export async function conformance(say: Say, check: Check, note: Note): Promise<void> {
  for (const release of RELEASES) {
    const rest = await scenariosFor(release)
    const plays: Play[] = []
    const worker = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift())
        plays.push(await playSimulated(next, release))
    }
    await Promise.all(Array.from({ length: WIDTH }, worker))
    report(`simulated ${release}`, plays, say, check, note)
  }
  const missing = missingPrograms([JAVA, MAVEN], say)
  if (missing.length > 0) {
    check(false, `conformance, Apache Kafka: ${missing.join(', ')} missing`)
    note('conformance, Apache Kafka', `${missing.join(', ')} missing`)
    return
  }
  for (const release of RELEASES) {
    const world = new RealWorld(release)
    const plays: Play[] = []
    try {
      for (const scenario of RealWorld.order(await scenariosFor(release))) {
        const startedMs = performance.now()
        const played = await world.play(scenario)
        plays.push(played)
        const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
        say(`    ${played.passed ? 'ok  ' : 'FAIL'} Kafka ${release}, ${scenario.title} (${seconds} s)`)
      }
    } finally {
      await world.close()
    }
    report(`Kafka ${release}`, plays, say, check, note)
  }
}
