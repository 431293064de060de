/** What subscribers of one cluster are told: views, events, and the state of the link. Never throws at what it is given. */
import type { ClusterLink, LinkState, Problem } from '../../contract/clusters.ts'
import type { QuorumEvent } from '../../contract/events.ts'
import type { Incident, QuorumView } from '../../contract/quorumView.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from '../assessment/assess.ts'
import { type Presence, replicaPresence } from '../assessment/replicaPresence.ts'
import type { Observation } from '../assessment/sample.ts'
import { viewEvents } from '../assessment/viewEvents.ts'
import { logEvent, logEventId } from '../log/logEvents.ts'
import type { LogChange } from '../log/metadataLog.ts'
import type { Clock } from './clock.ts'
import { EventLog } from './eventLog.ts'
import type { Attempt } from './leaderSearch.ts'

export interface ObserverListener {
  onView?(view: QuorumView): void
  onLink?(link: ClusterLink): void
  onEvent?(event: QuorumEvent): void
}

export interface PublishingOptions {
  cluster: string
  serverRunId: string
  clock: Clock
}

export class Publishing {
  readonly #options: PublishingOptions
  readonly #listeners = new Set<ObserverListener>()
  readonly #events: EventLog
  #remembered: Remembered = NOTHING_REMEMBERED
  #presence: Presence = new Map()
  #view: QuorumView | null = null
  #link: ClusterLink
  #seq = 0

  constructor(options: PublishingOptions) {
    this.#options = options
    this.#events = new EventLog(options.cluster)
    this.#link = { state: 'connecting', sinceMs: options.clock.nowMs(), problem: null, attempts: [] }
  }

  subscribe(listener: ObserverListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get view(): QuorumView | null {
    return this.#view
  }

  get link(): ClusterLink {
    return this.#link
  }

  /** Rises with every view; never falls. */
  get seq(): number {
    return this.#seq
  }

  /** Oldest first. */
  get events(): QuorumEvent[] {
    return this.#events.all()
  }

  publish(observation: Observation): void {
    const { cluster, serverRunId } = this.#options
    const { view, remembered } = assess(observation, this.#remembered)
    this.#remembered = remembered
    this.#seq += 1
    const before = this.#view
    const next: QuorumView = { cluster, serverRunId, seq: this.#seq, ...view }
    this.#view = next
    for (const listener of this.#listeners) listener.onView?.(next)
    const presence = replicaPresence(this.#presence, next)
    this.#presence = presence.presence
    if (before === null) return
    // While the log is followed, or about to be again, it tells of elections and voters itself, and loses none of them.
    const tailing = observation.log !== null
    for (const draft of viewEvents({ before, after: next, tailing, presence })) this.#tell(this.#events.add(draft))
  }

  setLink(state: LinkState, problem: Problem | null, attempts: Attempt[]): void {
    const changed = state !== this.#link.state || problem?.detail !== this.#link.problem?.detail
    const sinceMs = state === this.#link.state ? this.#link.sinceMs : this.#options.clock.nowMs()
    this.#link = { state, sinceMs, problem, attempts }
    if (changed) for (const listener of this.#listeners) listener.onLink?.(this.#link)
  }

  /** What was tried last, while the state of the link stays as it is. */
  noteAttempts(attempts: Attempt[]): void {
    this.#link = { ...this.#link, attempts }
  }

  /** An event of the metadata log, or what became of an earlier one. */
  tellLog(change: LogChange): void {
    switch (change.kind) {
      case 'appended': {
        const draft = logEvent(change.logged, change.before, change.committed)
        if (draft !== null) this.#tell(this.#events.add(draft))
        break
      }
      case 'committed':
        this.#tell(this.#events.settle(logEventId(change.logged), { committed: true }))
        break
      case 'retracted':
        this.#tell(this.#events.settle(logEventId(change.logged), { retracted: true }))
        break
      default:
        change satisfies never
    }
  }

  tellIncident({ id, title, firstSeenAtMs }: Incident): void {
    this.#tell(
      this.#events.add({
        id: `incident-${id}`,
        kind: 'incident',
        atMs: firstSeenAtMs,
        severity: 'critical',
        title,
        offset: null,
        epoch: null,
        committed: null,
        retracted: false,
        replicas: [],
        actor: null,
      }),
    )
  }

  /** All but the subscribers, and the number of the last view. */
  forget(): void {
    this.#remembered = NOTHING_REMEMBERED
    this.#events.clear()
    this.#presence = new Map()
    this.#view = null
    this.setLink('connecting', null, [])
  }

  #tell(event: QuorumEvent | null): void {
    if (event !== null) for (const listener of this.#listeners) listener.onEvent?.(event)
  }
}
