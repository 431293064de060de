/**
 * What the properties file of one node must say for a step, line by line beside what the node says now. What it says is
 * DescribeConfigs of the node itself; listeners of a node that reports nothing are those of its registrations. Pure.
 */

import { hostPort } from '../../contract/hostPort.ts'
import type { NodeConfigNeed, PropertyChange } from '../../contract/nodeConfig.ts'
import type { Role } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
import { interBrokerListener, isDefaultMap, listenerText } from '../../nodeConfig/listenerConfig.ts'
import { logDirsKey } from '../../nodeConfig/logDirectories.ts'
import { rolesIn, rolesText } from '../../nodeConfig/processRoles.ts'
import { saidOf } from '../../nodeConfig/settings.ts'
import type { Facts } from '../run/facts.ts'
import {
  type Configs,
  controllerNames,
  listenerPlan,
  neededAdvertised,
  neededMap,
  saidByOthers,
  takenBy,
} from './neededListeners.ts'

/** What a step changes in the file; nothing of it where a node is only restarted. */
export interface ConfigEdit {
  roles?: Role[]
  bootstrapServers?: boolean
}

/** The host of a node as its endpoints have it. */
export function hostOf({ endpoints, view }: Facts, nodeId: number): string {
  const own = endpoints.get(nodeId)?.[0] ?? view?.replicas.find((r) => r.nodeId === nodeId)?.endpoints[0]
  return own === undefined ? `the host of node ${nodeId}` : own.host
}

/** Where the voters listen, as `controller.quorum.bootstrap.servers` is to name them. */
export function votersServers({ view, endpoints }: Facts): string {
  return (view === null ? [] : votersOf(view))
    .map((v) => {
      const [address] = endpoints.get(v.nodeId) ?? v.endpoints
      // One that is planned only: left out, it would be forgotten.
      return address === undefined ? `<address of controller ${v.nodeId}>` : hostPort(address)
    })
    .join(',')
}

function rolesNow({ view }: Facts, nodeId: number, configs: Configs | null): Role[] {
  const said = rolesIn(configs?.get('process.roles'))
  const listedRoles = (view?.replicas ?? []).filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles)
  const names = said ?? listedRoles
  return (['broker', 'controller'] as const).filter((role) => names.includes(role))
}

function quorumLines(facts: Facts, configs: Configs | null, edit: ConfigEdit): PropertyChange[] {
  // Without the line a node does not start on a static quorum: of one that reports nothing it is known all the same.
  const isStatic = facts.view?.quorum.kraftVersion === 0
  const voters = configs === null && isStatic ? '<the voters in its file>' : saidOf(configs, 'controller.quorum.voters')
  const servers = saidOf(configs, 'controller.quorum.bootstrap.servers')
  const isDynamic = (facts.view?.quorum.kraftVersion ?? 0) >= 1
  const converts = edit.bootstrapServers === true || (isDynamic && voters !== null)
  return [
    {
      key: 'controller.quorum.bootstrap.servers',
      now: servers,
      needed: converts ? votersServers(facts) : servers,
      why: converts ? 'By these addresses alone a node finds the quorum when it starts.' : '',
    },
    ...(voters === null
      ? []
      : [
          {
            key: 'controller.quorum.voters',
            now: voters,
            needed: converts ? null : voters,
            why: converts
              ? 'The voters stand in the metadata log; a list in the file is of another time.'
              : 'The quorum is static: without this line the node finds no voters.',
          },
        ]),
  ]
}

function diskLines(configs: Configs | null, getsBroker: boolean): PropertyChange[] {
  const key = logDirsKey((name) => saidOf(configs, name))
  const dirs = saidOf(configs, key)
  const metadata = saidOf(configs, 'metadata.log.dir')
  const stays = 'The metadata log of this node lies there, with its directory id: it must stay where it is.'
  const why = getsBroker
    ? `${stays} Data of topics will lie beside it; for another disk, name both here and the old one in metadata.log.dir.`
    : stays
  return [
    ...(dirs === null ? [] : [{ key, now: dirs, needed: dirs, why: metadata === null ? why : '' }]),
    ...(metadata === null ? [] : [{ key: 'metadata.log.dir', now: metadata, needed: metadata, why: stays }]),
  ]
}

/** How brokers find each other: by the name that the other brokers say, or by a protocol. */
function interBrokerLine(
  facts: Facts,
  nodeId: number,
  configs: Configs | null,
  isBroker: boolean,
  listeners: readonly string[],
): PropertyChange[] {
  const key = 'inter.broker.listener.name'
  const now = saidOf(configs, key)
  if (!isBroker) {
    return now === null ? [] : [{ key, now, needed: null, why: 'A dedicated controller has no listener for brokers.' }]
  }
  if (now !== null) return [{ key, now, needed: now, why: '' }]
  const [said] = saidByOthers(facts, nodeId, key)
  const fallback = interBrokerListener(null, saidOf(configs, 'security.inter.broker.protocol'))
  const needed = said ?? (listeners.includes(fallback) ? null : (listeners[0] ?? null))
  return needed === null ? [] : [{ key, now, needed, why: 'By this listener the brokers reach each other.' }]
}

