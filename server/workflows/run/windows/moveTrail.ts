/**
 * What the brokers' disks showed of the copies that empty brokers, look by look, for a rate and for what was moved. Kept in
 * memory only: after a restart the count begins anew, and says since when. Pure.
 * Source: DescribeLogDirs (sizes), metadata log (which broker is being given which replica).
 */
import type { PartitionPlacement, PlacedPartition, Placement } from '../../../quorum/log/placement.ts'
import type { BrokerDisks } from '../ports.ts'

/** The rate is the mean over this long, in ms: about ten looks, so that one slow answer does not make it jump. */
export const RATE_WINDOW_MS = 60_000

/** One replica that a broker is being given, or was given. */
interface Copy {
  topic: string
  /** Bytes that its disk showed last. */
  bytes: number
  isGoingOn: boolean
}

/** Bytes copied so far at one look, by topic; `null` where a broker that receives did not report it. */
export interface MoveSample {
  /** Monotonic. */
  atMs: number
  copied: ReadonlyMap<string, number | null>
}

export interface MoveTrail {
  /** The brokers that are emptied. */
  retiring: readonly number[]
  /** Monotonic time of the first look. */
  sinceMs: number
  /** By `topic-partition@broker`: every copy that was seen going on or done since then. */
  copies: ReadonlyMap<string, Copy>
  /** Of the last {@link RATE_WINDOW_MS} and the one before it, oldest first. */
  samples: readonly MoveSample[]
  /** Partitions on them at the last look, to see what was done between two looks. */
  hosted: readonly PlacedPartition[]
}

/** One look at the disks of all brokers, and the partitions at that moment. */
export interface MoveLook {
  /** Monotonic. */
  atMs: number
  placement: Placement
  brokers: ReadonlyMap<number, BrokerDisks>
}

/** Brokers that are being given a replica in a move away from one that retires. */
function receiving({ adding, removing }: PartitionPlacement, retiring: readonly number[]): readonly number[] {
  return removing.some((id) => retiring.includes(id)) ? adding : []
}

/** Brokers that have got a replica since the last look, in a move away from one that retires. */
function received(before: PartitionPlacement, now: PartitionPlacement, retiring: readonly number[]): number[] {
  const hasLeft = before.replicas.some((id) => retiring.includes(id) && !now.replicas.includes(id))
  const isNew = (id: number) => before.adding.includes(id) || !before.replicas.includes(id)
  return hasLeft ? now.replicas.filter((id) => isNew(id) && !now.adding.includes(id)) : []
}

/** The copies by now, and the topics of which a broker that receives did not report it. */
function copiesAt(trail: MoveTrail, { placement, brokers }: MoveLook) {
  const copies = new Map([...trail.copies].filter(([, copy]) => !copy.isGoingOn))
  const unknown = new Set<string>()
  const keep = (topic: string, partition: number, id: number, isGoingOn: boolean) => {
    const replica = `${topic}-${partition}`
    const key = `${replica}@${id}`
    const disk = brokers.get(id)
    if (disk === undefined) unknown.add(topic)
    // A broker that answers without the replica has not begun it.
    const bytes = disk === undefined ? (trail.copies.get(key)?.bytes ?? 0) : (disk.replicas.get(replica) ?? 0)
    copies.set(key, { topic, bytes, isGoingOn })
  }
  for (const now of placement.reassigning()) {
    for (const id of receiving(now, trail.retiring)) keep(now.topic, now.partition, id, true)
  }
  for (const before of trail.hosted) {
    const now = placement.at(before.topicId, before.partition)
    if (now === null) continue
    for (const id of received(before, now, trail.retiring)) keep(now.topic, now.partition, id, false)
  }
  return { copies, unknown }
}

function sampleOf(atMs: number, copies: ReadonlyMap<string, Copy>, unknown: ReadonlySet<string>): MoveSample {
  const copied = new Map<string, number | null>()
  for (const { topic, bytes } of copies.values()) copied.set(topic, (copied.get(topic) ?? 0) + bytes)
  for (const topic of unknown) copied.set(topic, null)
  return { atMs, copied }
}

/** Those of the window, and the newest one before it, so that the whole window is covered. */
function within(samples: readonly MoveSample[], atMs: number): MoveSample[] {
  const inside = samples.findIndex((s) => s.atMs > atMs - RATE_WINDOW_MS)
  return samples.slice(Math.max(0, inside - 1))
}

/** The trail after one more look; it begins anew where other brokers are emptied. */
export function afterLook(trail: MoveTrail | null, retiring: readonly number[], look: MoveLook): MoveTrail {
  const { atMs, placement } = look
  const base: MoveTrail =
    trail !== null && trail.retiring.join() === retiring.join()
      ? trail
      : { retiring, sinceMs: atMs, copies: new Map(), samples: [], hosted: [] }
  const { copies, unknown } = copiesAt(base, look)
  const samples = within([...base.samples, sampleOf(atMs, copies, unknown)], atMs)
  return { ...base, copies, samples, hosted: retiring.flatMap((id) => placement.hostedBy(id)) }
}

/** Bytes that the moves going on have copied, whoever asked for them: while it stands still, so do they. */
export function copiedBytes(placement: Placement, brokers: ReadonlyMap<number, BrokerDisks>): number {
  let bytes = 0
  for (const { topic, partition, adding } of placement.reassigning()) {
    for (const id of adding) bytes += brokers.get(id)?.replicas.get(`${topic}-${partition}`) ?? 0
  }
  return bytes
}
