/** DescribeConfigs of a node: the settings that matter to a controller quorum, as the node's properties file has them. */

import type { Listener } from '../raft/records.ts'
import type { ClusterState, LiveNode } from '../state.ts'
import { nodeById, profile } from '../state.ts'
import {
  BROKER_HEARTBEAT_INTERVAL_MS,
  BROKER_SESSION_TIMEOUT_MS,
  ELECTION_BACKOFF_MAX_MS,
  ELECTION_TIMEOUT_MS,
  FETCH_TIMEOUT_MS,
  NO_OP_INTERVAL_MS,
  REQUEST_TIMEOUT_MS,
} from '../timing.ts'
import { ErrorCode } from './errors.ts'
import type { ClientResponse } from './rpc.ts'

/** ConfigResource.Type.BROKER */
const BROKER_RESOURCE = 4

interface Config {
  readonly name: string
  readonly value: string | null
  readonly isDefault: boolean
}

export function nodeConfigs(
  state: ClusterState,
  node: LiveNode,
  resources: readonly { readonly type: number; readonly name: string }[],
): ClientResponse {
  return {
    api: 'describeConfigs',
    results: resources.map((resource) => {
      if (resource.type !== BROKER_RESOURCE) {
        const message = `Unsupported resource type: ${resource.type}`
        return { ...resource, error: ErrorCode.invalidRequest, message, configs: [] }
      }
      if (resource.name !== String(node.id)) {
        const message = `Unexpected broker id, expected ${node.id} or empty string, but received ${resource.name}`
        return { ...resource, error: ErrorCode.invalidRequest, message, configs: [] }
      }
      return { ...resource, error: ErrorCode.none, message: null, configs: configsOf(state, node) }
    }),
  }
}

function address(listener: Listener): string {
  return `${listener.host}:${listener.port}`
}

function configsOf(state: ClusterState, node: LiveNode): Config[] {
  const { config } = node
  const roles = [
    ...(config.brokerListener === null ? [] : ['broker']),
    ...(config.controllerListener === null ? [] : ['controller']),
  ]
  const listeners = [config.controllerListener, config.brokerListener].filter((listener) => listener !== null)
  const bootstrap = config.bootstrapIds.flatMap((id) => nodeById(state, id)?.config.controllerListener ?? [])
  const voters = config.staticVoters?.flatMap((voter) =>
    voter.listeners[0] === undefined ? [] : [`${voter.key.id}@${address(voter.listeners[0])}`],
  )
  const set = (name: string, value: string): Config => ({ name, value, isDefault: false })
  const fallback = (name: string, value: string | number): Config => ({ name, value: String(value), isDefault: true })
  return [
    set('process.roles', roles.join(',')),
    set('node.id', String(node.id)),
    set('listeners', listeners.map((listener) => `${listener.name}://${address(listener)}`).join(',')),
    { name: 'advertised.listeners', value: null, isDefault: true },
    set('controller.listener.names', 'CONTROLLER'),
    fallback(
      'listener.security.protocol.map',
      'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    ),
    { name: 'inter.broker.listener.name', value: null, isDefault: true },
    fallback('security.inter.broker.protocol', 'PLAINTEXT'),
    voters === undefined ? fallback('controller.quorum.voters', '') : set('controller.quorum.voters', voters.join(',')),
    voters === undefined
      ? set('controller.quorum.bootstrap.servers', bootstrap.map(address).join(','))
      : fallback('controller.quorum.bootstrap.servers', ''),
    set('log.dirs', `/var/lib/kafka/node-${node.id}`),
    fallback('controller.quorum.fetch.timeout.ms', FETCH_TIMEOUT_MS),
    fallback('controller.quorum.election.timeout.ms', ELECTION_TIMEOUT_MS),
    fallback('controller.quorum.election.backoff.max.ms', ELECTION_BACKOFF_MAX_MS),
    fallback('controller.quorum.request.timeout.ms', REQUEST_TIMEOUT_MS),
    fallback('broker.heartbeat.interval.ms', BROKER_HEARTBEAT_INTERVAL_MS),
    fallback('broker.session.timeout.ms', BROKER_SESSION_TIMEOUT_MS),
    fallback('metadata.max.idle.interval.ms', NO_OP_INTERVAL_MS),
    ...(profile(state).autoJoin ? [autoJoin(config.autoJoin)] : []),
  ]
}

function autoJoin(enabled: boolean): Config {
  return { name: 'controller.quorum.auto.join.enable', value: String(enabled), isDefault: !enabled }
}
