/** Many quorums that lose their majority, each brought back by the rules and raw, in worker threads; the same seeds give the same figures. */
import { isMainThread } from 'node:worker_threads'
import { copyCluster } from '../../sandbox/simulatedQuorum/core/copy.ts'
import { answerOrders, inWorkers } from '../workers.ts'
import { type BroughtBack, bringBackByRules, bringBackRaw, type RecoveryRules, RULES } from './bringBack.ts'
import { type LostQuorum, lostQuorumOf } from './losingSchedule.ts'

/** Predicted against true loss, of one kind of prediction. */
interface Predicted {
  schedules: number
  /** Sum of `atMost`, where it is a number. */
  atMost: number
  atLeast: number
  trueLoss: number
  /** In how many something was lost. */
  withLoss: number
}

export interface LostTally {
  schedules: number
  recovered: number
  needless: number
  refused: Record<string, number>
  grafts: number
  /** Proven without a condition, and with one that was true. */
  proven: Predicted
  bounded: Predicted
  unknown: Predicted
  /** A bound with a condition that was not true: a voter that was silent had run again. Its figure promises nothing. */
  conditionUntrue: Predicted
  raw: { lostThoughLeft: number; records: number; split: number; unled: number; bad: number }
  /** With their seeds. */
  violations: string[]
}

const noPrediction = (): Predicted => ({ schedules: 0, atMost: 0, atLeast: 0, trueLoss: 0, withLoss: 0 })

export function emptyLostTally(): LostTally {
  return {
    schedules: 0,
    recovered: 0,
    needless: 0,
    refused: {},
    grafts: 0,
    proven: noPrediction(),
    bounded: noPrediction(),
    unknown: noPrediction(),
    conditionUntrue: noPrediction(),
    raw: { lostThoughLeft: 0, records: 0, split: 0, unled: 0, bad: 0 },
    violations: [],
  }
}

function copyOf(quorum: LostQuorum): LostQuorum {
  return { ...quorum, state: copyCluster(quorum.state), truth: { epochs: [...quorum.truth.epochs] } }
}

/** Whether everybody whom a bound relies on was down from the moment that the dashboard saw last. */
function isConditionTrue(quorum: LostQuorum, ids: readonly number[]): boolean {
  const since = quorum.lastLed?.atMs ?? 0
  return ids.every((id) => (quorum.ranAtMs.get(id) ?? 0) < since)
}

/** I1 to I4 of one quorum; each that is broken, in words. */
export function judgeLost(quorum: LostQuorum, done: BroughtBack): string[] {
  const broken = [...done.broken]
  if (done.lostThoughLeft > 0) broken.push(`I1: ${done.lostThoughLeft} committed records were in a copy that was left`)
  if (done.kind !== 'recovered' || done.recovery === null) return broken
  const { atMost, atLeast, ifDownSince } = done.recovery.loss
  if (atMost !== null && isConditionTrue(quorum, ifDownSince) && done.trueLoss > atMost)
    broken.push(`I2: at most ${atMost} by the plan, ${done.trueLoss} in truth`)
  if (atLeast > done.trueLoss) broken.push(`I2: at least ${atLeast} by the plan, ${done.trueLoss} in truth`)
  return broken
}

export function playLost(
  seed: number,
  rules: RecoveryRules = RULES,
): { quorum: LostQuorum; done: BroughtBack; broken: string[] } {
  const quorum = lostQuorumOf(seed)
  const done = bringBackByRules(copyOf(quorum), rules)
  return { quorum, done, broken: judgeLost(quorum, done) }
}

function kindOf(tally: LostTally, quorum: LostQuorum, { recovery }: BroughtBack): Predicted {
  const loss = recovery?.loss
  if (loss === undefined || loss.atMost === null) return tally.unknown
  if (!isConditionTrue(quorum, loss.ifDownSince)) return tally.conditionUntrue
  return loss.atMost === 0 ? tally.proven : tally.bounded
}

export function noteLost(tally: LostTally, seed: number): void {
  const { quorum, done, broken } = playLost(seed)
  tally.schedules += 1
  if (broken.length > 0) tally.violations.push(`seed ${seed} (${quorum.releaseText}): ${broken.join('; ')}`)
  if (done.kind === 'needless') {
    tally.needless += 1
    return
  }
  if (done.kind === 'refused') {
    for (const code of done.refusals) tally.refused[code] = (tally.refused[code] ?? 0) + 1
    return
  }
  tally.recovered += 1
  if (done.recovery?.way === 'graft') tally.grafts += 1
  const predicted = kindOf(tally, quorum, done)
  predicted.schedules += 1
  predicted.atMost += done.recovery?.loss.atMost ?? 0
  predicted.atLeast += done.recovery?.loss.atLeast ?? 0
  predicted.trueLoss += done.trueLoss
  predicted.withLoss += Number(done.trueLoss > 0)
  const raw = bringBackRaw(copyOf(quorum), seed % 2 === 0)
  tally.raw.lostThoughLeft += Number(raw.lostThoughLeft > 0)
  tally.raw.records += raw.lostThoughLeft
  tally.raw.split += Number(raw.isSplit)
  tally.raw.unled += Number(!raw.isLed)
  tally.raw.bad += Number(raw.lostThoughLeft > 0 || raw.isSplit || !raw.isLed)
}

/** Adds up figures, and figures in figures; lists are joined. */
function added<T extends object>(one: T, other: T): T {
  const sum = { ...one } as Record<string, unknown>
  for (const [key, value] of Object.entries(other)) {
    const before = sum[key]
    if (typeof value === 'number') sum[key] = (typeof before === 'number' ? before : 0) + value
    else if (Array.isArray(value)) sum[key] = [...(Array.isArray(before) ? before : []), ...value]
    else sum[key] = added((before ?? {}) as object, value as object)
  }
  return sum as T
}

interface Order {
  from: number
  count: number
}

/** Schedules of one order: small enough that the workers end together. */
const CHUNK = 50

function fulfil({ from, count }: Order): LostTally {
  const tally = emptyLostTally()
  for (let seed = from; seed < from + count; seed += 1) noteLost(tally, seed)
  return tally
}

export async function playLostMajorities(
  from: number,
  schedules: number,
  workers: number,
  onTally: (soFar: LostTally) => void = () => {},
): Promise<LostTally> {
  const orders: Order[] = []
  for (let at = 0; at < schedules; at += CHUNK) orders.push({ from: from + at, count: Math.min(CHUNK, schedules - at) })
  let tally = emptyLostTally()
  await inWorkers<Order, LostTally>(import.meta.filename, orders, workers, (part) => {
    tally = added(tally, part)
    onTally(tally)
  })
  return tally
}

if (!isMainThread) answerOrders(fulfil)
