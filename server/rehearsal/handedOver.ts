/**
 * What a rehearsal is about, as plain data that can be handed to another thread, and back. Handing over copies it in one
 * go, so it is bounded: a cluster that is larger than this is not rehearsed whole.
 */
import { EMPTY_PLACEMENT, type PlacementRecord, placed, recordsOf } from '../quorum/log/placement.ts'
import type { RehearsalInput } from '../workflows/run/ports.ts'
import { WorkflowRefusal } from '../workflows/run/refusal.ts'
import { playsBrokers } from './rehearse.ts'

/** Copying so many takes some milliseconds, and playing them seconds. */
export const MAX_PARTITIONS = 5000

export interface HandedOver {
  input: RehearsalInput
  placement: PlacementRecord[]
}

/** @throws WorkflowRefusal where the cluster is too large */
export function handOver(input: RehearsalInput): HandedOver {
  const { log } = input
  // Of a change of controllers alone the copy needs no brokers.
  if (log === null || !playsBrokers(input)) return { input: { ...input, log: null }, placement: [] }
  const { size } = log.placement
  if (size > MAX_PARTITIONS) {
    throw new WorkflowRefusal(
      422,
      'rehearsal-too-large',
      `The cluster has ${size} partitions; a copy of it holds ${MAX_PARTITIONS} at the most, so this change cannot be rehearsed.`,
      'The plan and its gates stand as they are: go on without a rehearsal.',
    )
  }
  return { input: { ...input, log: { ...log, placement: EMPTY_PLACEMENT } }, placement: recordsOf(log.placement) }
}

export function takenOver({ input, placement }: HandedOver): RehearsalInput {
  const { log } = input
  return log === null ? input : { ...input, log: { ...log, placement: placed(EMPTY_PLACEMENT, placement) } }
}
