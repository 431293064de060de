/** Tells the other replicas what is seen of the clusters that this one holds. With nobody else there, it says nothing. */
import type { AlertSummary } from '../../contract/alerts/incidents.ts'
import { diffViews } from '../../contract/delta.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { Seat } from '../../contract/room/seat.ts'
import type { Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { ClusterObserver } from '../../quorum/reading/observer.ts'
import type { ClusterStanding, StandingNews } from '../../quorum/reading/publishing.ts'
import type { HolderMessage, OfHolder, ReplicaMessage } from './messages.ts'

/** Between two messages in which only live figures of a run changed. */
const LIVE_EVERY_MS = 400
/** A run is told whole for so long after somebody asked for it. */
const FOLLOWED_MS = 8000
/** Several that missed something ask at once. */
const WHOLE_AFTER_MS = 50
const SEATS_EVERY_MS = 1000

export interface RelayOutOptions {
  send: (message: ReplicaMessage) => void
  /** Whether anybody else is there. */
  isHeard: () => boolean
  databaseNowMs: () => number | null
  monotonicMs: () => number
  runsOf: (cluster: string) => WorkflowSummary[]
  wholeRun: (id: string) => Workflow | null
  alertsOf: (cluster: string) => AlertSummary[]
  seatsOf: (cluster: string) => Seat[]
}

interface Told {
  token: number
  observer: ClusterObserver
  /** That all others have; `null`: they need the whole. */
  view: QuorumView | null
  seats: string
  wholeTimer: NodeJS.Timeout | null
  unsubscribe: () => void
}

type Content<T> = T extends OfHolder ? Omit<T, keyof OfHolder> : never

export class RelayOut {
  readonly #options: RelayOutOptions
  readonly #told = new Map<string, Told>()
  readonly #followed = new Map<string, number>()
  readonly #liveAtMs = new Map<string, number>()
  readonly #timer: NodeJS.Timeout

  constructor(options: RelayOutOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#everySecond(), SEATS_EVERY_MS)
  }

  begin(cluster: string, token: number, observer: ClusterObserver): void {
    this.end(cluster)
    const told: Told = { token, observer, view: null, seats: '[]', wholeTimer: null, unsubscribe: () => {} }
    told.unsubscribe = observer.subscribe({
      onStanding: (standing, news) => this.#onStanding(cluster, told, standing, news),
      onEvent: (event) => this.#send(cluster, told, { kind: 'event', event }),
    })
    this.#told.set(cluster, told)
  }

  end(cluster: string): void {
    const told = this.#told.get(cluster)
    if (told === undefined) return
    told.unsubscribe()
    if (told.wholeTimer !== null) clearTimeout(told.wholeTimer)
    this.#told.delete(cluster)
  }

  close(): void {
    clearInterval(this.#timer)
    for (const cluster of [...this.#told.keys()]) this.end(cluster)
  }

  /** Somebody has missed something of these; `null`: of all. */
  asked(clusters: readonly string[] | null): void {
    for (const cluster of clusters ?? this.#told.keys()) {
      const told = this.#told.get(cluster)
      if (told === undefined) continue
      told.wholeTimer ??= setTimeout(() => {
        told.wholeTimer = null
        this.#sendWhole(cluster, told)
      }, WHOLE_AFTER_MS)
    }
  }

  /** Somebody looks at these runs through another replica. */
  follow(runs: readonly string[]): void {
    const untilMs = this.#options.monotonicMs() + FOLLOWED_MS
    for (const id of runs) {
      const isNew = !this.#isFollowed(id)
      const whole = this.#options.wholeRun(id)
      if (whole === null) continue
      this.#followed.set(id, untilMs)
      const summary = this.#options.runsOf(whole.cluster).find((one) => one.id === id)
      if (isNew && summary !== undefined) this.run(whole.cluster, summary, () => whole, true)
    }
  }

  run(cluster: string, summary: WorkflowSummary, whole: () => Workflow | null, changed: boolean): void {
    const told = this.#told.get(cluster)
    if (told === undefined || !this.#options.isHeard()) return
    const { id } = summary
    const nowMs = this.#options.monotonicMs()
    const isFollowed = this.#isFollowed(id)
    if (!changed && (!isFollowed || nowMs - (this.#liveAtMs.get(id) ?? 0) < LIVE_EVERY_MS)) return
    if (summary.endedAtMs === null) this.#liveAtMs.set(id, nowMs)
    else this.#liveAtMs.delete(id)
    const active = changed ? this.#options.runsOf(cluster) : null
    this.#send(cluster, told, { kind: 'run', summary, whole: isFollowed ? whole() : null, active })
  }

  alerts(cluster: string, alerts: AlertSummary[]): void {
    const told = this.#told.get(cluster)
    if (told !== undefined) this.#send(cluster, told, { kind: 'alerts', alerts })
  }

  seats(cluster: string): void {
    const told = this.#told.get(cluster)
    if (told === undefined) return
    const seats = this.#options.seatsOf(cluster)
    const text = JSON.stringify(seats, (key, value: unknown) => (key.endsWith('Ms') ? undefined : value))
    if (text === told.seats) return
    told.seats = text
    this.#send(cluster, told, { kind: 'seats', seats })
  }

  #isFollowed(id: string): boolean {
    return (this.#followed.get(id) ?? 0) > this.#options.monotonicMs()
  }

  #onStanding(cluster: string, told: Told, standing: ClusterStanding, news: StandingNews): void {
    if (!this.#options.isHeard()) {
      told.view = null
      return
    }
    const { view, link, ageMs, intervalMs } = standing
    if (news === 'link') this.#send(cluster, told, { kind: 'link', link, ageMs, intervalMs })
    if (news !== 'view' || view === null) return
    const delta = told.view === null ? null : diffViews(told.view, view, ageMs)
    if (delta === null) return this.#sendWhole(cluster, told)
    told.view = view
    this.#send(cluster, told, { kind: 'delta', delta, intervalMs })
  }

  #sendWhole(cluster: string, told: Told): void {
    const { runsOf, alertsOf, seatsOf } = this.#options
    const { observer } = told
    const { standing, events } = observer
    told.view = standing.view
    // Nothing was seen yet: who shows what the holder before has seen had better go on with that.
    if (standing.view === null && standing.link.state === 'connecting') return
    this.#send(cluster, told, {
      kind: 'whole',
      standing,
      events,
      runs: runsOf(cluster),
      alerts: alertsOf(cluster),
      seats: seatsOf(cluster),
    })
  }

  #send(cluster: string, { token }: Told, content: Content<HolderMessage>): void {
    if (!this.#options.isHeard()) return
    this.#options.send({ cluster, token, sentAtMs: this.#options.databaseNowMs(), ...content } as HolderMessage)
  }

  #everySecond(): void {
    const nowMs = this.#options.monotonicMs()
    for (const [id, untilMs] of this.#followed) if (untilMs < nowMs) this.#followed.delete(id)
    for (const cluster of this.#told.keys()) this.seats(cluster)
  }
}
