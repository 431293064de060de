/** Elections: votes, pre-votes, and what a replica does with the news of another epoch (KafkaRaftClient). */
import { majorityOf } from '../../../../contract/voters.ts'
import { ErrorCode } from '../api/errors.ts'
import type { LeaderHint } from '../api/rpc.ts'
import type { Message } from '../messages.ts'
import { send } from '../network.ts'
import { nextBelow } from '../random.ts'
import type { Ballot, ClusterState, LiveNode } from '../state.ts'
import { nodeById, ownKey, profile } from '../state.ts'
import { ELECTION_BACKOFF_MAX_MS, REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS } from '../timing.ts'
import { leaderHint } from './fetchResponse.ts'
import { endOffset, isUpToDate, lastEpoch } from './log.ts'
import { otherVoterKeys, votersOf } from './replica.ts'
import {
  becomeCandidate,
  becomeFollower,
  becomeLeader,
  becomeUnattached,
  becomeVoted,
  standForElection,
} from './transitions.ts'
import { voterById } from './voterSet.ts'

type Vote = Extract<Message, { kind: 'vote' }>
type VoteAnswer = Extract<Message, { kind: 'voteAnswer' }>

/**
 * Follows news of a leader or a newer epoch (maybeTransition). News that this very node leads is refused while it does not:
 * Kafka throws there, so a re-formatted leader learns nothing until another leader is elected.
 */
export function learnLeader(state: ClusterState, node: LiveNode, hint: LeaderHint): void {
  const { epoch } = node.disk.election
  if (hint.leaderId === node.id && node.run.role.kind !== 'leader') return
  if (hint.epoch > epoch) {
    if (hint.leaderId === null) becomeUnattached(state, node, hint.epoch)
    else becomeFollower(state, node, hint.epoch, hint.leaderId)
  } else if (hint.epoch === epoch && hint.leaderId !== null && !knowsLeader(node)) {
    becomeFollower(state, node, epoch, hint.leaderId)
  }
}

function knowsLeader(node: LiveNode): boolean {
  const { role } = node.run
  switch (role.kind) {
    case 'leader':
    case 'follower':
    case 'resigned':
      return true
    case 'prospective':
      return role.leaderId !== null
    case 'candidate':
    case 'unattached':
      return false
    default:
      return role satisfies never
  }
}

/** Whether this node, in its role, grants the vote (the canGrantVote of Kafka's EpochState classes). */
function grants(node: LiveNode, vote: Vote): boolean {
  const upToDate = isUpToDate({ offset: vote.lastOffset, epoch: vote.lastEpoch }, node.disk.log)
  const { role } = node.run
  const { votedKey } = node.disk.election
  switch (role.kind) {
    case 'leader':
      return false
    case 'follower':
      return vote.preVote && upToDate && !role.hasFetched
    case 'resigned':
    case 'candidate':
      return vote.preVote && upToDate
    case 'prospective':
    case 'unattached':
      if (vote.preVote) return upToDate
      if (votedKey !== null) {
        return votedKey.id === vote.candidate.id && votedKey.directoryId === vote.candidate.directoryId
      }
      return upToDate && !(role.kind === 'prospective' && role.leaderId !== null)
    default:
      return role satisfies never
  }
}

export function handleVote(state: ClusterState, node: LiveNode, vote: Vote): void {
  let error: number = ErrorCode.none
  let granted = false
  if (vote.epoch < node.disk.election.epoch) {
    error = ErrorCode.fencedLeaderEpoch
  } else {
    if (vote.epoch > node.disk.election.epoch) becomeUnattached(state, node, vote.epoch)
    const meant = vote.voter
    if (meant.id !== node.id || (meant.directoryId !== null && meant.directoryId !== node.disk.directoryId)) {
      error = ErrorCode.invalidVoterKey
    } else {
      granted = grants(node, vote)
      if (granted && !vote.preVote && node.disk.election.votedKey === null) {
        becomeVoted(state, node, vote.candidate)
      }
    }
  }
  const answer: Message = {
    kind: 'voteAnswer',
    voterId: node.id,
    error,
    leader: leaderHint(node),
    granted,
    preVote: vote.preVote,
    askedEpoch: vote.epoch,
  }
  send(state, node, vote.candidate.id, answer, vote.runId)
}

export function handleVoteAnswer(state: ClusterState, node: LiveNode, answer: VoteAnswer): void {
  const { epoch } = node.disk.election
  if (answer.leader.epoch > epoch) {
    learnLeader(state, node, answer.leader)
    return
  }
  if (answer.leader.epoch < epoch || answer.askedEpoch !== epoch) return
  const role = node.run.role
  if (role.kind !== 'prospective' && role.kind !== 'candidate') return
  if (answer.preVote !== (role.kind === 'prospective')) return
  if (answer.leader.leaderId !== null && !knowsLeader(node)) {
    learnLeader(state, node, answer.leader)
    return
  }
  const { ballot } = role
  delete ballot.askAtMs[answer.voterId]
  // An answer of another incarnation of the voter is no vote at all; it is not asked again in this election.
  if (answer.error !== ErrorCode.none) return
  const pile = answer.granted ? ballot.granted : ballot.rejected
  if (!pile.includes(answer.voterId)) pile.push(answer.voterId)
  countVotes(state, node, ballot)
}

