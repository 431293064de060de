/** The hops that speak Kafka: versions, authentication, rights, identity. Only requests that read. */
import { saslHandshakeV1 } from '@platformatic/kafka'
import { type Address, KafkaConnection, type Security } from '../../kafka/connection.ts'
import { clusterIdOf, describeCluster } from '../../kafka/describeCluster.ts'
import { describeQuorum } from '../../kafka/describeQuorum.ts'
import { canFetchMetadata, fetchMetadata } from '../../kafka/metadataFetch.ts'
import { nodeConfigs } from '../../kafka/nodeConfigs.ts'
import type { Handshake, Identity } from '../verdicts/kafkaVerdicts.ts'
import type { Right } from '../verdicts/rightsVerdict.ts'
import { HOP_TIMEOUT_MS } from './network.ts'

const CLUSTER_AUTHORIZATION_FAILED = 31
const INVALID_REQUEST = 42

/** @throws KafkaFailure */
export function open(address: Address, security: Security): Promise<KafkaConnection> {
  return KafkaConnection.open(address, security, { connectTimeoutMs: HOP_TIMEOUT_MS, requestTimeoutMs: HOP_TIMEOUT_MS })
}

/** What the listener says to this mechanism; no credentials are part of it. @throws KafkaFailure */
export async function handshake(connection: KafkaConnection, mechanism: string): Promise<Handshake> {
  const { errorCode, mechanisms } = await connection.send((c) => saslHandshakeV1.api.async(c, mechanism))
  return { errorCode, mechanisms: mechanisms ?? [] }
}

/** What a node answers to a question that needs a right; `null` where it could not be asked. @throws KafkaFailure where the way is gone */
type Asked = (connection: KafkaConnection) => Promise<boolean | null>

const isAllowed = (errorCode: number) => errorCode !== CLUSTER_AUTHORIZATION_FAILED

const describes: Asked = async (connection) => {
  const answer = await describeQuorum(connection)
  return answer.ok || isAllowed(answer.errorCode)
}

const fetches: Asked = async (connection) => {
  if (!canFetchMetadata(connection)) return null
  const nothing = { currentLeaderEpoch: 1, fetchOffset: 0, lastFetchedEpoch: 0, maxWaitMs: 0, maxBytes: 1 }
  return isAllowed((await fetchMetadata(connection, { clusterId: null, ...nothing })).errorCode)
}

/** A controller lists the controllers for whoever may alter the cluster. */
const lists: Asked = async (connection) => isAllowed((await describeCluster(connection, 'controllers')).errorCode)

const describesConfigs: Asked = async (connection) => {
  const answer = await nodeConfigs(connection, 0, ['node.id'])
  return answer.ok || isAllowed(answer.errorCode)
}

export async function tryRights(
  connection: KafkaConnection,
  endpoint: 'controller' | 'broker',
): Promise<Map<Right, boolean | null>> {
  const rights = new Map<Right, boolean | null>()
  rights.set('DESCRIBE', await describes(connection))
  const more: [Right, Asked][] =
    endpoint === 'controller'
      ? [
          ['CLUSTER_ACTION', fetches],
          ['ALTER', lists],
          ['DESCRIBE_CONFIGS', describesConfigs],
        ]
      : [['DESCRIBE_CONFIGS', describesConfigs]]
  for (const [right, asked] of more)
    rights.set(right, connection.isOpen ? await asked(connection).catch(() => null) : null)
  return rights
}

export async function identify(connection: KafkaConnection, endpoint: 'controller' | 'broker'): Promise<Identity> {
  const clusterId = await clusterIdOf(connection, endpoint === 'controller' ? 'controllers' : 'brokers')
  if (!connection.isOpen) return { nodeId: null, clusterId }
  const configs = await nodeConfigs(connection, 0, ['node.id']).catch(() => null)
  if (configs === null) return { nodeId: null, clusterId }
  // A node describes only itself: asked as node 0 it is that one, or names itself.
  if (configs.ok) return { nodeId: 0, clusterId }
  return { nodeId: configs.errorCode === INVALID_REQUEST ? configs.answeringId : null, clusterId }
}
