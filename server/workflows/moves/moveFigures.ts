/** How far the emptying of brokers has come, topic by topic and in all: bytes, rate, time left. Unknown is `null`. Pure. */

import { bytesText } from '../../contract/words/bytes.ts'
import { timeLeftText } from '../../contract/words/durations.ts'
import type { MoveFigures, MoveProgress } from '../../contract/workflows.ts'
import { largestReplica } from '../../quorum/assessment/brokerDisks.ts'
import type { PlacedPartition } from '../../quorum/log/placement.ts'
import type { Facts } from '../run/facts.ts'
import { onceForBrokers } from '../run/onceFor.ts'
import type { BrokerDisks } from '../run/ports.ts'
import type { Run } from '../run/run.ts'
import type { MoveSample } from '../run/windows/moveTrail.ts'
import { disksOfNow, hostedByRetiring, movesUnderWay } from './retiring.ts'

/** Two looks at the disks and some; a rate over less would be a guess, in ms. */
export const LEAST_SPAN_MS = 10_000
/** Topics that are listed one by one, those with the most to do first. */
export const MAX_TOPICS = 50

/** Bytes copied at one look: `null` where nobody reported it, `undefined` where nothing had been begun. */
interface Point {
  atMs: number
  bytes: number | null | undefined
}

/** Bytes a second over the samples, never below 0; `null` where it is not known yet. */
export function rateOf(points: readonly Point[]): number | null {
  const begun = points.findIndex((p) => p.bytes !== undefined)
  // From the last look before it began, when it was at 0.
  const seen = points.slice(Math.max(0, begun - 1)).map(({ atMs, bytes = 0 }) => ({ atMs, bytes }))
  const last = seen.at(-1)
  const first = seen.find((p) => p.bytes !== null)
  if (begun < 0 || first === undefined || first.bytes === null || last === undefined || last.bytes === null) return null
  const spanMs = last.atMs - first.atMs
  return spanMs < LEAST_SPAN_MS ? null : Math.max(0, ((last.bytes - first.bytes) * 1000) / spanMs)
}

function totalAt({ copied }: MoveSample): number | null | undefined {
  const all = [...copied.values()]
  if (all.length === 0) return undefined
  return all.reduce<number | null>((sum, bytes) => (sum === null || bytes === null ? null : sum + bytes), 0)
}

/** Bytes that a partition still has to copy until it has left the brokers that retire; `null` where that is not known. */
function leftOf(p: PlacedPartition, retiring: readonly number[], brokers: ReadonlyMap<number, BrokerDisks>) {
  const size = largestReplica(brokers, p.topic, p.partition)
  const toBegin = p.replicas.filter((id) => retiring.includes(id) && !p.removing.includes(id)).length
  let copied: number | null = 0
  for (const id of p.adding) {
    const disk = brokers.get(id)
    if (copied === null || disk === undefined || size === null) copied = null
    else copied += Math.min(size, disk.replicas.get(`${p.topic}-${p.partition}`) ?? 0)
  }
  if (toBegin + p.adding.length === 0) return 0
  return size === null || copied === null ? null : size * (toBegin + p.adding.length) - copied
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((all, one) => (all === null || one === null ? null : all + one), 0)
}

function figures(
  partitionsLeft: number,
  partitionsMoving: number,
  bytes: { moved: number | null; left: number | null; rate: number | null },
): MoveFigures {
  const { moved, left, rate } = bytes
  const isTold = left !== null && rate !== null && rate > 0 && partitionsMoving > 0
  return {
    partitionsLeft,
    partitionsMoving,
    bytesMoved: moved,
    bytesLeft: left,
    bytesPerSecond: rate === null ? null : Math.round(rate),
    etaMs: partitionsLeft === 0 ? 0 : isTold ? Math.round((left / rate) * 1000) : null,
  }
}

/** One topic, as far as its place in the list depends on it. */
interface TopicLeft {
  topic: string
  left: readonly PlacedPartition[]
  moving: number
  bytesLeft: number | null
}

