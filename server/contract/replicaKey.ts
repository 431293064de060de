/** A replica is a node id with a directory id: two disks of one node are two. Pure. */
import type { ReplicaKey } from './quorumView.ts'

export function sameKey(a: ReplicaKey, b: ReplicaKey): boolean {
  return a.nodeId === b.nodeId && a.directoryId === b.directoryId
}

/** The key of a map or a set of replicas. */
export function keyText({ nodeId, directoryId }: ReplicaKey): string {
  return `${nodeId}/${directoryId ?? '-'}`
}
