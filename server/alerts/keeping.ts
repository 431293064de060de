/**
 * Writes alerts down, some at a time. Where the database cannot be used, what is newest of each waits here and is tried again; alerting and
 * delivery go on meanwhile, and say so.
 */
import type { AlertStorage } from '../contract/alerts/incidents.ts'
import type { Silence } from '../contract/alerts/silences.ts'
import { turn } from '../quorum/reading/slices.ts'
import type { AlertStore, KeptIncident, KeptNotification } from '../storage/alerts.ts'

/** A transaction with so many rows takes a few milliseconds. */
const MOST_AT_ONCE = 20
const AGAIN_MS = 5000
/** Of a database that is gone for good the memory must not grow without end. */
const MOST_WAITING = 20_000

export interface KeepingOptions {
  store: Pick<AlertStore, 'write'>
  onError: (error: unknown) => void
  againMs?: number
}

export class Keeping {
  readonly #options: KeepingOptions
  readonly #incidents = new Map<string, KeptIncident>()
  readonly #notifications = new Map<string, KeptNotification>()
  readonly #silences = new Map<string, Silence | null>()
  #writingSilences: readonly string[] = []
  #waiters: (() => void)[] = []
  #running: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #problem = ''
  #closed = false

  constructor(options: KeepingOptions) {
    this.#options = options
  }

  get storage(): AlertStorage {
    return { ok: this.#problem === '', problem: this.#problem }
  }

  /** Ids of silences whose last change is not in the database yet. */
  get unwrittenSilences(): Set<string> {
    return new Set([...this.#silences.keys(), ...this.#writingSilences])
  }

  incident(kept: KeptIncident): void {
    put(this.#incidents, kept.incident.id, kept)
    this.#run()
  }

  notification(kept: KeptNotification): void {
    put(this.#notifications, `${kept.incidentId} ${kept.state} ${kept.receiver}`, kept)
    this.#run()
  }

  silence(id: string, silence: Silence | null): void {
    put(this.#silences, id, silence)
    this.#run()
  }

  /** Resolves when all that was given before is written, or could not be. Never rejects. */
  async tried(): Promise<void> {
    if (this.#isEmpty()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiters.push(resolve)
    this.#run()
    await promise
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.tried()
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running
  }

  #isEmpty(): boolean {
    return this.#incidents.size + this.#notifications.size + this.#silences.size === 0
  }

  #run(): void {
    if (this.#closed || this.#running !== null) return
    if (this.#timer !== null && this.#waiters.length === 0) return
    this.#running = this.#write().finally(() => {
      this.#running = null
    })
  }

  async #write(): Promise<void> {
    // What comes in the same turn goes into the same transaction.
    await turn()
    while (!this.#isEmpty()) {
      // Incidents first: no message is kept about one that is not.
      const incidents = taken(this.#incidents, MOST_AT_ONCE)
      const notifications = taken(this.#notifications, MOST_AT_ONCE - incidents.length)
      const silences = taken(this.#silences, MOST_AT_ONCE - incidents.length - notifications.length)
      this.#writingSilences = silences.map(([id]) => id)
      try {
        await this.#options.store.write({
          incidents: incidents.map(([, kept]) => kept),
          notifications: notifications.map(([, kept]) => kept),
          silences,
        })
        this.#problem = ''
      } catch (error) {
        putBack(this.#incidents, incidents)
        putBack(this.#notifications, notifications)
        putBack(this.#silences, silences)
        this.#failed(error)
        break
      } finally {
        this.#writingSilences = []
      }
      await turn()
    }
    for (const waiter of this.#waiters.splice(0)) waiter()
  }

  #failed(error: unknown): void {
    if (this.#problem === '') this.#options.onError(error)
    const words = error instanceof Error ? error.message : String(error)
    this.#problem = `${words} Alerts are delivered all the same; after a restart those of this time may be told again, or be missing in the list.`
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#run()
    }, this.#options.againMs ?? AGAIN_MS)
    this.#timer.unref()
  }
}

/** The newest of each counts, in the order of the first. The oldest goes where there are too many. */
function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  if (map.size <= MOST_WAITING) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}

function taken<T>(map: Map<string, T>, most: number): [string, T][] {
  const first: [string, T][] = []
  for (const entry of map) {
    if (first.length >= most) break
    first.push(entry)
  }
  for (const [key] of first) map.delete(key)
  return first
}

/** Something newer may have come meanwhile. */
function putBack<T>(map: Map<string, T>, entries: readonly [string, T][]): void {
  for (const [key, value] of entries) if (!map.has(key)) map.set(key, value)
}
