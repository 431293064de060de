/**
 * Where the replicas of retiring brokers go: each to the broker of another rack with the fewest replicas, and the preferred
 * leaders spread like them. A plan is made of the placement alone, so the same placement gives the same plan. Pure.
 * Source: kafka-reassign-partitions --generate (rack awareness), Cruise Control (only what must move is moved).
 */
import { type PlacedPartition, type Placement, partitionsOf } from '../../quorum/placement.ts'

export interface Target {
  nodeId: number
  rack: string | null
}

export interface Move {
  topic: string
  partition: number
  /** All of them before, and afterwards, the preferred leader first. */
  before: number[]
  replicas: number[]
}

export interface Assignment {
  moves: Move[]
  /** Partitions with more replicas than there are brokers to hold them. */
  impossible: { topic: string; partition: number; replicas: number }[]
}

interface Load {
  replicas: Map<number, number>
  leaders: Map<number, number>
}

function add(counts: Map<number, number>, nodeId: number): void {
  counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1)
}

function loadOf(placement: Placement, targets: readonly Target[]): Load {
  const replicas = new Map(targets.map((t) => [t.nodeId, 0]))
  const leaders = new Map(targets.map((t) => [t.nodeId, 0]))
  for (const p of partitionsOf(placement)) {
    for (const id of p.replicas) if (replicas.has(id)) add(replicas, id)
    for (const preferred of p.replicas.slice(0, 1)) if (leaders.has(preferred)) add(leaders, preferred)
  }
  return { replicas, leaders }
}

/** The best place for one replica more: a rack that has none, then the fewest replicas, then the lowest id. */
function placeFor(kept: readonly number[], targets: readonly Target[], load: Load): number | null {
  const rackOf = new Map(targets.map((t) => [t.nodeId, t.rack]))
  const racks = new Set(kept.map((id) => rackOf.get(id) ?? null))
  const free = targets
    .filter((t) => !kept.includes(t.nodeId))
    .toSorted((a, b) => {
      const taken = (t: Target) => (t.rack !== null && racks.has(t.rack) ? 1 : 0)
      const filled = (t: Target) => load.replicas.get(t.nodeId) ?? 0
      return taken(a) - taken(b) || filled(a) - filled(b) || a.nodeId - b.nodeId
    })
  return free[0]?.nodeId ?? null
}

/** The least loaded leader first where the preferred one goes; otherwise the order stays. */
function leaderFirst(replicas: number[], leaderGoes: boolean, load: Load): number[] {
  if (!leaderGoes) return replicas
  const led = (id: number) => load.leaders.get(id) ?? 0
  const first = replicas.toSorted((a, b) => led(a) - led(b) || a - b).slice(0, 1)
  return [...first, ...replicas.filter((id) => !first.includes(id))]
}

/** What a partition will have once what is going on is done: Kafka keeps both in `replicas` meanwhile. */
function settledReplicas({ replicas, removing }: PlacedPartition): number[] {
  return replicas.filter((id) => !removing.includes(id))
}

/**
 * @param retiring ids that are to hold nothing any more
 * @param targets brokers that may hold more: registered, unfenced, staying
 */
export function assignmentWithout(
  placement: Placement,
  retiring: readonly number[],
  targets: readonly Target[],
): Assignment {
  const load = loadOf(placement, targets)
  const moves: Move[] = []
  const impossible: Assignment['impossible'] = []
  const all = [...partitionsOf(placement)].toSorted(
    (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition,
  )
  for (const p of all) {
    const before = settledReplicas(p)
    if (!before.some((id) => retiring.includes(id))) continue
    const { topic, partition } = p
    const replicas: number[] = []
    const kept = before.filter((id) => !retiring.includes(id))
    for (const id of before) {
      if (!retiring.includes(id)) {
        replicas.push(id)
        continue
      }
      const place = placeFor([...kept, ...replicas], targets, load)
      if (place === null) break
      replicas.push(place)
      add(load.replicas, place)
    }
    if (replicas.length < before.length) {
      impossible.push({ topic, partition, replicas: before.length })
      continue
    }
    const [preferred = -1] = before
    const ordered = leaderFirst(replicas, retiring.includes(preferred), load)
    for (const leader of ordered.slice(0, 1)) if (leader !== preferred) add(load.leaders, leader)
    moves.push({ topic, partition, before, replicas: ordered })
  }
  return { moves, impossible }
}

/** Bytes that each broker gets, by what the largest replica of a partition takes now; `null` where one is not known. */
export function bytesToCome(
  moves: readonly Move[],
  sizeOf: (topic: string, partition: number) => number | null,
): Map<number, number> | null {
  const bytes = new Map<number, number>()
  for (const { topic, partition, before, replicas } of moves) {
    const size = sizeOf(topic, partition)
    if (size === null) return null
    for (const id of replicas) if (!before.includes(id)) bytes.set(id, (bytes.get(id) ?? 0) + size)
  }
  return bytes
}
