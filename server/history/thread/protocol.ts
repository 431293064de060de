/** What the thread of the history is sent, and what it sends. */
import type { EventsRequest } from '../asking/readEvents.ts'
import type { HistoryRequest } from '../asking/readHistory.ts'
import type { RowsRequest } from '../asking/readRows.ts'
import type { FeedItem } from '../keeping/feed.ts'
import type { Retention } from '../samples/tiers.ts'

export interface ThreadData {
  /** `:memory:`: nothing is written down. */
  dataDir: string
  retention: Retention
  /** In place of a file, where several servers share a PostgreSQL; `self` holds the leases. */
  postgres?: { url: string; self: string } | undefined
}

export type Question = { cluster: string } & (
  | ({ kind: 'history' } & HistoryRequest)
  | { kind: 'moment'; atMs: number }
  | ({ kind: 'events' } & EventsRequest)
  | ({ kind: 'rows' } & RowsRequest)
  | { kind: 'state' }
)

export type ToThread =
  | { kind: 'feed'; items: FeedItem[] }
  /** The cluster is recorded here from now on, under this token of its lease; `null`: by another server. */
  | { kind: 'held'; cluster: string; token: number | null }
  | { kind: 'ask'; id: number; question: Question }
  /** Writes what waits, and ends. */
  | { kind: 'close' }

export type FromThread =
  /** So many items are taken; of these clusters whole views are needed. */
  | { kind: 'taken'; count: number; needed: string[] }
  /** JSON as UTF-8: made where it blocks nobody. */
  | { kind: 'answer'; id: number; json: Uint8Array }
  | { kind: 'failed'; id: number; message: string }
  /** A problem of the disk, or none any more. */
  | { kind: 'problem'; title: string | null; detail: string }
  | { kind: 'closed' }
