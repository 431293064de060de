/**
 * A simulated cluster, a dashboard that watches it, and what is under way between the two: one plain value on one virtual
 * clock. A copy goes its own way, so that every interleaving can be tried from every state.
 */
import type { Role } from '../../contract/quorumView.ts'
import type { ClientRequest, ClientResponse } from '../../sandbox/simulatedQuorum/core/api/rpc.ts'
import { advance, submit, takeOutbox } from '../../sandbox/simulatedQuorum/core/cluster.ts'
import { copyCluster } from '../../sandbox/simulatedQuorum/core/copy.ts'
import { addHost, createCluster, type HostPlan, startNode } from '../../sandbox/simulatedQuorum/core/hosts.ts'
import type { KafkaRelease } from '../../sandbox/simulatedQuorum/core/profiles.ts'
import type { ClusterState, NodeState } from '../../sandbox/simulatedQuorum/core/state.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import type { VoterChange } from '../../workflows/run/ports.ts'
import type { Thresholds } from '../../workflows/run/thresholds.ts'
import { type Dashboard, newDashboard } from './dashboard.ts'
import type { DataPlane } from './dataPlane.ts'
import type { Oddity } from './networkFaults.ts'

/** What becomes of the next voter change that the dashboard sends. Where it comes twice, the answer to the second is heard. */
export type Fate = 'request lost' | 'answer lost' | 'request late' | 'request twice' | 'answer twice'

export interface Sent {
  intentSeq: number
  change: VoterChange
  atMs: number
}

export interface World {
  cluster: ClusterState
  /** When each process last began, ended or was frozen, by node id. */
  since: Readonly<Record<number, number>>
  /** Of a process that does not run: since when. */
  awaySince: Readonly<Record<number, number>>
  /** Of one that runs again: for how long it did not, in ms. */
  awayMs: Readonly<Record<number, number>>
  dashboard: Dashboard
  fate: Fate | null
  oddity: Oddity | null
  /** A request that the network still holds, for one process. */
  late: readonly { atMs: number; nodeId: number; runId: number; request: ClientRequest }[]
  /** Every voter change that left the dashboard. */
  sent: readonly Sent[]
  /** The partitions of a copied cluster; `null` where a world is about controllers alone. */
  data: DataPlane | null
  /** Roles as edited in a properties file, by node id: read at the next start. */
  files: Readonly<Record<number, readonly Role[]>>
  /** Nodes whose process does not come up any more. */
  dead: readonly number[]
  /** Invariants that were broken on the way here, in words. */
  broken: readonly string[]
  readonly rules: Rules
}

/** How this world differs from the usual one; never changed. */
export interface Rules {
  /** Whether the metadata log is followed, or the dashboard lives on polling alone. */
  readonly tail: boolean
  /** A rule broken on purpose, to see that the check finds it. */
  readonly distort: ((facts: Facts) => Facts) | null
  readonly thresholds: Thresholds
}

/** Short, so that a run takes seconds of virtual time; the rules are those of the product. */
const SHORT_THRESHOLDS: Thresholds = {
  lagRecords: 10,
  windowMs: 1500,
  windowSamples: 5,
  candidateAgeMs: 2000,
  windowGapMs: 2500,
  healthyMs: 1500,
  soakMs: 1000,
}

export const START_MS = 1_700_000_000_000
/** A JVM with Kafka in it takes longer than this to start, in ms: a restarted process never comes back sooner. */
export const BOOT_MS = 1000
/**
 * With a new disk it may come back sooner, in ms: within the second in which its old incarnation counts as heard. No
 * Kafka is so fast; the rules shall hold all the same.
 */
export const QUICK_BOOT_MS = 300
/** A controller listens some time after it began to fetch, in ms; of a real one it takes seconds. */
export const LISTENS_AFTER_MS = 50
/** A late request lands this long after it was sent: after its answer was given up, and while it counts as under way. */
export const LATE_MS = 8000

const HOST = 'localhost'
const CONTROLLER_PORTS = 9_000
/** Ids are up to 2^31: ports are numbers here that nothing listens on. */
const BROKER_PORTS = 20_000

export function hostWith(id: number, roles: readonly Role[]): HostPlan {
  return {
    id,
    controllerListener: roles.includes('controller')
      ? { name: 'CONTROLLER', host: HOST, port: CONTROLLER_PORTS + id }
      : null,
    brokerListener: roles.includes('broker') ? { name: 'PLAINTEXT', host: HOST, port: BROKER_PORTS + id } : null,
  }
}

