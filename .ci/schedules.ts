/** Random schedules of faults, each played raw and with the wizard. A stage of the safety run. */
import { type Played, play } from '../server/modelCheck/schedules/playSchedule.ts'
import { median, playSchedules, shrunk } from '../server/modelCheck/schedules/playSchedules.ts'
import { scheduleOf, scheduleText } from '../server/modelCheck/schedules/schedule.ts'
import type { Note } from './figures.ts'

const WORKERS = 2
const PROGRESS_EVERY = 10_000

export async function schedulesStage(
  from: number,
  count: number,
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  say(`\n— schedules: ${count} from seed ${from}, ${WORKERS} workers`)
  const startedMs = performance.now()
  let toldAt = 0
  const tally = await playSchedules(from, count, WORKERS, ({ schedules, unsafeRaw, unsafeWizard }) => {
    if (schedules - toldAt < PROGRESS_EVERY) return
    toldAt = schedules
    say(`  ${schedules} played; unsafe changes: raw ${unsafeRaw}, wizard ${unsafeWizard}`)
  })
  const seconds = (performance.now() - startedMs) / 1000
  say(`  ${tally.schedules} schedules in ${Math.round(seconds)} s`)
  say(`  with a change that left no living majority: raw ${tally.unsafeRaw}, wizard ${tally.unsafeWizard}`)
  if (tally.unsafeWizard === 0) {
    const bound = (3 / tally.schedules).toExponential(1)
    say(`  none in ${tally.schedules}: with 95 % confidence fewer than ${bound} of such schedules (rule of three)`)
  }
  say(
    `  quorums lost for good: raw ${tally.lostRaw}, wizard ${tally.lostWizard}; by the faults alone ${tally.lostByFaults}`,
  )
  say(`  not by the faults alone: raw ${tally.lostByRaw}, wizard ${tally.lostByWizard}`)
  say(`  lost by one, kept by the other: raw ${tally.lostOnlyRaw}, wizard ${tally.lostOnlyWizard}`)
  say(`  goal reached: raw ${tally.reachedRaw}, wizard ${tally.reachedWizard}`)
  say(
    `  refused although raw came through and the majority lived: ${tally.refusals}, of these ${tally.refusedBesideDead} with a disk lost elsewhere`,
  )
  say(
    `  commands where the goal was reached, median: raw ${median(tally.commandsRaw)}, wizard ${median(tally.commandsWizard)}`,
  )
  say(`  seeds to look at: ${JSON.stringify(tally.examples)}`)
  for (const broken of tally.broken.slice(0, 5)) say(broken)
  const wizardAlone = (schedule: Parameters<typeof play>[0]) => {
    const wizard: Played = play(schedule, 'wizard')
    return wizard.isLost && !play(schedule, 'raw').isLost
  }
  for (const seed of tally.examples.lostOnlyWizard.slice(0, 5)) {
    say(
      `  the wizard alone lost it, with the faults that it takes:\n${scheduleText(shrunk(scheduleOf(seed), wizardAlone))}`,
    )
  }
  const bound = tally.broken.length === 0 ? `, with 95 % fewer than ${(3 / tally.schedules).toExponential(1)}` : ''
  note('random schedules', `${tally.schedules}, of these with a violation ${tally.broken.length}${bound}`)
  note('changes without a living majority', `raw ${tally.unsafeRaw}, wizard ${tally.unsafeWizard}`)
  note(
    'quorums lost, not by the faults alone',
    `raw ${tally.lostByRaw}, wizard ${tally.lostByWizard}; by one only: raw ${tally.lostOnlyRaw}, wizard ${tally.lostOnlyWizard}`,
  )
  note('false refusals', `${tally.refusals} (${tally.refusedBesideDead} with a disk lost elsewhere)`)
  check(
    tally.unsafeWizard === 0,
    `no change of a wizard left the voters without a living majority (${tally.unsafeWizard})`,
  )
  check(tally.broken.length === 0, `no other invariant was broken (${tally.broken.length})`)
  check(tally.unsafeRaw > 0, `the same schedules are dangerous: raw commands did so in ${tally.unsafeRaw}`)
}
