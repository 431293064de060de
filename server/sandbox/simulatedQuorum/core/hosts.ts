/** Making a cluster, and what can befall its hosts: start, stop, kill, freeze, a slow or cut network, a lost disk. */

import { announceShutdown } from './lifecycle.ts'
import { post, refuse } from './network.ts'
import { type KafkaRelease, profileOf } from './profiles.ts'
import { emptyImage } from './raft/image.ts'
import { successorsOf } from './raft/leader.ts'
import { emptyLog, lastEpoch, startAtSnapshot } from './raft/log.ts'
import type { Listener, VoterNode } from './raft/records.ts'
import { isVoterNode, kraftVersionOf, loadFromDisk, otherVoterKeys, votersOf } from './raft/replica.ts'
import {
  becomeFollower,
  becomeResigned,
  resumeCandidacy,
  standForElection,
  startUnattached,
} from './raft/transitions.ts'
import type { VoterSet } from './raft/voterSet.ts'
import { voterById } from './raft/voterSet.ts'
import { nextUuid, type RandomState } from './random.ts'
import type { ClusterState, Disk, LiveNode, NodeConfig, NodeState } from './state.ts'
import { asLeader, liveNode, profile } from './state.ts'

export interface HostPlan {
  readonly id: number
  readonly controllerListener: Listener | null
  readonly brokerListener: Listener | null
  /** Of a copy of another cluster; without it the seed makes one. */
  readonly directoryId?: string
}

export interface ClusterPlan {
  readonly release: KafkaRelease
  readonly seed: number
  readonly nowMs: number
  readonly hosts: readonly HostPlan[]
  /** kraft.version 0 with controller.quorum.voters on every node. */
  readonly isStatic: boolean
  readonly autoJoin: boolean
  /** Kept when a quorum is made anew; without it the seed makes one. */
  readonly clusterId?: string
}

function voterEntry(host: HostPlan, directoryId: string | null, release: KafkaRelease): VoterNode {
  const kraft = profileOf(release).supportedFeatures.find(({ name }) => name === 'kraft.version')
  return {
    key: { id: host.id, directoryId },
    listeners: host.controllerListener === null ? [] : [host.controllerListener],
    kraftVersions: {
      min: directoryId === null ? 0 : (kraft?.min ?? 0),
      max: directoryId === null ? 0 : (kraft?.max ?? 0),
    },
  }
}

function formattedDisk(directoryId: string, clusterId: string, voters: VoterSet | null, release: KafkaRelease): Disk {
  return {
    directoryId,
    clusterId,
    log: emptyLog(),
    election: { epoch: 0, leaderId: null, votedKey: null },
    bootstrap: { voters, features: profileOf(release).formattedFeatures },
  }
}

/** Formatted hosts, every process stopped: the controllers as initial voters, the brokers as observers. */
export function createCluster(plan: ClusterPlan): ClusterState {
  const random: RandomState = { random: plan.seed | 0 }
  const randomId = nextUuid(random)
  const clusterId = plan.clusterId ?? randomId
  const controllers = plan.hosts.filter((host) => host.controllerListener !== null)
  const staticVoters = plan.isStatic ? controllers.map((host) => voterEntry(host, null, plan.release)) : null
  const bootstrapIds = controllers.map((host) => host.id)
  const directories = new Map(plan.hosts.map((host) => [host.id, host.directoryId ?? nextUuid(random)]))
  const voters = plan.isStatic
    ? null
    : controllers.map((host) => voterEntry(host, directories.get(host.id) ?? null, plan.release))
  const nodes = plan.hosts.map((host): NodeState => {
    const { id, controllerListener, brokerListener } = host
    const own = { id, controllerListener, brokerListener }
    const config: NodeConfig = { ...own, autoJoin: plan.autoJoin, staticVoters, bootstrapIds, editedIds: null }
    const isController = host.controllerListener !== null
    const directoryId = directories.get(host.id) ?? nextUuid(random)
    return newHost(config, formattedDisk(directoryId, clusterId, isController ? voters : null, plan.release))
  })
  return {
    random: random.random,
    nowMs: plan.nowMs,
    release: plan.release,
    clusterId,
    nodes,
    queue: [],
    nextSeq: 0,
    partitions: [],
    messageFaults: [],
    outbox: [],
    probes: [],
  }
}

function newHost(config: NodeConfig, disk: Disk): NodeState {
  return {
    id: config.id,
    config,
    disk,
    process: 'stopped',
    run: null,
    slow: false,
    snapshotPieces: 1,
    clockOffsetMs: 0,
    inbox: [],
  }
}

/** A new host, formatted without initial controllers and not started. */
export function addHost(state: ClusterState, host: HostPlan, autoJoin: boolean): NodeState {
  const template = state.nodes[0]?.config
  const bootstrapIds = controllerIds(state)
  const staticVoters = template?.staticVoters ?? null
  const { id, controllerListener, brokerListener } = host
  const own = { id, controllerListener, brokerListener }
  const config: NodeConfig = { ...own, autoJoin, staticVoters, bootstrapIds, editedIds: null }
  const node = newHost(config, formattedDisk(host.directoryId ?? nextUuid(state), state.clusterId, null, state.release))
  state.nodes.push(node)
  return node
}

/**
 * Whether the quorum has left kraft.version 0. From then on every process started here has its
 * controller.quorum.voters replaced by bootstrap servers, as the operator must do before a restart.
 */
function isDynamicByNow(state: ClusterState): boolean {
  return state.nodes.some((node) => {
    const live = liveNode(node)
    return live !== null && kraftVersionOf(live) > 0
  })
}

function controllerIds(state: ClusterState): number[] {
  return state.nodes.filter((node) => node.config.controllerListener !== null).map((node) => node.id)
}

