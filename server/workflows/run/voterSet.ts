/** Voter sets as plans speak of them: sets of (node id, directory id). Pure. */

import type { QuorumView, ReplicaKey, ReplicaView } from '../../contract/quorumView.ts'
import { keyText, sameKey } from '../../contract/replicaKey.ts'
import { votersOf } from '../../contract/voters.ts'
import { listed } from '../../contract/words/lists.ts'
import type { VoterChange } from './ports.ts'

export function voterKeys(view: QuorumView): ReplicaKey[] {
  return votersOf(view).map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
}

export function rowOf(view: QuorumView, key: ReplicaKey): ReplicaView | null {
  return view.replicas.find((r) => sameKey(r, key)) ?? null
}

export function includes(set: readonly ReplicaKey[], key: ReplicaKey): boolean {
  return set.some((one) => sameKey(one, key))
}

export function setText(set: readonly ReplicaKey[]): string {
  return set.map(keyText).sort().join(' ')
}

export function sameSet(a: readonly ReplicaKey[], b: readonly ReplicaKey[]): boolean {
  return setText(a) === setText(b)
}

/** The set after a change; the same set where the change has nothing to do. */
export function changed(set: readonly ReplicaKey[], change: VoterChange): ReplicaKey[] {
  const key: ReplicaKey = { nodeId: change.nodeId, directoryId: change.directoryId }
  const rest = set.filter((one) => !sameKey(one, key))
  return change.kind === 'add' ? [...rest, key] : rest
}

/** Node ids that voted when a run was planned, or left in it before that, and vote no more. */
export function goneFrom(
  { initial, gone = [] }: { initial: readonly ReplicaKey[]; gone?: readonly number[] },
  view: QuorumView | null,
): number[] {
  if (view === null) return []
  const now = new Set(votersOf(view).map((v) => v.nodeId))
  return [...new Set([...gone, ...initial.map((v) => v.nodeId)])].filter((id) => !now.has(id))
}

/** Node ids that vote now and did not when a run was planned, or came in it before that. */
export function cameTo(
  { initial, came = [] }: { initial: readonly ReplicaKey[]; came?: readonly number[] },
  view: QuorumView,
): number[] {
  const then = new Set(initial.map((v) => v.nodeId))
  return votersOf(view)
    .map((v) => v.nodeId)
    .filter((id) => came.includes(id) || !then.has(id))
}

/** "0, 1 and 2": the node ids, in order. */
export function idsText(set: readonly { nodeId: number }[]): string {
  return listed([...new Set(set.map((one) => one.nodeId))].sort((a, b) => a - b))
}

/** The same for ids alone. */
export function idListText(ids: readonly number[]): string {
  return idsText(ids.map((nodeId) => ({ nodeId })))
}

/** "broker 7", "brokers 7 and 8". */
export function namedText(what: 'broker' | 'node', ids: readonly number[]): string {
  return `${what}${new Set(ids).size === 1 ? '' : 's'} ${idListText(ids)}`
}

/** A directory id as far as a person reads it. */
export function shortId(directoryId: string | null): string {
  return directoryId === null ? '(none)' : `${directoryId.slice(0, 8)}…`
}
