/**
 * AddRaftVoter, RemoveRaftVoter and UpdateRaftVoter with Kafka's checks in Kafka's order and words (AddVoterHandler,
 * RemoveVoterHandler, UpdateVoterHandler). There is deliberately no check more than Kafka has: the quorum can be lost here.
 */
import { ErrorCode, errorMessage, errorName } from '../api/errors.ts'
import type { ClientRequest, Outcome } from '../api/rpc.ts'
import type { Message, ReplyTo } from '../messages.ts'
import { nextRpcId, reply, send } from '../network.ts'
import type { ClusterState, LeaderNode, LiveNode, NodeState } from '../state.ts'
import { asLeader, profile } from '../state.ts'
import { PROBE_BACKOFF_MS, REQUEST_TIMEOUT_MS } from '../timing.ts'
import { leaderHint } from './fetchResponse.ts'
import { leaderOnlyError } from './fetchServer.ts'
import { isCaughtUp } from './leader.ts'
import { appendAsLeader } from './leaderLog.ts'
import { endOffset } from './log.ts'
import type { ReplicaKey, VoterNode } from './records.ts'
import { kraftVersionOf, votersOf, votersOffsetOf } from './replica.ts'
import { type VoterSet, voterById, withoutVoter, withUpdatedVoter, withVoter } from './voterSet.ts'

type Add = Extract<ClientRequest, { api: 'addRaftVoter' }>
type Remove = Extract<ClientRequest, { api: 'removeRaftVoter' }>
type Update = Extract<ClientRequest, { api: 'updateRaftVoter' }>

const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

function isValidVoter(key: ReplicaKey): boolean {
  return key.id >= 0 && key.directoryId !== null && key.directoryId !== ZERO_UUID
}

/** ReplicaKey.toString of the release. */
function printKey(state: ClusterState, key: ReplicaKey): string {
  const { directoryId } = key
  const printed = profile(state).printsOptionals
    ? directoryId === null
      ? 'Optional.empty'
      : `Optional[${directoryId}]`
    : (directoryId ?? '<undefined>')
  return `ReplicaKey(id=${key.id}, directoryId=${printed})`
}

function printKeys(state: ClusterState, voters: VoterSet): string {
  return `[${voters.map((voter) => printKey(state, voter.key)).join(', ')}]`
}

function wrongCluster(state: ClusterState, clusterId: string | null): Outcome | null {
  if (clusterId === null || clusterId === state.clusterId) return null
  const message = `The given id "${clusterId}" doesn't match the cluster id "${state.clusterId}"`
  return { error: ErrorCode.inconsistentClusterId, message }
}

/** Checks 5 to 8, shared by add and remove: one change at a time, on a committed voter set, with kraft.version 1. */
function notNow(node: LeaderNode, verb: 'adding' | 'removing'): Outcome | null {
  const { pending, highWatermark } = node.run.role
  const timedOut = (message: string): Outcome => ({ error: ErrorCode.requestTimedOut, message })
  if (pending !== null) {
    return timedOut('Request timed out waiting for leader to handle previous voter change request')
  }
  if (highWatermark === null) {
    return timedOut('Request timed out waiting for leader to establish HWM and fence previous voter changes')
  }
  if (kraftVersionOf(node) < 1) {
    const message = `Cluster doesn't support ${verb} voter because the kraft.version feature is ${kraftVersionOf(node)}`
    return { error: ErrorCode.unsupportedVersion, message }
  }
  const offset = votersOffsetOf(node)
  if (offset === null || offset >= highWatermark) {
    const at = offset === null ? 'Optional.empty' : `Optional[${offset}]`
    return timedOut(
      `Request timed out waiting for voters to commit the latest voter change at ${at} with HWM ${highWatermark}`,
    )
  }
  return null
}

