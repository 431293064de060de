/**
 * The partitions of a copied cluster, as its active controller keeps them: who is in sync, who leads, what is moved. They
 * change only while a controller is active, after what the brokers' registrations say (ReplicationControlManager). Copying is
 * a matter of time alone: bytes, networks and clients are not in it. Plain data, made anew at every change. Pure.
 */

import { CORDON } from '../../quorum/assessment/findings/leftovers.ts'
import type { Placement, PlacementRecord } from '../../quorum/log/placement.ts'
import { type PartitionPlacement, partitionsOf, placed } from '../../quorum/log/placement.ts'
import type { KafkaAct } from '../../workflows/run/ports.ts'

/** A replica that lacks data is in sync again after this time, in ms; on brokers it takes as long as its data. */
export const COPY_MS = 2500

export interface DataPlane {
  placement: Placement
  /** When a replica that is not in sync will be, by `topic-partition/broker`. */
  inSyncAtMs: ReadonlyMap<string, number>
  /** When a replica came or went last; `null` before the first time. */
  movedAtMs: number | null
}

export function newDataPlane(placement: Placement): DataPlane {
  return { placement, inSyncAtMs: new Map(), movedAtMs: null }
}

const union = (one: readonly number[], other: readonly number[]) => [...new Set([...one, ...other])]
const without = (one: readonly number[], other: readonly number[]) => one.filter((id) => !other.includes(id))

/** `adding` and `removing` are done with: the replicas are those that were asked for. */
function completed(p: PartitionPlacement): PartitionPlacement {
  const done = p.adding.length + p.removing.length > 0 && p.adding.every((id) => p.isr.includes(id))
  if (!done) return p
  return { ...p, replicas: without(p.replicas, p.removing), isr: without(p.isr, p.removing), adding: [], removing: [] }
}

interface Looked {
  partition: PartitionPlacement
  waiting: [key: string, atMs: number][]
}

/** One partition after a look of the controller; unclean elections are off, as they are by default. */
function looked(
  data: DataPlane,
  name: string,
  p: PartitionPlacement,
  serves: (id: number) => boolean,
  nowMs: number,
): Looked {
  const waiting: Looked['waiting'] = []
  const alive = p.isr.filter(serves)
  // The last one in sync stays so: nobody else has all the data.
  const isr = alive.length > 0 ? alive : p.isr.slice(0, 1)
  const caughtUp: number[] = []
  for (const id of p.replicas.filter((one) => serves(one) && !isr.includes(one))) {
    const key = `${name}/${id}`
    const atMs = data.inSyncAtMs.get(key) ?? nowMs + COPY_MS
    if (nowMs < atMs || alive.length === 0) waiting.push([key, atMs])
    else caughtUp.push(id)
  }
  const next = completed({ ...p, isr: [...isr, ...caughtUp] })
  const leads = next.leader !== null && next.isr.includes(next.leader) && serves(next.leader)
  const leader = leads ? next.leader : (next.replicas.find((id) => next.isr.includes(id) && serves(id)) ?? null)
  return { partition: { ...next, leader }, waiting }
}

function same(a: PartitionPlacement, b: PartitionPlacement): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function recordOf(topicId: string, partition: number, p: PartitionPlacement): PlacementRecord {
  const { replicas, isr, adding, removing, leader } = p
  const placement = { replicas: [...replicas], isr: [...isr], adding: [...adding], removing: [...removing], leader }
  return { kind: 'partition', topicId, partition, placement }
}

/** What an active controller makes of it now. @param serves whether a broker is registered and unfenced */
export function controlled(data: DataPlane, serves: (brokerId: number) => boolean, nowMs: number): DataPlane {
  const records: PlacementRecord[] = []
  const inSyncAtMs = new Map<string, number>()
  for (const { topicId, topic, partition: number, ...before } of partitionsOf(data.placement)) {
    const { partition, waiting } = looked(data, `${topic}-${number}`, before, serves, nowMs)
    for (const [key, atMs] of waiting) inSyncAtMs.set(key, atMs)
    if (!same(before, partition)) records.push(recordOf(topicId, number, partition))
  }
  const movedAtMs = records.length > 0 ? nowMs : data.movedAtMs
  return { placement: placed(data.placement, records), inSyncAtMs, movedAtMs }
}

/** AlterPartitionReassignments: `replicas: null` takes a move back. */
function reassigned(p: PartitionPlacement, target: readonly number[] | null): PartitionPlacement {
  if (target === null) {
    return { ...p, replicas: without(p.replicas, p.adding), isr: without(p.isr, p.adding), adding: [], removing: [] }
  }
  const current = without(p.replicas, p.adding)
  return {
    ...p,
    replicas: union(target, current),
    adding: without(target, current),
    removing: without(current, target),
  }
}

/** What a request of ours writes to the log; requests that brokers are not about change nothing here. */
export function withAct(data: DataPlane, act: KafkaAct, nowMs: number): DataPlane {
  const config = (resource: string, name: string, value: string | null): PlacementRecord => {
    return { kind: 'config', resource, name, value }
  }
  switch (act.kind) {
    case 'configure': {
      const records = act.configs.map((c) => config(`${c.type}:${c.resource}`, c.name, c.value))
      return { ...data, placement: placed(data.placement, records) }
    }
    case 'cordon': {
      const records = act.brokers.map(({ nodeId }) => config(`broker:${nodeId}`, CORDON, '*'))
      return { ...data, placement: placed(data.placement, records) }
    }
    case 'reassign': {
      const records = [...partitionsOf(data.placement)].flatMap((known) => {
        const { topicId, topic, partition } = known
        const move = act.moves.findLast((m) => m.topic === topic && m.partition === partition)
        return move === undefined ? [] : [recordOf(topicId, partition, reassigned(known, move.replicas))]
      })
      return { ...data, placement: placed(data.placement, records), movedAtMs: nowMs }
    }
    case 'unregister-broker':
    case 'upgrade-feature':
      return data
    default:
      return act satisfies never
  }
}

/** Partitions that nobody leads now. */
export function offline({ placement }: DataPlane): number {
  return [...partitionsOf(placement)].filter((p) => p.leader === null).length
}
