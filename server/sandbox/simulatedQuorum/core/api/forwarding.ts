/**
 * Requests a broker passes on to the active controller. It tries again for a minute, also where the controller went away
 * after it had taken the request: a forwarded change may be made twice.
 */

import { knownLeader } from '../lifecycle.ts'
import type { ReplyTo } from '../messages.ts'
import { nextRpcId, reply, send } from '../network.ts'
import type { ClusterState, Forwarded, LiveNode } from '../state.ts'
import { FORWARD_TIMEOUT_MS, REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS } from '../timing.ts'
import { ErrorCode } from './errors.ts'
import type { ClientRequest, ClientResponse } from './rpc.ts'

export function forward(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: ClientRequest): void {
  const rpcId = nextRpcId(state)
  node.run.forwarded.push({
    rpcId,
    replyTo,
    request: { kind: 'rpc', rpcId, runId: node.run.runId, request },
    sentTo: null,
    retryAtMs: state.nowMs,
    deadlineMs: state.nowMs + FORWARD_TIMEOUT_MS,
  })
}

export function forwardDeadline(node: LiveNode): number {
  return Math.min(...node.run.forwarded.map((entry) => Math.min(entry.retryAtMs, entry.deadlineMs)))
}

export function pollForwarded(state: ClusterState, node: LiveNode): void {
  for (const entry of node.run.forwarded) {
    if (entry.deadlineMs <= state.nowMs) {
      reply(state, node, entry.replyTo, timedOut(entry.request.request))
    } else if (entry.retryAtMs <= state.nowMs) {
      sendForwarded(state, node, entry)
    }
  }
  node.run.forwarded = node.run.forwarded.filter((entry) => entry.deadlineMs > state.nowMs)
}

function sendForwarded(state: ClusterState, node: LiveNode, entry: Forwarded): void {
  const leader = node.run.forwardingTo ?? knownLeader(node)
  node.run.forwardingTo = leader
  entry.sentTo = leader
  entry.retryAtMs = state.nowMs + RETRY_BACKOFF_MS
  if (leader === null) return
  // A frozen controller answers nothing: the request goes out again after the socket timeout of 30 s.
  entry.retryAtMs = state.nowMs + 15 * REQUEST_TIMEOUT_MS
  send(state, node, leader, entry.request)
}

/** True if the refused connection was that of a forwarded request. */
export function handleForwardRefused(state: ClusterState, node: LiveNode, rpcId: number): boolean {
  const entry = node.run.forwarded.find((candidate) => candidate.rpcId === rpcId)
  if (entry === undefined) return false
  node.run.forwardingTo = null
  entry.retryAtMs = state.nowMs + RETRY_BACKOFF_MS
  return true
}

export function handleForwardAnswer(
  state: ClusterState,
  node: LiveNode,
  rpcId: number,
  response: ClientResponse,
): void {
  const entry = node.run.forwarded.find((candidate) => candidate.rpcId === rpcId)
  if (entry === undefined) return
  if (isFromFollower(response)) {
    node.run.forwardingTo = null
    entry.retryAtMs = state.nowMs + RETRY_BACKOFF_MS
    return
  }
  node.run.forwarded = node.run.forwarded.filter((candidate) => candidate !== entry)
  reply(state, node, entry.replyTo, response)
}

/**
 * Wrong controller: the broker looks for the right one instead of passing the answer on. That a follower does not change
 * voters is no such answer: it goes to the client, and the next request to the same follower (NodeToControllerRequestThread).
 */
function isFromFollower(response: ClientResponse): boolean {
  switch (response.api) {
    case 'describeQuorum':
      return response.error === ErrorCode.notLeaderOrFollower
    case 'alterConfigs':
      return response.results.some(({ error }) => error === ErrorCode.notController)
    case 'unregisterBroker':
    case 'updateFeatures':
      return response.error === ErrorCode.notController
    default:
      return false
  }
}

function timedOut(request: ClientRequest): ClientResponse {
  const outcome = { error: ErrorCode.requestTimedOut, message: null }
  switch (request.api) {
    case 'describeQuorum':
      return { api: 'describeQuorum', quorum: null, atPartition: false, ...outcome }
    case 'updateFeatures':
      return { api: 'updateFeatures', results: [], ...outcome }
    case 'alterConfigs':
      return { api: 'alterConfigs', results: request.resources.map(({ type, name }) => ({ type, name, ...outcome })) }
    case 'addRaftVoter':
    case 'removeRaftVoter':
    case 'unregisterBroker':
      return { api: request.api, ...outcome }
    default:
      return { api: 'disconnected' }
  }
}