function countVotes(state: ClusterState, node: LiveNode, ballot: Ballot): void {
  const voters = votersOf(node)
  const majority = majorityOf(voters.length)
  const role = node.run.role
  const isCounted = (id: number) => voterById(voters, id) !== null
  if (ballot.granted.filter(isCounted).length >= majority) {
    if (role.kind === 'prospective') becomeCandidate(state, node, 1)
    else becomeLeader(state, node, ballot.granted)
    return
  }
  if (voters.length - ballot.rejected.filter(isCounted).length < majority) loseElection(state, node)
}

/** Lost or not decided in time. */
export function loseElection(state: ClusterState, node: LiveNode): void {
  const role = node.run.role
  if (role.kind === 'prospective') {
    if (role.leaderId === null) becomeUnattached(state, node, node.disk.election.epoch)
    else becomeFollower(state, node, node.disk.election.epoch, role.leaderId)
  } else if (role.kind === 'candidate' && role.backoffUntilMs === null) {
    // Before KIP-996 a candidate backs off and stands again in a higher epoch. Since then one that is voted down waits
    // for the end of its election and goes back to pre-votes (maybeHandleElectionLoss).
    if (!profile(state).preVote) role.backoffUntilMs = state.nowMs + electionBackoffMs(state, role.retries)
    else if (role.ballot.electionAtMs <= state.nowMs) standForElection(state, node)
  }
}

/** KafkaRaftClient.binaryExponentialElectionBackoffMs */
function electionBackoffMs(state: ClusterState, retries: number): number {
  return Math.min(100 * nextBelow(state, 2 << Math.min(20, retries - 1)), ELECTION_BACKOFF_MAX_MS)
}

/** Asks the voters that have not answered. A refused or unanswered request is sent again later. */
export function askVotes(state: ClusterState, node: LiveNode, ballot: Ballot, preVote: boolean): void {
  const { log, election } = node.disk
  for (const key of otherVoterKeys(node)) {
    const askAtMs = ballot.askAtMs[key.id]
    if (askAtMs === undefined || askAtMs > state.nowMs) continue
    ballot.askAtMs[key.id] = state.nowMs + REQUEST_TIMEOUT_MS
    send(state, node, voterAddress(state, node, key.id), {
      kind: 'vote',
      runId: node.run.runId,
      candidate: ownKey(node),
      voter: key,
      epoch: election.epoch,
      lastEpoch: lastEpoch(log),
      lastOffset: endOffset(log),
      preVote,
    })
  }
}

/** The node behind a voter's recorded endpoint; a wrong endpoint leads to another node, or to nobody (-1). */
export function voterAddress(state: ClusterState, node: LiveNode, voterId: number): number {
  const port = voterById(votersOf(node), voterId)?.listeners[0]?.port
  return nodeAtPort(state, port ?? null) ?? -1
}

export function nodeAtPort(state: ClusterState, port: number | null): number | null {
  return state.nodes.find((node) => node.config.controllerListener?.port === port)?.id ?? null
}

export function handleVoteRefused(state: ClusterState, node: LiveNode, voterId: number): void {
  const role = node.run.role
  if (role.kind !== 'prospective' && role.kind !== 'candidate') return
  if (role.ballot.askAtMs[voterId] !== undefined) role.ballot.askAtMs[voterId] = state.nowMs + RETRY_BACKOFF_MS
}

/** A leader of the same or a newer epoch says so. */
export function handleBeginEpoch(
  state: ClusterState,
  node: LiveNode,
  message: Extract<Message, { kind: 'beginEpoch' }>,
): void {
  if (message.epoch < node.disk.election.epoch) {
    send(state, node, message.leaderId, { kind: 'newerEpoch', leader: leaderHint(node) })
    return
  }
  const listener = nodeById(state, message.leaderId)?.config.controllerListener ?? null
  learnLeader(state, node, { leaderId: message.leaderId, epoch: message.epoch, listener })
}

/** A resigning leader names its successors: the first stands at once, the others a little later. */
export function handleEndEpoch(
  state: ClusterState,
  node: LiveNode,
  message: Extract<Message, { kind: 'endEpoch' }>,
): void {
  if (message.epoch < node.disk.election.epoch) return
  learnLeader(state, node, { leaderId: message.leaderId, epoch: message.epoch, listener: null })
  const role = node.run.role
  if (role.kind !== 'follower' || role.leaderId !== message.leaderId) return
  const total = message.successors.length
  const position = message.successors.indexOf(node.id)
  const base = ELECTION_BACKOFF_MAX_MS >> Math.max(0, total - 1)
  const backoff = position < 0 ? ELECTION_BACKOFF_MAX_MS : position === 0 ? 0 : base << (position - 1)
  role.fetchTimeoutAtMs = state.nowMs + Math.min(ELECTION_BACKOFF_MAX_MS, backoff)
}
