/** The wizards: what each is called, what it is for, and where its pages are. Pure, and small: every page has links. */
import type { ReplicaKey } from '../../server/contract/quorumView.ts'
import type { WorkflowKind } from '../../server/contract/workflows.ts'

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
}

export const wizardsPath = (cluster: string) => `/clusters/${encodeURIComponent(cluster)}/workflows`
export const runPath = (id: string) => `/workflows/${encodeURIComponent(id)}`
export const evidencePath = (id: string) => `${runPath(id)}/evidence`

/** The page on which a run is begun. The target may still be open there. */
export function startPath(cluster: string, kind: WorkflowKind, target: Partial<ReplicaKey> = {}): string {
  const query = new URLSearchParams({ kind })
  if (target.nodeId !== undefined) query.set('nodeId', String(target.nodeId))
  if (target.directoryId != null) query.set('directoryId', target.directoryId)
  return `${wizardsPath(cluster)}/new?${query}`
}
