/** Changes of a replica's role, and what Kafka's QuorumState writes to the quorum-state file with each. */
import { majorityOf } from '../../../../contract/voters.ts'
import { ErrorCode, errorMessage } from '../api/errors.ts'
import type { ClientResponse } from '../api/rpc.ts'
import { reply } from '../network.ts'
import { nextBelow } from '../random.ts'
import type { ActiveController, Ballot, ClusterState, FetchLoop, LeaderRole, LiveNode } from '../state.ts'
import { asLeader, ownKey, profile, wallClock } from '../state.ts'
import { CHECK_QUORUM_TIMEOUT_MS, ELECTION_TIMEOUT_MS, FETCH_TIMEOUT_MS, NO_OP_INTERVAL_MS } from '../timing.ts'
import { fetchError } from './fetchResponse.ts'
import { booksOf } from './leader.ts'
import { endOffset } from './log.ts'
import type { Batch, LogRecord, ReplicaKey, VoterNode } from './records.ts'
import { append, BOOTSTRAP_OFFSET, kraftVersionOf, otherVoterKeys, votersOf, votersOffsetOf } from './replica.ts'
import { voterById } from './voterSet.ts'

function electionTimeoutAt(state: ClusterState): number {
  return state.nowMs + ELECTION_TIMEOUT_MS + nextBelow(state, ELECTION_TIMEOUT_MS)
}

function idleFetchLoop(state: ClusterState): FetchLoop {
  return { inFlight: null, nextAtMs: state.nowMs }
}

function freshBallot(state: ClusterState, node: LiveNode): Ballot {
  const askAtMs = Object.fromEntries(otherVoterKeys(node).map((key) => [key.id, state.nowMs]))
  return { granted: [node.id], rejected: [], askAtMs, electionAtMs: electionTimeoutAt(state) }
}

/** What a leader owes to those who wait for it; called whenever it stops leading. */
function closeLeader(state: ClusterState, node: LiveNode): void {
  const leader = asLeader(node)
  if (leader === null) return
  const role = leader.run.role
  for (const parked of role.parked) {
    reply(state, node, parked.replyTo, fetchError(node, ErrorCode.notLeaderOrFollower))
  }
  if (role.pending !== null && role.pending.replyTo !== null) {
    const api = role.pending.kind === 'add' ? 'addRaftVoter' : 'removeRaftVoter'
    const error = ErrorCode.notLeaderOrFollower
    const response: ClientResponse = { api, error, message: errorMessage(error) }
    reply(state, node, role.pending.replyTo, response)
  }
  for (const { replyTo, response } of role.controller.waiting) {
    if (response.api === 'unregisterBroker' || response.api === 'updateFeatures') {
      reply(state, node, replyTo, { ...response, error: ErrorCode.notController, message: null })
    }
    if (response.api === 'alterConfigs') {
      const lost = { error: ErrorCode.notController, message: null }
      reply(state, node, replyTo, { ...response, results: response.results.map((one) => ({ ...one, ...lost })) })
    }
  }
}

/**
 * A new epoch does not start the election timer anew: a replica whose log is behind could otherwise keep a better one from
 * ever standing, by raising the epoch again and again (QuorumState.transitionToUnattached).
 */
function unattachedElectionAt(state: ClusterState, node: LiveNode): number {
  const { role } = node.run
  switch (role.kind) {
    case 'unattached':
      return role.electionAtMs
    case 'candidate':
      return role.ballot.electionAtMs
    case 'prospective':
      return role.ballot.rejected.length >= majorityOf(votersOf(node).length)
        ? electionTimeoutAt(state)
        : role.ballot.electionAtMs
    case 'resigned':
      return profile(state).preVote ? role.electionAtMs : electionTimeoutAt(state)
    case 'leader':
    case 'follower':
      return electionTimeoutAt(state)
    default:
      return role satisfies never
  }
}

export function becomeUnattached(state: ClusterState, node: LiveNode, epoch: number): void {
  const { election } = node.disk
  const electionAtMs = unattachedElectionAt(state, node)
  closeLeader(state, node)
  if (epoch > election.epoch) node.disk.election = { epoch, leaderId: null, votedKey: null }
  node.run.role = { kind: 'unattached', electionAtMs, fetch: idleFetchLoop(state) }
}

export function startUnattached(state: ClusterState, node: LiveNode): void {
  node.run.role = { kind: 'unattached', electionAtMs: electionTimeoutAt(state), fetch: idleFetchLoop(state) }
}

/** Who has voted for another waits a full election timeout: that candidate has at least as good a chance. */
export function becomeVoted(state: ClusterState, node: LiveNode, candidate: ReplicaKey): void {
  node.disk.election = { ...node.disk.election, votedKey: candidate }
  startUnattached(state, node)
}

