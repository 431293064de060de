/** Quorums that lose their majority, each brought back by the rules and raw. A stage of the safety run. */
import { type LostTally, playLostMajorities } from '../server/modelCheck/lostMajority/playLost.ts'
import type { Note } from './figures.ts'

const PROGRESS_EVERY = 5_000

const PREDICTIONS = [
  ['proven', 'that nothing is lost'],
  ['bounded', 'by a figure'],
  ['unknown', 'that nobody knows'],
  ['conditionUntrue', 'by a figure whose condition was not true'],
] as const

function predictionLines(tally: LostTally): string[] {
  return PREDICTIONS.map(([key, text]) => {
    const { schedules, atMost, atLeast, trueLoss, withLoss } = tally[key]
    return `  predicted ${text}: ${schedules}; at least ${atLeast}, at most ${key === 'unknown' ? 'unknown' : atMost}, in truth ${trueLoss} (in ${withLoss} schedules)`
  })
}

export async function lostStage(
  from: number,
  count: number,
  workers: number,
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  say(`\n— lost: ${count} quorums that lose their majority, from seed ${from}, ${workers} workers`)
  const startedMs = performance.now()
  let shownAt = 0
  const tally = await playLostMajorities(from, count, workers, ({ schedules, violations, raw }) => {
    if (schedules - shownAt < PROGRESS_EVERY) return
    shownAt = schedules
    say(`  ${schedules} played; violations ${violations.length}, raw went wrong in ${raw.bad}`)
  })
  const { schedules, recovered, needless, refused, grafts, raw, violations } = tally
  say(`  ${schedules} schedules in ${Math.round((performance.now() - startedMs) / 1000)} s`)
  say(`  brought back ${recovered}, of these ${grafts} on the copy of an observer; elected by themselves ${needless}`)
  say(`  nothing written: ${JSON.stringify(refused)}`)
  for (const line of predictionLines(tally)) say(line)
  say(
    `  raw went wrong in ${raw.bad} of ${recovered}: ${raw.lostThoughLeft} lost committed records that a copy held (${raw.records} records), ${raw.split} ended with two quorums, ${raw.unled} without a leader`,
  )
  for (const what of violations.slice(0, 10)) say(`    ${what}`)
  const bound = violations.length === 0 ? `, with 95 % fewer than ${(3 / schedules).toExponential(1)}` : ''
  say(`  violations ${violations.length}${bound} (rule of three)`)
  note('lost majorities', `${schedules}, of these with a violation ${violations.length}${bound}`)
  note('brought back wrongly', `raw ${raw.bad}, by the rules ${violations.length}, of ${recovered}`)
  check(violations.length === 0, `every lost quorum came back as the plan said (${violations.length} did not)`)
  check(raw.bad > 0, `the same schedules are dangerous: raw went wrong in ${raw.bad}`)
  check(
    tally.proven.schedules > 0 && tally.bounded.schedules + tally.unknown.schedules > 0,
    'predictions of more than one kind were made',
  )
}
