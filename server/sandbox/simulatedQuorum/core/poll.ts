/** What a process does when one of its timers is due, and when the next one is (KafkaRaftClient.pollCurrentState). */
import { controllerDeadline, pollController } from './api/activeController.ts'
import { forwardDeadline, pollForwarded } from './api/forwarding.ts'
import { pollLifecycle } from './lifecycle.ts'
import { nextRpcId, reply, send } from './network.ts'
import { askVotes, loseElection, voterAddress } from './raft/election.ts'
import { pollFetch } from './raft/fetchClient.ts'
import { successorsOf } from './raft/leader.ts'
import { afterAppend } from './raft/leaderLog.ts'
import { isVoterNode, otherVoterKeys } from './raft/replica.ts'
import { autoJoinRequest, staticUpdateDue, updateVoterRequest } from './raft/selfUpdate.ts'
import { becomeCandidate, becomeResigned, becomeUnattached, standForElection } from './raft/transitions.ts'
import { expirePending } from './raft/voterChange.ts'
import type { ClusterState, FetchLoop, LeaderNode, LiveNode, Role } from './state.ts'
import { asLeader, profile } from './state.ts'
import { BEGIN_EPOCH_INTERVAL_MS, FETCH_TIMEOUT_MS, RETRY_BACKOFF_MS } from './timing.ts'

const NEVER = Number.POSITIVE_INFINITY

function fetchDeadline(fetch: FetchLoop): number {
  return fetch.inFlight === null ? fetch.nextAtMs : fetch.inFlight.timeoutAtMs
}

function roleDeadline(node: LiveNode, preVote: boolean): number {
  const { role } = node.run
  switch (role.kind) {
    case 'unattached':
      // Since KIP-996 an unattached voter looks for the leader as well (pollUnattachedCommon).
      if (!isVoterNode(node)) return fetchDeadline(role.fetch)
      return preVote ? Math.min(role.electionAtMs, fetchDeadline(role.fetch)) : role.electionAtMs
    case 'prospective':
      return Math.min(role.ballot.electionAtMs, ...Object.values(role.ballot.askAtMs))
    case 'candidate':
      return role.backoffUntilMs ?? Math.min(role.ballot.electionAtMs, ...Object.values(role.ballot.askAtMs))
    case 'follower': {
      const timeout = isVoterNode(node) ? role.fetchTimeoutAtMs : NEVER
      const update = node.config.controllerListener === null ? NEVER : role.updateVoterAtMs
      return Math.min(timeout, update, fetchDeadline(role.fetch))
    }
    case 'leader':
      return Math.min(
        Object.keys(role.voters).length > 1 || role.voters[node.id] === undefined ? role.checkQuorumAtMs : NEVER,
        role.beginEpochAtMs,
        role.pending?.deadlineMs ?? NEVER,
        role.resignRequested ? 0 : NEVER,
        ...role.parked.map((parked) => parked.deadlineMs),
      )
    case 'resigned':
      return Math.min(role.electionAtMs, role.endEpochAtMs)
    default:
      return role satisfies never
  }
}

export function deadlineOf(state: ClusterState, node: LiveNode): number {
  const leader = asLeader(node)
  return Math.min(
    roleDeadline(node, profile(state).preVote),
    node.run.lifecycleAtMs,
    forwardDeadline(node),
    leader === null ? NEVER : controllerDeadline(leader),
  )
}

export function poll(state: ClusterState, node: LiveNode): void {
  pollRole(state, node)
  const leader = asLeader(node)
  if (leader !== null) pollController(state, leader)
  pollLifecycle(state, node)
  pollForwarded(state, node)
}

function pollRole(state: ClusterState, node: LiveNode): void {
  const { role } = node.run
  switch (role.kind) {
    case 'unattached':
      if (isVoterNode(node) && role.electionAtMs <= state.nowMs) standForElection(state, node)
      else if (!isVoterNode(node) || profile(state).preVote) pollFetch(state, node, role)
      return
    case 'prospective':
      if (!isVoterNode(node)) becomeUnattached(state, node, node.disk.election.epoch)
      else if (role.ballot.electionAtMs <= state.nowMs) loseElection(state, node)
      else askVotes(state, node, role.ballot, true)
      return
    case 'candidate':
      pollCandidate(state, node, role)
      return
    case 'follower':
      pollFollower(state, node, role)
      return
    case 'leader': {
      const leader = asLeader(node)
      if (leader !== null) pollLeader(state, leader)
      return
    }
    case 'resigned':
      pollResigned(state, node, role)
      return
    default:
      role satisfies never
  }
}

