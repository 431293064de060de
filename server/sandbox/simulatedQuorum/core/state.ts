/**
 * The whole state of a simulated cluster as plain values: it can be written to JSON, compared, and copied. Times are
 * milliseconds of the simulation's clock unless a name says otherwise; a node's own wall clock is that plus its offset.
 */

import type { ClientResponse, FetchResponse } from './api/rpc.ts'
import type { MessageFault } from './messageFaults.ts'
import type { Message, ReplyTo } from './messages.ts'
import type { KafkaRelease, Profile } from './profiles.ts'
import { profileOf } from './profiles.ts'
import type { MetadataImage } from './raft/image.ts'
import type { Log } from './raft/log.ts'
import type { FeatureRange, Listener, ReplicaKey, VoterNode } from './raft/records.ts'
import type { VoterSet } from './raft/voterSet.ts'
import type { RandomState } from './random.ts'

export interface NodeConfig {
  readonly id: number
  readonly controllerListener: Listener | null
  readonly brokerListener: Listener | null
  /** controller.quorum.auto.join.enable */
  readonly autoJoin: boolean
  /** controller.quorum.voters; `null` with a dynamic quorum. */
  readonly staticVoters: VoterSet | null
  /** Ids behind controller.quorum.bootstrap.servers. */
  readonly bootstrapIds: readonly number[]
  /** The same as edited in the properties file, read at the next start; `null`: every controller there is then. */
  readonly editedIds: readonly number[] | null
}

export interface Disk {
  directoryId: string
  /** cluster.id in meta.properties: that of another cluster where the disk was formatted with a wrong one. */
  clusterId: string
  log: Log
  /** The quorum-state file. */
  election: { epoch: number; leaderId: number | null; votedKey: ReplicaKey | null }
  /** Voters and records of the bootstrap checkpoint: never replicated, written to the log by the first leader. */
  bootstrap: { voters: VoterSet | null; features: readonly { readonly name: string; readonly level: number }[] }
}

/** Leader's bookkeeping of one replica (LeaderState.ReplicaState): `null` is Kafka's -1, not seen by this leader. */
export interface ReplicaBook {
  key: ReplicaKey
  endOffset: number | null
  lastFetchMs: number | null
  lastFetchLeaderEndOffset: number | null
  lastCaughtUpMs: number | null
}

export interface ParkedFetch {
  readonly replyTo: ReplyTo
  readonly replica: ReplicaKey | null
  readonly offset: number
  readonly lastFetchedEpoch: number
  readonly epoch: number
  /** High watermark the fetching replica knows; `null` if it does not say. */
  readonly highWatermark: number | null
  /** Sent as it is when the wait ends without news. */
  readonly original: FetchResponse
  readonly deadlineMs: number
}

/** An add (before or after its record is appended) or a remove that this leader has in hand. */
type PendingVoterChange =
  | {
      readonly kind: 'add'
      /** `null`: answered already, and still under way until it is committed or given up (KIP-1186). */
      replyTo: ReplyTo | null
      readonly voter: ReplicaKey
      readonly listeners: readonly Listener[]
      readonly ackWhenCommitted: boolean
      readonly probeId: number
      /** Offset of the KRaftVoters record; `null` while the new voter's ApiVersions answer is awaited. */
      offset: number | null
      readonly deadlineMs: number
    }
  | { readonly kind: 'remove'; readonly replyTo: ReplyTo; readonly offset: number; readonly deadlineMs: number }

/** The part of the leader that is Kafka's QuorumController. */
export interface ActiveController {
  /** Set once the leader has committed a record of its epoch. */
  active: boolean
  /** Last heartbeat of each broker in this leader's time. */
  heartbeats: Record<number, number>
  noOpAtMs: number
  sessionCheckAtMs: number
  /** Answers that wait for the high watermark to pass `offset`. */
  waiting: { readonly offset: number; readonly replyTo: ReplyTo; readonly response: ClientResponse }[]
}

export interface LeaderRole {
  readonly kind: 'leader'
  readonly epochStartOffset: number
  voters: Record<number, ReplicaBook>
  observers: ReplicaBook[]
  highWatermark: number | null
  fetchedVoters: number[]
  checkQuorumAtMs: number
  beginEpochAtMs: number
  pending: PendingVoterChange | null
  /** A node whose connection was just refused is not probed again before this time. */
  probeBackoff: Record<number, number>
  resignRequested: boolean
  parked: ParkedFetch[]
  /** UpdateRaftVoter of static voters to this leader: what an upgrade of kraft.version needs. */
  staticUpdates: Record<number, VoterNode>
  controller: ActiveController
}

/** Where a replica sends its fetches. */
export interface FetchLoop {
  /** The fetch under way. */
  inFlight: { readonly rpcId: number; readonly to: number; readonly timeoutAtMs: number } | null
  nextAtMs: number
}

export interface Ballot {
  readonly granted: number[]
  readonly rejected: number[]
  /** When to ask a voter that has not answered (again). */
  askAtMs: Record<number, number>
  electionAtMs: number
}

