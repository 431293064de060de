/**
 * What can be wrong beside processes and disks: a node cut off from the others, links that are slow, the leader's clock set
 * forward or back. One at a time: together with everything else that can happen they would make too many states.
 */
import { cutLink, healLink, stepClock } from '../../sandbox/simulatedQuorum/core/hosts.ts'
import { trueLeader } from './truth.ts'
import { nodeOf, type World } from './world.ts'

export type OddKind = 'cut off' | 'cut off from the dashboard, too' | 'slow' | 'clock forward' | 'clock back'

export interface Oddity {
  kind: OddKind
  nodeId: number
  sinceMs: number
}

/** Longer than the fetch timeout, and than the time in which a voter counts as heard, in ms. */
const CLOCK_STEP_MS = 2500

/**
 * What may begin at this node. Nobody reads the clock of a follower; a slow leader would answer no poll in time, and one
 * that is cut off and still answers polls is the more dangerous one only where it leads.
 */
export function odditiesAt(world: World, nodeId: number): OddKind[] {
  if (nodeOf(world, nodeId).process !== 'running') return []
  return trueLeader(world)?.id === nodeId
    ? ['cut off', 'cut off from the dashboard, too', 'clock forward', 'clock back']
    : ['cut off', 'slow']
}

function othersOf({ cluster }: World, nodeId: number): number[] {
  return cluster.nodes.map((node) => node.id).filter((id) => id !== nodeId)
}

export function begin(world: World, kind: OddKind, nodeId: number): void {
  const { cluster, dashboard } = world
  const node = nodeOf(world, nodeId)
  world.oddity = { kind, nodeId, sinceMs: cluster.nowMs }
  switch (kind) {
    case 'cut off from the dashboard, too':
      if (dashboard.rpc?.nodeId === nodeId) dashboard.rpc = { ...dashboard.rpc, isDeaf: true }
      for (const other of othersOf(world, nodeId)) cutLink(cluster, nodeId, other)
      return
    case 'cut off':
      for (const other of othersOf(world, nodeId)) cutLink(cluster, nodeId, other)
      return
    case 'slow':
      node.slow = true
      return
    case 'clock forward':
      stepClock(node, CLOCK_STEP_MS)
      return
    case 'clock back':
      stepClock(node, -CLOCK_STEP_MS)
      return
    default:
      kind satisfies never
  }
}

/** All is well again; a clock is set right by another step. */
export function mend(world: World): void {
  const { oddity, cluster } = world
  if (oddity === null) return
  const { kind, nodeId } = oddity
  const node = nodeOf(world, nodeId)
  world.oddity = null
  switch (kind) {
    case 'cut off':
    case 'cut off from the dashboard, too':
      for (const other of othersOf(world, nodeId)) healLink(cluster, nodeId, other)
      return
    case 'slow':
      node.slow = false
      return
    case 'clock forward':
    case 'clock back':
      stepClock(node, -node.clockOffsetMs)
      return
    default:
      kind satisfies never
  }
}