function pollCandidate(state: ClusterState, node: LiveNode, role: Extract<Role, { kind: 'candidate' }>): void {
  if (role.backoffUntilMs !== null) {
    if (role.backoffUntilMs <= state.nowMs) becomeCandidate(state, node, role.retries + 1)
  } else if (role.ballot.electionAtMs <= state.nowMs) {
    loseElection(state, node)
  } else {
    askVotes(state, node, role.ballot, false)
  }
}

function pollFollower(state: ClusterState, node: LiveNode, role: Extract<Role, { kind: 'follower' }>): void {
  const isVoting = isVoterNode(node)
  if (isVoting && role.fetchTimeoutAtMs <= state.nowMs) {
    standForElection(state, node)
    return
  }
  if (node.config.controllerListener !== null && role.updateVoterAtMs <= state.nowMs) {
    role.updateVoterAtMs = state.nowMs + FETCH_TIMEOUT_MS
    const isStatic = staticUpdateDue(state, node, role)
    const request = isVoting ? updateVoterRequest(state, node, isStatic) : autoJoinRequest(state, node)
    if (request !== null) {
      role.sentStaticUpdate = role.sentStaticUpdate || isStatic
      send(state, node, role.leaderId, { kind: 'rpc', rpcId: nextRpcId(state), runId: node.run.runId, request })
    }
  }
  pollFetch(state, node, role)
}

function pollLeader(state: ClusterState, node: LeaderNode): void {
  const role = node.run.role
  // The first poll of a leader publishes the LeaderChange record it was born with.
  if (role.voters[node.id]?.endOffset === null) afterAppend(state, node)
  const counted = Object.keys(role.voters).length > 1 || role.voters[node.id] === undefined
  if (role.resignRequested || (counted && role.checkQuorumAtMs <= state.nowMs)) {
    becomeResigned(state, node, successorsOf(node))
    return
  }
  expirePending(state, node)
  for (const parked of role.parked.filter((waiting) => waiting.deadlineMs <= state.nowMs)) {
    reply(state, node, parked.replyTo, parked.original)
  }
  role.parked = role.parked.filter((waiting) => waiting.deadlineMs > state.nowMs)
  if (role.beginEpochAtMs <= state.nowMs) {
    role.beginEpochAtMs = state.nowMs + BEGIN_EPOCH_INTERVAL_MS
    for (const voter of otherVoterKeys(node)) {
      const lastFetchMs = role.voters[voter.id]?.lastFetchMs ?? null
      // A voter that fetches knows who leads.
      if (lastFetchMs !== null && state.nowMs + node.clockOffsetMs - lastFetchMs < BEGIN_EPOCH_INTERVAL_MS) continue
      const epoch = node.disk.election.epoch
      send(state, node, voterAddress(state, node, voter.id), { kind: 'beginEpoch', leaderId: node.id, epoch, voter })
    }
  }
}

/** Notifies the voters until somebody else leads; then lets the epoch pass; before KIP-996 a voter stands again itself. */
function pollResigned(state: ClusterState, node: LiveNode, role: Extract<Role, { kind: 'resigned' }>): void {
  if (role.electionAtMs <= state.nowMs) {
    // The epoch must pass even so: until then the others believe that this node leads in it.
    if (isVoterNode(node) && !profile(state).preVote) becomeCandidate(state, node, 1)
    else becomeUnattached(state, node, node.disk.election.epoch + 1)
    return
  }
  if (role.endEpochAtMs > state.nowMs) return
  role.endEpochAtMs = state.nowMs + 5 * RETRY_BACKOFF_MS
  const epoch = node.disk.election.epoch
  for (const voter of otherVoterKeys(node)) {
    const message = { kind: 'endEpoch', leaderId: node.id, epoch, successors: role.successors } as const
    send(state, node, voterAddress(state, node, voter.id), message)
  }
}
