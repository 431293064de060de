/**
 * The quorum of a view as a simulated one on the virtual clock: the same ids and disks, the same leader, the same dead. Where
 * a change is about brokers too, the whole cluster: roles, registrations, partitions, dynamic configurations. What nobody
 * tells (bytes, slow links, clients, the true timeouts) is not in it. Pure.
 */

import type { QuorumView, ReplicaView, Role } from '../contract/quorumView.ts'
import { isObserver, observersOf, votersOf } from '../contract/voters.ts'
import { newDataPlane } from '../modelCheck/world/dataPlane.ts'
import { carryOut } from '../modelCheck/world/hosts.ts'
import { trueLeader } from '../modelCheck/world/truth.ts'
import {
  controllerHost,
  hostWith,
  nodeOf,
  type Rules,
  runCluster,
  START_MS,
  type World,
  worldOf,
} from '../modelCheck/world/world.ts'
import type { NodeFacts } from '../quorum/assessment/sample.ts'
import type { LogFacts } from '../quorum/log/metadataLog.ts'
import { type Placement, placed } from '../quorum/log/placement.ts'
import { advance } from '../sandbox/simulatedQuorum/core/cluster.ts'
import { addHost, createCluster, startNode } from '../sandbox/simulatedQuorum/core/hosts.ts'
import type { KafkaRelease } from '../sandbox/simulatedQuorum/core/profiles.ts'
import { BROKER_SESSION_TIMEOUT_MS } from '../sandbox/simulatedQuorum/core/timing.ts'

/** Whoever starts first by this time is likely to lead, in ms. */
const AHEAD_MS = 2500
/** Until everybody is registered and a leader counts as one who knows who is silent, in ms. */
const FORMED_MS = 8000
/** Seeds that are tried until the right one leads. */
const MAX_SEEDS = 40

/** What of a cluster is in no view. */
export interface Whole {
  log: LogFacts
  nodes: ReadonlyMap<number, NodeFacts>
}

function releaseOf(line: string | null): KafkaRelease {
  if (line === '3.9') return '3.9.2'
  return line === '4.0' || line === '4.1' ? '4.1.2' : '4.3.1'
}

function hostOf({ nodeId, directoryId, roles }: ReplicaView, whole: Whole | null) {
  const all: Role[] = ['controller', ...(whole !== null && roles.includes('broker') ? (['broker'] as const) : [])]
  return { ...hostWith(nodeId, all), ...(directoryId === null ? {} : { directoryId }) }
}

function formed(view: QuorumView, voters: readonly ReplicaView[], rules: Rules, whole: Whole | null): World {
  const { kafkaRelease, kraftVersion, leaderId } = view.quorum
  const plan = {
    release: releaseOf(kafkaRelease),
    isStatic: whole !== null && (kraftVersion ?? 1) < 1,
    autoJoin: view.quorum.autoJoin === true,
    nowMs: START_MS,
    hosts: voters.map((voter) => hostOf(voter, whole)),
    ...(view.clusterId === null ? {} : { clusterId: view.clusterId }),
  }
  for (let seed = 1; ; seed += 1) {
    const cluster = createCluster({ ...plan, seed })
    const [first, ...others] = cluster.nodes.toSorted((a, b) => Number(b.id === leaderId) - Number(a.id === leaderId))
    if (first !== undefined) startNode(cluster, first)
    advance(cluster, START_MS + AHEAD_MS)
    for (const node of others) startNode(cluster, node)
    advance(cluster, START_MS + AHEAD_MS + FORMED_MS)
    const world = worldOf(cluster, Object.fromEntries(cluster.nodes.map(({ id }) => [id, START_MS])), rules)
    if (trueLeader(world)?.id === leaderId || seed === MAX_SEEDS) return world
  }
}

/** A disk that was formatted anew, and the process on it. */
function onNewDisk(world: World, { nodeId, directoryId }: ReplicaView): void {
  carryOut(world, { action: 'wipe', nodeId })
  carryOut(world, { action: 'format', nodeId })
  const { disk } = nodeOf(world, nodeId)
  if (disk !== null && directoryId !== null) disk.directoryId = directoryId
  carryOut(world, { action: 'start', nodeId })
}

