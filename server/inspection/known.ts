/** What a disk is read beside, and the words of a finding. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey, ReplicaView } from '../contract/quorumView.ts'

export interface Known {
  /** `null`: not observed. An old one tells what was. */
  view: QuorumView | null
  /** Incarnations that were voters, by the log as far back as it was read. */
  formerVoters: readonly ReplicaKey[]
}

type Severity = DiskFinding['severity']
export const finding = (code: string, severity: Severity, title: string, detail: string, remedy = ''): DiskFinding => ({
  code,
  severity,
  title,
  detail,
  remedy,
})

export const votersOf = (view: QuorumView): ReplicaView[] => view.replicas.filter((r) => r.status !== 'observer')

export const sameKey = (a: ReplicaKey, b: ReplicaKey) => a.nodeId === b.nodeId && a.directoryId === b.directoryId
