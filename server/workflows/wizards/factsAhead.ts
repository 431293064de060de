/** The facts as they will be when a part is done, as far as later parts are planned on them. For reading ahead alone. Pure. */

import type { QuorumView, ReplicaView, Role } from '../../contract/quorumView.ts'
import { majorityOf, observersOf, votersOf } from '../../contract/voters.ts'
import type { Facts } from '../run/facts.ts'
import { freeNodeId } from '../run/freeNodeId.ts'
import type { Part } from '../run/run.ts'

function withVoters(view: QuorumView, voters: readonly ReplicaView[]): QuorumView {
  const rest = view.replicas.filter(
    (r) => !voters.some((v) => v.nodeId === r.nodeId && v.directoryId === r.directoryId),
  )
  const observers = rest.map((r) => ({ ...r, status: 'observer' as const }))
  const healthyVoters = voters.filter((v) => v.health === 'ok' || v.health === 'lagging').length
  const [majority, { length }] = [majorityOf(voters.length), voters]
  const quorum = { ...view.quorum, voters: length, majority, healthyVoters, margin: healthyVoters - majority }
  return { ...view, replicas: [...voters, ...observers], quorum }
}

/** The new voter; one that does not exist yet has the lowest free id. */
function added(facts: Facts, view: QuorumView, { plan, params }: Part): Facts {
  const nodeId = plan?.candidate?.nodeId ?? params.nodeId
  const known = observersOf(view).find((r) => r.nodeId === nodeId)
  const template = known ?? view.replicas[0]
  if (template === undefined) return facts
  const fresh = {
    directoryId: null,
    endpoints: [],
    nodeId: nodeId ?? freeNodeId(facts),
    roles: ['controller' as const],
  }
  const voter: ReplicaView = { ...template, ...(known === undefined ? fresh : {}), status: 'follower', health: 'ok' }
  return { ...facts, view: withVoters(view, [...votersOf(view), voter]) }
}

function withRoles(facts: Facts, view: QuorumView, nodeId: number, roles: readonly Role[]): Facts {
  const { log } = facts
  const told = facts.nodes.get(nodeId)
  const configs = new Map(told?.configs).set('process.roles', roles.join(','))
  const supportedMetadataVersion = told?.supportedMetadataVersion ?? null
  const replicas = view.replicas.map((r) => (r.nodeId === nodeId ? { ...r, roles: [...roles] } : r))
  const isNewBroker = roles.includes('broker') && log?.brokers.has(nodeId) === false
  const broker = { endpoints: [], incarnationId: '', fenced: false, rack: null }
  return {
    ...facts,
    nodes: new Map(facts.nodes).set(nodeId, { configs, supportedMetadataVersion }),
    view: { ...view, replicas },
    log: log !== null && isNewBroker ? { ...log, brokers: new Map(log.brokers).set(nodeId, broker) } : log,
  }
}

export function factsAfter(facts: Facts, part: Part): Facts {
  const { view } = facts
  if (view === null) return facts
  switch (part.kind) {
    case 'add-controller':
      return added(facts, view, part)
    case 'remove-controller': {
      const nodeId = part.plan?.target?.nodeId ?? part.params.nodeId
      return {
        ...facts,
        view: withVoters(
          view,
          votersOf(view).filter((v) => v.nodeId !== nodeId),
        ),
      }
    }
    case 'restart-node': {
      const nodeId = part.plan?.target?.nodeId
      const roles = part.params.edit?.roles
      return nodeId === undefined || roles === undefined ? facts : withRoles(facts, view, nodeId, roles)
    }
    case 'bootstrap-servers':
    case 'drain':
    case 'unregister-broker':
      return facts
    default:
      return part.kind satisfies never
  }
}
