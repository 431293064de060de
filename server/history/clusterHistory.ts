/** The history of one cluster as the rest of the program sees it. */
import type { ClusterLink } from '../contract/clusters.ts'
import type { QuorumEvent } from '../contract/past/events.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import type { WorkflowSummary } from '../contract/workflows.ts'
import type { EventsRequest } from './asking/readEvents.ts'
import type { HistoryRequest } from './asking/readHistory.ts'
import type { RowsPiece, RowsRequest } from './asking/readRows.ts'

/** What a page gets that asks for no stretch, in ms. */
export const SHOWN_MS = 15 * 60_000

/** JSON of the contract, as UTF-8. */
export type JsonBytes = Uint8Array<ArrayBuffer>

export interface ClusterHistory {
  add(view: QuorumView): void
  link(link: ClusterLink): void
  event(event: QuorumEvent): void
  run(run: WorkflowSummary): void
  /** Another quorum is behind this name: what was kept is dropped. */
  clear(): void
  /** `History`. @throws HistoryUnavailable from this and all below */
  read(request: HistoryRequest): Promise<JsonBytes>
  /** `Moment` */
  moment(atMs: number): Promise<JsonBytes>
  /** `EventList` */
  events(request: EventsRequest): Promise<JsonBytes>
  /** `HistoryState` */
  state(): Promise<JsonBytes>
  rows(request: RowsRequest): Promise<RowsPiece>
}

/** The thread does not answer: it ended, or is beginning anew. */
export class HistoryUnavailable extends Error {
  override readonly name = 'HistoryUnavailable'
}
