/** Events by id, the newest wins. Pure. */
import type { QuorumEvent } from '../../server/contract/past/events.ts'

const KEPT = 500

/** Both lists as one, oldest first; of one event the one with the highest revision. */
export function mergeEvents(a: readonly QuorumEvent[], b: readonly QuorumEvent[]): readonly QuorumEvent[] {
  const byId = new Map<string, QuorumEvent>()
  for (const event of [...a, ...b]) {
    const known = byId.get(event.id)
    if (known === undefined || event.revision > known.revision) byId.set(event.id, event)
  }
  return [...byId.values()].sort((x, y) => x.atMs - y.atMs || x.id.localeCompare(y.id)).slice(-KEPT)
}
