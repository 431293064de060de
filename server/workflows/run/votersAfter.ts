/** What can be lost at each moment of a plan. Pure. Source: etcd's membership rules, applied to KRaft voters. */

import type { Health, QuorumView, ReplicaKey } from '../../contract/quorumView.ts'
import { sameKey } from '../../contract/replicaKey.ts'
import { majorityOf, votersOf } from '../../contract/voters.ts'
import type { MarginStage } from '../../contract/workflows.ts'
import { type Racks, rackLosses } from '../../quorum/assessment/findings/racks.ts'
import type { VoterChange } from './ports.ts'

/** A place in the voter set, as it would be. */
export interface PlannedVoter extends ReplicaKey {
  health: Health
  leads: boolean
}

export function plannedVotersOf(view: QuorumView): PlannedVoter[] {
  return votersOf(view).map(({ nodeId, directoryId, health, status }) => ({
    nodeId,
    directoryId,
    health,
    leads: status === 'leader',
  }))
}

/** Healthy voters minus majority; `null` while the health of one is unknown, or there is none. */
export function marginOfVoters(plannedVoters: readonly PlannedVoter[]): number | null {
  if (plannedVoters.length === 0 || plannedVoters.some((s) => s.health === 'unknown')) return null
  return plannedVoters.filter((s) => s.health === 'ok').length - majorityOf(plannedVoters.length)
}

/** @param health of an added voter: `ok` where all goes well, `silent` where it lands and the candidate is bad */
export function votersAfter(
  plannedVoters: readonly PlannedVoter[],
  change: VoterChange,
  health: Health = 'ok',
): PlannedVoter[] {
  const key: ReplicaKey = { nodeId: change.nodeId, directoryId: change.directoryId }
  const rest = plannedVoters.filter((s) => !sameKey(s, key))
  return change.kind === 'add' ? [...rest, { ...key, health, leads: false }] : rest
}

/** The same voters with one process stopped. */
export function votersWithout(plannedVoters: readonly PlannedVoter[], key: ReplicaKey): PlannedVoter[] {
  return plannedVoters.map((s) => (sameKey(s, key) ? { ...s, health: 'silent' as const, leads: false } : s))
}

function worstOf(plannedVoters: readonly PlannedVoter[]): MarginStage['worst'] {
  // All healthy voters weigh the same; the leader's failure also costs an election, so it is the one named.
  const victim = plannedVoters.find((s) => s.leads && s.health === 'ok') ?? plannedVoters.find((s) => s.health === 'ok')
  if (victim === undefined) return null
  const margin = marginOfVoters(votersWithout(plannedVoters, victim))
  return margin === null ? null : { label: `if ${victim.nodeId} fails`, margin }
}

/** The rack whose loss costs most of these voters; `null` where no rack of them is known, or a health is not. */
function worstRackOf(plannedVoters: readonly PlannedVoter[], racks: Racks): MarginStage['worstRack'] {
  const [worst] = rackLosses(
    plannedVoters.map(({ nodeId, health }) => ({ nodeId, health, rack: racks.get(nodeId) ?? null })),
  )
  if (worst === undefined || worst.margin === null) return null
  const unplaced = worst.unplaced.length === 0 ? '' : `, rack of ${worst.unplaced.join(', ')} not known`
  return { label: `if rack ${worst.rack} fails${unplaced}`, margin: worst.margin }
}

/** The racks of all nodes that the view lists. */
export function racksOfView({ replicas }: QuorumView): Racks {
  return new Map(replicas.flatMap(({ nodeId, rack }) => (rack === null ? [] : [[nodeId, rack]])))
}

/** @param racks by node id; they change nothing but what is shown of them */
export function marginStage(
  label: string,
  step: string | null,
  plannedVoters: readonly PlannedVoter[],
  racks: Racks = new Map(),
): MarginStage {
  return {
    label,
    step,
    voters: plannedVoters.map(({ nodeId, directoryId, health, leads }) => ({
      nodeId,
      directoryId,
      health,
      leads,
      rack: racks.get(nodeId) ?? null,
    })),
    majority: majorityOf(plannedVoters.length),
    margin: marginOfVoters(plannedVoters),
    worst: worstOf(plannedVoters),
    worstRack: worstRackOf(plannedVoters, racks),
  }
}
