/** The wizards: what each is called, what it is for, and where its pages are. Pure, and small: every page has links. */
import type { ReplicaKey } from '../../../server/contract/quorumView.ts'
import type { ManualRecoveryName, WorkflowKind } from '../../../server/contract/workflows.ts'

export interface Wizard {
  readonly kind: WorkflowKind
  readonly title: string
  /** For a menu or a badge. */
  readonly short: string
}

export const WIZARDS: Readonly<Record<WorkflowKind, Wizard>> = {
  'replace-disk': { kind: 'replace-disk', title: 'Replace a failed disk', short: 'Replace failed disk' },
  'add-controller': { kind: 'add-controller', title: 'Add a controller', short: 'Add controller' },
  'remove-controller': { kind: 'remove-controller', title: 'Remove a controller', short: 'Remove controller' },
  'replace-controller': {
    kind: 'replace-controller',
    title: 'Replace a controller by another node',
    short: 'Replace controller',
  },
  scale: { kind: 'scale', title: 'Scale the quorum', short: 'Scale' },
  'rolling-restart': { kind: 'rolling-restart', title: 'Rolling restart', short: 'Rolling restart' },
  'unregister-broker': { kind: 'unregister-broker', title: 'Unregister a broker', short: 'Unregister broker' },
  'static-to-dynamic': {
    kind: 'static-to-dynamic',
    title: 'Make a static quorum dynamic',
    short: 'Static to dynamic',
  },
  'migrate-combined': {
    kind: 'migrate-combined',
    title: 'Migrate to combined nodes, retire brokers',
    short: 'Migrate to combined',
  },
  'migrate-dedicated': {
    kind: 'migrate-dedicated',
    title: 'Migrate to dedicated controllers',
    short: 'Migrate to dedicated',
  },
  'recover-quorum': { kind: 'recover-quorum', title: 'Bring back a lost quorum', short: 'Bring back a lost quorum' },
  'move-voters': { kind: 'move-voters', title: 'The voters’ addresses changed', short: 'Voters’ addresses changed' },
}

/** Of a quorum that nobody leads: planned on disks, not on what is seen. */
export type RecoveryKind = 'recover-quorum' | 'move-voters'

export function isRecovery(kind: WorkflowKind): kind is RecoveryKind {
  return kind === 'recover-quorum' || kind === 'move-voters'
}

export const wizardsPath = (cluster: string) => `/clusters/${encodeURIComponent(cluster)}/workflows`
export const runPath = (id: string) => `/workflows/${encodeURIComponent(id)}`
export const evidencePath = (id: string) => `${runPath(id)}/evidence`
/** The runbook as a page to print. */
export const runbookPath = (id: string) => `${runPath(id)}/runbook`
export const manualRecoveryPath = (cluster: string, name: ManualRecoveryName) =>
  `/clusters/${encodeURIComponent(cluster)}/runbooks/${name}`

/** What a run is to be about, as far as it is chosen. */
export interface Target extends Partial<ReplicaKey> {
  /** Who takes its place. */
  readonly newNodeId?: number
  /** How many voters there are to be. */
  readonly controllers?: number
  readonly nodeIds?: readonly number[]
  readonly retireBrokerIds?: readonly number[]
  readonly throttleBytesPerSecond?: number
}

/** The page on which a run is begun. The target may still be open there. */
export function startPath(cluster: string, kind: WorkflowKind, target: Target = {}): string {
  return `${wizardsPath(cluster)}/new?${startQuery(kind, target)}`
}

/** The runbook of the same plan as a page to print. */
export function planRunbookPath(cluster: string, kind: WorkflowKind, target: Target): string {
  return `${wizardsPath(cluster)}/new/runbook?${startQuery(kind, target)}`
}

function startQuery(kind: WorkflowKind, target: Target): URLSearchParams {
  const query = new URLSearchParams({ kind })
  if (target.nodeId !== undefined) query.set('nodeId', String(target.nodeId))
  if (target.directoryId != null) query.set('directoryId', target.directoryId)
  if (target.newNodeId !== undefined) query.set('newNodeId', String(target.newNodeId))
  if (target.controllers !== undefined) query.set('controllers', String(target.controllers))
  if (target.nodeIds !== undefined) query.set('nodeIds', target.nodeIds.join(','))
  if (target.retireBrokerIds !== undefined) query.set('retireBrokerIds', target.retireBrokerIds.join(','))
  if (target.throttleBytesPerSecond !== undefined) {
    query.set('throttleBytesPerSecond', String(target.throttleBytesPerSecond))
  }
  return query
}
