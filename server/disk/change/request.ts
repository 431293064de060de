/** What is asked for: one change of one disk, and what becomes of it. */
import type { DiskPlan, DiskReceipt } from '../../contract/disk/diskPlan.ts'
import type { DiskReport } from '../../contract/diskReport.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import type { DiskRefusal } from '../../recovery/refusals.ts'

export interface ChangeRequest {
  kind: DiskPlan['kind']
  directory: string
  reportFiles: string[]
  /** `null` for a graft alone. */
  backup: string | null
  /** Node ids that are declared lost; of `recover`, and where a `graft` names them. */
  lost: number[]
  /** By node id; of `set-endpoints`. */
  endpoints: Map<number, Endpoint[]>
  /** Of the new controller; of `graft`. */
  listeners: Endpoint[]
  /** Directory of the copy; of `graft`. */
  from: string | null
  /** Wall clock of the plan; `null` where it is made now. */
  plannedAtMs: number | null
  /** SHA-256 of the plan that is confirmed; `null`: only planned. */
  confirm: string | null
}

export type ChangeOutcome =
  | { result: 'refused'; refusals: DiskRefusal[] }
  | { result: 'planned'; plan: DiskPlan; sha256: string; reports: DiskReport[] }
  | { result: 'done'; receipt: DiskReceipt; already: boolean }
