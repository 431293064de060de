/** What a disk is read beside, and the words of a finding. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey } from '../contract/quorumView.ts'

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

/** Kafka does not start with it, or the node does not find its place. */
export const wrong = (code: string, title: string, detail: string, remedy: string): DiskFinding =>
  finding(code, 'critical', title, detail, remedy)
