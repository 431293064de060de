/**
 * The properties file of every node of a sandbox cluster, after the article's layout: controllers 0, 1, 2 and brokers
 * 7, 8, 9, all on this machine. Pure.
 */
import { join } from 'node:path'
import type { Role } from '../../contract/quorumView.ts'

export interface NodeSpec {
  nodeId: number
  roles: Role[]
  /** Present where the node is a controller. */
  controllerPort: number | null
  /** Present where the node is a broker. */
  brokerPort: number | null
  folder: string
}

/** Extra lines for every node and, for clients, the properties file that reaches such a cluster. */
export interface ListenerSecurity {
  /** SSL, SASL_PLAINTEXT, SASL_SSL or PLAINTEXT, for the controller and the broker listeners alike. */
  protocol: string
  nodeProperties: Record<string, string>
  clientProperties: Record<string, string>
}

export interface ClusterLayout {
  nodes: NodeSpec[]
  /** `controller.quorum.voters` instead of bootstrap servers: kraft.version 0. */
  staticQuorum: boolean
  autoJoin: boolean
  security: ListenerSecurity | null
  extra: Record<string, string>
}

export function logDirectory(node: NodeSpec): string {
  return join(node.folder, 'data')
}

function controllers(layout: ClusterLayout): NodeSpec[] {
  return layout.nodes.filter((node) => node.controllerPort !== null)
}

export function bootstrapControllers(layout: ClusterLayout): string[] {
  return controllers(layout).map((node) => `localhost:${node.controllerPort}`)
}

/** `controller.quorum.bootstrap.servers` names the first controllers only: later ones are found through the quorum. */
export function nodeProperties(layout: ClusterLayout, node: NodeSpec, bootstrap: string[]): Record<string, string> {
  const protocol = layout.security?.protocol ?? 'PLAINTEXT'
  const listeners: string[] = []
  if (node.controllerPort !== null) listeners.push(`CONTROLLER://localhost:${node.controllerPort}`)
  if (node.brokerPort !== null) listeners.push(`CLIENT://localhost:${node.brokerPort}`)
  const quorum: Record<string, string> = layout.staticQuorum
    ? {
        'controller.quorum.voters': controllers(layout)
          .map((c) => `${c.nodeId}@localhost:${c.controllerPort}`)
          .join(','),
      }
    : { 'controller.quorum.bootstrap.servers': bootstrap.join(',') }
  return {
    'node.id': String(node.nodeId),
    'process.roles': node.roles.join(','),
    ...quorum,
    ...(layout.autoJoin && node.controllerPort !== null ? { 'controller.quorum.auto.join.enable': 'true' } : {}),
    listeners: listeners.join(','),
    'controller.listener.names': 'CONTROLLER',
    // A broker must not advertise its controller listener, and a pure controller has no listener between brokers.
    ...(node.brokerPort !== null
      ? { 'advertised.listeners': `CLIENT://localhost:${node.brokerPort}`, 'inter.broker.listener.name': 'CLIENT' }
      : {}),
    'listener.security.protocol.map': `CONTROLLER:${protocol},CLIENT:${protocol}`,
    'log.dirs': logDirectory(node),
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'num.network.threads': '2',
    'num.io.threads': '2',
    'num.partitions': '1',
    'log.cleaner.dedupe.buffer.size': '2097152',
    ...layout.security?.nodeProperties,
    ...layout.extra,
  }
}

export function propertiesText(properties: Record<string, string>): string {
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`)
    .join('')
}