export type Role =
  | { readonly kind: 'unattached'; electionAtMs: number; fetch: FetchLoop }
  | { readonly kind: 'prospective'; readonly leaderId: number | null; ballot: Ballot }
  | { readonly kind: 'candidate'; ballot: Ballot; retries: number; backoffUntilMs: number | null }
  | {
      readonly kind: 'follower'
      readonly leaderId: number
      fetchTimeoutAtMs: number
      /** True after one good answer: from then on it grants no pre-vote (FollowerState, KIP-996). */
      hasFetched: boolean
      fetch: FetchLoop
      /** Snapshot that must be downloaded before the log can go on. */
      fetchingSnapshot: boolean
      /** Pieces of it that are still to come. */
      snapshotPiecesLeft: number
      /** Next time to send UpdateRaftVoter, or to join by itself. */
      updateVoterAtMs: number
      sentStaticUpdate: boolean
    }
  | LeaderRole
  | { readonly kind: 'resigned'; readonly successors: readonly number[]; electionAtMs: number; endEpochAtMs: number }

/** A broker's forwarded request. */
export interface Forwarded {
  readonly rpcId: number
  readonly replyTo: ReplyTo
  readonly request: Message & { kind: 'rpc' }
  sentTo: number | null
  retryAtMs: number
  readonly deadlineMs: number
}

/** Memory of a process: gone when it ends. */
export interface Run {
  readonly runId: number
  readonly incarnationId: string
  role: Role
  highWatermark: number | null
  /** Voter sets and kraft.version levels in the log, oldest first, uncommitted ones included. */
  voterHistory: { readonly offset: number; readonly voters: VoterSet }[]
  kraftHistory: { readonly offset: number; readonly level: number }[]
  /** State of the metadata below `imageOffset`, which follows the high watermark. */
  image: MetadataImage
  imageOffset: number
  imageEpoch: number
  imageTimestampMs: number
  /** Offset of the last feature change in the image. */
  featuresOffset: number | null
  /** Next registration or heartbeat of this process with the active controller. */
  lifecycleAtMs: number
  brokerRegistered: boolean
  forwarded: Forwarded[]
  /** The controller that requests are forwarded to, until it is gone or says that it is not active. */
  forwardingTo: number | null
}

type ProcessState = 'running' | 'frozen' | 'stopped'

export interface NodeState {
  readonly id: number
  config: NodeConfig
  /** `null`: an empty disk, to be formatted. */
  disk: Disk | null
  process: ProcessState
  run: Run | null
  slow: boolean
  /** Pieces that a snapshot comes in when this node downloads one; the leader's bookkeeping shows none of it. */
  snapshotPieces: number
  /** How far this node's wall clock is ahead of the simulation's. */
  clockOffsetMs: number
  /** What the kernel holds for a frozen process. */
  inbox: Envelope[]
}

export interface Envelope {
  readonly atMs: number
  readonly seq: number
  /** `null`: a client outside the cluster. */
  readonly from: number | null
  readonly to: number
  /** Answers reach only the process that asked. */
  readonly toRunId: number | null
  readonly message: Message
}

export interface ClusterState extends RandomState {
  nowMs: number
  release: KafkaRelease
  readonly clusterId: string
  nodes: NodeState[]
  queue: Envelope[]
  nextSeq: number
  /** Pairs of node ids that cannot reach each other, lower id first. */
  partitions: (readonly [number, number])[]
  /** Single messages to be lost or delivered twice. */
  messageFaults: MessageFault[]
  /** Answers for clients, in order; whoever drives the simulation takes them out. */
  outbox: { readonly requestId: number; readonly response: ClientResponse }[]
  /** Addresses of nobody here that a leader asks for ApiVersions; whoever drives the simulation takes them out and answers. */
  probes: OutsideProbe[]
}

/** A candidate's address as its listeners name it, and whom the answer is for. */
export interface OutsideProbe {
  readonly nodeId: number
  readonly runId: number
  readonly rpcId: number
  readonly host: string
  readonly port: number
}

export function profile(state: ClusterState): Profile {
  return profileOf(state.release)
}

export function nodeById(state: ClusterState, id: number): NodeState | null {
  return state.nodes.find((node) => node.id === id) ?? null
}

/** A node whose process exists, with what a process has. */
export type LiveNode = NodeState & { disk: Disk; run: Run }

export function liveNode(node: NodeState): LiveNode | null {
  return node.disk !== null && node.run !== null && node.process !== 'stopped' ? (node as LiveNode) : null
}

export function wallClock(state: ClusterState, node: NodeState): number {
  return state.nowMs + node.clockOffsetMs
}

export function ownKey(node: LiveNode): ReplicaKey {
  return { id: node.id, directoryId: node.disk.directoryId }
}

/** A leader with its role narrowed. */
export type LeaderNode = LiveNode & { run: Run & { role: LeaderRole } }

export function asLeader(node: LiveNode): LeaderNode | null {
  return node.run.role.kind === 'leader' ? (node as LeaderNode) : null
}

export function supportedFeatures(state: ClusterState): readonly FeatureRange[] {
  return profile(state).supportedFeatures
}
