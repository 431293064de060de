/** From what is seen on the cluster page to the wizard that deals with it. Pure. */

import type { Finding, Leaderless, ReplicaView } from '../../../server/contract/quorumView.ts'
import { isObserver } from '../../../server/contract/voters.ts'
import { startPath } from './wizards.ts'

export interface WizardLink {
  readonly label: string
  readonly href: string
}

/** Wizards for one row; none for brokers, and none that needs a directory id where the quorum has none. */
export function linksFromReplica(cluster: string, replica: ReplicaView, twin: boolean): readonly WizardLink[] {
  const { nodeId, directoryId, health, roles } = replica
  if (directoryId === null) return []
  if (isObserver(replica)) {
    if (!roles.includes('controller')) return []
    // A silent twin is the old disk, which the leader forgets by itself.
    if (twin && health === 'silent') return []
    return twin
      ? [{ label: 'Replace failed disk…', href: startPath(cluster, 'replace-disk', { nodeId }) }]
      : [{ label: 'Add to the quorum…', href: startPath(cluster, 'add-controller', { nodeId, directoryId }) }]
  }
  return [
    { label: 'Replace failed disk…', href: startPath(cluster, 'replace-disk', { nodeId }) },
    { label: 'Remove from the quorum…', href: startPath(cluster, 'remove-controller', { nodeId, directoryId }) },
  ]
}

/** @param rows all replicas, of which a finding names the keys alone  @param leaderless why nobody leads; `null` while somebody does */
export function linksFromFinding(
  cluster: string,
  { code, replicas }: Finding,
  rows: readonly ReplicaView[],
  leaderless: Leaderless | null = null,
): readonly WizardLink[] {
  const first = replicas[0]
  switch (code) {
    case 'voter-silent': {
      if (first === undefined || first.directoryId === null) return []
      return [
        { label: 'Replace its disk…', href: startPath(cluster, 'replace-disk', { nodeId: first.nodeId }) },
        { label: 'Remove it…', href: startPath(cluster, 'remove-controller', first) },
      ]
    }
    case 'two-incarnations':
      // With the voter in order, the other one is its old disk: nothing is left to do.
      if (first === undefined || !isVoterInTrouble(rows, first.nodeId)) return []
      return [{ label: 'Replace its disk…', href: startPath(cluster, 'replace-disk', { nodeId: first.nodeId }) }]
    case 'rack-loses-quorum':
      return first === undefined
        ? []
        : [
            {
              label: 'Replace one by a node elsewhere…',
              href: startPath(cluster, 'replace-controller', { nodeId: first.nodeId }),
            },
          ]
    case 'no-leader':
      // Where enough controllers answer, nothing is lost.
      return leaderless?.code === 'majority-down'
        ? [{ label: 'Bring back a lost quorum…', href: startPath(cluster, 'recover-quorum') }]
        : []
    case 'even-voters':
    case 'single-voter':
      return [{ label: 'Add a controller…', href: startPath(cluster, 'add-controller') }]
    default:
      return []
  }
}

function isVoterInTrouble(rows: readonly ReplicaView[], nodeId: number): boolean {
  return rows.some((row) => row.nodeId === nodeId && !isObserver(row) && row.health !== 'ok')
}
