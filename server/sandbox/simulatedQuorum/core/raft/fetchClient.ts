/** A follower's or observer's side of Fetch and FetchSnapshot: the loop that keeps its log up. */

import { ErrorCode } from '../api/errors.ts'
import type { ClientResponse, FetchResponse } from '../api/rpc.ts'
import { nextRpcId, send } from '../network.ts'
import { nextBelow } from '../random.ts'
import type { ClusterState, FetchLoop, LiveNode, NodeState, Role } from '../state.ts'
import { ownKey, profile } from '../state.ts'
import { FETCH_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS, SNAPSHOT_PIECE_MS } from '../timing.ts'
import { learnLeader } from './election.ts'
import { agreedEnd, endOffset, lastEpoch, latestSnapshot, truncateToEndOffset, truncateToSnapshot } from './log.ts'
import { nextOffset } from './records.ts'
import { advanceImage, append, forgetFrom, isVoterNode, loadFromDisk, votersOf } from './replica.ts'

type FetchingRole = Extract<Role, { kind: 'follower' | 'unattached' }>

function fetchingRole(node: LiveNode): FetchingRole | null {
  const { role } = node.run
  return role.kind === 'follower' || role.kind === 'unattached' ? role : null
}

/** Some node of the bootstrap list, else some voter: how an observer finds the leader. */
function anyBootstrap(state: ClusterState, node: LiveNode): number | null {
  const listed =
    node.config.bootstrapIds.length > 0 ? node.config.bootstrapIds : votersOf(node).map(({ key }) => key.id)
  const others = listed.filter((id) => id !== node.id)
  return others[nextBelow(state, others.length)] ?? null
}

/** Sends the next fetch when it is due. An observer turns to any bootstrap server once its leader is silent. */
export function pollFetch(state: ClusterState, node: LiveNode, role: FetchingRole): void {
  const { fetch } = role
  if (fetch.inFlight !== null && fetch.inFlight.timeoutAtMs <= state.nowMs) {
    fetch.inFlight = null
    fetch.nextAtMs = Math.max(fetch.nextAtMs, state.nowMs)
  }
  if (fetch.inFlight !== null || fetch.nextAtMs > state.nowMs) return
  const lost = role.kind === 'unattached' || role.fetchTimeoutAtMs <= state.nowMs
  const target = lost ? anyBootstrap(state, node) : role.leaderId
  if (target === null) {
    fetch.nextAtMs = state.nowMs + FETCH_TIMEOUT_MS
    return
  }
  if (role.kind === 'follower' && role.fetchingSnapshot && !lost) sendFetchSnapshot(state, node, fetch, target)
  else sendFetch(state, node, fetch, target)
}

function sendFetch(state: ClusterState, node: LiveNode, fetch: FetchLoop, to: number): void {
  const rpcId = nextRpcId(state)
  fetch.inFlight = { rpcId, to, timeoutAtMs: state.nowMs + REQUEST_TIMEOUT_MS }
  send(state, node, to, {
    kind: 'fetch',
    rpcId,
    runId: node.run.runId,
    clusterId: node.disk.clusterId,
    replica: ownKey(node),
    epoch: node.disk.election.epoch,
    offset: endOffset(node.disk.log),
    lastFetchedEpoch: lastEpoch(node.disk.log),
    highWatermark: profile(state).fetchCarriesHighWatermark ? (node.run.highWatermark ?? -1) : null,
  })
}

function sendFetchSnapshot(state: ClusterState, node: LiveNode, fetch: FetchLoop, to: number): void {
  const rpcId = nextRpcId(state)
  fetch.inFlight = { rpcId, to, timeoutAtMs: state.nowMs + REQUEST_TIMEOUT_MS }
  const request = {
    api: 'fetchSnapshot',
    clusterId: node.disk.clusterId,
    knownTopic: true,
    replica: ownKey(node),
    epoch: node.disk.election.epoch,
    snapshotId: 'latest',
  } as const
  send(state, node, to, { kind: 'rpc', rpcId, runId: node.run.runId, request })
}

/** The fetch loop whose request this answers; `null` for an answer that came too late. */
function takeInFlight(node: LiveNode, rpcId: number): FetchingRole | null {
  const role = fetchingRole(node)
  if (role === null || role.fetch.inFlight?.rpcId !== rpcId) return null
  role.fetch.inFlight = null
  return role
}

