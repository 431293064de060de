/**
 * The quorum of a view as a simulated one on the virtual clock: the same ids and disks, the same leader, the same dead.
 * What a view does not tell (brokers, partitions, slow links, the true timeouts) is not in it. Pure.
 */
import type { QuorumView, ReplicaView } from '../contract/quorumView.ts'
import { carryOut } from '../proof/hosts.ts'
import { trueLeader } from '../proof/truth.ts'
import { controllerHost, nodeOf, type Rules, runCluster, START_MS, type World, worldOf } from '../proof/world.ts'
import { advance } from '../sandbox/simulatedQuorum/core/cluster.ts'
import { addHost, createCluster, startNode } from '../sandbox/simulatedQuorum/core/hosts.ts'
import type { KafkaRelease } from '../sandbox/simulatedQuorum/core/profiles.ts'

/** Whoever starts first by this time is likely to lead, in ms. */
const AHEAD_MS = 2500
/** Until everybody is registered and a leader counts as one who knows who is silent, in ms. */
const FORMED_MS = 8000
/** Seeds that are tried until the right one leads. */
const MAX_SEEDS = 40

function releaseOf(line: string | null): KafkaRelease {
  if (line === '3.9') return '3.9.2'
  return line === '4.0' || line === '4.1' ? '4.1.2' : '4.3.1'
}

function hostOf({ nodeId, directoryId }: ReplicaView) {
  return { ...controllerHost(nodeId), ...(directoryId === null ? {} : { directoryId }) }
}

function formed(view: QuorumView, voters: readonly ReplicaView[], rules: Rules): World {
  const { kafkaRelease, leaderId } = view.quorum
  const plan = {
    release: releaseOf(kafkaRelease),
    isStatic: false,
    autoJoin: view.quorum.autoJoin === true,
    nowMs: START_MS,
    hosts: voters.map(hostOf),
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

/** @param spares ids of controllers that the plan needs and that do not run yet: formatted, stopped */
export function copyOfQuorum(view: QuorumView, spares: readonly number[], rules: Rules): World {
  const voters = view.replicas.filter((r) => r.status !== 'observer')
  const waiting = view.replicas.filter((r) => r.status === 'observer' && r.roles.includes('controller'))
  const world = formed(view, voters, rules)
  const { cluster } = world
  for (const { nodeId, health } of voters) if (health === 'silent') carryOut(world, { action: 'kill', nodeId })
  const autoJoin = view.quorum.autoJoin === true
  for (const replica of waiting) {
    const { nodeId, health } = replica
    if (cluster.nodes.some(({ id }) => id === nodeId)) {
      if (health !== 'silent') onNewDisk(world, replica)
      continue
    }
    addHost(cluster, hostOf(replica), autoJoin)
    if (health !== 'silent') carryOut(world, { action: 'start', nodeId })
  }
  for (const id of spares) {
    if (!cluster.nodes.some((node) => node.id === id)) addHost(cluster, controllerHost(id), autoJoin)
  }
  runCluster(world, cluster.nowMs + FORMED_MS)
  return world
}
