/** Which rows of the quorum a wizard may be about, and what a link to the start page says. Pure. */
import type { QuorumView, ReplicaView } from '../../server/contract/quorumView.ts'
import { WorkflowKind } from '../../server/contract/workflows.ts'
import type { Wanted } from '../live/usePlan.ts'
import { twinIds } from '../quorum/incarnations.ts'

export interface StartLink {
  readonly kind: WorkflowKind | null
  readonly nodeId: number | null
  readonly directoryId: string | null
}

/** What is no number, no directory id or no wizard is as if it were not there. */
export function readStartLink(query: URLSearchParams): StartLink {
  const kind = WorkflowKind.safeParse(query.get('kind'))
  const nodeId = query.get('nodeId') ?? ''
  const directoryId = query.get('directoryId') ?? ''
  return {
    kind: kind.success ? kind.data : null,
    nodeId: /^\d{1,10}$/.test(nodeId) ? Number(nodeId) : null,
    directoryId: /^[A-Za-z0-9_-]{22}$/.test(directoryId) ? directoryId : null,
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
        return replica.status !== 'observer' && replica.directoryId !== null
      case 'add-controller':
        return (
          replica.status === 'observer' &&
          replica.roles.includes('controller') &&
          replica.directoryId !== null &&
          !twins.has(replica.nodeId)
        )
      default:
        return kind satisfies never
    }
  }
  return view.replicas.filter(fits).sort((a, b) => GRAVITY[a.health] - GRAVITY[b.health] || a.nodeId - b.nodeId)
}

/** The change that a target stands for; `null` while the target is open. */
export function wantedOf({ kind, nodeId, directoryId }: StartLink): Wanted | null {
  switch (kind) {
    case 'replace-disk':
      return nodeId === null ? null : { kind, params: { nodeId } }
    case 'remove-controller':
      return nodeId === null || directoryId === null ? null : { kind, params: { nodeId, directoryId } }
    case 'add-controller':
      return {
        kind,
        params: { ...(nodeId === null ? {} : { nodeId }), ...(directoryId === null ? {} : { directoryId }) },
      }
    case null:
      return null
    default:
      return kind satisfies never
  }
}
