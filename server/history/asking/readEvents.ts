/** What happened in a stretch, oldest first: the newest of it, at most so many. */
import { type EventKind, type EventList, QuorumEvent } from '../../contract/past/events.ts'
import type { Archive } from '../keeping/archive.ts'

export interface EventsRequest {
  fromMs: number
  toMs: number
  limit: number
  kinds: readonly EventKind[] | null
}

export async function readEvents(archive: Archive, cluster: string, request: EventsRequest): Promise<EventList> {
  const { fromMs, toMs, limit, kinds } = request
  const series = await archive.series(cluster)
  // One more than is shown says whether there are older ones.
  const stored = series === null ? [] : await archive.store.events(series, { ...request, limit: limit + 1 })
  const byId = new Map<string, QuorumEvent>()
  for (const { text } of stored) {
    const parsed = QuorumEvent.safeParse(JSON.parse(text))
    if (parsed.success) byId.set(parsed.data.id, parsed.data)
  }
  for (const event of archive.recorder(cluster).waiting.events.values()) {
    const isAsked = event.atMs >= fromMs && event.atMs <= toMs && (kinds === null || kinds.includes(event.kind))
    if (isAsked) byId.set(event.id, event)
  }
  const events = [...byId.values()].sort((a, b) => a.atMs - b.atMs || a.id.localeCompare(b.id))
  const shown = events.slice(-limit)
  const [oldest, newest] = [shown[0], shown.at(-1)]
  if (events.length === shown.length || oldest === undefined || newest === undefined) return { events: shown }
  // Some of the oldest moment may be on either page; a page of one moment alone must not be asked for again and again.
  return { events: shown, older: oldest.atMs === newest.atMs ? oldest.atMs : oldest.atMs + 1 }
}
