/** A node's side of Fetch and FetchSnapshot (KafkaRaftClient.handleFetchRequest, handleFetchSnapshotRequest). */
import { ErrorCode } from '../api/errors.ts'
import type { ClientRequest, FetchResponse } from '../api/rpc.ts'
import type { ReplyTo } from '../messages.ts'
import { reply } from '../network.ts'
import type { ClusterState, LeaderNode, LiveNode, ParkedFetch } from '../state.ts'
import { asLeader, profile } from '../state.ts'
import { fetchError, fetchResult, fetchTopError, leaderHint } from './fetchResponse.ts'
import { noteVoterFetch, updateReplicaState } from './leader.ts'
import { afterHighWatermark } from './leaderLog.ts'
import { readFrom, validatePosition } from './log.ts'
import type { ReplicaKey } from './records.ts'

/** Enough batches for any answer; the wire layer cuts at the bytes the client allows. */
const MAX_BATCHES = 2_000

type FetchRequest = Extract<ClientRequest, { api: 'fetch' }>
type FetchSnapshotRequest = Extract<ClientRequest, { api: 'fetchSnapshot' }>

/** `null` when this node leads in the epoch the sender believes in (validateLeaderOnlyRequest). */
export function leaderOnlyError(node: LiveNode, requestEpoch: number): number | null {
  const { epoch } = node.disk.election
  if (requestEpoch < epoch) return ErrorCode.fencedLeaderEpoch
  if (requestEpoch > epoch) return ErrorCode.unknownLeaderEpoch
  return node.run.role.kind === 'leader' ? null : ErrorCode.notLeaderOrFollower
}

export function handleFetch(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: FetchRequest): void {
  if (request.clusterId !== null && request.clusterId !== state.clusterId) {
    reply(state, node, replyTo, fetchTopError(node, ErrorCode.inconsistentClusterId))
    return
  }
  if (!request.knownTopic) {
    reply(state, node, replyTo, fetchTopError(node, ErrorCode.invalidRequest))
    return
  }
  if (
    request.maxWaitMs < 0 ||
    request.offset < 0 ||
    request.lastFetchedEpoch < 0 ||
    request.lastFetchedEpoch > request.epoch
  ) {
    reply(state, node, replyTo, fetchError(node, ErrorCode.invalidRequest))
    return
  }
  const error = leaderOnlyError(node, request.epoch)
  const leader = asLeader(node)
  if (error !== null || leader === null) {
    reply(state, node, replyTo, fetchError(node, error ?? ErrorCode.notLeaderOrFollower))
    return
  }
  const response = read(state, leader, request)
  const news =
    response.error !== 0 ||
    response.batches.length > 0 ||
    response.diverging !== null ||
    response.snapshotId !== null ||
    (request.highWatermark !== null && request.highWatermark < (leader.run.role.highWatermark ?? 0))
  if (news || request.maxWaitMs === 0) {
    reply(state, node, replyTo, response)
    return
  }
  leader.run.role.parked.push({
    replyTo,
    replica: request.replica,
    offset: request.offset,
    lastFetchedEpoch: request.lastFetchedEpoch,
    epoch: request.epoch,
    highWatermark: profile(state).fetchCarriesHighWatermark ? request.highWatermark : null,
    original: response,
    deadlineMs: state.nowMs + request.maxWaitMs,
  })
}

/** Reads for a fetch whose wait is over. */
export function answerFetch(state: ClusterState, node: LeaderNode, parked: ParkedFetch): void {
  reply(state, node, parked.replyTo, read(state, node, parked))
}

/** Books the fetch and reads, uncommitted records included: followers need them, so everyone on this path gets them. */
function read(
  state: ClusterState,
  node: LeaderNode,
  request: Pick<ParkedFetch, 'replica' | 'offset' | 'lastFetchedEpoch'>,
): FetchResponse {
  const { log } = node.disk
  const role = node.run.role
  // A replica with the leader's own id is refused: a second incarnation of the leader can never catch up.
  if (request.replica !== null && request.replica.id === node.id) return fetchError(node, ErrorCode.unknownServerError)
  const position = validatePosition(log, request.offset, request.lastFetchedEpoch)
  switch (position.kind) {
    case 'diverging':
      return fetchResult(node, role.highWatermark, { diverging: position.end })
    case 'snapshot':
      return fetchResult(node, role.highWatermark, { snapshotId: position.id })
    case 'valid': {
      if (request.replica !== null && updateReplicaState(state, node, request.replica, request.offset)) {
        afterHighWatermark(state, node)
      }
      return fetchResult(node, role.highWatermark, { batches: readFrom(log, request.offset, MAX_BATCHES) })
    }
    default:
      return position satisfies never
  }
}

export function handleFetchSnapshot(
  state: ClusterState,
  node: LiveNode,
  replyTo: ReplyTo,
  request: FetchSnapshotRequest,
): void {
  const refuse = (topError: number, error: number) =>
    reply(state, node, replyTo, { api: 'fetchSnapshot', topError, error, leader: leaderHint(node), snapshot: null })
  if (request.clusterId !== null && request.clusterId !== state.clusterId) {
    refuse(ErrorCode.inconsistentClusterId, 0)
    return
  }
  if (!request.knownTopic) {
    refuse(0, ErrorCode.unknownTopicOrPartition)
    return
  }
  const error = leaderOnlyError(node, request.epoch)
  const leader = asLeader(node)
  if (error !== null || leader === null) {
    refuse(0, error ?? ErrorCode.notLeaderOrFollower)
    return
  }
  const wanted = request.snapshotId
  const snapshot =
    wanted === 'latest'
      ? node.disk.log.snapshots.at(-1)
      : node.disk.log.snapshots.find(({ id }) => id.offset === wanted.offset && id.epoch === wanted.epoch)
  if (snapshot === undefined) {
    refuse(0, ErrorCode.snapshotNotFound)
    return
  }
  noteReplica(state, leader, request.replica)
  reply(state, node, replyTo, { api: 'fetchSnapshot', topError: 0, error: 0, leader: leaderHint(node), snapshot })
}

/** A snapshot download counts for check-quorum but moves no offset and no fetch time. */
function noteReplica(state: ClusterState, node: LeaderNode, replica: ReplicaKey | null): void {
  if (replica !== null && replica.id !== node.id) noteVoterFetch(state, node, replica)
}
