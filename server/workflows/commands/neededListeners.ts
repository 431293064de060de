/** Which listeners a node has, and which it needs for its roles. Pure. Source: Kafka KafkaConfig#validateValues, KIP-853. */
import type { Endpoint, Role } from '../../contract/quorumView.ts'
import {
  BROKER_LISTENER,
  CONTROLLER_LISTENER,
  type ConfiguredListener,
  configuredListeners,
  controllerListenerNames,
  isDefaultMap,
  isWildcard,
  listed,
  listenerText,
  protocolsOf,
} from '../../nodeConfig/listenerConfig.ts'
import type { Facts } from '../run/facts.ts'

export type Configs = ReadonlyMap<string, string>

/** What the listeners of a node are planned from. */
export interface ListenerPlan {
  controllers: string[]
  now: ConfiguredListener[]
  needed: ConfiguredListener[]
  /** Listeners of a role that the node gets: their address is a new one. */
  added: ConfiguredListener[]
}

function registered({ log }: Facts, nodeId: number): { controller: Endpoint[]; broker: Endpoint[] } {
  return {
    controller: log?.controllers.get(nodeId)?.endpoints ?? [],
    broker: log?.brokers.get(nodeId)?.endpoints ?? [],
  }
}

const asListener = ({ listener, host, port }: Endpoint): ConfiguredListener => ({
  name: listener.toUpperCase(),
  host,
  port,
})

/** What other nodes say under this key, the same answer once. */
export function saidByOthers({ nodes }: Facts, nodeId: number, key: string): string[] {
  const said = [...nodes].flatMap(([id, { configs }]) => (id === nodeId ? [] : (configs.get(key) ?? [])))
  return [...new Set(said.filter((value) => value !== ''))]
}

/** Names that belong to controllers: by the node, else by other nodes, else by the registrations of controllers. */
export function controllerNames(facts: Facts, nodeId: number, configs: Configs | null): string[] {
  const own = controllerListenerNames(configs?.get('controller.listener.names'))
  const others = saidByOthers(facts, nodeId, 'controller.listener.names').flatMap(controllerListenerNames)
  const logged = [...(facts.log?.controllers.values() ?? [])].flatMap(({ endpoints }) =>
    endpoints.map((e) => e.listener),
  )
  const [names = []] = [own, others, logged].filter((found) => found.length > 0)
  return [...new Set(names.map((name) => name.toUpperCase()))]
}

/** Addresses of the other nodes, by their registrations. */
export function takenBy(
  facts: Facts,
  nodeId: number,
  host: string,
): { nodeId: number; listener: string; port: number }[] {
  const { log } = facts
  const ids = new Set([...(log?.controllers.keys() ?? []), ...(log?.brokers.keys() ?? [])])
  ids.delete(nodeId)
  return [...ids].flatMap((id) => {
    const { controller, broker } = registered(facts, id)
    return [...controller, ...broker]
      .filter((e) => e.host === host)
      .map(({ listener, port }) => ({ nodeId: id, listener, port }))
  })
}

/** Whoever has this role already shows how its listeners are named and which port they take. */
function modelListeners(facts: Facts, nodeId: number, role: Role): ConfiguredListener[] {
  const { log } = facts
  const of = role === 'controller' ? log?.controllers : log?.brokers
  const [, model] = [...(of ?? [])].find(([id, { endpoints }]) => id !== nodeId && endpoints.length > 0) ?? []
  return (model?.endpoints ?? []).map(asListener)
}

/** @param host of the node, as others reach it */
export function listenerPlan(
  facts: Facts,
  nodeId: number,
  configs: Configs | null,
  roles: readonly Role[],
  host: string,
): ListenerPlan {
  const controllers = controllerNames(facts, nodeId, configs)
  const isOfController = ({ name }: ConfiguredListener) => controllers.includes(name)
  const said = configuredListeners(configs?.get('listeners'))
  const { controller, broker } = registered(facts, nodeId)
  const now = said.length > 0 ? said : [...controller, ...broker].map(asListener)
  const kept = now.filter((l) => roles.includes(isOfController(l) ? 'controller' : 'broker'))
  const ports = new Set([...takenBy(facts, nodeId, host).map((t) => t.port), ...now.flatMap((l) => l.port ?? [])])
  const wildcard = now.length > 0 && now.every((l) => isWildcard(l.host))
  const added = roles.flatMap((role) => {
    const has = kept.some((l) => isOfController(l) === (role === 'controller'))
    if (has) return []
    const models = modelListeners(facts, nodeId, role).filter((l) => isOfController(l) === (role === 'controller'))
    const fallback = role === 'controller' ? (controllers[0] ?? CONTROLLER_LISTENER) : BROKER_LISTENER
    const wanted = models.length > 0 ? models : [{ name: fallback, host, port: null }]
    return wanted.map(({ name, port }) => ({ name, host, port: port !== null && ports.has(port) ? null : port }))
  })
  const bound = added.map((l) => (wildcard ? { ...l, host: '' } : l))
  return { controllers, now, needed: [...kept, ...bound], added }
}

/** `advertised.listeners` afterwards; `null` where the line is to be left out. */
export function neededAdvertised(
  { now, needed, added, controllers }: ListenerPlan,
  told: string | null,
): string | null {
  const names = new Set(needed.map((l) => l.name))
  const kept = configuredListeners(told).filter((l) => names.has(l.name))
  // A controller listener that is not advertised is registered as it is bound; a broker says where clients find it.
  const must = added.filter((l) => !controllers.includes(l.name) || needed.some((n) => isWildcard(n.host)))
  const advertised = [...kept, ...must]
  if (now.length === needed.length && must.length === 0) return told
  return advertised.length === 0 ? null : advertised.map(listenerText).join(',')
}

/** `listener.security.protocol.map` with every name that the node needs; as it is where nothing is missing. */
export function neededMap(facts: Facts, nodeId: number, plan: ListenerPlan, told: string | null): string | null {
  const names = { controllers: plan.controllers, listeners: plan.needed.map((l) => l.name) }
  const known = protocolsOf(told, names)
  const used = [...new Set([...names.controllers, ...names.listeners])]
  const missing = used.filter((name) => !known.has(name))
  if (missing.length === 0) return told
  const elsewhere = saidByOthers(facts, nodeId, 'listener.security.protocol.map').map((map) => protocolsOf(map, names))
  const protocolOf = (name: string) =>
    known.get(name) ?? elsewhere.flatMap((map) => map.get(name) ?? [])[0] ?? `<protocol of ${name}>`
  // A map that is written down counts alone: then it has to name the others, too.
  const base = told === null || isDefaultMap(told) ? used.filter((name) => known.has(name)) : []
  const added = [...base, ...missing].map((name) => `${name}:${protocolOf(name)}`)
  return [...(told === null || isDefaultMap(told) ? [] : listed(told)), ...added].join(',')
}
