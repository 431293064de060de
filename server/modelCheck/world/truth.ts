/** What is true of a world, whatever anybody sees of it. */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { majorityOf } from '../../contract/voters.ts'
import { votersOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import { asLeader, type LiveNode, liveNode } from '../../sandbox/simulatedQuorum/core/state.ts'
import { FETCH_TIMEOUT_MS } from '../../sandbox/simulatedQuorum/core/timing.ts'
import { nodeOf, type World } from './world.ts'

/**
 * A process that stopped doing anything can be told from a living one after this time, in ms: replicas fetch every 500 ms,
 * and one that was not heard for a second counts as dead (RECENT_FETCH_MS).
 */
export const TELLABLE_MS = 1500

/** The leader of the highest epoch that runs. */
export function trueLeader({ cluster }: World): LiveNode | null {
  let found: LiveNode | null = null
  for (const node of cluster.nodes) {
    const live = node.process === 'running' ? liveNode(node) : null
    if (live === null || asLeader(live) === null) continue
    if (found === null || live.disk.election.epoch > found.disk.election.epoch) found = live
  }
  return found
}

/** The voters that the leader, or this one, goes by, uncommitted ones included; none where nobody leads. */
export function trueVoters(world: World, leader: LiveNode | null = trueLeader(world)): ReplicaKey[] {
  return leader === null ? [] : votersOf(leader).map(({ key }) => ({ nodeId: key.id, directoryId: key.directoryId }))
}

/** Whether a partition has stood between the two for so long that anybody could have told. */
export function areApart({ cluster, oddity }: World, one: number, other: number): boolean {
  if (oddity === null || (oddity.kind !== 'cut off' && oddity.kind !== 'cut off from the dashboard, too')) return false
  const isBetween = (one === oddity.nodeId) !== (other === oddity.nodeId)
  return isBetween && cluster.nowMs - oddity.sinceMs > TELLABLE_MS
}

/** Whether this incarnation was dead for that leader, as far as anybody could have told. */
export function isDead(world: World, { nodeId, directoryId }: ReplicaKey, leaderId: number | null): boolean {
  const { cluster, since } = world
  const node = cluster.nodes.find((one) => one.id === nodeId)
  if (node === undefined || node.process === 'stopped' || node.disk === null) return true
  // The voters of a static quorum have no directory ids.
  if (directoryId !== null && node.disk.directoryId !== directoryId) return true
  if (leaderId !== null && areApart(world, nodeId, leaderId)) return true
  return node.process === 'frozen' && cluster.nowMs - (since[nodeId] ?? 0) > TELLABLE_MS
}

/** A process that came back less than this ago carries nothing yet, in ms: less than the window of the gates. */
const YOUNG_MS = 1000

/** Whether it came back a moment ago, after it was silent: away for less than the fetch timeout it was silent to nobody. */
export function isYoung(world: World, nodeId: number): boolean {
  const { cluster, since, awayMs } = world
  const runsForMs = cluster.nowMs - (since[nodeId] ?? 0)
  return (
    nodeOf(world, nodeId).process === 'running' && runsForMs < YOUNG_MS && (awayMs[nodeId] ?? 0) >= FETCH_TIMEOUT_MS
  )
}

/** How many more of these may fail, for this leader. */
export function trueMargin(
  world: World,
  voters: readonly ReplicaKey[],
  leaderId: number | null = trueLeader(world)?.id ?? null,
): number {
  return voters.filter((key) => !isDead(world, key, leaderId)).length - majorityOf(voters.length)
}
