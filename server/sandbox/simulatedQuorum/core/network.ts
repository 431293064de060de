/**
 * Messages on their way: delays, refused connections, partitions, and the mailbox a frozen process finds when it goes
 * on. Messages between two nodes may overtake each other, as on several connections.
 */

import type { ClientResponse } from './api/rpc.ts'
import { faultOf } from './messageFaults.ts'
import type { Message, ReplyTo } from './messages.ts'
import { nextBelow } from './random.ts'
import type { ClusterState, Envelope, NodeState } from './state.ts'
import { nodeById } from './state.ts'
import { SLOW_DELAY_MS } from './timing.ts'

/** One way between two processes on one machine, plus the time a slow node takes. */
function delayMs(state: ClusterState, from: NodeState | null, to: NodeState): number {
  const slow = (from?.slow === true ? 1 : 0) + (to.slow ? 1 : 0)
  return 1 + nextBelow(state, 2) + slow * (SLOW_DELAY_MS + nextBelow(state, 100))
}

function isPartitioned(state: ClusterState, one: number, other: number): boolean {
  return state.partitions.some(([low, high]) => low === Math.min(one, other) && high === Math.max(one, other))
}

/** Keeps the queue ordered by (time, sequence). */
function enqueue(state: ClusterState, envelope: Envelope): void {
  let index = state.queue.length
  while (index > 0) {
    const before = state.queue[index - 1]
    if (before === undefined || before.atMs <= envelope.atMs) break
    index -= 1
  }
  state.queue.splice(index, 0, envelope)
}

export function post(
  state: ClusterState,
  route: { from: number | null; to: number; toRunId?: number | null; atMs: number },
  message: Message,
): void {
  state.nextSeq += 1
  enqueue(state, { seq: state.nextSeq, toRunId: null, ...route, message })
}

export function send(
  state: ClusterState,
  from: NodeState,
  to: number,
  message: Message,
  toRunId: number | null = null,
): void {
  const target = nodeById(state, to)
  if (target === null || isPartitioned(state, from.id, to)) return
  const fault = faultOf(state, from.id, to, message)
  if (fault === 'lose') return
  const once = () =>
    post(state, { from: from.id, to, toRunId, atMs: state.nowMs + delayMs(state, from, target) }, message)
  once()
  if (fault === 'double') once()
}

/** Brings a client's request to a node. */
export function sendFromClient(state: ClusterState, to: NodeState, message: Message): void {
  if (faultOf(state, null, to.id, message) === 'lose') return
  post(state, { from: null, to: to.id, atMs: state.nowMs + (to.slow ? delayMs(state, null, to) : 0) }, message)
}

export function reply(state: ClusterState, from: NodeState, to: ReplyTo, response: ClientResponse): void {
  if (to.kind === 'node') {
    if (response.api === 'fetch') {
      send(state, from, to.nodeId, { kind: 'fetchAnswer', rpcId: to.rpcId, response }, to.runId)
    } else {
      send(state, from, to.nodeId, { kind: 'rpcAnswer', rpcId: to.rpcId, response }, to.runId)
    }
    return
  }
  const answer: Message = { kind: 'clientAnswer', requestId: to.requestId, response }
  // Over one connection nothing comes twice.
  if (faultOf(state, from.id, null, answer) === 'lose') return
  if (from.slow) {
    post(state, { from: from.id, to: from.id, atMs: state.nowMs + delayMs(state, from, from) }, answer)
    return
  }
  state.outbox.push({ requestId: to.requestId, response })
}

/** What the network returns to a sender whose message found no process. */
export function refuse(state: ClusterState, envelope: Envelope): void {
  const { message, from } = envelope
  if (message.kind === 'client') {
    state.outbox.push({ requestId: message.requestId, response: { api: 'disconnected' } })
    return
  }
  if (from === null) return
  const route = { from: envelope.to, to: from, atMs: state.nowMs + 1 }
  if (message.kind === 'vote') {
    post(state, { ...route, toRunId: message.runId }, { kind: 'voteRefused', voterId: envelope.to })
  } else if ('rpcId' in message && 'runId' in message) {
    post(state, { ...route, toRunId: message.runId }, { kind: 'refused', rpcId: message.rpcId })
  }
}

export function nextRpcId(state: ClusterState): number {
  state.nextSeq += 1
  return state.nextSeq
}