/** Brokers that are registered or listed and no voters, and whether each runs. */
function brokersOf(view: QuorumView, { log }: Whole): Map<number, { replica: ReplicaView | null; runs: boolean }> {
  const listed = observersOf(view).filter((r) => r.roles.includes('broker'))
  const found = new Map(listed.map((r) => [r.nodeId, { replica: r, runs: r.health !== 'silent' }]))
  const all = new Map<number, { replica: ReplicaView | null; runs: boolean }>(found)
  for (const [id, { fenced }] of log.brokers) {
    if (!all.has(id)) all.set(id, { replica: null, runs: !fenced })
  }
  for (const replica of view.replicas) if (!isObserver(replica)) all.delete(replica.nodeId)
  return all
}

/** Every broker registers, also one that is down: it was registered once. Then those that are down end, and are fenced. */
function addBrokers(world: World, view: QuorumView, whole: Whole): void {
  const brokers = brokersOf(view, whole)
  for (const [id, { replica }] of brokers) {
    if (world.cluster.nodes.some((node) => node.id === id)) continue
    const directoryId = replica?.directoryId ?? null
    const host = hostWith(id, replica === null ? ['broker'] : replica.roles)
    addHost(world.cluster, { ...host, ...(directoryId === null ? {} : { directoryId }) }, view.quorum.autoJoin === true)
    carryOut(world, { action: 'start', nodeId: id })
  }
  runCluster(world, world.cluster.nowMs + FORMED_MS)
  const down = [...brokers].filter(([, { runs }]) => !runs)
  for (const [nodeId] of down) carryOut(world, { action: 'kill', nodeId })
  if (down.length > 0) runCluster(world, world.cluster.nowMs + BROKER_SESSION_TIMEOUT_MS + FORMED_MS)
}

/** min.insync.replicas of the brokers' files becomes their dynamic default: the copy has no files for it. */
function placementOf({ log, nodes }: Whole): Placement {
  const known = log.placement.configs.get('broker:')?.get('min.insync.replicas')
  const said = [...log.brokers.keys()].map((id) => Number(nodes.get(id)?.configs.get('min.insync.replicas')))
  const values = said.filter((value) => Number.isInteger(value))
  // Where no broker tells, the copy knows none either, and is held back by it like the cluster itself.
  if (known !== undefined || values.length === 0) return log.placement
  const value = String(values.reduce((most, one) => Math.max(most, one)))
  return placed(log.placement, [{ kind: 'config', resource: 'broker:', name: 'min.insync.replicas', value }])
}

/**
 * @param spares ids of controllers that the plan needs and that do not run yet: formatted, stopped
 * @param whole `null`: the controllers alone
 */
export function copyOfQuorum(
  view: QuorumView,
  spares: readonly number[],
  rules: Rules,
  whole: Whole | null = null,
): World {
  const voters = votersOf(view)
  const waiting = observersOf(view).filter((r) => r.roles.includes('controller'))
  const world = formed(view, voters, rules, whole)
  const { cluster } = world
  if (whole !== null) addBrokers(world, view, whole)
  for (const { nodeId, health } of voters) if (health === 'silent') carryOut(world, { action: 'kill', nodeId })
  const autoJoin = view.quorum.autoJoin === true
  for (const replica of waiting) {
    const { nodeId, health } = replica
    if (cluster.nodes.some(({ id }) => id === nodeId)) {
      const isHere = nodeOf(world, nodeId).disk?.directoryId === replica.directoryId
      if (health !== 'silent' && !isHere) onNewDisk(world, replica)
      continue
    }
    addHost(cluster, hostOf(replica, whole), autoJoin)
    if (health !== 'silent') carryOut(world, { action: 'start', nodeId })
  }
  for (const id of spares) {
    if (!cluster.nodes.some((node) => node.id === id)) addHost(cluster, controllerHost(id), autoJoin)
  }
  runCluster(world, cluster.nowMs + FORMED_MS)
  if (whole !== null) world.data = newDataPlane(placementOf(whole))
  return world
}
