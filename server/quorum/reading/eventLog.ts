/** The newest events of one cluster, by id; a record that is committed or cut off later changes its event in place. */
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { EventDraft } from '../log/logEvents.ts'

const CAPACITY = 500

export class EventLog {
  readonly #cluster: string
  readonly #events = new Map<string, QuorumEvent>()

  constructor(cluster: string) {
    this.#cluster = cluster
  }

  /** `null` where nothing is new in it. */
  add(draft: EventDraft): QuorumEvent | null {
    const old = this.#events.get(draft.id)
    if (old !== undefined && old.committed === draft.committed && old.retracted === draft.retracted) return null
    const event: QuorumEvent = { ...draft, cluster: this.#cluster, revision: (old?.revision ?? 0) + 1 }
    this.#events.set(event.id, event)
    while (this.#events.size > CAPACITY) {
      const oldest = this.#events.keys().next().value
      if (oldest === undefined) break
      this.#events.delete(oldest)
    }
    return event
  }

  settle(id: string, change: { committed: true } | { retracted: true }): QuorumEvent | null {
    const old = this.#events.get(id)
    return old === undefined ? null : this.add({ ...old, ...change })
  }

  /** Oldest first. */
  all(): QuorumEvent[] {
    return [...this.#events.values()].sort((a, b) => a.atMs - b.atMs)
  }

  clear(): void {
    this.#events.clear()
  }
}
