/** Brokers that retire: what they host still, what is to be moved and is being moved, and where it may go. Pure. */
import { hostedByAny, type PlacedPartition, reassigning } from '../../quorum/log/placement.ts'
import type { Facts } from '../run/facts.ts'
import { onceForBrokers } from '../run/onceFor.ts'
import { type Assignment, plannedWithout, type Target } from './assignment.ts'

/** A reading of the disks counts as of now for this long, in ms. */
const DISKS_VALID_MS = 60_000

/** Brokers that may take replicas: registered, unfenced, staying. */
export const targetsOf = onceForBrokers(({ log }: Facts, retiring): Target[] =>
  [...(log?.brokers ?? [])].flatMap(([nodeId, { fenced, rack }]) =>
    fenced || retiring.includes(nodeId) ? [] : [{ nodeId, rack }],
  ),
)

/** What is still to be asked for; what is being moved already is not in it. */
export const restOf = onceForBrokers(
  (facts: Facts, retiring): Assignment =>
    facts.log === null
      ? { moves: [], impossible: [] }
      : plannedWithout(facts.log.placement, retiring, targetsOf(facts, retiring)),
)

export const hostedByRetiring = onceForBrokers(({ log }: Facts, retiring): readonly PlacedPartition[] | null =>
  log === null ? null : hostedByAny(log.placement, retiring),
)

/** Moves that are under way and take something from these brokers, and those that do not. */
export const movesUnderWay = onceForBrokers(
  ({ log }: Facts, retiring): { ours: PlacedPartition[]; foreign: PlacedPartition[] } => {
    const all = log === null ? [] : reassigning(log.placement)
    const isOurs = (p: PlacedPartition) => p.removing.some((id) => retiring.includes(id))
    return { ours: all.filter(isOurs), foreign: all.filter((p) => !isOurs(p)) }
  },
)

/** The newest look at the disks; `null` where there was none, or it is too old to count as of now. */
export function disksOfNow({ disks, monotonicMs }: Facts): Facts['disks'] {
  return disks === null || monotonicMs - disks.atMs > DISKS_VALID_MS ? null : disks
}
