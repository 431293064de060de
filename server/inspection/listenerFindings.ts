/** Whether the listeners of a properties file fit its roles, each other, and what else is on the host. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { NodeConfigNeed } from '../contract/nodeConfig.ts'
import type { Role } from '../contract/quorumView.ts'
import {
  type ConfiguredListener,
  configuredListener,
  configuredListeners,
  controllerListenerNames,
  DEFAULT_LISTENERS,
  interBrokerListener,
  isWildcard,
  listed,
  protocolsOf,
  SECURITY_PROTOCOLS,
} from '../nodeConfig/listenerConfig.ts'
import { wrong } from './known.ts'

type Values = ReadonlyMap<string, string>

interface Listeners {
  values: Values
  roles: readonly Role[]
  controllers: string[]
  bound: ConfiguredListener[]
  /** Of the controller, and of the broker. */
  ofController: ConfiguredListener[]
  ofBroker: ConfiguredListener[]
}

function listenersOf(values: Values, roles: readonly Role[]): Listeners {
  const controllers = controllerListenerNames(values.get('controller.listener.names'))
  const bound = configuredListeners(values.get('listeners') ?? DEFAULT_LISTENERS)
  const isController = (l: ConfiguredListener) => controllers.includes(l.name)
  return {
    values,
    roles,
    controllers,
    bound,
    ofController: bound.filter(isController),
    ofBroker: bound.filter((l) => !isController(l)),
  }
}

function unreadable(values: Values): DiskFinding[] {
  return ['listeners', 'advertised.listeners'].flatMap((key) =>
    listed(values.get(key)).some((text) => configuredListener(text) === null && !text.includes('<'))
      ? [
          wrong(
            'listener-unreadable',
            `${key} holds something that is not a listener`,
            'Each is NAME://host:port; the host may be empty.',
            `Correct ${key}.`,
          ),
        ]
      : [],
  )
}

function ofRoles({ roles, controllers, ofController, ofBroker }: Listeners): DiskFinding[] {
  const findings: DiskFinding[] = []
  if (controllers.length === 0) {
    findings.push(
      wrong(
        'controller-names-missing',
        'controller.listener.names is not set',
        'Every node needs it, to know by which listener controllers are reached.',
        'Set it as on the other nodes.',
      ),
    )
    return findings
  }
  const names = (listeners: readonly ConfiguredListener[]) => listeners.map((l) => l.name).join(', ')
  if (roles.includes('controller') && ofController.length === 0) {
    findings.push(
      wrong(
        'controller-listener-missing',
        'The controller has no listener',
        `listeners names none of ${controllers.join(', ')}, so the other controllers could not reach it.`,
        'Add a listener of that name on a port of its own.',
      ),
    )
  }
  if (!roles.includes('controller') && ofController.length > 0) {
    findings.push(
      wrong(
        'controller-listener-too-many',
        `${names(ofController)} is a controller listener, and this node is not a controller`,
        'Kafka refuses to start like that.',
        'Leave it out of listeners, or add the role controller.',
      ),
    )
  }
  if (roles.includes('broker') && ofBroker.length === 0) {
    findings.push(
      wrong(
        'broker-listener-missing',
        'The broker has no listener',
        'Every listener of the file belongs to the controller, so no client could reach the broker.',
        'Add a listener for brokers and clients on a port of its own.',
      ),
    )
  }
  if (!roles.includes('broker') && ofBroker.length > 0) {
    findings.push(
      wrong(
        'broker-listener-too-many',
        `${names(ofBroker)} belongs to no controller`,
        'A dedicated controller may have listeners of controllers only; Kafka refuses to start with others.',
        'Leave it out of listeners.',
      ),
    )
  }
  return findings
}

function ofPorts({ bound, controllers }: Listeners, { taken, host }: NodeConfigNeed): DiskFinding[] {
  const role = (l: ConfiguredListener) => (controllers.includes(l.name) ? 'controller' : 'broker')
  const meets = (one: ConfiguredListener, other: ConfiguredListener) =>
    one.port !== null &&
    one.port === other.port &&
    (one.host === other.host || isWildcard(one.host) || isWildcard(other.host))
  // Each is told with the next one alone: of all pairs there may be millions.
  const twice = bound.flatMap((one, i) => {
    const other = bound.find((next, j) => j > i && meets(one, next))
    return other === undefined
      ? []
      : [
          wrong(
            'port-twice',
            `${one.name} and ${other.name} want the same port, ${one.port}`,
            `One is of the ${role(one)}, the other of the ${role(other)}; only the first would get it and Kafka would not start.`,
            'Give each listener a port of its own.',
          ),
        ]
  })
  const neighbours = bound.flatMap((l) => {
    const other = taken.find((t) => t.port === l.port)
    return other === undefined
      ? []
      : [
          wrong(
            'port-taken',
            `Port ${other.port} belongs to node ${other.nodeId} on ${host}`,
            `Its listener ${other.listener} is registered there; ${l.name} of this node could not bind to it.`,
            'Choose a port that is free on this host.',
          ),
        ]
  })
  return [...twice, ...neighbours]
}

