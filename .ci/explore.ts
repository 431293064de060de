/** All interleavings, as deep as the time allows. A stage of the safety run. */
import { violationText } from '../server/modelCheck/exploration/explore.ts'
import { exploreEverything, reached } from '../server/modelCheck/exploration/exploreEverything.ts'
import type { Note } from './figures.ts'

const WORKERS = 2

export async function exploreStage(
  seconds: number,
  maxDepth: number,
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  say(`\n— explore: ${seconds} s, at most ${maxDepth} actions, ${WORKERS} workers`)
  const explored = await exploreEverything({ seconds, maxDepth, workers: WORKERS }, (one) => {
    say(`  ${one.start}: ${one.states} states, ${one.transitions} transitions, depth ${one.depth}`)
    for (const violation of one.violations) say(violationText(violation))
  })
  say('  wizard, voters: start states, states of their ordinary runs, states met, transitions, depth from each')
  for (const { wizard, voters, starts, waypoints, states, transitions, depth } of reached(explored)) {
    say(`    ${wizard}, ${voters}: ${starts}, ${waypoints}, ${states}, ${transitions}, depth ${depth}`)
  }
  const sum = (of: (one: (typeof explored)[number]) => number) => explored.reduce((total, one) => total + of(one), 0)
  const ways = (['done', 'left', 'lost', 'none'] as const).map((way) => `${way} ${sum((one) => one.wayOuts[way])}`)
  say(`  in all ${sum((one) => one.states)} states, ${sum((one) => one.transitions)} transitions`)
  say(`  followed to the end: ${ways.join(', ')}`)
  for (const voters of [...new Set(explored.map((one) => one.voters))].sort((a, b) => a - b)) {
    const own = explored.filter((one) => one.voters === voters)
    const all = (of: (one: (typeof explored)[number]) => number) => own.reduce((total, one) => total + of(one), 0)
    const depth = Math.min(...own.map((one) => one.depth))
    const met = `${all((one) => one.states)} states, ${all((one) => one.transitions)} transitions, depth ${depth}`
    note(`interleavings, ${voters} voter${voters === 1 ? '' : 's'}`, met)
  }
  note('interleavings, violations', String(sum((one) => one.violations.length)))
  check(sum((one) => one.violations.length) === 0, 'no interleaving breaks an invariant')
}