export function controllerHost(id: number): HostPlan {
  return hostWith(id, ['controller'])
}

export interface WorldPlan {
  voters: number
  /** Controllers that are no voters: formatted, stopped. */
  spares: number
  seed: number
  release?: KafkaRelease
  autoJoin?: boolean
  tail?: boolean
  distort?: Rules['distort']
}

/** A quorum in which every voter is well and registered, looked at by nobody. Voters have the ids from 0, spares follow. */
export function newWorld(plan: WorldPlan): World {
  const { voters, spares, seed, release = '4.3.1', autoJoin = false, tail = true, distort = null } = plan
  const hosts = Array.from({ length: voters }, (_, id) => controllerHost(id))
  const cluster = createCluster({ release, seed, isStatic: false, autoJoin, nowMs: START_MS, hosts })
  for (const node of cluster.nodes) startNode(cluster, node)
  for (let id = voters; id < voters + spares; id += 1) addHost(cluster, controllerHost(id), autoJoin)
  advance(cluster, START_MS + 8000)
  const since = Object.fromEntries(cluster.nodes.map((node) => [node.id, START_MS]))
  return worldOf(cluster, since, { tail, distort, thresholds: SHORT_THRESHOLDS })
}

/** A dashboard that has seen nothing yet, beside this cluster. */
export function worldOf(cluster: ClusterState, since: World['since'], rules: Rules): World {
  const dashboard = newDashboard()
  const nothing = { fate: null, oddity: null, late: [], sent: [], broken: [], awaySince: {}, awayMs: {} }
  return { cluster, since, dashboard, data: null, files: {}, dead: [], ...nothing, rules }
}

export function copyWorld(world: World): World {
  return { ...world, cluster: copyCluster(world.cluster), dashboard: { ...world.dashboard } }
}

export function nodeOf(world: World, id: number): NodeState {
  const node = world.cluster.nodes.find((one) => one.id === id)
  if (node === undefined) throw new Error(`there is no node ${id}`)
  return node
}

/** After a process began, ended, was frozen or went on. */
export function noteProcess(world: World, id: number): void {
  const { nowMs } = world.cluster
  const { [id]: awaySinceMs = nowMs, ...others } = world.awaySince
  const runs = nodeOf(world, id).process === 'running'
  world.awaySince = runs ? others : { ...others, [id]: awaySinceMs }
  if (runs) world.awayMs = { ...world.awayMs, [id]: nowMs - awaySinceMs }
  world.since = { ...world.since, [id]: nowMs }
}

export function broke(world: World, what: string): void {
  world.broken = [...world.broken, what]
}

let nextRequestId = 1

/** Sends without waiting; the answer is found by its id when the outbox is emptied. Ids are not part of a state. */
export function sendRequest(world: World, nodeId: number, request: ClientRequest): number {
  const requestId = nextRequestId
  nextRequestId += 1
  submit(world.cluster, { nodeId, listener: 'controller' }, requestId, request)
  return requestId
}

/** Lets the cluster live on to this moment. Answers that nobody waits for are dropped. */
export function runCluster(world: World, toMs: number): void {
  advance(world.cluster, toMs)
  collect(world)
}

function collect(world: World): ReturnType<typeof takeOutbox> {
  const answers = takeOutbox(world.cluster)
  const { rpc, acting } = world.dashboard
  const own = rpc === null ? undefined : answers.find((a) => a.requestId === rpc.requestId)
  const done = acting?.sent == null ? undefined : answers.find((a) => a.requestId === acting.sent?.requestId)
  if (acting !== null && done !== undefined) world.dashboard.acting = { ...acting, answer: done.response }
  if (rpc !== null && own !== undefined && !rpc.isDeaf) world.dashboard.rpc = { ...rpc, answer: own.response }
  return answers
}

/** Whether the dashboard can speak with this node. */
export function isInReach({ oddity }: World, nodeId: number): boolean {
  return oddity?.kind !== 'cut off from the dashboard, too' || oddity.nodeId !== nodeId
}

/** Asks a living process and takes its answer at once; `null` where none comes. */
export function ask(world: World, nodeId: number, request: ClientRequest): ClientResponse | null {
  if (nodeOf(world, nodeId).process !== 'running' || !isInReach(world, nodeId)) return null
  const requestId = sendRequest(world, nodeId, request)
  advance(world.cluster, world.cluster.nowMs)
  return collect(world).find((a) => a.requestId === requestId)?.response ?? null
}
