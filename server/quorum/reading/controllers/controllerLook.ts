/**
 * What one controller reports of itself, seen from here: whether it answers, as which node, of which cluster, and whom it
 * follows. Every controller is asked alone, so that one that leads a quorum of its own shows beside the others.
 */
import { hostPort } from '../../../contract/hostPort.ts'
import type { ReplicaKey } from '../../../contract/quorumView.ts'
import { type Address, KafkaConnection, type Security } from '../../../kafka/connection.ts'
import { describeCluster } from '../../../kafka/describeCluster.ts'
import { asFailure } from '../../../kafka/failure.ts'
import { askLead, askLeader, askStated } from './askController.ts'

export interface ControllerLook {
  nodeId: number
  address: string
  answers: boolean
  /** Whether it is the node that is meant; `null` where it is not known. */
  isNode: boolean | null
  /** What it says which cluster it is of; `null` while no leader is known to it, or where we may not ask. */
  clusterId: string | null
  /** Whom it takes for the leader, itself perhaps; `null` where it knows none. */
  leaderId: number | null
  /** The voters by its own statement, where it leads. */
  leads: { epoch: number; voters: ReplicaKey[] } | null
  /** What was wrong, in words; empty where nothing was. */
  problem: string
}

const TIMEOUT_MS = 1500

/** Never rejects. */
export async function lookAtController(nodeId: number, target: Address, security: Security): Promise<ControllerLook> {
  const address = hostPort(target)
  const look: ControllerLook = {
    nodeId,
    address,
    answers: false,
    isNode: null,
    clusterId: null,
    leaderId: null,
    leads: null,
    problem: '',
  }
  const timeouts = { connectTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS }
  let connection: KafkaConnection
  try {
    connection = await KafkaConnection.open(target, security, timeouts)
  } catch (error) {
    return { ...look, problem: asFailure(address, error).message }
  }
  try {
    look.answers = true
    const stated = await askStated(connection, nodeId)
    look.isNode = stated.nodeId === null ? null : stated.nodeId === nodeId
    const lead = await askLead(connection)
    look.leads = lead === null ? null : { epoch: lead.leaderEpoch, voters: lead.voters }
    look.leaderId = lead?.leaderId ?? (await askLeader(connection, null)).leaderId
    const cluster = await describeCluster(connection, 'controllers')
    look.clusterId = cluster.errorCode === 0 && cluster.clusterId !== '' ? cluster.clusterId : null
  } catch (error) {
    look.problem = asFailure(address, error).message
  } finally {
    connection.close()
  }
  return look
}