function listenerLines(
  facts: Facts,
  nodeId: number,
  configs: Configs | null,
  roles: readonly Role[],
  host: string,
): PropertyChange[] {
  const plan = listenerPlan(facts, nodeId, configs, roles, host)
  const names = plan.needed.map((l) => l.name).filter((name) => !plan.controllers.includes(name))
  const told = (key: string) => saidOf(configs, key)
  const listeners = plan.needed.map(listenerText).join(',')
  const changed = plan.now.map(listenerText).join(',') !== listeners
  const advertised = neededAdvertised(plan, told('advertised.listeners'))
  const map = neededMap(facts, nodeId, plan, told('listener.security.protocol.map'))
  const both = roles.length > 1
  return [
    {
      key: 'listeners',
      now: told('listeners') ?? (plan.now.length === 0 ? null : plan.now.map(listenerText).join(',')),
      needed: changed ? listeners : (told('listeners') ?? listeners),
      why: changed
        ? both
          ? 'Each role has a listener of its own, on a port of its own.'
          : 'Only the listeners of the role that it keeps: Kafka refuses others.'
        : '',
    },
    ...(advertised === null && told('advertised.listeners') === null
      ? []
      : [
          {
            key: 'advertised.listeners',
            now: told('advertised.listeners'),
            needed: advertised,
            why:
              advertised === told('advertised.listeners')
                ? ''
                : 'The addresses that clients and other brokers are given; never a name that listeners lacks.',
          },
        ]),
    {
      key: 'controller.listener.names',
      now: told('controller.listener.names'),
      needed: told('controller.listener.names') ?? controllerNames(facts, nodeId, configs).join(','),
      why: '',
    },
    ...interBrokerLine(facts, nodeId, configs, roles.includes('broker'), names),
    ...(map === null || (isDefaultMap(map) && map === told('listener.security.protocol.map'))
      ? []
      : [
          {
            key: 'listener.security.protocol.map',
            now: told('listener.security.protocol.map'),
            needed: map,
            why: map === told('listener.security.protocol.map') ? '' : 'Every listener needs its protocol.',
          },
        ]),
  ]
}

/** The configuration that a node needs; with an empty edit, the one that it has and must keep. */
export function nodeConfigNeed(facts: Facts, nodeId: number, edit: ConfigEdit = {}): NodeConfigNeed {
  const told = facts.nodes.get(nodeId)?.configs ?? null
  const configs = told === null || told.size === 0 ? null : told
  const before = rolesNow(facts, nodeId, configs)
  const roles = edit.roles ?? before
  const registered = facts.log?.controllers.has(nodeId) === true || facts.log?.brokers.has(nodeId) === true
  const endpoint = facts.log?.controllers.get(nodeId)?.endpoints[0] ?? facts.log?.brokers.get(nodeId)?.endpoints[0]
  const host = endpoint?.host ?? hostOf(facts, nodeId)
  const autoJoin = saidOf(configs, 'controller.quorum.auto.join.enable')
  const getsBroker = roles.includes('broker') && !before.includes('broker')
  const now = saidOf(configs, 'process.roles') ?? (before.length === 0 ? null : rolesText(before))
  const sameRoles = roles.toSorted().join() === before.toSorted().join()
  return {
    nodeId,
    host,
    roles: [...roles],
    source: configs !== null ? 'node' : registered ? 'registration' : 'unknown',
    staticQuorum: (facts.view?.quorum.kraftVersion ?? 1) < 1,
    lines: [
      {
        key: 'process.roles',
        now,
        needed: sameRoles && now !== null ? now : rolesText(roles),
        why: sameRoles ? '' : roles.length > 1 ? 'One process is controller and broker.' : `A dedicated ${roles[0]}.`,
      },
      { key: 'node.id', now: String(nodeId), needed: String(nodeId), why: '' },
      ...quorumLines(facts, configs, edit),
      // Of a node about which nothing is known, no line would be more than a guess.
      ...(configs === null && !registered ? [] : listenerLines(facts, nodeId, configs, roles, host)),
      ...diskLines(configs, getsBroker),
      ...(autoJoin === null || autoJoin === 'false' || !roles.includes('controller')
        ? []
        : [{ key: 'controller.quorum.auto.join.enable', now: autoJoin, needed: autoJoin, why: '' }]),
    ].filter((line) => line.now !== null || line.needed !== null),
    taken: takenBy(facts, nodeId, host),
  }
}
