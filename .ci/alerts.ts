/** Random schedules on virtual time, harmless ones and faulty ones: whom they page. A stage of the safety run. */
import { FAULTS, type PlayedAlerts, playAlertSchedules } from '../server/testing/alerts/alertSchedules.ts'
import type { Note } from './figures.ts'

const PROGRESS_EVERY = 250

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}

const inSeconds = (ms: number | null): string => (ms === null ? 'none' : `${Math.round(ms / 1000)} s`)

function delayLine(what: string, played: readonly PlayedAlerts[]): string {
  const delays = played.flatMap(({ delayMs }) => delayMs ?? [])
  const longest = delays.length === 0 ? null : Math.max(...delays)
  return `${what}: ${delays.length} of ${played.length} rang; median ${inSeconds(medianOf(delays))}, longest ${inSeconds(longest)}`
}

export async function alertsStage(
  from: number,
  count: number,
  workers: number,
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  say(`\n— alerts: ${count} harmless schedules and ${count} with a fault, from seed ${from}, ${workers} workers`)
  const startedMs = performance.now()
  const progress = (what: string) => {
    let shownAt = 0
    return (soFar: number) => {
      if (soFar - shownAt < PROGRESS_EVERY) return
      shownAt = soFar
      say(`  ${soFar} ${what}`)
    }
  }
  const harmless = await playAlertSchedules('harmless', from, count, workers, progress('harmless ones played'))
  const paged = harmless.filter(({ pages }) => pages.length > 0)
  const stuck = harmless.filter((played) => played.stuck)
  const sum = (figure: (played: PlayedAlerts) => number) =>
    harmless.reduce((total, played) => total + figure(played), 0)
  say(`  guided restarts ${sum(({ restarts }) => restarts)}, elections made ${sum(({ elections }) => elections)}`)
  for (const { seed, pages } of paged.slice(0, 10)) say(`    seed ${seed}: ${pages.join('; ')}`)
  for (const { seed } of stuck.slice(0, 10)) say(`    seed ${seed}: a guided restart came to no end`)
  const faulty = await playAlertSchedules('faulty', from, count, workers, progress('with a fault played'))
  const silent = faulty.filter(({ delayMs }) => delayMs === null)
  for (const { seed, fault } of silent.slice(0, 10)) say(`    seed ${seed}: ${fault} did not ring`)
  for (const kind of FAULTS)
    say(
      `  ${delayLine(
        kind,
        faulty.filter(({ fault }) => fault === kind),
      )}`,
    )
  const all = delayLine('of all', faulty)
  say(
    `  ${all}, from the fault to the message, virtual time; in ${Math.round((performance.now() - startedMs) / 1000)} s`,
  )
  note('false alarms', `${paged.length} of ${harmless.length} harmless schedules`)
  note('faults that ring', all)
  check(paged.length === 0, `no harmless schedule pages anybody (${paged.length} did)`)
  check(stuck.length === 0, `every guided restart comes to its end (${stuck.length} did not)`)
  check(silent.length === 0, `every fault rings in its time (${silent.length} did not)`)
}
