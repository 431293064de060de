/**
 * One cluster as this replica shows it: observed here while it has the lease, and otherwise as the holder tells. Whoever
 * watches it does not notice which; the age says how old the picture is in any case.
 */
import type { ClusterLink } from '../../contract/clusters.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { IncidentClosing } from '../../contract/quorumMemory.ts'
import type { Incident, QuorumView } from '../../contract/quorumView.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import type { ClusterObserver } from '../../quorum/reading/observer.ts'
import type { ClusterStanding, ObserverListener, StandingNews } from '../../quorum/reading/publishing.ts'

/** Events that a page gets which comes; the past has all. */
const EVENTS_KEPT = 200

interface Told {
  standing: ClusterStanding
  /** On our monotonic clock. */
  atMs: number
}

export class SharedObserver {
  readonly cluster: string
  readonly #clock: Clock
  readonly #listeners = new Set<ObserverListener>()
  #local: ClusterObserver | null = null
  #unsubscribe: () => void = () => {}
  #told: Told
  #events: QuorumEvent[] = []

  constructor(cluster: string, intervalMs: number, clock: Clock) {
    this.cluster = cluster
    this.#clock = clock
    const link: ClusterLink = { state: 'connecting', sinceMs: clock.nowMs(), problem: null, attempts: [] }
    this.#told = { standing: { view: null, ageMs: null, intervalMs, link }, atMs: clock.monotonicMs() }
  }

  get isLocal(): boolean {
    return this.#local !== null
  }

  /** From now on it is observed here. What was told before stays until there is something newer to see. */
  attach(local: ClusterObserver): void {
    this.detach()
    this.#local = local
    const ready = () => this.#shown() === local
    this.#unsubscribe = local.subscribe({
      onStanding: (standing, news) => {
        if (ready()) for (const listener of this.#listeners) listener.onStanding?.(standing, news)
      },
      onView: (view) => {
        for (const listener of this.#listeners) listener.onView?.(view)
      },
      onLink: (link) => {
        if (ready()) for (const listener of this.#listeners) listener.onLink?.(link)
      },
      onEvent: (event) => this.#onEvent(event),
      onEarlierEvent: (event) => {
        for (const listener of this.#listeners) listener.onEarlierEvent?.(event)
      },
    })
  }

  /** It is observed here no more: what was seen last is shown, with its age, until the next holder tells. */
  detach(): void {
    if (this.#local === null) return
    const { standing } = this
    this.#unsubscribe()
    this.#local = null
    this.#told = { standing, atMs: this.#clock.monotonicMs() }
  }

  subscribe(listener: ObserverListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What the holder tells, with its age by now. */
  take(standing: ClusterStanding, news: StandingNews): void {
    if (this.#local !== null) return
    const before = this.#told.standing
    this.#told = { standing, atMs: this.#clock.monotonicMs() }
    for (const listener of this.#listeners) {
      listener.onStanding?.(standing, news)
      if (news === 'view' && standing.view !== null) listener.onView?.(standing.view)
      if (standing.link !== before.link) listener.onLink?.(standing.link)
    }
  }

  takeEvent(event: QuorumEvent): void {
    if (this.#local === null) this.#onEvent(event)
  }

  /** Those that a holder had when it told the whole. */
  takeEvents(events: readonly QuorumEvent[]): void {
    const known = new Set(events.map(({ id }) => id))
    this.#events = [...this.#events.filter(({ id }) => !known.has(id)), ...events]
      .toSorted((a, b) => a.atMs - b.atMs)
      .slice(-EVENTS_KEPT)
  }

  get standing(): ClusterStanding {
    const local = this.#shown()
    if (local !== null) return local.standing
    const { standing, atMs } = this.#told
    const { ageMs } = standing
    return ageMs === null
      ? standing
      : { ...standing, ageMs: ageMs + Math.max(0, Math.round(this.#clock.monotonicMs() - atMs)) }
  }

  get view(): QuorumView | null {
    return this.standing.view
  }

  get link(): ClusterLink {
    return this.standing.link
  }

  ageMs(): number | null {
    return this.standing.ageMs
  }

  /** Oldest first. */
  get events(): QuorumEvent[] {
    const ofLocal = this.#local?.events ?? []
    const known = new Set(ofLocal.map(({ id }) => id))
    return [...this.#events.filter(({ id }) => !known.has(id)), ...ofLocal]
  }

  get incidents(): Incident[] {
    return this.#local?.incidents ?? this.view?.incidents ?? []
  }

  /** Only where it is observed: requests of this kind are forwarded. */
  async closeIncident(id: string, closing: IncidentClosing): Promise<boolean> {
    return (await this.#local?.closeIncident(id, closing)) ?? false
  }

  /** The one that is observed here, once it has seen something or says why it cannot. */
  #shown(): ClusterObserver | null {
    const local = this.#local
    if (local === null) return null
    return local.view !== null || local.link.state !== 'connecting' || this.#told.standing.view === null ? local : null
  }

  #onEvent(event: QuorumEvent): void {
    this.#events = [...this.#events.filter(({ id }) => id !== event.id), event].slice(-EVENTS_KEPT)
    for (const listener of this.#listeners) listener.onEvent?.(event)
  }
}
