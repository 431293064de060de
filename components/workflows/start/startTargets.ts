/** Which rows of the quorum a wizard may be about, and what a link to the start page says. Pure. */

import type { QuorumView, ReplicaView } from '../../../server/contract/quorumView.ts'
import { isObserver, isVoter, votersOf } from '../../../server/contract/voters.ts'
import { MAX_CONTROLLERS, WorkflowKind } from '../../../server/contract/workflows.ts'
import type { Wanted } from '../../live/queries/usePlan.ts'
import { twinIds } from '../../verdict/incarnations.ts'
import type { Target } from '../links/wizards.ts'

export interface StartLink {
  readonly kind: WorkflowKind | null
  readonly target: Target
}

/** What is no number, no directory id or no wizard is as if it were not there. */
export function readStartLink(query: URLSearchParams): StartLink {
  const kind = WorkflowKind.safeParse(query.get('kind'))
  const number = (name: 'nodeId' | 'newNodeId' | 'controllers' | 'throttleBytesPerSecond'): Target => {
    const text = query.get(name) ?? ''
    return /^\d{1,15}$/.test(text) ? { [name]: Number(text) } : {}
  }
  const list = (name: 'nodeIds' | 'retireBrokerIds'): Target => {
    const text = query.get(name) ?? ''
    return /^\d{1,10}(,\d{1,10})*$/.test(text) ? { [name]: text.split(',').map(Number) } : {}
  }
  const directoryId = query.get('directoryId') ?? ''
  return {
    kind: kind.success ? kind.data : null,
    target: {
      ...number('nodeId'),
      ...number('newNodeId'),
      ...number('controllers'),
      ...(/^[A-Za-z0-9_-]{22}$/.test(directoryId) ? { directoryId } : {}),
      ...number('throttleBytesPerSecond'),
      ...list('nodeIds'),
      ...list('retireBrokerIds'),
    },
  }
}

const GRAVITY = { silent: 0, lagging: 1, unknown: 2, ok: 3 } as const

/** The rows that this wizard may be about, those in trouble first. */
export function targetsOf(kind: WorkflowKind, view: QuorumView): readonly ReplicaView[] {
  const twins = twinIds(view.replicas)
  const fits = (replica: ReplicaView): boolean => {
    switch (kind) {
      case 'replace-disk':
      case 'remove-controller':
      case 'replace-controller':
        return isVoter(view, replica) && replica.directoryId !== null
      case 'add-controller':
        return (
          isObserver(replica) &&
          replica.roles.includes('controller') &&
          replica.directoryId !== null &&
          !twins.has(replica.nodeId)
        )
      case 'unregister-broker':
        return replica.roles.includes('broker') && isObserver(replica)
      case 'rolling-restart':
      case 'migrate-combined':
        return replica.roles.length > 0
      case 'migrate-dedicated':
        return replica.roles.includes('broker') && replica.roles.includes('controller')
      case 'scale':
      case 'static-to-dynamic':
      case 'recover-quorum':
      case 'move-voters':
        return false
      default:
        return kind satisfies never
    }
  }
  return view.replicas.filter(fits).sort((a, b) => GRAVITY[a.health] - GRAVITY[b.health] || a.nodeId - b.nodeId)
}

/** How many voters are suggested: the next odd number that tolerates one failure more. */
export function suggestedControllers(view: QuorumView): number {
  const { voters } = view.quorum
  return Math.min(MAX_CONTROLLERS, voters % 2 === 0 ? voters + 1 : voters + 2)
}

type Migration = 'migrate-combined' | 'migrate-dedicated'

function isMigration(kind: WorkflowKind): kind is Migration {
  return kind === 'migrate-combined' || kind === 'migrate-dedicated'
}

/** Nobody who has chosen nothing yet is offered an empty plan: every voter becomes combined and every broker alone retires, or back. */
function proposedMigration(kind: Migration, view: QuorumView): Target {
  const ids = (rows: readonly ReplicaView[]) => [...new Set(rows.map((r) => r.nodeId))].sort((a, b) => a - b)
  if (kind === 'migrate-dedicated') return { nodeIds: ids(targetsOf(kind, view)) }
  const nodeIds = ids(votersOf(view))
  const brokers = ids(view.replicas.filter((r) => r.roles.includes('broker')))
  return { nodeIds, retireBrokerIds: brokers.filter((id) => !nodeIds.includes(id)) }
}

/** What was chosen, with what follows from it or is suggested. */
export function completed(kind: WorkflowKind, target: Target, view: QuorumView | null): Target {
  if (view === null) return target
  // A removal names an incarnation; where the link has the node alone, its voter is meant.
  if (kind === 'remove-controller' && target.directoryId == null) {
    const voter = targetsOf(kind, view).find((one) => one.nodeId === target.nodeId)
    return voter === undefined ? target : { ...target, directoryId: voter.directoryId }
  }
  if (isMigration(kind) && target.nodeIds === undefined && target.retireBrokerIds === undefined)
    return { ...target, ...proposedMigration(kind, view) }
  if (kind === 'scale' && target.controllers === undefined)
    return { ...target, controllers: suggestedControllers(view) }
  return target
}

/** The change that a target stands for; `null` while the target is open. */
export function wantedOf(kind: WorkflowKind, target: Target): Wanted | null {
  const { nodeId, directoryId, newNodeId, controllers, nodeIds, retireBrokerIds, throttleBytesPerSecond } = target
  const throttle = throttleBytesPerSecond === undefined ? {} : { throttleBytesPerSecond }
  switch (kind) {
    case 'replace-disk':
    case 'unregister-broker':
      return nodeId === undefined ? null : { kind, params: { nodeId } }
    case 'remove-controller':
      return nodeId === undefined || directoryId == null ? null : { kind, params: { nodeId, directoryId } }
    case 'add-controller':
      return {
        kind,
        params: { ...(nodeId === undefined ? {} : { nodeId }), ...(directoryId == null ? {} : { directoryId }) },
      }
    case 'replace-controller':
      return nodeId === undefined
        ? null
        : { kind, params: { oldNodeId: nodeId, ...(newNodeId === undefined ? {} : { newNodeId }) } }
    case 'scale':
      return controllers === undefined ? null : { kind, params: { controllers } }
    case 'rolling-restart':
      return nodeIds?.length === 0 ? null : { kind, params: nodeIds === undefined ? {} : { nodeIds: [...nodeIds] } }
    case 'static-to-dynamic':
      return { kind, params: {} }
    case 'migrate-combined':
      return nodeIds === undefined || nodeIds.length === 0
        ? null
        : { kind, params: { nodeIds: [...nodeIds], retireBrokerIds: [...(retireBrokerIds ?? [])], ...throttle } }
    case 'migrate-dedicated':
      return nodeIds === undefined || nodeIds.length === 0
        ? null
        : { kind, params: { nodeIds: [...nodeIds], ...throttle } }
    // Planned on disks, which no link carries.
    case 'recover-quorum':
    case 'move-voters':
      return null
    default:
      return kind satisfies never
  }
}
