/** What the history is given of a cluster, in the order in which it happened. Plain data: it goes to another thread. */
import type { LinkState } from '../../contract/clusters.ts'
import type { Delta } from '../../contract/live.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'

export type FeedItem = { cluster: string } & (
  | { kind: 'view'; view: QuorumView }
  /** Follows the view before it. */
  | { kind: 'delta'; delta: Delta }
  | { kind: 'event'; event: QuorumEvent }
  | { kind: 'link'; state: LinkState; title: string | null; atMs: number }
  | { kind: 'run'; run: WorkflowSummary; atMs: number }
  /** Another quorum is behind this name from now on: what was kept of the one before is dropped. */
  | { kind: 'anew' }
)
