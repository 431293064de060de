/** Many random schedules, each played raw and with the wizard, in worker threads; the same seeds give the same figures. */
import { isMainThread } from 'node:worker_threads'
import { answerOrders, inWorkers } from '../workers.ts'
import { type Played, play } from './playSchedule.ts'
import { type Schedule, scheduleOf, scheduleText } from './schedule.ts'

export interface Tally {
  schedules: number
  /** Quorums that were lost for good where nobody did anything: the faults alone did it. Only looked at where one was lost. */
  lostByFaults: number
  lostRaw: number
  lostWizard: number
  /** Lost, and not by the faults alone. */
  lostByRaw: number
  lostByWizard: number
  /** Lost by one of the two on a schedule that the other one survived. */
  lostOnlyRaw: number
  lostOnlyWizard: number
  /** Schedules in which a change was sent that left no living majority, by what was true then. */
  unsafeRaw: number
  unsafeWizard: number
  reachedRaw: number
  reachedWizard: number
  /** Raw got there, the wizard did not, and the voters had a living majority all the time. */
  refusals: number
  /** Of these: with a disk lost for good elsewhere. Beside a dead voter nobody is added; the wizard says to repair it first. */
  refusedBesideDead: number
  /** How often so many commands were given where the goal was reached. */
  commandsRaw: Record<number, number>
  commandsWizard: Record<number, number>
  /** Other invariants that were broken, with their schedule. */
  broken: string[]
  /** Seeds, a few of each kind, to look at. */
  examples: { lostOnlyRaw: number[]; lostOnlyWizard: number[]; refusals: number[] }
}

interface Order {
  from: number
  count: number
}

const EXAMPLES = 20

function emptyTally(): Tally {
  return {
    schedules: 0,
    lostByFaults: 0,
    lostRaw: 0,
    lostWizard: 0,
    lostByRaw: 0,
    lostByWizard: 0,
    lostOnlyRaw: 0,
    lostOnlyWizard: 0,
    unsafeRaw: 0,
    unsafeWizard: 0,
    reachedRaw: 0,
    reachedWizard: 0,
    refusals: 0,
    refusedBesideDead: 0,
    commandsRaw: {},
    commandsWizard: {},
    broken: [],
    examples: { lostOnlyRaw: [], lostOnlyWizard: [], refusals: [] },
  }
}

function count(histogram: Record<number, number>, value: number): void {
  histogram[value] = (histogram[value] ?? 0) + 1
}

function note(tally: Tally, schedule: Schedule, raw: Played, wizard: Played): void {
  const { seed } = schedule
  tally.schedules += 1
  const isAnyLost = raw.isLost || wizard.isLost
  const byFaults = isAnyLost && play(schedule, 'nobody').isLost
  tally.lostByFaults += Number(byFaults)
  tally.lostRaw += Number(raw.isLost)
  tally.lostWizard += Number(wizard.isLost)
  tally.unsafeRaw += Number(raw.unsafe > 0)
  tally.unsafeWizard += Number(wizard.unsafe > 0)
  tally.reachedRaw += Number(raw.isReached)
  tally.reachedWizard += Number(wizard.isReached)
  const { examples } = tally
  tally.lostByRaw += Number(raw.isLost && !byFaults)
  tally.lostByWizard += Number(wizard.isLost && !byFaults)
  if (raw.isLost && !wizard.isLost) {
    tally.lostOnlyRaw += 1
    if (examples.lostOnlyRaw.length < EXAMPLES) examples.lostOnlyRaw.push(seed)
  }
  if (wizard.isLost && !raw.isLost) {
    tally.lostOnlyWizard += 1
    if (examples.lostOnlyWizard.length < EXAMPLES) examples.lostOnlyWizard.push(seed)
  }
  if (raw.isReached && !raw.isLost && !wizard.isReached && wizard.lowestMargin >= 0) {
    tally.refusals += 1
    if (schedule.faults.some((f) => f.kind === 'disk lost')) tally.refusedBesideDead += 1
    else if (examples.refusals.length < EXAMPLES) examples.refusals.push(seed)
  }
  if (raw.isReached) count(tally.commandsRaw, raw.commands)
  if (wizard.isReached) count(tally.commandsWizard, wizard.commands)
  if (wizard.broken.length > 0 || wizard.unsafe > 0) {
    tally.broken.push([...wizard.broken, `${wizard.unsafe} unsafe changes`, scheduleText(schedule)].join('\n'))
  }
}

function fulfil({ from, count: schedules }: Order): Tally {
  const tally = emptyTally()
  for (let seed = from; seed < from + schedules; seed += 1) {
    const schedule = scheduleOf(seed)
    note(tally, schedule, play(schedule, 'raw'), play(schedule, 'wizard'))
  }
  return tally
}

function joined(one: Tally, other: Tally): Tally {
  const sum = emptyTally()
  for (const tally of [one, other]) {
    for (const key of Object.keys(sum) as (keyof Tally)[]) {
      const value = tally[key]
      const into = sum as unknown as Record<string, unknown>
      if (typeof value === 'number') into[key] = (into[key] as number) + value
    }
    for (const key of ['commandsRaw', 'commandsWizard'] as const) {
      for (const [commands, times] of Object.entries(tally[key])) {
        sum[key][Number(commands)] = (sum[key][Number(commands)] ?? 0) + times
      }
    }
    sum.broken.push(...tally.broken)
    for (const key of ['lostOnlyRaw', 'lostOnlyWizard', 'refusals'] as const) {
      sum.examples[key] = [...sum.examples[key], ...tally.examples[key]].sort((a, b) => a - b).slice(0, EXAMPLES)
    }
  }
  return sum
}

/** Schedules of one order: small enough that the workers end together. */
const CHUNK = 100

export async function playSchedules(
  from: number,
  schedules: number,
  workers: number,
  onTally: (soFar: Tally) => void = () => {},
): Promise<Tally> {
  const orders: Order[] = []
  for (let at = 0; at < schedules; at += CHUNK) orders.push({ from: from + at, count: Math.min(CHUNK, schedules - at) })
  let tally = emptyTally()
  await inWorkers<Order, Tally>(import.meta.filename, orders, workers, (part) => {
    tally = joined(tally, part)
    onTally(tally)
  })
  return tally
}

export function median(histogram: Record<number, number>): number | null {
  const entries = Object.entries(histogram).map(([value, times]) => [Number(value), times] as const)
  const total = entries.reduce((sum, [, times]) => sum + times, 0)
  let passed = 0
  for (const [value, times] of entries.sort((a, b) => a[0] - b[0])) {
    passed += times
    if (passed * 2 >= total) return value
  }
  return null
}

/** The faults without which the quorum is lost no more: what is left is what it takes. */
export function shrunk(schedule: Schedule, isBad: (schedule: Schedule) => boolean): Schedule {
  let least = schedule
  for (let index = 0; index < least.faults.length; ) {
    const fewer = { ...least, faults: least.faults.filter((_, at) => at !== index) }
    if (isBad(fewer)) least = fewer
    else index += 1
  }
  return least
}

if (!isMainThread) answerOrders(fulfil)