/** Edits controller.quorum.bootstrap.servers in the properties file; a running process goes on with what it has read. */
export function editBootstrap(node: NodeState, ids: readonly number[]): void {
  node.config = { ...node.config, editedIds: [...ids] }
}

/** Edits the roles and listeners in the properties file of a stopped process. */
export function editListeners(
  node: NodeState,
  { controllerListener, brokerListener }: Pick<NodeConfig, 'controllerListener' | 'brokerListener'>,
): void {
  if (node.process !== 'stopped') throw new Error(`Node ${node.id} is running; it reads its roles when it starts`)
  node.config = { ...node.config, controllerListener, brokerListener }
}

/** Starts the process: it reads its disk and takes up the role its quorum-state file allows (QuorumState.initialize). */
export function startNode(state: ClusterState, node: NodeState): void {
  if (node.disk === null) throw new Error(`Node ${node.id} has an empty disk; format it first`)
  if (node.process !== 'stopped') throw new Error(`Node ${node.id} is running already`)
  state.nextSeq += 1
  const staticVoters = isDynamicByNow(state) ? null : node.config.staticVoters
  node.config = { ...node.config, staticVoters, bootstrapIds: node.config.editedIds ?? controllerIds(state) }
  node.process = 'running'
  node.run = {
    runId: state.nextSeq,
    incarnationId: nextUuid(state),
    role: { kind: 'unattached', electionAtMs: state.nowMs, fetch: { inFlight: null, nextAtMs: state.nowMs } },
    highWatermark: null,
    voterHistory: [],
    kraftHistory: [],
    image: emptyImage(),
    imageOffset: 0,
    imageEpoch: 0,
    imageTimestampMs: 0,
    featuresOffset: null,
    lifecycleAtMs: state.nowMs,
    brokerRegistered: false,
    forwarded: [],
    forwardingTo: null,
  }
  const live = liveNode(node)
  if (live === null) return
  startAtSnapshot(live.disk.log)
  loadFromDisk(live)
  takeUpRole(state, live)
}

function takeUpRole(state: ClusterState, node: LiveNode): void {
  // The log was written to behind the back of quorum-state: nobody is known to lead in its epoch.
  const written = lastEpoch(node.disk.log)
  if (node.disk.election.epoch < written) node.disk.election = { epoch: written, leaderId: null, votedKey: null }
  const { epoch, leaderId, votedKey } = node.disk.election
  const isVoting = isVoterNode(node)
  // Leading before: it must neither vote nor lead in that epoch again, what it had appended may be lost.
  if (leaderId === node.id) becomeResigned(state, node, [])
  else if (leaderId !== null && voterById(votersOf(node), leaderId) !== null)
    becomeFollower(state, node, epoch, leaderId)
  else if (isVoting && votedKey?.id === node.id) resumeCandidacy(state, node)
  else startUnattached(state, node)
  if (isVoting && otherVoterKeys(node).length === 0) standForElection(state, node)
}

/** Orderly shutdown: a leader resigns and names successors, a broker is fenced, then the process ends. */
export function stopNode(state: ClusterState, node: NodeState): void {
  const live = liveNode(node)
  if (live !== null && node.process === 'running') {
    announceShutdown(state, live)
    const leader = asLeader(live)
    if (leader !== null) announceResignation(state, live, successorsOf(leader))
  }
  killNode(state, node)
}

function announceResignation(state: ClusterState, node: LiveNode, successors: readonly number[]): void {
  const epoch = node.disk.election.epoch
  for (const voter of otherVoterKeys(node)) {
    const message = { kind: 'endEpoch', leaderId: node.id, epoch, successors } as const
    post(state, { from: node.id, to: voter.id, atMs: state.nowMs + 1 }, message)
  }
}

/** SIGKILL: memory and connections are gone, the disk stays as it is. */
export function killNode(state: ClusterState, node: NodeState): void {
  const waiting = node.inbox
  node.process = 'stopped'
  node.run = null
  node.slow = false
  node.inbox = []
  for (const envelope of waiting) refuse(state, envelope)
}

/** SIGSTOP: nothing is done or answered, connections stay open. */
export function freezeNode(node: NodeState): void {
  if (node.process === 'running') node.process = 'frozen'
}

/** SIGCONT: first the timers that ran out, then the messages that came meanwhile. */
export function resumeNode(state: ClusterState, node: NodeState): void {
  if (node.process !== 'frozen') return
  node.process = 'running'
  const waiting = node.inbox
  node.inbox = []
  for (const { from, to, toRunId, message } of waiting) post(state, { from, to, toRunId, atMs: state.nowMs }, message)
}

/** The disk is lost, and the process with it. */
export function wipeNode(state: ClusterState, node: NodeState): void {
  killNode(state, node)
  node.disk = null
}

/** kafka-storage format --no-initial-controllers: a new directory id on an empty disk, perhaps for a wrong cluster. */
export function formatNode(state: ClusterState, node: NodeState, clusterId: string = state.clusterId): void {
  if (node.disk !== null) throw new Error(`Node ${node.id} has a formatted disk; wipe it first`)
  node.disk = formattedDisk(nextUuid(state), clusterId, null, profile(state).release)
}

export function cutLink(state: ClusterState, one: number, other: number): void {
  healLink(state, one, other)
  state.partitions.push([Math.min(one, other), Math.max(one, other)])
}

export function healLink(state: ClusterState, one: number, other: number): void {
  state.partitions = state.partitions.filter(
    ([low, high]) => low !== Math.min(one, other) || high !== Math.max(one, other),
  )
}

/** Sets a node's wall clock forward, or back where it is negative. The simulation's own time goes on as ever. */
export function stepClock(node: NodeState, byMs: number): void {
  node.clockOffsetMs += byMs
}