export function becomeFollower(state: ClusterState, node: LiveNode, epoch: number, leaderId: number): void {
  const { election } = node.disk
  closeLeader(state, node)
  const votedKey = epoch === election.epoch ? election.votedKey : null
  node.disk.election = { epoch, leaderId, votedKey }
  node.run.role = {
    kind: 'follower',
    leaderId,
    fetchTimeoutAtMs: state.nowMs + FETCH_TIMEOUT_MS,
    hasFetched: false,
    fetch: idleFetchLoop(state),
    fetchingSnapshot: false,
    snapshotPiecesLeft: 0,
    updateVoterAtMs: state.nowMs + FETCH_TIMEOUT_MS,
    sentStaticUpdate: false,
  }
}

/** KIP-996: asks whether it could win without raising the epoch. Before 4.0 a replica stands at once. */
export function standForElection(state: ClusterState, node: LiveNode): void {
  if (!profile(state).preVote) {
    becomeCandidate(state, node, 1)
    return
  }
  const { leaderId } = node.disk.election
  const known = leaderId === node.id ? null : leaderId
  node.run.role = { kind: 'prospective', leaderId: known, ballot: freshBallot(state, node) }
  if (otherVoterKeys(node).length === 0) becomeCandidate(state, node, 1)
}

export function becomeCandidate(state: ClusterState, node: LiveNode, retries: number): void {
  closeLeader(state, node)
  const epoch = node.disk.election.epoch + 1
  node.disk.election = { epoch, leaderId: null, votedKey: ownKey(node) }
  node.run.role = { kind: 'candidate', ballot: freshBallot(state, node), retries, backoffUntilMs: null }
  if (otherVoterKeys(node).length === 0) becomeLeader(state, node, [node.id])
}

/** A restarted process that had voted for itself asks for the same epoch again. */
export function resumeCandidacy(state: ClusterState, node: LiveNode): void {
  node.run.role = { kind: 'candidate', ballot: freshBallot(state, node), retries: 1, backoffUntilMs: null }
}

export function becomeResigned(state: ClusterState, node: LiveNode, successors: readonly number[]): void {
  closeLeader(state, node)
  node.run.role = {
    kind: 'resigned',
    successors,
    electionAtMs: electionTimeoutAt(state),
    endEpochAtMs: state.nowMs,
  }
}

function newController(state: ClusterState): ActiveController {
  return {
    active: false,
    heartbeats: {},
    noOpAtMs: state.nowMs + NO_OP_INTERVAL_MS,
    sessionCheckAtMs: state.nowMs,
    waiting: [],
  }
}

/** The voter entry this node would write about itself. */
export function localVoterNode(state: ClusterState, node: LiveNode): VoterNode {
  const listener = node.config.controllerListener
  const kraft = profile(state).supportedFeatures.find((feature) => feature.name === 'kraft.version')
  return {
    key: ownKey(node),
    listeners: listener === null ? [] : [listener],
    kraftVersions: { min: kraft?.min ?? 0, max: kraft?.max ?? 0 },
  }
}

export function voterNeedsUpdate(recorded: VoterNode, local: VoterNode): boolean {
  return (
    JSON.stringify([recorded.listeners, recorded.kraftVersions]) !==
    JSON.stringify([local.listeners, local.kraftVersions])
  )
}

/**
 * A new leader writes a LeaderChange record at once: until a record of its own epoch is committed nothing is. The first
 * leader of a formatted quorum adds kraft.version and voters (LeaderState.appendStartOfEpochControlRecords).
 */
export function becomeLeader(state: ClusterState, node: LiveNode, granting: readonly number[]): void {
  const voters = votersOf(node)
  const epoch = node.disk.election.epoch
  node.disk.election = { ...node.disk.election, leaderId: node.id }
  const epochStartOffset = endOffset(node.disk.log)
  const role: LeaderRole = {
    kind: 'leader',
    epochStartOffset,
    voters: booksOf(voters),
    observers: [],
    highWatermark: null,
    fetchedVoters: [],
    checkQuorumAtMs: state.nowMs + CHECK_QUORUM_TIMEOUT_MS,
    beginEpochAtMs: state.nowMs,
    pending: null,
    probeBackoff: {},
    resignRequested: false,
    parked: [],
    staticUpdates: {},
    controller: newController(state),
  }
  const keys = voters.map((voter) => voter.key)
  const grantingVoters = keys.filter((key): key is ReplicaKey => granting.includes(key.id))
  const records: LogRecord[] = [{ kind: 'leaderChange', leaderId: node.id, voters: keys, grantingVoters }]
  const local = localVoterNode(state, node)
  const recorded = voterById(voters, node.id)
  const kraftVersion = kraftVersionOf(node)
  if (
    kraftVersion > 0 &&
    recorded !== null &&
    (votersOffsetOf(node) === BOOTSTRAP_OFFSET || voterNeedsUpdate(recorded, local))
  ) {
    const updated = voters.map((voter) => (voter.key.id === node.id ? local : voter))
    records.push({ kind: 'kraftVersion', level: kraftVersion }, { kind: 'kraftVoters', voters: updated })
  }
  node.run.role = role
  const batch: Batch = {
    baseOffset: epochStartOffset,
    epoch,
    timestampMs: wallClock(state, node),
    control: true,
    records,
  }
  append(node, batch)
}
