/**
 * Settings that every controller of a quorum must hold alike. Kafka compares none of them: a controller that was restarted
 * with another value goes on, and what breaks shows when it leads or when another one asks it. Pure.
 */
import { controllerListenerNames, listed, protocolsOf } from './listenerConfig.ts'

/** How a value is compared: as it stands, as a set of its parts, or as protocols by the listener names that two nodes share. */
type Comparison = 'text' | 'set' | 'protocols'

const MAP = 'listener.security.protocol.map'

interface Compared {
  as: Comparison
  /** What a node without it does: an older release does not know it, and tells nothing. */
  byDefault?: string
  breaks: string
}

const COMPARED: Readonly<Record<string, Compared>> = {
  'controller.quorum.voters': {
    as: 'set',
    breaks: 'They have two opinions of who votes and of what a majority is, so one loss may leave nobody able to lead.',
  },
  'controller.quorum.bootstrap.servers': {
    as: 'set',
    breaks: 'After a full stop they look for the quorum at different addresses.',
  },
  'controller.listener.names': {
    as: 'text',
    breaks: 'A controller without the listener that the others use is not reached by them.',
  },
  [MAP]: {
    as: 'protocols',
    breaks: 'They may speak different protocols on the listeners of the same name.',
  },
  'sasl.mechanism.controller.protocol': {
    as: 'text',
    breaks: 'A controller cannot authenticate at one that wants another mechanism.',
  },
  'sasl.enabled.mechanisms': {
    as: 'set',
    breaks: 'A node is refused by the controllers that do not offer its mechanism.',
  },
  'authorizer.class.name': { as: 'text', breaks: 'What one leader allows, the next one refuses.' },
  'super.users': {
    as: 'set',
    breaks:
      'The controllers, or the brokers, may not be allowed to talk to the one that does not name them: when it leads, nodes are refused and end.',
  },
  'early.start.listeners': {
    as: 'set',
    breaks: 'After a full stop some listeners wait for an authorizer that waits for them.',
  },
  'controller.quorum.auto.join.enable': {
    as: 'text',
    byDefault: 'false',
    breaks: 'Some controllers add themselves, others wait to be added.',
  },
}

export const AGREEING_SETTINGS: readonly string[] = Object.keys(COMPARED)

/** What was stated does not change; it is compared with every observation. */
const comparable = new WeakMap<StatedSettings['settings'], Map<string, string>>()

/** What a node holds of a setting, so that two of them can be compared. */
function compared(name: string, { settings, withheld }: Omit<StatedSettings, 'nodeId'>): string {
  const known = comparable.get(settings) ?? new Map<string, string>()
  comparable.set(settings, known)
  const text = known.get(name) ?? comparableText(name, settings, withheld)
  known.set(name, text)
  return text
}

function comparableText(name: string, settings: ReadonlyMap<string, string>, withheld: ReadonlySet<string>): string {
  const value = settings.get(name) ?? ''
  if (value === '') return withheld.has(name) ? '(set, value withheld)' : (COMPARED[name]?.byDefault ?? '(not set)')
  if (COMPARED[name]?.as === 'text') return value.trim()
  return value
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .toSorted()
    .join(',')
}

export interface StatedSettings {
  nodeId: number
  settings: ReadonlyMap<string, string>
  withheld: ReadonlySet<string>
}

export interface Difference {
  name: string
  /** Each value with the nodes that hold it, the one that most hold first. */
  held: { value: string; nodeIds: number[] }[]
  breaks: string
}

type Held = Difference['held'][number]

/** Each value with its holders, the one that most hold first. */
function heldOf(name: string, nodes: readonly StatedSettings[]): Held[] {
  return [...Map.groupBy(nodes, (node) => compared(name, node))]
    .map(([value, holders]) => ({ value, nodeIds: holders.map((one) => one.nodeId).toSorted((a, b) => a - b) }))
    .toSorted((a, b) => b.nodeIds.length - a.nodeIds.length)
}

/**
 * A combined node has listeners that a dedicated controller has not: maps that say the same of the names they share agree.
 * What only one of them names breaks nothing.
 */
function sharingNames(held: readonly Held[], nodes: readonly StatedSettings[]): Held[] {
  const groups: (Held & { protocols: Map<string, string> })[] = []
  for (const { value, nodeIds } of held) {
    const own = nodes.find(({ nodeId }) => nodeId === nodeIds[0])?.settings
    const controllers = controllerListenerNames(own?.get('controller.listener.names'))
    const protocols = protocolsOf(own?.get(MAP), { controllers, listeners: [] })
    const same = groups.find((group) =>
      [...protocols].every(([name, protocol]) => (group.protocols.get(name) ?? protocol) === protocol),
    )
    if (same === undefined) groups.push({ value, nodeIds, protocols })
    else {
      same.nodeIds = [...same.nodeIds, ...nodeIds].toSorted((a, b) => a - b)
      same.protocols = new Map([...same.protocols, ...protocols])
    }
  }
  return groups
    .map(({ value, nodeIds }) => ({ value, nodeIds }))
    .toSorted((a, b) => b.nodeIds.length - a.nodeIds.length)
}

/**
 * What the controllers that answered hold differently.
 * @param kraftVersion from 1 on the voters are in the log, and a line of voters that was left in a file is ignored
 */
export function differences(nodes: readonly StatedSettings[], kraftVersion: number | null): Difference[] {
  return Object.entries(COMPARED).flatMap(([name, { as, breaks }]): Difference[] => {
    if (name === 'controller.quorum.voters' && (kraftVersion ?? 0) >= 1) return []
    const texts = heldOf(name, nodes)
    const held = as === 'protocols' ? sharingNames(texts, nodes) : texts
    return held.length < 2 ? [] : [{ name, held, breaks }]
  })
}

/** Each setting that differs, with the nodes that hold it otherwise than most. */
export function oddNodes(
  nodes: readonly StatedSettings[],
  kraftVersion: number | null,
): { name: string; nodeIds: number[] }[] {
  return differences(nodes, kraftVersion).map(({ name, held: [, ...others] }) => ({
    name,
    nodeIds: others.flatMap((one) => one.nodeIds),
  }))
}

/** Node ids in a `controller.quorum.voters` line: `0@host:port,1@host:port`. */
export function votersIn(line: string | null | undefined): number[] {
  return listed(line).flatMap((part) => {
    const id = /^(\d+)@/.exec(part)?.[1]
    return id === undefined ? [] : [Number(id)]
  })
}