export function handleFetchRefused(state: ClusterState, node: LiveNode, rpcId: number): boolean {
  const role = takeInFlight(node, rpcId)
  if (role === null) return false
  role.fetch.nextAtMs = state.nowMs + RETRY_BACKOFF_MS
  // An observer whose leader refuses asks another voter who leads now (pollFollowerAsObserver).
  const target = role.kind === 'follower' && !isVoterNode(node) ? anyBootstrap(state, node) : null
  if (target !== null && role.kind === 'follower') sendFetch(state, node, role.fetch, target)
  return true
}

export function handleFetchAnswer(state: ClusterState, node: LiveNode, rpcId: number, response: FetchResponse): void {
  const asked = takeInFlight(node, rpcId)
  if (asked === null) return
  asked.fetch.nextAtMs = state.nowMs
  if (response.topError !== 0) {
    asked.fetch.nextAtMs = state.nowMs + RETRY_BACKOFF_MS
    return
  }
  const role = followLeader(state, node, response.error, response.leader)
  if (role === null) return
  const { log } = node.disk
  if (response.diverging !== null) {
    if (agreedEnd(log, response.diverging) < (node.run.highWatermark ?? 0)) {
      endProcess(node)
      return
    }
    const end = truncateToEndOffset(log, response.diverging)
    forgetFrom(node.run, end)
  } else if (response.snapshotId !== null) {
    role.fetchingSnapshot = true
    role.snapshotPiecesLeft = node.snapshotPieces
  } else {
    for (const batch of response.batches) {
      // A fetch inside a batch returns the whole batch; what is here already is skipped.
      if (nextOffset(batch) > endOffset(log)) append(node, batch)
    }
    raiseHighWatermark(node, response.highWatermark)
  }
  role.fetchTimeoutAtMs = state.nowMs + FETCH_TIMEOUT_MS
  role.hasFetched = true
}

/**
 * "Attempting to truncate to offset ..., which is below the current high watermark" (KafkaMetadataLog): the fault handler ends the
 * process, and the log stays as it is.
 */
function endProcess(node: NodeState): void {
  node.process = 'stopped'
  node.run = null
  node.slow = false
  node.inbox = []
}

export function handleSnapshotAnswer(
  state: ClusterState,
  node: LiveNode,
  rpcId: number,
  response: Extract<ClientResponse, { api: 'fetchSnapshot' }>,
): void {
  const asked = takeInFlight(node, rpcId)
  if (asked === null) return
  asked.fetch.nextAtMs = state.nowMs
  const role = followLeader(state, node, response.topError === 0 ? response.error : response.topError, response.leader)
  if (role === null) return
  role.snapshotPiecesLeft -= 1
  if (role.snapshotPiecesLeft > 0) {
    role.fetchTimeoutAtMs = state.nowMs + FETCH_TIMEOUT_MS
    role.fetch.nextAtMs = state.nowMs + SNAPSHOT_PIECE_MS
    return
  }
  role.fetchingSnapshot = false
  role.fetchTimeoutAtMs = state.nowMs + FETCH_TIMEOUT_MS
  if (response.snapshot === null) return
  const newest = latestSnapshot(node.disk.log)
  if (newest !== null && newest.id.offset >= response.snapshot.id.offset) return
  truncateToSnapshot(node.disk.log, response.snapshot)
  loadFromDisk(node)
}

/** The common part of every answer of a leader; `null` unless its payload is to be used (maybeHandleCommonResponse). */
function followLeader(
  state: ClusterState,
  node: LiveNode,
  error: number,
  leader: FetchResponse['leader'],
): Extract<Role, { kind: 'follower' }> | null {
  const backOff = () => {
    const role = fetchingRole(node)
    if (role !== null) role.fetch.nextAtMs = Math.max(role.fetch.nextAtMs, state.nowMs + RETRY_BACKOFF_MS)
    return null
  }
  const { epoch } = node.disk.election
  if (leader.epoch < epoch || error === ErrorCode.unknownLeaderEpoch) return backOff()
  if (leader.epoch > epoch || error === ErrorCode.fencedLeaderEpoch || error === ErrorCode.notLeaderOrFollower) {
    learnLeader(state, node, leader)
    return node.run.role.kind === 'follower' && node.disk.election.epoch > epoch ? null : backOff()
  }
  if (node.run.role.kind === 'unattached') learnLeader(state, node, leader)
  if (error !== ErrorCode.none || node.run.role.kind !== 'follower') return backOff()
  return node.run.role
}

function raiseHighWatermark(node: LiveNode, leaderHighWatermark: number | null): void {
  if (leaderHighWatermark === null) return
  const known = Math.min(leaderHighWatermark, endOffset(node.disk.log))
  if (known <= (node.run.highWatermark ?? -1)) return
  node.run.highWatermark = known
  advanceImage(node)
}
