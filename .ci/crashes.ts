/** Kills the process at every boundary of every wizard, on the simulated quorum. A stage of the safety run. */
import { crashEverywhere, SCENARIOS } from '../server/testing/faults/crashMatrix.ts'
import type { Note } from './figures.ts'

/** Points at once: each mostly waits. */
const WIDTH = 4

export async function crashes(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  const sum = { points: 0, passed: 0 }
  for (const scenario of SCENARIOS) {
    const { points, passed, failures } = await crashEverywhere(scenario, WIDTH)
    sum.points += points
    sum.passed += passed
    for (const failure of failures) say(`  ${scenario.name}: ${failure}`)
    check(
      passed === points && failures.length === 0,
      `kill -9, ${scenario.name}: ${passed} of ${points} boundaries resumed`,
    )
  }
  note('crash points resumed', `${sum.passed} of ${sum.points}`)
}
