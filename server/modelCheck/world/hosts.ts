/** What befalls the hosts of a world, or is done to them. */
import type { SandboxAction } from '../../contract/sandbox.ts'
import {
  editBootstrap,
  formatNode,
  freezeNode,
  killNode,
  resumeNode,
  startNode,
  stopNode,
  wipeNode,
} from '../../sandbox/simulatedQuorum/core/hosts.ts'
import type { NodeState } from '../../sandbox/simulatedQuorum/core/state.ts'
import { hostWith, nodeOf, noteProcess, type World } from './world.ts'

/** What a process reads when it starts. */
function readFile(world: World, node: NodeState): void {
  const roles = world.files[node.id]
  if (roles === undefined) return
  const { controllerListener, brokerListener } = hostWith(node.id, roles)
  node.config = { ...node.config, controllerListener, brokerListener }
}

/** False where it cannot be done to this node now. */
export function carryOut(world: World, act: SandboxAction): boolean {
  if (!('nodeId' in act)) return false
  const { cluster } = world
  const node = nodeOf(world, act.nodeId)
  const { process, disk } = node
  const { action } = act
  switch (action) {
    case 'start':
      if (process !== 'stopped' || disk === null || world.dead.includes(act.nodeId)) return false
      readFile(world, node)
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
    case 'configure':
      if (act.roles !== undefined) world.files = { ...world.files, [act.nodeId]: act.roles }
      if (act.bootstrapControllers !== undefined) editBootstrap(node, act.bootstrapControllers)
      // A running process goes on with what it has read.
      return true
    // None of these befalls a world: no wizard that is explored writes to a disk.
    case 'append-voters':
    case 'graft':
    case 'purge-log':
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
