/**
 * What replicas tell each other. All of them have the same layout of the database, and so the same program or one that writes
 * alike: what comes is believed to have this shape, and only its kind is looked at.
 */
import type { AlertSummary } from '../../contract/alerts/incidents.ts'
import type { ClusterLink } from '../../contract/clusters.ts'
import type { Delta } from '../../contract/live.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { Seat } from '../../contract/room/seat.ts'
import type { Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { ClusterStanding } from '../../quorum/reading/publishing.ts'

/** Whoever watches a cluster, by the token of its lease: what an earlier holder still says does not count. */
export interface OfHolder {
  cluster: string
  token: number
  /** By the database's clock; `null`: not known. */
  sentAtMs: number | null
}

export type HolderMessage = OfHolder &
  (
    | {
        kind: 'whole'
        standing: ClusterStanding
        events: QuorumEvent[]
        runs: WorkflowSummary[]
        alerts: AlertSummary[]
        seats: Seat[]
      }
    | { kind: 'delta'; delta: Delta; intervalMs: number }
    | { kind: 'link'; link: ClusterLink; ageMs: number | null; intervalMs: number }
    | { kind: 'event'; event: QuorumEvent }
    /** `whole`: where somebody follows the run. `active`: all that go on now, where it is about more than live figures. */
    | { kind: 'run'; summary: WorkflowSummary; whole: Workflow | null; active: WorkflowSummary[] | null }
    | { kind: 'alerts'; alerts: AlertSummary[] }
    | { kind: 'seats'; seats: Seat[] }
  )

/** What is kept in memory beside the database, and was changed there. */
export type Shared = 'walls' | 'silences' | 'sessions' | 'people' | 'clusters'

export type ReplicaMessage =
  | HolderMessage
  /** Something was missed: the whole of these; `null`: of all. */
  | { kind: 'ask'; clusters: string[] | null }
  /** Somebody looks at these runs through this replica. */
  | { kind: 'follow'; runs: string[] }
  /** Persons whose pages are connected to this replica: all of them. */
  | { kind: 'people'; ids: string[] }
  | { kind: 'void'; what: Shared }
  /** In the table of requests there is one for this replica, or its answer. */
  | { kind: 'request'; to: string; id: string }
  | { kind: 'answer'; id: string }
