/** What a dashboard that looks now and then has seen of the quorum while it lived: its last leader, by the leader's own account. */
import type { LastLed } from '../../contract/quorumView.ts'
import { describeReplicas } from '../../sandbox/simulatedQuorum/core/raft/leader.ts'
import { endOffset } from '../../sandbox/simulatedQuorum/core/raft/log.ts'
import {
  asLeader,
  type ClusterState,
  type LeaderNode,
  liveNode,
  wallClock,
} from '../../sandbox/simulatedQuorum/core/state.ts'
import { FETCH_TIMEOUT_MS } from '../../sandbox/simulatedQuorum/core/timing.ts'

/** A replica that a younger leader has not seen may still be alive. */
const YOUNG_LEADER_MS = 5_000

export function leadersOf(state: ClusterState): LeaderNode[] {
  return state.nodes
    .flatMap((node) => {
      const live = node.process === 'running' ? liveNode(node) : null
      return (live === null ? null : asLeader(live)) ?? []
    })
    .toSorted((a, b) => b.disk.election.epoch - a.disk.election.epoch)
}

/** @param leader whoever answers: it may be one that is cut off and has not noticed it yet */
export function lastLedBy(state: ClusterState, leader: LeaderNode): LastLed {
  const { log, election } = leader.disk
  const now = wallClock(state, leader)
  const began =
    log.batches.find(({ baseOffset }) => baseOffset === leader.run.role.epochStartOffset)?.timestampMs ?? now
  const replicas = describeReplicas(state, leader).voters.map(({ key, logEndOffset, lastFetchMs }) => ({
    nodeId: key.id,
    directoryId: key.directoryId,
    logEndOffset,
    silent: lastFetchMs === null ? now - began >= YOUNG_LEADER_MS : now - lastFetchMs >= FETCH_TIMEOUT_MS,
  }))
  return {
    atMs: state.nowMs,
    leaderId: leader.id,
    leaderEpoch: election.epoch,
    leaderEndOffset: endOffset(log),
    highWatermark: leader.run.role.highWatermark,
    replicas,
  }
}