function mostToDoFirst(a: TopicLeft, b: TopicLeft): number {
  const moving = Number(b.moving > 0) - Number(a.moving > 0)
  // Two that are unknown differ by no number.
  const bytes = a.bytesLeft === b.bytesLeft ? 0 : (b.bytesLeft ?? Infinity) - (a.bytesLeft ?? Infinity)
  return moving || bytes || (a.topic < b.topic ? -1 : 1)
}

/** What the run that empties brokers has moved and has left; `null` for any other run, and where the log is not followed. */
export function moveProgress(run: Run, facts: Facts): MoveProgress | null {
  return run.plan.drain === undefined || run.outcome !== null ? null : progressOf(facts, run.params.nodeIds ?? [])
}

const progressOf = onceForBrokers((facts: Facts, retiring): MoveProgress | null => {
  const hosted = hostedByRetiring(facts, retiring)
  if (hosted === null) return null
  const moving = Map.groupBy(movesUnderWay(facts, retiring).ours, (p) => p.topic)
  const left = Map.groupBy(hosted, (p) => p.topic)
  const disks = disksOfNow(facts)
  const trail = disks === null || facts.moves?.retiring.join() !== retiring.join() ? null : facts.moves
  const samples = trail?.samples ?? []
  const last = samples.at(-1)
  const bytesLeft = (of: readonly PlacedPartition[]) =>
    of.length === 0 ? 0 : disks === null ? null : sum(of.map((p) => leftOf(p, retiring, disks.brokers)))
  const all = [...new Set([...left.keys(), ...(last?.copied.keys() ?? [])])].map((topic): TopicLeft => {
    const of = left.get(topic) ?? []
    return { topic, left: of, moving: moving.get(topic)?.length ?? 0, bytesLeft: bytesLeft(of) }
  })
  const topics = all.toSorted(mostToDoFirst).slice(0, MAX_TOPICS)
  const figuresOf = ({ topic, left: of, moving: underWay, bytesLeft: bytes }: TopicLeft) => {
    const copied = last?.copied.get(topic)
    const points = samples.map((s) => ({ atMs: s.atMs, bytes: s.copied.get(topic) }))
    const moved = last === undefined ? null : copied === undefined ? 0 : copied
    return { topic, ...figures(of.length, underWay, { moved, left: bytes, rate: rateOf(points) }) }
  }
  const movingInAll = [...moving.values()].reduce((n, of) => n + of.length, 0)
  const total = figures(hosted.length, movingInAll, {
    moved: last === undefined ? null : (totalAt(last) ?? (last.copied.size === 0 ? 0 : null)),
    left: sum(all.map((topic) => topic.bytesLeft)),
    rate: rateOf(samples.map((s) => ({ atMs: s.atMs, bytes: totalAt(s) }))),
  })
  const wall = (monotonicMs: number) => Math.round(facts.nowMs - (facts.monotonicMs - monotonicMs))
  return {
    sinceMs: trail === null ? null : wall(trail.sinceMs),
    lookedAtMs: facts.disks === null ? null : wall(facts.disks.atMs),
    stillMs: movingInAll === 0 || facts.movedAtMs === null ? null : Math.round(facts.monotonicMs - facts.movedAtMs),
    total,
    topics: topics.map(figuresOf),
    moreTopics: Math.max(0, all.length - MAX_TOPICS),
  }
})

/** One line: what is left, how fast it goes, how long it will take. */
export function moveText({ partitionsLeft, partitionsMoving, bytesLeft, bytesPerSecond, etaMs }: MoveFigures): string {
  if (partitionsLeft === 0) return 'nothing is left on them'
  const count = `${partitionsLeft} ${partitionsLeft === 1 ? 'partition' : 'partitions'} left`
  const bytes = bytesLeft === null ? 'bytes left not known' : `${bytesText(bytesLeft)} to copy`
  if (partitionsMoving === 0) return `${count}, 0 being moved, ${bytes}`
  const rate = bytesPerSecond === null ? 'rate not known yet' : `${bytesText(bytesPerSecond)} per second`
  const eta = etaMs === null ? 'time left not known' : `about ${timeLeftText(etaMs)} left`
  return `${count}, ${partitionsMoving} being moved, ${bytes}, ${rate}, ${eta}`
}