export function handleAddVoter(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: Add): void {
  const answer = (outcome: Outcome) => reply(state, node, replyTo, { api: 'addRaftVoter', ...outcome })
  const refused = wrongCluster(state, request.clusterId)
  if (refused !== null) {
    answer(refused)
    return
  }
  const leader = asLeader(node)
  if (leader === null) {
    answer({ error: ErrorCode.notLeaderOrFollower, message: null })
    return
  }
  if (!isValidVoter(request.voter)) {
    answer({ error: ErrorCode.invalidRequest, message: "Add voter request didn't include a valid voter" })
    return
  }
  const listenerName = leader.config.controllerListener?.name ?? ''
  const listener = request.listeners.find(({ name }) => name === listenerName)
  if (listener === undefined) {
    const endpoints = request.listeners.map(
      ({ name, host, port }) => `ListenerName(${name})=${host}/<unresolved>:${port}`,
    )
    const message = `Add voter request didn't include the endpoint (Endpoints(endpoints={${endpoints.join(', ')}})) for the default listener ListenerName(${listenerName})`
    answer({ error: ErrorCode.invalidRequest, message })
    return
  }
  const later = notNow(leader, 'adding')
  if (later !== null) {
    answer(later)
    return
  }
  const voters = votersOf(leader)
  if (voterById(voters, request.voter.id) !== null) {
    const message = `The voter id for ${printKey(state, request.voter)} is already part of the set of voters ${printKeys(state, voters)}.`
    answer({ error: ErrorCode.duplicateVoter, message })
    return
  }
  const role = leader.run.role
  if ((role.probeBackoff[request.voter.id] ?? 0) > state.nowMs) {
    const message = `New voter ${printKey(state, request.voter)} is not ready to receive requests`
    answer({ error: ErrorCode.requestTimedOut, message })
    return
  }
  const probeId = nextRpcId(state)
  role.pending = {
    kind: 'add',
    replyTo,
    voter: request.voter,
    listeners: request.listeners,
    ackWhenCommitted: request.ackWhenCommitted,
    probeId,
    offset: null,
    deadlineMs: state.nowMs + REQUEST_TIMEOUT_MS,
  }
  const { runId } = node.run
  const target = nodeBehind(state, listener.port)
  if (target !== null) send(state, node, target, { kind: 'probe', rpcId: probeId, runId })
  else state.probes.push({ nodeId: node.id, runId, rpcId: probeId, host: listener.host, port: listener.port })
}

/** Brokers answer ApiVersions too: nothing here asks whether the candidate is a controller. */
function nodeBehind(state: ClusterState, port: number): number | null {
  const listens = ({ config }: NodeState) =>
    config.controllerListener?.port === port || config.brokerListener?.port === port
  return state.nodes.find(listens)?.id ?? null
}

/** The pending add that waits for this probe. */
function awaitedAdd(node: LeaderNode, probeId: number) {
  const { pending } = node.run.role
  return pending?.kind === 'add' && pending.probeId === probeId && pending.offset === null ? pending : null
}

function answerAdd(
  state: ClusterState,
  node: LiveNode,
  { replyTo }: { replyTo: ReplyTo | null },
  outcome: Outcome,
): void {
  if (replyTo !== null) reply(state, node, replyTo, { api: 'addRaftVoter', ...outcome })
}

/** The new voter's address refused the connection; true if this was the probe of a pending add. */
export function handleProbeRefused(state: ClusterState, node: LeaderNode, probeId: number): boolean {
  if (awaitedAdd(node, probeId) === null) return false
  handleProbeError(state, node, probeId, ErrorCode.brokerNotAvailable)
  return true
}

function handleProbeError(state: ClusterState, node: LeaderNode, probeId: number, error: number): void {
  const pending = awaitedAdd(node, probeId)
  if (pending === null) return
  const role = node.run.role
  role.pending = null
  role.probeBackoff[pending.voter.id] = state.nowMs + PROBE_BACKOFF_MS
  // The text lacks the voter in Kafka too.
  const message = `Aborted add voter operation for since API_VERSIONS returned an error ${errorName(error)}`
  answerAdd(state, node, pending, { error: ErrorCode.requestTimedOut, message })
}

export function handleProbeAnswer(
  state: ClusterState,
  node: LeaderNode,
  probe: Extract<Message, { kind: 'probeAnswer' }>,
): void {
  const pending = awaitedAdd(node, probe.rpcId)
  if (pending === null) return
  if (probe.error !== ErrorCode.none) {
    handleProbeError(state, node, probe.rpcId, probe.error)
    return
  }
  const abort = (error: ErrorCode, message: string) => {
    node.run.role.pending = null
    answerAdd(state, node, pending, { error, message })
  }
  const level = kraftVersionOf(node)
  const who = printKey(state, pending.voter)
  const { kraft } = probe
  if (kraft === null || kraft.min > level || kraft.max < level) {
    // One bracket is missing in Kafka's text too.
    const range = kraft === null ? '(min: 0, max: 0)' : `(min: ${kraft.min}, max: ${kraft.max}`
    abort(
      ErrorCode.invalidRequest,
      `Aborted add voter operation for ${who} since the kraft.version range ${range} doesn't support the finalized version ${level}`,
    )
    return
  }
  if (!isCaughtUp(state, node, pending.voter)) {
    abort(ErrorCode.requestTimedOut, `Aborted add voter operation for ${who} since it is lagging behind`)
    return
  }
  const added: VoterNode = {
    key: pending.voter,
    listeners: pending.listeners,
    kraftVersions: { min: kraft.min, max: kraft.max },
  }
  appendVoters(state, node, withVoter(votersOf(node), added), (offset) => {
    pending.offset = offset
    if (pending.ackWhenCommitted) return
    // KIP-1186: the one who asked does not wait, but the change is under way until it is committed or given up.
    answerAdd(state, node, pending, { error: ErrorCode.none, message: null })
    pending.replyTo = null
  })
}

