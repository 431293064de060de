/** The files that somebody sent, decoded, described and explained. Pure. */

import { gravestFirst } from '../contract/advice.ts'
import type { DiskFinding, Inspection, InspectRequest } from '../contract/inspection.ts'
import type { QuorumEvent } from '../contract/past/events.ts'
import type { QuorumView, ReplicaKey } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { votersOf } from '../contract/voters.ts'
import { wholeSeconds } from '../contract/words/durations.ts'
import { decodeFile, describeFile } from './diskFiles.ts'
import { type Disk, disksOf, explainTogether, metaOf, rankingOf } from './disks.ts'
import { explainDisk } from './explainDisk.ts'
import type { Known } from './known.ts'

export interface Watched {
  name: string
  view: QuorumView | null
  /** Age of the view; `null` before the first. */
  ageMs: number | null
  events: readonly QuorumEvent[]
}

/** Whoever was added or removed, or stood in an older voter set, and does not vote now. */
function formerVoters(view: QuorumView | null, events: readonly QuorumEvent[]): ReplicaKey[] {
  const now = view === null ? [] : votersOf(view)
  return events
    .filter((event) => event.kind === 'voters-changed' && event.committed !== false && !event.retracted)
    .flatMap((event) => event.replicas)
    .filter((key) => !now.some((r) => sameKey(r, key)))
}

function comparedWith({ name, view, ageMs }: Watched): string | null {
  if (view === null || ageMs === null) return null
  const { leaderId, leaderEpoch } = view.quorum
  const state = leaderId === null ? 'nobody leads' : `${leaderId} leads epoch ${leaderEpoch ?? 'unknown'}`
  return `${name}, as it was ${wholeSeconds(ageMs)} ago: ${state}`
}

/** Of several disks each finding says of which. */
function ofDisk(disk: Disk, isOneOfMany: boolean, known: Known): DiskFinding[] {
  const found = explainDisk(disk.files, known)
  if (!isOneOfMany) return found
  const nodeId = metaOf(disk)?.nodeId
  const name = nodeId == null ? disk.folder || 'files without a folder' : `node ${nodeId}`
  return found.map((one) => ({ ...one, title: `${name}: ${one.title}` }))
}

export function inspect({ files }: InspectRequest, watched: Watched): Inspection {
  const decoded = files.map(({ name, base64 }) => decodeFile({ name, bytes: Buffer.from(base64, 'base64') }))
  const { view, events } = watched
  const known = { view, formerVoters: formerVoters(view, events) }
  const disks = disksOf(decoded)
  const found = [...explainTogether(disks), ...disks.flatMap((disk) => ofDisk(disk, disks.length > 1, known))]
  return {
    files: decoded.map(describeFile),
    findings: gravestFirst(found),
    ranking: disks.length > 1 ? rankingOf(disks) : [],
    comparedWith: comparedWith(watched),
  }
}
