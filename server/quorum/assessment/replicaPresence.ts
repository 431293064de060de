/**
 * Which incarnations come and go. Pure. A new leader lists an observer only after its first fetch, so one that is missing
 * for a moment has not gone.
 */
import type { QuorumView, ReplicaKey } from '../../contract/quorumView.ts'

/** Longer than any running node lets a new leader wait for its fetch, in ms. */
const GONE_AFTER_MS = 10_000

interface Seen extends ReplicaKey {
  lastListedAtMs: number
}

export type Presence = ReadonlyMap<string, Seen>

export interface PresenceChange {
  presence: Presence
  seen: ReplicaKey[]
  gone: ReplicaKey[]
}

export function replicaPresence(before: Presence, view: QuorumView): PresenceChange {
  // While nobody leads, the list is the last leader's.
  if (view.quorum.leaderId === null) return { presence: before, seen: [], gone: [] }
  const presence = new Map(before)
  const seen: ReplicaKey[] = []
  const gone: ReplicaKey[] = []
  for (const { nodeId, directoryId } of view.replicas) {
    const key = `${nodeId}/${directoryId}`
    if (!presence.has(key)) seen.push({ nodeId, directoryId })
    presence.set(key, { nodeId, directoryId, lastListedAtMs: view.observedAtMs })
  }
  for (const [key, { nodeId, directoryId, lastListedAtMs }] of presence) {
    if (view.observedAtMs - lastListedAtMs < GONE_AFTER_MS) continue
    presence.delete(key)
    gone.push({ nodeId, directoryId })
  }
  return { presence, seen, gone }
}
