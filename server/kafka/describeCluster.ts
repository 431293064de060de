/**
 * DescribeCluster (60) v1-v2. On a controller listener (endpoint type 2, needs ALTER on CLUSTER) it names the active
 * controller and lists every controller registration; on a broker listener (type 1) it lists the brokers, and its
 * ControllerId is a random broker, which nobody should believe.
 * Source: DescribeClusterRequest.json, DescribeClusterResponse.json; ControllerApis#handleDescribeCluster.
 */
import { createAPI, type Reader, Writer } from '@platformatic/kafka'
import type { KafkaConnection } from './connection.ts'

export type EndpointType = 'brokers' | 'controllers'

export interface ClusterNode {
  nodeId: number
  host: string
  port: number
  rack: string | null
  /** v2 on brokers. */
  fenced: boolean | null
}

export interface ClusterAnswer {
  errorCode: number
  errorMessage: string | null
  clusterId: string
  /** Active controller; `null` where none is known. Only to be believed from a controller listener. */
  controllerId: number | null
  nodes: ClusterNode[]
}

function request(version: number, endpoints: EndpointType): Writer {
  const writer = Writer.create()
    .appendBoolean(false)
    .appendInt8(endpoints === 'brokers' ? 1 : 2)
  // IncludeFencedBrokers
  if (version >= 2) writer.appendBoolean(endpoints === 'brokers')
  return writer.appendTaggedFields()
}

export function parseDescribeCluster(version: number, reader: Reader): ClusterAnswer {
  reader.readInt32() // ThrottleTimeMs
  const errorCode = reader.readInt16()
  const errorMessage = reader.readNullableString()
  reader.readInt8() // EndpointType
  const clusterId = reader.readString()
  const controllerId = reader.readInt32()
  const nodes = reader.readArray((r) => ({
    nodeId: r.readInt32(),
    host: r.readString(),
    port: r.readInt32(),
    rack: r.readNullableString(),
    fenced: version >= 2 ? r.readBoolean() : null,
  }))
  return { errorCode, errorMessage, clusterId, controllerId: controllerId < 0 ? null : controllerId, nodes }
}

const API_V1 = createAPI<[EndpointType], ClusterAnswer>(
  60,
  1,
  (endpoints: EndpointType) => request(1, endpoints),
  (_id, _key, _version, reader) => parseDescribeCluster(1, reader),
)
const API_V2 = createAPI<[EndpointType], ClusterAnswer>(
  60,
  2,
  (endpoints: EndpointType) => request(2, endpoints),
  (_id, _key, _version, reader) => parseDescribeCluster(2, reader),
)

/** The id alone; `null` where the node does not report it, for whatever reason. */
export async function clusterIdOf(connection: KafkaConnection, endpoints: EndpointType): Promise<string | null> {
  return await describeCluster(connection, endpoints).then(
    ({ errorCode, clusterId }) => (errorCode === 0 && clusterId !== '' ? clusterId : null),
    () => null,
  )
}

/** @throws KafkaFailure */
export async function describeCluster(connection: KafkaConnection, endpoints: EndpointType): Promise<ClusterAnswer> {
  const version = connection.requireVersion(60, { min: 1, max: 2 }, 'DescribeCluster v1')
  const api = version === 2 ? API_V2 : API_V1
  return await connection.send((c) => api.async(c, endpoints))
}
