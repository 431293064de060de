/** What a node answers to a client, by the listener it came in on (ControllerApis and KafkaApis). */

import type { ReplyTo } from '../messages.ts'
import { reply } from '../network.ts'
import { leaderHint } from '../raft/fetchResponse.ts'
import { handleFetch, handleFetchSnapshot } from '../raft/fetchServer.ts'
import { describeReplicas } from '../raft/leader.ts'
import { kraftVersionOf, votersOf } from '../raft/replica.ts'
import { handleAddVoter, handleRemoveVoter, handleUpdateVoter } from '../raft/voterChange.ts'
import { nextBelow } from '../random.ts'
import type { ClusterState, LiveNode } from '../state.ts'
import { asLeader, profile, supportedFeatures } from '../state.ts'
import { handleAlterConfigs } from './dynamicConfigs.ts'
import { ErrorCode, errorMessage } from './errors.ts'
import { handleUnregisterBroker, handleUpdateFeatures } from './features.ts'
import { forward } from './forwarding.ts'
import { nodeConfigs } from './nodeConfigs.ts'
import type { ClientRequest, ClientResponse } from './rpc.ts'

/** DescribeCluster endpoint types (AdminClient's --bootstrap-server and --bootstrap-controller). */
export const EndpointType = { brokers: 1, controllers: 2 } as const

export function handleClientRequest(
  state: ClusterState,
  node: LiveNode,
  listener: 'controller' | 'broker',
  replyTo: ReplyTo,
  request: ClientRequest,
): void {
  switch (request.api) {
    case 'apiVersions': {
      reply(state, node, replyTo, describeVersions(state, node, listener))
      return
    }
    case 'describeCluster': {
      reply(state, node, replyTo, describeCluster(state, node, listener, request))
      return
    }
    case 'describeConfigs': {
      reply(state, node, replyTo, nodeConfigs(state, node, request.resources))
      return
    }
    case 'metadata': {
      reply(state, node, replyTo, brokerMetadata(state, node))
      return
    }
    case 'describeQuorum':
    case 'addRaftVoter':
    case 'removeRaftVoter':
    case 'unregisterBroker':
    case 'alterConfigs':
    case 'updateFeatures':
      if (listener === 'broker') {
        forward(state, node, replyTo, request)
        return
      }
      handleAtController(state, node, replyTo, request)
      return
    case 'fetch':
    case 'fetchSnapshot':
    case 'updateRaftVoter': {
      handleAtController(state, node, replyTo, request)
      return
    }
    default: {
      request satisfies never
    }
  }
}

/** The APIs of a controller listener that need the quorum; also where a controller's own requests and forwarded ones arrive. */
export function handleAtController(
  state: ClusterState,
  node: LiveNode,
  replyTo: ReplyTo,
  request: ClientRequest,
): void {
  switch (request.api) {
    case 'describeQuorum': {
      reply(state, node, replyTo, describeQuorum(state, node, request.knownTopic))
      return
    }
    case 'addRaftVoter': {
      handleAddVoter(state, node, replyTo, request)
      return
    }
    case 'removeRaftVoter': {
      handleRemoveVoter(state, node, replyTo, request)
      return
    }
    case 'updateRaftVoter': {
      handleUpdateVoter(state, node, replyTo, request)
      return
    }
    case 'unregisterBroker': {
      handleUnregisterBroker(state, node, replyTo, request)
      return
    }
    case 'alterConfigs': {
      handleAlterConfigs(state, node, replyTo, request)
      return
    }
    case 'updateFeatures': {
      handleUpdateFeatures(state, node, replyTo, request)
      return
    }
    case 'fetch': {
      handleFetch(state, node, replyTo, request)
      return
    }
    case 'fetchSnapshot': {
      handleFetchSnapshot(state, node, replyTo, request)
      return
    }
    case 'apiVersions':
    case 'describeCluster':
    case 'describeConfigs':
    case 'metadata': {
      handleClientRequest(state, node, 'controller', replyTo, request)
      return
    }
    default: {
      request satisfies never
    }
  }
}

