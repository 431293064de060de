/** The files that somebody sent, decoded, described and explained. Pure. */
import type { QuorumEvent } from '../contract/events.ts'
import type { Inspection, InspectRequest } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey } from '../contract/quorumView.ts'
import { decodeFile, describeFile } from './diskFiles.ts'
import { explainDisk } from './explainDisk.ts'

export interface Watched {
  name: string
  view: QuorumView | null
  /** Age of the view; `null` before the first. */
  ageMs: number | null
  events: readonly QuorumEvent[]
}

/** Whoever was added or removed, or stood in an older voter set, and does not vote now. */
function formerVoters(view: QuorumView | null, events: readonly QuorumEvent[]): ReplicaKey[] {
  const now = (view?.replicas ?? []).filter((r) => r.status !== 'observer')
  return events
    .filter((event) => event.kind === 'voters-changed' && event.committed !== false && !event.retracted)
    .flatMap((event) => event.replicas)
    .filter((key) => !now.some((r) => r.nodeId === key.nodeId && r.directoryId === key.directoryId))
}

function comparedWith({ name, view, ageMs }: Watched): string | null {
  if (view === null || ageMs === null) return null
  const { leaderId, leaderEpoch } = view.quorum
  const state = leaderId === null ? 'nobody leads' : `${leaderId} leads epoch ${leaderEpoch ?? 'unknown'}`
  return `${name}, as it was ${Math.round(ageMs / 1000)} s ago: ${state}`
}

export function inspect({ files }: InspectRequest, watched: Watched): Inspection {
  const decoded = files.map(({ name, base64 }) => decodeFile({ name, bytes: Buffer.from(base64, 'base64') }))
  const { view, events } = watched
  return {
    files: decoded.map(describeFile),
    findings: explainDisk(decoded, { view, formerVoters: formerVoters(view, events) }),
    comparedWith: comparedWith(watched),
  }
}
