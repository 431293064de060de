/** The properties file of one node of a new cluster. Pure. Source: config/*.properties of Apache Kafka 3.9 to 4.3, KIP-853. */

import type { BootstrapNode, BootstrapRequest } from '../contract/bootstrap.ts'
import { hostPort } from '../contract/hostPort.ts'
import { BROKER_LISTENER, CONTROLLER_LISTENER, listenerText } from '../nodeConfig/listenerConfig.ts'
import { rolesText } from '../nodeConfig/processRoles.ts'
import { isBroker, isController, isLoopback } from './inputProblems.ts'
import { securityProperties } from './listenerSecurity.ts'

/** A node whose every field was found usable. */
export interface UsableNode extends BootstrapNode {
  nodeId: number
}

export const isUsable = (node: BootstrapNode): node is UsableNode => node.nodeId != null

export const controllerAddress = ({ host, controllerPort: port }: UsableNode): string => hostPort({ host, port })
export const brokerAddress = ({ host, brokerPort: port }: UsableNode): string => hostPort({ host, port })

export const fileName = (nodeId: number): string => `node-${nodeId}.properties`

/** A node that others reach listens on every address of its host; one on loopback must not be open to the network. */
function listener(name: string, { host }: UsableNode, port: number | null): string {
  return listenerText({ name, host: isLoopback(host) ? host : '', port })
}

/** java.util.Properties: a backslash begins an escape. */
function line([key, value]: [string, string]): string {
  return `${key}=${value.replaceAll('\\', '\\\\')}`
}

export function propertiesText(sections: [comment: string, properties: [string, string][]][]): string {
  return sections
    .filter(([, properties]) => properties.length > 0)
    .map(([comment, properties]) => `# ${comment}\n${properties.map(line).join('\n')}\n`)
    .join('\n')
}

/** Replication of Kafka's own topics: three where there are so many brokers. */
function topics(brokers: number, release: string): [string, string][] {
  const replicas = String(Math.min(3, brokers))
  const inSync = String(Math.max(1, Math.min(2, brokers - 1)))
  return [
    ['default.replication.factor', replicas],
    ['min.insync.replicas', inSync],
    ['offsets.topic.replication.factor', replicas],
    ['transaction.state.log.replication.factor', replicas],
    ['transaction.state.log.min.isr', inSync],
    // Share groups (KIP-932) have a topic of their own since 4.1.
    ...(release === '3.9' || release === '4.0'
      ? []
      : ([
          ['share.coordinator.state.topic.replication.factor', replicas],
          ['share.coordinator.state.topic.min.isr', inSync],
        ] as [string, string][])),
  ]
}

export function nodeFile(request: BootstrapRequest, nodes: readonly UsableNode[], node: UsableNode): string {
  const controller = isController(node)
  const broker = isBroker(node)
  const { protocol, release } = request
  const listeners = [
    ...(controller ? [listener(CONTROLLER_LISTENER, node, node.controllerPort)] : []),
    ...(broker ? [listener(BROKER_LISTENER, node, node.brokerPort)] : []),
  ]
  const advertised = [
    // What the voters are told of a controller; a node that is only a broker must not name a controller listener.
    ...(controller ? [listenerText({ name: CONTROLLER_LISTENER, host: node.host, port: node.controllerPort })] : []),
    ...(broker ? [listenerText({ name: BROKER_LISTENER, host: node.host, port: node.brokerPort })] : []),
  ]
  const bootstrap = nodes.filter(isController).map(controllerAddress)
  return propertiesText([
    [
      `Node ${node.nodeId} of ${request.name.trim()}, for Apache Kafka ${release}`,
      [
        ['process.roles', rolesText(node.roles)],
        ['node.id', String(node.nodeId)],
      ],
    ],
    [
      'Where the controllers are found. Never set controller.quorum.voters as well: the voters stand in the log.',
      [
        ['controller.quorum.bootstrap.servers', bootstrap.join(',')],
        ['controller.listener.names', CONTROLLER_LISTENER],
      ],
    ],
    [
      'Listeners',
      [
        ['listeners', listeners.join(',')],
        ['advertised.listeners', advertised.join(',')],
        ...(broker ? ([['inter.broker.listener.name', BROKER_LISTENER]] as [string, string][]) : []),
        ['listener.security.protocol.map', `${CONTROLLER_LISTENER}:${protocol},${BROKER_LISTENER}:${protocol}`],
      ],
    ],
    [
      'Secrets go where it says CHANGE-ME; let only the user of Kafka read this file then',
      securityProperties(request, broker),
    ],
    [
      'Data',
      [
        ['log.dirs', node.dataDir],
        ...(broker && node.rack !== '' ? ([['broker.rack', node.rack]] as [string, string][]) : []),
      ],
    ],
    ['Topics', broker ? topics(nodes.filter(isBroker).length, release) : []],
  ])
}
