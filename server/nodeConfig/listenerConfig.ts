/**
 * Listeners as the properties of a node name them. Pure.
 * Sources: Kafka SocketServerConfigs#listenerListToEndPoints, KafkaConfig#effectiveListenerSecurityProtocolMap.
 */
import { SecurityProtocol } from '../contract/bootstrap.ts'
import { hostPort } from '../contract/hostPort.ts'

/** `port` is `null` where the file leaves it to the operator (`<port>`). `host` is empty for every address of the host. */
export interface ConfiguredListener {
  name: string
  host: string
  port: number | null
}

export const SECURITY_PROTOCOLS = SecurityProtocol.options

/** Of a file without `listeners`. */
export const DEFAULT_LISTENERS = 'PLAINTEXT://:9092'

/** What the listeners of a role are called where nobody has named them. */
export const CONTROLLER_LISTENER = 'CONTROLLER'
export const BROKER_LISTENER = 'BROKER'

export const usesTls = (protocol: string): boolean => protocol.endsWith('SSL')
export const usesSasl = (protocol: string): boolean => protocol.startsWith('SASL_')

/** Comma-separated values of one property, without empty ones. */
export function listed(value: string | null | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** `[::1]:9093` as endpoints have it: `::1:9093`. */
export function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\](:\d+)$/, '$1$2')
}

const LISTENER = /^([A-Za-z0-9_.-]+):\/\/(\[[0-9A-Fa-f:.%]*\]|[^:/]*):(\d{1,5}|<[^>]*>)$/

/** One entry of `listeners` or `advertised.listeners`; `null` where Kafka could not read it. */
export function configuredListener(text: string): ConfiguredListener | null {
  const [, name = '', host = '', port = ''] = LISTENER.exec(text) ?? []
  if (name === '' || Number(port) > 65_535) return null
  return {
    name: name.toUpperCase(),
    host: host.replace(/^\[|\]$/g, ''),
    port: port.startsWith('<') ? null : Number(port),
  }
}

/** The entries that can be read, in their order. */
export function configuredListeners(value: string | null | undefined): ConfiguredListener[] {
  return listed(value).flatMap((text) => configuredListener(text) ?? [])
}

export function listenerText({ name, host, port }: ConfiguredListener): string {
  return `${name}://${hostPort({ host, port: port ?? '<a free port>' })}`
}

/** Whether a listener with this host takes every address of the machine. */
export const isWildcard = (host: string): boolean => host === '' || host === '0.0.0.0' || host === '::'

/** Names in `controller.listener.names`, as Kafka compares them. */
export function controllerListenerNames(value: string | null | undefined): string[] {
  return listed(value).map((name) => name.toUpperCase())
}

/** The listener by which brokers reach each other: by its name, else the one that bears the name of the protocol. */
export function interBrokerListener(name: string | null | undefined, protocol: string | null | undefined): string {
  return name ?? protocol ?? 'PLAINTEXT'
}

/** By its name a listener speaks the protocol of that name, unless a map says otherwise. */
function isSecured(name: string): boolean {
  return name !== 'PLAINTEXT' && SECURITY_PROTOCOLS.some((protocol) => protocol === name)
}

/**
 * The protocol of each listener name. A map that the file does not have is Kafka's own: the four protocols by their names,
 * and PLAINTEXT for controller listeners where nothing is secured by its name.
 */
export function protocolsOf(
  map: string | null | undefined,
  names: { controllers: readonly string[]; listeners: readonly string[] },
): Map<string, string> {
  if (map != null && map.trim() !== '' && !isDefaultMap(map)) {
    return new Map(
      listed(map).flatMap((entry) => {
        const at = entry.lastIndexOf(':')
        return at < 1 ? [] : [[entry.slice(0, at).trim().toUpperCase(), entry.slice(at + 1).trim()] as const]
      }),
    )
  }
  const protocols = new Map<string, string>(SECURITY_PROTOCOLS.map((name) => [name, name]))
  if ([...names.controllers, ...names.listeners].some(isSecured)) return protocols
  for (const name of names.controllers) if (name !== 'PLAINTEXT') protocols.set(name, 'PLAINTEXT')
  return protocols
}

/** Whether this is the map of a node whose file has none: it is told like any other. */
export function isDefaultMap(map: string): boolean {
  const entries = listed(map).toSorted()
  return (
    entries.join() ===
    SECURITY_PROTOCOLS.map((name) => `${name}:${name}`)
      .toSorted()
      .join()
  )
}
