/** What subscribers of one cluster receive: where it stands, and events. Never throws at what it is given. */
import type { ClusterLink, LinkState, Problem } from '../../contract/clusters.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { Incident, QuorumView } from '../../contract/quorumView.ts'
import type { Assessment } from '../assessment/assess.ts'
import { type Presence, replicaPresence } from '../assessment/replicaPresence.ts'
import { viewEvents } from '../assessment/viewEvents.ts'
import { logEvent, logEventId } from '../log/logEvents.ts'
import type { LogChange } from '../log/metadataLog.ts'
import type { Clock } from './clock.ts'
import { EventLog } from './eventLog.ts'
import type { Attempt } from './leader/leaderSearch.ts'

/** All of a cluster that its watchers are shown, as one piece: its parts belong to the same moment. */
export interface ClusterStanding {
  readonly view: QuorumView | null
  /** Age of the newest answer of the quorum by our monotonic clock, when this was handed over; `null` before the first. */
  readonly ageMs: number | null
  /** Time from one poll to the next, in ms. */
  readonly intervalMs: number
  readonly link: ClusterLink
}

/** What of a standing is to be sent at once; `null` where the next reader may find it. */
export type StandingNews = 'view' | 'link' | null

export interface ObserverListener {
  onStanding?(standing: ClusterStanding, news: StandingNews): void
  onView?(view: QuorumView): void
  onLink?(link: ClusterLink): void
  onEvent?(event: QuorumEvent): void
  /** From before the log began for us: nobody watches for it, and the newest events are not pushed out by it. */
  onEarlierEvent?(event: QuorumEvent): void
}

export interface PublishingOptions {
  cluster: string
  serverRunId: string
  clock: Clock
  intervalMs: number
}

export class Publishing {
  readonly #options: PublishingOptions
  readonly #listeners = new Set<ObserverListener>()
  readonly #events: EventLog
  #presence: Presence = new Map()
  #view: QuorumView | null = null
  #observedAtMonotonicMs: number | null = null
  #intervalMs: number
  #link: ClusterLink
  #seq = 0

  constructor(options: PublishingOptions) {
    this.#options = options
    this.#events = new EventLog(options.cluster)
    this.#intervalMs = options.intervalMs
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

  /** Age of the newest answer of the quorum by our monotonic clock; `null` before the first. */
  get ageMs(): number | null {
    if (this.#observedAtMonotonicMs === null) return null
    return Math.max(0, Math.round(this.#options.clock.monotonicMs() - this.#observedAtMonotonicMs))
  }

  get standing(): ClusterStanding {
    return { view: this.#view, ageMs: this.ageMs, intervalMs: this.#intervalMs, link: this.#link }
  }

  /** Rises with every view; never falls. */
  get seq(): number {
    return this.#seq
  }

  /** Oldest first. */
  get events(): QuorumEvent[] {
    return this.#events.all()
  }

  /** @param tailing the log is followed, or about to be again: it has elections and voters itself, and loses none */
  publish(view: Assessment['view'], observedAtMonotonicMs: number, tailing: boolean): void {
    const { cluster, serverRunId } = this.#options
    this.#observedAtMonotonicMs = observedAtMonotonicMs
    this.#seq += 1
    const before = this.#view
    const next: QuorumView = { cluster, serverRunId, seq: this.#seq, ...view }
    this.#view = next
    this.#hand('view')
    const presence = replicaPresence(this.#presence, next)
    this.#presence = presence.presence
    if (before === null) return
    for (const draft of viewEvents({ before, after: next, tailing, presence })) this.#tell(this.#events.add(draft))
  }

  setLink(state: LinkState, problem: Problem | null, attempts: Attempt[]): void {
    const changed = state !== this.#link.state || problem?.detail !== this.#link.problem?.detail
    const sinceMs = state === this.#link.state ? this.#link.sinceMs : this.#options.clock.nowMs()
    this.#link = { state, sinceMs, problem, attempts }
    this.#hand(changed ? 'link' : null)
  }

  /** What was tried last, while the state of the link stays as it is. */
  noteAttempts(attempts: Attempt[]): void {
    this.#link = { ...this.#link, attempts }
    this.#hand(null)
  }

  setIntervalMs(intervalMs: number): void {
    this.#intervalMs = intervalMs
    this.#hand(null)
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

  /** An event of the metadata log from before the snapshot with which the reading began. */
  tellEarlier(change: LogChange): void {
    if (change.kind !== 'appended') return
    const draft = logEvent(change.logged, change.before, change.committed)
    if (draft === null) return
    const event = { ...draft, cluster: this.#options.cluster, revision: 1 }
    for (const listener of this.#listeners) listener.onEarlierEvent?.(event)
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
    this.#events.clear()
    this.#presence = new Map()
    this.#view = null
    this.#observedAtMonotonicMs = null
    this.setLink('connecting', null, [])
  }

  #hand(news: StandingNews): void {
    const { standing } = this
    for (const listener of this.#listeners) {
      listener.onStanding?.(standing, news)
      if (news === 'view' && standing.view !== null) listener.onView?.(standing.view)
      if (news === 'link') listener.onLink?.(standing.link)
    }
  }

  #tell(event: QuorumEvent | null): void {
    if (event !== null) for (const listener of this.#listeners) listener.onEvent?.(event)
  }
}