/** Finalized kraft.version is left out while it is 0, so "absent" means a static quorum (KRaftMetadataCache). */
function describeVersions(state: ClusterState, node: LiveNode, listener: 'controller' | 'broker'): ClientResponse {
  const finalized = Object.entries(node.run.image.features).map(([name, level]) => ({ name, level }))
  const kraftVersion = kraftVersionOf(node)
  // Before 4.1 an update of kraft.version only left a record that changes nothing but what is announced (KAFKA-18979).
  const isAnnounced = (name: string) =>
    name !== 'kraft.version' || (kraftVersion === 0 && !profile(state).kraftVersionUpgrade)
  const known = finalized.filter(({ name, level }) => level > 0 && isAnnounced(name))
  if (kraftVersion > 0 && known.length > 0) known.push({ name: 'kraft.version', level: kraftVersion })
  return {
    api: 'apiVersions',
    listener,
    supported: supportedFeatures(state),
    finalized: known,
    finalizedEpoch: known.length > 0 ? featuresEpoch(node, listener) : null,
  }
}

/** A controller reports the offset of the last feature change, a broker how far it has read (KRaftMetadataCache.features). */
function featuresEpoch(node: LiveNode, listener: 'controller' | 'broker'): number {
  const read = Math.max(0, node.run.imageOffset - 1)
  return listener === 'controller' ? (node.run.featuresOffset ?? read) : read
}

function describeQuorum(state: ClusterState, node: LiveNode, knownTopic: boolean): ClientResponse {
  const refused = (error: ErrorCode): ClientResponse => {
    return { api: 'describeQuorum', quorum: null, atPartition: true, error, message: errorMessage(error) }
  }
  if (!knownTopic) return refused(ErrorCode.unknownTopicOrPartition)
  const leader = asLeader(node)
  if (leader === null) return refused(ErrorCode.notLeaderOrFollower)
  return {
    api: 'describeQuorum',
    atPartition: true,
    message: null,
    error: ErrorCode.none,
    quorum: {
      leaderId: node.id,
      epoch: node.disk.election.epoch,
      highWatermark: leader.run.role.highWatermark,
      ...describeReplicas(state, leader),
      nodes: votersOf(node).map((voter) => ({ id: voter.key.id, listeners: voter.listeners })),
    },
  }
}

function describeCluster(
  state: ClusterState,
  node: LiveNode,
  listener: 'controller' | 'broker',
  request: Extract<ClientRequest, { api: 'describeCluster' }>,
): ClientResponse {
  const wanted = listener === 'controller' ? EndpointType.controllers : EndpointType.brokers
  const base = { api: 'describeCluster', endpointType: wanted, clusterId: state.clusterId } as const
  if (request.endpointType !== EndpointType.brokers && request.endpointType !== EndpointType.controllers) {
    const message = `Unsupported endpoint type ${request.endpointType}`
    return { ...base, error: ErrorCode.unsupportedEndpointType, message, controllerId: null, nodes: [] }
  }
  if (request.endpointType !== wanted) {
    const name = (type: number) => (type === EndpointType.controllers ? 'CONTROLLER' : 'BROKER')
    const message = `The request was sent to an endpoint of type ${name(wanted)}, but we wanted an endpoint of type ${name(request.endpointType)}`
    return { ...base, error: ErrorCode.mismatchedEndpointType, message, controllerId: null, nodes: [] }
  }
  const { controllers, brokers } = node.run.image
  if (listener === 'controller') {
    const nodes = Object.values(controllers).flatMap(({ id, listeners }) =>
      listeners[0] === undefined ? [] : [{ id, listener: listeners[0], fenced: false }],
    )
    const { leaderId } = leaderHint(node)
    const controllerId = nodes.some(({ id }) => id === leaderId) ? leaderId : null
    return { ...base, error: ErrorCode.none, message: null, controllerId, nodes }
  }
  const nodes = Object.values(brokers).flatMap(({ id, listeners, fenced }) =>
    listeners[0] === undefined || (fenced && !request.includeFenced) ? [] : [{ id, listener: listeners[0], fenced }],
  )
  return { ...base, error: ErrorCode.none, message: null, controllerId: randomBroker(state, node), nodes }
}

/** A broker names some broker that is alive as "controller": clients of old send their requests there. */
function randomBroker(state: ClusterState, node: LiveNode): number | null {
  const alive = Object.values(node.run.image.brokers).filter(({ fenced }) => !fenced)
  return alive[nextBelow(state, alive.length)]?.id ?? null
}

function brokerMetadata(state: ClusterState, node: LiveNode): ClientResponse {
  const alive = Object.values(node.run.image.brokers).filter(({ fenced }) => !fenced)
  const brokers = alive.flatMap(({ id, listeners }) =>
    listeners[0] === undefined ? [] : [{ id, listener: listeners[0] }],
  )
  return { api: 'metadata', clusterId: state.clusterId, controllerId: randomBroker(state, node), brokers }
}