/** Appends a voter set; `noted` runs before the append can be found committed. */
function appendVoters(state: ClusterState, node: LeaderNode, voters: VoterSet, noted: (offset: number) => void): void {
  noted(endOffset(node.disk.log))
  appendAsLeader(state, node, [{ kind: 'kraftVoters', voters }], true)
}

export function handleRemoveVoter(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: Remove): void {
  const answer = (outcome: Outcome) => reply(state, node, replyTo, { api: 'removeRaftVoter', ...outcome })
  const refused = wrongCluster(state, request.clusterId)
  if (refused !== null) {
    answer(refused)
    return
  }
  const leader = asLeader(node)
  if (leader === null) {
    answer({ error: ErrorCode.notLeaderOrFollower, message: null })
    return
  }
  if (!isValidVoter(request.voter)) {
    answer({ error: ErrorCode.invalidRequest, message: "Remove voter request didn't include a valid voter" })
    return
  }
  const later = notNow(leader, 'removing')
  if (later !== null) {
    answer(later)
    return
  }
  const voters = votersOf(leader)
  const rest = withoutVoter(voters, request.voter)
  if (rest === null) {
    const message = `Cannot remove voter ${printKey(state, request.voter)} from the set of voters ${printKeys(state, voters)}`
    answer({ error: ErrorCode.voterNotFound, message })
    return
  }
  appendVoters(state, leader, rest, (offset) => {
    leader.run.role.pending = { kind: 'remove', replyTo, offset, deadlineMs: state.nowMs + REQUEST_TIMEOUT_MS }
  })
}

/** A voter's own news of its endpoints and versions. Static voters' news is only remembered, for the way to kraft.version 1. */
export function handleUpdateVoter(state: ClusterState, node: LiveNode, replyTo: ReplyTo, request: Update): void {
  const answer = (error: ErrorCode | number) =>
    reply(state, node, replyTo, { api: 'updateRaftVoter', error, leader: leaderHint(node) })
  if (wrongCluster(state, request.clusterId) !== null) {
    answer(ErrorCode.inconsistentClusterId)
    return
  }
  const error = leaderOnlyError(node, request.epoch)
  const leader = asLeader(node)
  if (error !== null || leader === null) {
    answer(error ?? ErrorCode.notLeaderOrFollower)
    return
  }
  const { min, max } = request.kraftVersions
  const listenerName = leader.config.controllerListener?.name
  const named = request.listeners.some(({ name }) => name === listenerName)
  if (!isValidVoter(request.voter) || !named || min < 0 || max < min) {
    answer(ErrorCode.invalidRequest)
    return
  }
  const { pending, highWatermark, staticUpdates } = leader.run.role
  if (pending !== null || highWatermark === null) {
    answer(ErrorCode.requestTimedOut)
    return
  }
  const level = kraftVersionOf(leader)
  if (level === 0 && !profile(state).kraftVersionUpgrade) {
    answer(ErrorCode.unsupportedVersion)
    return
  }
  const offset = votersOffsetOf(leader)
  if (level > 0 && (offset === null || offset >= highWatermark)) {
    answer(ErrorCode.requestTimedOut)
    return
  }
  if (level > 0 && (min > level || max < level)) {
    answer(ErrorCode.invalidRequest)
    return
  }
  const updated: VoterNode = { key: request.voter, listeners: request.listeners, kraftVersions: request.kraftVersions }
  const voters = withUpdatedVoter(votersOf(leader), updated)
  if (voters === null) {
    answer(ErrorCode.voterNotFound)
    return
  }
  if (level > 0) appendAsLeader(state, leader, [{ kind: 'kraftVoters', voters }], true)
  else staticUpdates[request.voter.id] = updated
  answer(ErrorCode.none)
}

/** Gives up on a change that took longer than the request timeout. Its record may still be committed later. */
export function expirePending(state: ClusterState, node: LeaderNode): void {
  const role = node.run.role
  if (role.pending === null || role.pending.deadlineMs > state.nowMs) return
  const { kind, replyTo } = role.pending
  const api = kind === 'add' ? 'addRaftVoter' : 'removeRaftVoter'
  const error = ErrorCode.requestTimedOut
  if (replyTo !== null) reply(state, node, replyTo, { api, error, message: errorMessage(error) })
  role.pending = null
}
