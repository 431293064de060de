/** What befalls the hosts of a world, or is done to them. */
import type { SandboxAction } from '../contract/sandbox.ts'
import {
  formatNode,
  freezeNode,
  killNode,
  resumeNode,
  startNode,
  stopNode,
  wipeNode,
} from '../sandbox/simulatedQuorum/core/hosts.ts'
import { nodeOf, noteProcess, type World } from './world.ts'

/** False where it cannot be done to this node now. */
export function carryOut(world: World, act: SandboxAction): boolean {
  if (!('nodeId' in act)) return false
  if (act.action === 'configure') {
    world.named = { ...world.named, [act.nodeId]: act.bootstrapControllers ?? [] }
    return true
  }
  const { cluster } = world
  const node = nodeOf(world, act.nodeId)
  const { process, disk } = node
  const { action } = act
  switch (action) {
    case 'start':
      if (process !== 'stopped' || disk === null) return false
      startNode(cluster, node)
      break
    case 'stop':
      if (process === 'stopped') return false
      stopNode(cluster, node)
      break
    case 'kill':
      if (process === 'stopped') return false
      killNode(cluster, node)
      break
    case 'freeze':
      if (process !== 'running') return false
      freezeNode(node)
      break
    case 'resume':
      if (process !== 'frozen') return false
      resumeNode(cluster, node)
      break
    case 'wipe': {
      if (disk === null) return false
      const ends = process !== 'stopped'
      wipeNode(cluster, node)
      if (!ends) return true
      break
    }
    case 'format':
      if (disk !== null) return false
      formatNode(cluster, node)
      // An empty disk does not bring the process back sooner.
      return true
    case 'restart':
    case 'slow':
    case 'unslow':
      return false
    default:
      action satisfies never
  }
  noteProcess(world, act.nodeId)
  return true
}