function ofMap({ values, bound, controllers }: Listeners, need: NodeConfigNeed): DiskFinding[] {
  const used = [...new Set([...bound.map((l) => l.name), ...controllers])]
  const names = { controllers, listeners: bound.map((l) => l.name) }
  const protocols = protocolsOf(values.get('listener.security.protocol.map'), names)
  const findings: DiskFinding[] = used
    .filter((name) => !protocols.has(name))
    .map((name) =>
      wrong(
        'listener-not-mapped',
        `${name} has no protocol`,
        `listener.security.protocol.map does not name ${name}${controllers.includes(name) ? ', the listener of the controllers' : ''}. Kafka does not start without it.`,
        `Add ${name}:… to listener.security.protocol.map, as on the other nodes.`,
      ),
    )
  for (const [name, protocol] of protocols) {
    if (!SECURITY_PROTOCOLS.some((known) => known === protocol.toUpperCase()) && !protocol.includes('<')) {
      findings.push(
        wrong(
          'protocol-unknown',
          `The protocol of ${name} is not one of Kafka’s`,
          `There are ${SECURITY_PROTOCOLS.join(', ')}.`,
          'Correct listener.security.protocol.map.',
        ),
      )
    }
  }
  const told = need.lines.find((l) => l.key === 'listener.security.protocol.map')?.needed ?? null
  const before = protocolsOf(told, names)
  for (const name of used) {
    const [was, is] = [before.get(name), protocols.get(name)]
    if (told === null || was === undefined || is === undefined || was === is || was.includes('<')) continue
    findings.push(
      wrong(
        'protocol-differs',
        `${name} would speak ${is}, and speaks ${was}`,
        'Whoever connects to it, or is connected to, still speaks the other protocol.',
        `Keep ${name}:${was}, unless all nodes change.`,
      ),
    )
  }
  return findings
}

function ofAdvertised({ values, bound, ofBroker, roles }: Listeners): DiskFinding[] {
  const advertised = configuredListeners(values.get('advertised.listeners'))
  const strange = advertised.filter((l) => !bound.some((b) => b.name === l.name))
  const wild = advertised.filter((l) => isWildcard(l.host) && l.host !== '')
  const all = roles.includes('broker') && advertised.length === 0 && ofBroker.some((l) => l.host === '0.0.0.0')
  return [
    ...strange.map((l) =>
      wrong(
        'advertised-unknown',
        `${l.name} is advertised, and listeners does not have it`,
        'Kafka does not start with an advertised listener that it does not bind.',
        `Take ${l.name} out of advertised.listeners, or add it to listeners.`,
      ),
    ),
    ...(wild.length === 0 && !all
      ? []
      : [
          wrong(
            'advertised-everywhere',
            'What is advertised is not an address',
            'Nobody can connect to 0.0.0.0.',
            'Advertise the name of the host.',
          ),
        ]),
  ]
}

function ofInterBroker({ values, roles, controllers, ofBroker }: Listeners): DiskFinding[] {
  if (!roles.includes('broker')) return []
  const name = values.get('inter.broker.listener.name')?.trim().toUpperCase()
  const protocol = values.get('security.inter.broker.protocol')?.trim()
  if (name !== undefined && protocol !== undefined) {
    return [
      wrong(
        'inter-broker-twice',
        'inter.broker.listener.name and security.inter.broker.protocol are both set',
        'Kafka takes only one of the two.',
        'Leave the name.',
      ),
    ]
  }
  const used = interBrokerListener(name, protocol)
  if (controllers.includes(used)) {
    return [
      wrong(
        'inter-broker-of-controllers',
        `Brokers would reach each other by ${used}, which belongs to controllers`,
        'Kafka refuses that.',
        'Name the listener of the brokers in inter.broker.listener.name.',
      ),
    ]
  }
  if (ofBroker.some((l) => l.name === used)) return []
  return [
    wrong(
      'inter-broker-missing',
      `Brokers would reach each other by ${used}, which is no listener of this node`,
      name === undefined
        ? 'inter.broker.listener.name is not set, and the default is PLAINTEXT.'
        : 'Kafka does not start like that.',
      'Name the listener of the brokers in inter.broker.listener.name.',
    ),
  ]
}

export function listenerFindings(values: Values, roles: readonly Role[], need: NodeConfigNeed): DiskFinding[] {
  const listeners = listenersOf(values, roles)
  return [
    ...unreadable(values),
    ...ofRoles(listeners),
    ...ofPorts(listeners, need),
    ...ofMap(listeners, need),
    ...ofAdvertised(listeners),
    ...ofInterBroker(listeners),
  ]
}
