/** A voter change by somebody else, who asks nobody. */
import { trueLeader, trueVoters } from './truth.ts'
import { nodeOf, sendRequest, type World } from './world.ts'

/** A command as Kafka's own tool sends it: the leader takes it or not. */
export function sendRaw(world: World, change: 'remove' | 'add', nodeId: number): number | null {
  const leader = trueLeader(world)
  if (leader === null) return null
  const { clusterId } = world.cluster
  const { disk, config } = nodeOf(world, nodeId)
  const plannedVoter = trueVoters(world).find((v) => v.nodeId === nodeId)
  const directoryId = change === 'remove' ? (plannedVoter?.directoryId ?? null) : (disk?.directoryId ?? null)
  const voter = { id: nodeId, directoryId }
  const listeners = config.controllerListener === null ? [] : [config.controllerListener]
  return sendRequest(
    world,
    leader.id,
    change === 'remove'
      ? { api: 'removeRaftVoter', clusterId, voter }
      : { api: 'addRaftVoter', clusterId, voter, listeners, ackWhenCommitted: true },
  )
}
