/**
 * The simulated cluster as a machine: `advance` runs it to a moment, `nextEventAtMs` says when something happens next.
 * Nothing here reads a clock or rolls dice: the same state and the same calls give the same future.
 */
import { handleHeartbeat, handleRegisterBroker, handleRegisterController } from './api/activeController.ts'
import { handleAtController, handleClientRequest } from './api/clientApi.ts'
import { handleForwardAnswer, handleForwardRefused } from './api/forwarding.ts'
import type { ClientRequest, ClientResponse } from './api/rpc.ts'
import type { Message, ProbeResult, ReplyTo } from './messages.ts'
import { post, refuse, send, sendFromClient } from './network.ts'
import { deadlineOf, poll } from './poll.ts'
import {
  handleBeginEpoch,
  handleEndEpoch,
  handleVote,
  handleVoteAnswer,
  handleVoteRefused,
  learnLeader,
} from './raft/election.ts'
import { handleFetchAnswer, handleFetchRefused, handleSnapshotAnswer } from './raft/fetchClient.ts'
import { handleFetch } from './raft/fetchServer.ts'
import { handleProbeAnswer, handleProbeRefused } from './raft/voterChange.ts'
import type { ClusterState, Envelope, LiveNode, OutsideProbe } from './state.ts'
import { asLeader, liveNode, nodeById, supportedFeatures } from './state.ts'
import { FETCH_MAX_WAIT_MS } from './timing.ts'

/** More than this in one call means two timers chase each other: a fault of the simulation itself. */
const MAX_EVENTS_PER_INSTANT = 10_000

export function nextEventAtMs(state: ClusterState): number {
  let next = state.queue[0]?.atMs ?? Number.POSITIVE_INFINITY
  for (const node of state.nodes) {
    const live = liveNode(node)
    if (live !== null && node.process === 'running') next = Math.min(next, deadlineOf(state, live))
  }
  return next
}

/** Runs everything due up to and including `toMs`. Timers come before messages of the same moment, nodes in order. */
export function advance(state: ClusterState, toMs: number): void {
  let events = 0
  for (;;) {
    const next = nextEventAtMs(state)
    if (next > toMs) break
    if (next > state.nowMs) {
      state.nowMs = next
      events = 0
    }
    events += 1
    if (events > MAX_EVENTS_PER_INSTANT) throw new Error(`The simulation does not get past ${state.nowMs}`)
    runOne(state)
  }
  state.nowMs = Math.max(state.nowMs, toMs)
}

function runOne(state: ClusterState): void {
  for (const node of state.nodes) {
    const live = node.process === 'running' ? liveNode(node) : null
    if (live !== null && deadlineOf(state, live) <= state.nowMs) {
      poll(state, live)
      return
    }
  }
  const envelope = state.queue.shift()
  if (envelope !== undefined) deliver(state, envelope)
}

/** A client's request; the answer appears in the outbox under `requestId`, at once or after a later `advance`. */
export function submit(
  state: ClusterState,
  target: { nodeId: number; listener: 'controller' | 'broker' },
  requestId: number,
  request: ClientRequest,
): void {
  const node = nodeById(state, target.nodeId)
  if (node === null) throw new Error(`There is no node ${target.nodeId}`)
  sendFromClient(state, node, { kind: 'client', requestId, listener: target.listener, request })
}

/** Takes the answers that are ready. */
export function takeOutbox(state: ClusterState): { readonly requestId: number; readonly response: ClientResponse }[] {
  return state.outbox.splice(0)
}

/** Takes the probes of addresses outside; each is to be answered with `answerProbe`. */
export function takeProbes(state: ClusterState): OutsideProbe[] {
  return state.probes.splice(0)
}

/** `null`: the connection was refused or broke. */
export function answerProbe(state: ClusterState, probe: OutsideProbe, result: ProbeResult | null): void {
  const { nodeId, runId, rpcId } = probe
  const route = { from: null, to: nodeId, toRunId: runId, atMs: state.nowMs }
  post(state, route, result === null ? { kind: 'refused', rpcId } : { kind: 'probeAnswer', rpcId, ...result })
}

function deliver(state: ClusterState, envelope: Envelope): void {
  const node = nodeById(state, envelope.to)
  if (node === null) return
  if (envelope.message.kind === 'clientAnswer') {
    const { requestId, response } = envelope.message
    state.outbox.push({ requestId, response })
    return
  }
  if (node.process === 'frozen') {
    node.inbox.push(envelope)
    return
  }
  const live = liveNode(node)
  if (live === null) {
    refuse(state, envelope)
    return
  }
  if (envelope.toRunId !== null && envelope.toRunId !== live.run.runId) return
  handle(state, live, envelope.from, envelope.message)
}

function handle(state: ClusterState, node: LiveNode, from: number | null, message: Message): void {
  const leader = asLeader(node)
  switch (message.kind) {
    case 'client': {
      const replyTo: ReplyTo = { kind: 'client', requestId: message.requestId }
      handleClientRequest(state, node, message.listener, replyTo, message.request)
      return
    }
    case 'rpc':
      if (from === null) return
      handleAtController(state, node, replyToNode(from, message), message.request)
      return
    case 'rpcAnswer':
      if (message.response.api === 'fetchSnapshot') {
        handleSnapshotAnswer(state, node, message.rpcId, message.response)
        return
      }
      handleForwardAnswer(state, node, message.rpcId, message.response)
      return
    case 'fetch':
      if (from === null) return
      handleFetch(state, node, replyToNode(from, message), {
        api: 'fetch',
        clusterId: message.clusterId,
        knownTopic: true,
        replica: message.replica,
        epoch: message.epoch,
        offset: message.offset,
        lastFetchedEpoch: message.lastFetchedEpoch,
        highWatermark: message.highWatermark,
        maxWaitMs: FETCH_MAX_WAIT_MS,
      })
      return
    case 'fetchAnswer':
      handleFetchAnswer(state, node, message.rpcId, message.response)
      return
    case 'refused':
      if (handleFetchRefused(state, node, message.rpcId)) return
      if (leader !== null && handleProbeRefused(state, leader, message.rpcId)) return
      handleForwardRefused(state, node, message.rpcId)
      return
    case 'vote':
      handleVote(state, node, message)
      return
    case 'voteAnswer':
      handleVoteAnswer(state, node, message)
      return
    case 'voteRefused':
      handleVoteRefused(state, node, message.voterId)
      return
    case 'beginEpoch':
      handleBeginEpoch(state, node, message)
      return
    case 'endEpoch':
      handleEndEpoch(state, node, message)
      return
    case 'newerEpoch':
      learnLeader(state, node, message.leader)
      return
    case 'probe': {
      if (from === null) return
      const kraft = supportedFeatures(state).find(({ name }) => name === 'kraft.version') ?? null
      send(state, node, from, { kind: 'probeAnswer', rpcId: message.rpcId, error: 0, kraft }, message.runId)
      return
    }
    case 'probeAnswer':
      if (leader !== null) handleProbeAnswer(state, leader, message)
      return
    case 'registerController':
      if (leader !== null) handleRegisterController(state, leader, message)
      return
    case 'registerBroker':
      if (leader !== null) handleRegisterBroker(state, leader, message)
      return
    case 'heartbeat':
      if (leader !== null) handleHeartbeat(state, leader, message)
      return
    case 'clientAnswer':
      return
    default:
      message satisfies never
  }
}

function replyToNode(from: number, message: { rpcId: number; runId: number }): ReplyTo {
  return { kind: 'node', nodeId: from, runId: message.runId, rpcId: message.rpcId }
}
