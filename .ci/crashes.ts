/** Kills the process at every boundary of every wizard, on the simulated quorum. A stage of the safety run. */
import { crashEverywhere, SCENARIOS } from '../server/crashMatrix.ts'

/** Points at once: each mostly waits. */
const WIDTH = 4

export async function crashes(say: (line: string) => void, check: (ok: boolean, what: string) => void): Promise<void> {
  for (const scenario of SCENARIOS) {
    const { points, passed, failures } = await crashEverywhere(scenario, WIDTH)
    for (const failure of failures) say(`  ${scenario.name}: ${failure}`)
    check(
      passed === points && failures.length === 0,
      `kill -9, ${scenario.name}: ${passed} of ${points} boundaries resumed`,
    )
  }
}
