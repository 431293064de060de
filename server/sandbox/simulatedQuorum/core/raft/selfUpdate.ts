/** The voter changes a controller sends of its own accord: news of its endpoints, and joining by itself (KIP-853, KIP-1186). */

import type { ClientRequest } from '../api/rpc.ts'
import type { ClusterState, LiveNode, Role } from '../state.ts'
import { ownKey, profile } from '../state.ts'
import { isVoterNode, kraftVersionOf, votersOf } from './replica.ts'
import { localVoterNode, voterNeedsUpdate } from './transitions.ts'
import { voterById } from './voterSet.ts'

/** With kraft.version 0 a voter reports to each new leader once who it is (4.1). */
export function staticUpdateDue(
  state: ClusterState,
  node: LiveNode,
  role: Extract<Role, { kind: 'follower' }>,
): boolean {
  return profile(state).kraftVersionUpgrade && kraftVersionOf(node) === 0 && isVoterNode(node) && !role.sentStaticUpdate
}

export function updateVoterRequest(state: ClusterState, node: LiveNode, isStatic: boolean): ClientRequest | null {
  const recorded = voterById(votersOf(node), node.id)
  const local = localVoterNode(state, node)
  const isStale = kraftVersionOf(node) > 0 && recorded !== null && voterNeedsUpdate(recorded, local)
  if (!isStatic && !isStale) return null
  return {
    api: 'updateRaftVoter',
    clusterId: node.disk.clusterId,
    voter: local.key,
    epoch: node.disk.election.epoch,
    listeners: local.listeners,
    kraftVersions: local.kraftVersions,
  }
}

/** One step towards being a voter: first its own old incarnation goes, then it asks to be added. */
export function autoJoinRequest(state: ClusterState, node: LiveNode): ClientRequest | null {
  if (!profile(state).autoJoin || !node.config.autoJoin || kraftVersionOf(node) < 1) return null
  const { clusterId } = node.disk
  const old = voterById(votersOf(node), node.id)
  if (old !== null) return { api: 'removeRaftVoter', clusterId, voter: old.key }
  const { listeners } = localVoterNode(state, node)
  return { api: 'addRaftVoter', clusterId, voter: ownKey(node), listeners, ackWhenCommitted: false }
}
