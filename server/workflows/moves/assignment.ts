/**
 * Where the replicas of retiring brokers go: each to the broker of another rack with the fewest replicas, and the preferred
 * leaders spread like them. A plan is made of the placement alone, so the same placement gives the same plan. Pure.
 * Source: kafka-reassign-partitions --generate (rack awareness), Cruise Control (only what must move is moved).
 */
import { hostedByAny, type PlacedPartition, type Placement } from '../../quorum/log/placement.ts'

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

/** A broker that may hold more. */
interface Place {
  nodeId: number
  replicas: number
}

interface Rack {
  key: string
  places: [Place, ...Place[]]
}

function isBefore(a: Place, b: Place): boolean {
  return a.replicas < b.replicas || (a.replicas === b.replicas && a.nodeId < b.nodeId)
}

/** Puts the element at this place where it belongs, after it has grown. */
function sift<T>(list: T[], index: number, before: (a: T, b: T) => boolean): void {
  for (let i = index; ; i += 1) {
    const [one, next] = [list[i], list[i + 1]]
    if (one === undefined || next === undefined || !before(next, one)) return
    list[i] = next
    list[i + 1] = one
  }
}

/**
 * Brokers by rack, in the order in which they take replicas: the fewest first, then the lowest id. One without a rack
 * stands alone. The order is kept while replicas are given out, so that no partition looks at all brokers.
 */
class Places {
  /** Those with the first place in that order come first. */
  readonly #racks: Rack[]
  readonly #rackOf: ReadonlyMap<number, string>

  constructor(placement: Placement, targets: readonly Target[]) {
    const key = ({ nodeId, rack }: Target) => (rack === null ? `broker ${nodeId}` : `rack ${rack}`)
    this.#rackOf = new Map(targets.map((target) => [target.nodeId, key(target)]))
    const racks = [...Map.groupBy(targets, key)].map(([rack, own]) => ({
      key: rack,
      places: own
        .map(({ nodeId }) => ({ nodeId, replicas: placement.replicasOn(nodeId) }))
        .sort((a, b) => (isBefore(a, b) ? -1 : 1)) as Rack['places'],
    }))
    this.#racks = racks.sort((a, b) => (firstBefore(a, b) ? -1 : 1))
  }

  /** The best place for one replica more: a rack that has none, then the fewest replicas, then the lowest id. */
  take(kept: readonly number[]): number | null {
    const taken = new Set(kept.flatMap((id) => this.#rackOf.get(id) ?? []))
    const free = this.#racks.find(({ key }) => !taken.has(key))
    if (free !== undefined) return this.#fill(free, free.places[0])
    let best: { rack: Rack; place: Place } | null = null
    // No more racks than the partition has replicas.
    for (const rack of this.#racks) {
      const place = rack.places.find(({ nodeId }) => !kept.includes(nodeId))
      if (place !== undefined && (best === null || isBefore(place, best.place))) best = { rack, place }
    }
    return best === null ? null : this.#fill(best.rack, best.place)
  }

  #fill(rack: Rack, place: Place): number {
    place.replicas += 1
    sift(rack.places, rack.places.indexOf(place), isBefore)
    sift(this.#racks, this.#racks.indexOf(rack), firstBefore)
    return place.nodeId
  }
}

function firstBefore({ places: [a] }: Rack, { places: [b] }: Rack): boolean {
  return isBefore(a, b)
}

/** The least loaded leader first where the preferred one goes; otherwise the order stays. */
function leaderFirst(replicas: number[], leaderGoes: boolean, leaders: ReadonlyMap<number, number>): number[] {
  if (!leaderGoes) return replicas
  const led = (id: number) => leaders.get(id) ?? 0
  const first = replicas.toSorted((a, b) => led(a) - led(b) || a - b).slice(0, 1)
  return [...first, ...replicas.filter((id) => !first.includes(id))]
}

/** Not by the rules of a language: the same everywhere, and fast. */
function byName(a: PlacedPartition, b: PlacedPartition): number {
  return a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
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
  const places = new Places(placement, targets)
  const leaders = new Map(targets.map(({ nodeId }) => [nodeId, placement.preferredOn(nodeId)]))
  const moves: Move[] = []
  const impossible: Assignment['impossible'] = []
  for (const p of hostedByAny(placement, retiring).toSorted(byName)) {
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
      const place = places.take([...kept, ...replicas])
      if (place === null) break
      replicas.push(place)
    }
    if (replicas.length < before.length) {
      impossible.push({ topic, partition, replicas: before.length })
      continue
    }
    const [preferred = -1] = before
    const ordered = leaderFirst(replicas, retiring.includes(preferred), leaders)
    for (const leader of ordered.slice(0, 1)) {
      if (leader !== preferred) leaders.set(leader, (leaders.get(leader) ?? 0) + 1)
    }
    moves.push({ topic, partition, before, replicas: ordered })
  }
  return { moves, impossible }
}

/** The newest plan of each placement: it is good until a replica comes or goes anywhere, or the brokers are others. */
const planned = new WeakMap<Placement, { layout: number; key: string; assignment: Assignment }>()

export function plannedWithout(
  placement: Placement,
  retiring: readonly number[],
  targets: readonly Target[],
): Assignment {
  const key = `${retiring.join()}|${targets.map(({ nodeId, rack }) => `${nodeId} ${rack}`).join()}`
  const last = planned.get(placement)
  if (last?.layout === placement.layout && last.key === key) return last.assignment
  const assignment = assignmentWithout(placement, retiring, targets)
  planned.set(placement, { layout: placement.layout, key, assignment })
  return assignment
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
