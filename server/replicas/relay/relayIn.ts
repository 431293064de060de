/** Takes what the holders of other clusters tell, and keeps it for whoever asks here. A gap is noticed, and the whole asked for. */
import type { AlertSummary } from '../../contract/alerts/incidents.ts'
import { applyDelta } from '../../contract/delta.ts'
import type { Seat } from '../../contract/room/seat.ts'
import type { Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { ClusterStanding, StandingNews } from '../../quorum/reading/publishing.ts'
import type { HolderMessage } from './messages.ts'
import type { SharedObserver } from './sharedObserver.ts'

/** Of one cluster the whole is not asked for more often, in ms. */
const ASK_EVERY_MS = 500
/** Runs of other replicas that are kept whole. */
const MOST_WHOLE = 200

export interface RelayListener {
  onRun(cluster: string, summary: WorkflowSummary, whole: (() => Workflow) | null, changed: boolean): void
  onAlerts(cluster: string, alerts: AlertSummary[]): void
  onSeats(cluster: string): void
}

export interface RelayInOptions {
  ask: (clusters: string[]) => void
  databaseNowMs: () => number | null
  monotonicMs: () => number
  /** A message took so long, in ms. */
  onLag: (ms: number) => void
}

export interface Remote {
  observer: SharedObserver
  /** Of the newest holder that was heard. */
  token: number
  runs: WorkflowSummary[]
  alerts: AlertSummary[]
  seats: Seat[]
  askedAtMs: number
}

export class RelayIn {
  readonly #options: RelayInOptions
  readonly #remotes = new Map<string, Remote>()
  readonly #whole = new Map<string, Workflow>()
  readonly #listeners = new Set<RelayListener>()

  constructor(options: RelayInOptions) {
    this.#options = options
  }

  add(cluster: string, observer: SharedObserver): void {
    const askedAtMs = Number.NEGATIVE_INFINITY
    this.#remotes.set(cluster, { observer, token: 0, runs: [], alerts: [], seats: [], askedAtMs })
  }

  remove(cluster: string): void {
    this.#remotes.delete(cluster)
  }

  of(cluster: string): Remote | null {
    return this.#remotes.get(cluster) ?? null
  }

  /** The cluster of a run that goes on elsewhere. */
  clusterOfRun(id: string): string | null {
    for (const [cluster, { runs }] of this.#remotes) if (runs.some((run) => run.id === id)) return cluster
    return null
  }

  /** As it was told last; `null`: nobody has asked for it yet. */
  wholeRun(id: string): Workflow | null {
    return this.#whole.get(id) ?? null
  }

  /** This replica holds it from here on: what others said of it is over. */
  taken(cluster: string, token: number): void {
    const remote = this.#remotes.get(cluster)
    if (remote === undefined) return
    for (const { id } of remote.runs) this.#whole.delete(id)
    Object.assign(remote, { token, runs: [], alerts: [], seats: [] })
  }

  subscribe(listener: RelayListener): void {
    this.#listeners.add(listener)
  }

  take(message: HolderMessage): void {
    const { cluster, token } = message
    const remote = this.#remotes.get(cluster)
    // A cluster that this replica does not know, one that it holds, or the word of a holder of the past.
    if (remote === undefined || token < remote.token || remote.observer.isLocal) return
    if (token > remote.token && message.kind !== 'whole') return this.#ask(cluster, remote)
    const onTheWayMs = this.#onTheWayMs(message.sentAtMs)
    switch (message.kind) {
      case 'whole':
        return this.#takeWhole(cluster, remote, message, onTheWayMs)
      case 'delta': {
        const { view, link } = remote.observer.standing
        const { delta, intervalMs } = message
        const next = view === null || delta.seq !== view.seq + 1 ? null : applyDelta(view, delta)
        if (next === null) return this.#ask(cluster, remote)
        return remote.observer.take({ view: next, ageMs: later(delta.ageMs, onTheWayMs), intervalMs, link }, 'view')
      }
      case 'link': {
        const { view } = remote.observer.standing
        const { link, ageMs, intervalMs } = message
        return remote.observer.take({ view, ageMs: later(ageMs, onTheWayMs), intervalMs, link }, 'link')
      }
      case 'event':
        return remote.observer.takeEvent(message.event)
      case 'run':
        return this.#takeRun(cluster, remote, message)
      case 'alerts':
        remote.alerts = message.alerts
        for (const listener of this.#listeners) listener.onAlerts(cluster, message.alerts)
        return
      case 'seats':
        remote.seats = message.seats
        for (const listener of this.#listeners) listener.onSeats(cluster)
        return
      default:
        message satisfies never
    }
  }

  #takeWhole(cluster: string, remote: Remote, message: HolderMessage & { kind: 'whole' }, onTheWayMs: number): void {
    const { standing, events, runs, alerts, seats, token } = message
    const before = remote.observer.standing
    const had = remote.runs
    Object.assign(remote, { token, runs, alerts, seats })
    remote.observer.takeEvents(events)
    remote.observer.take({ ...standing, ageMs: later(standing.ageMs, onTheWayMs) }, newsOf(before, standing))
    for (const listener of this.#listeners) {
      for (const run of runs) listener.onRun(cluster, run, this.#known(run.id), true)
      for (const run of had) {
        if (!runs.some(({ id }) => id === run.id)) this.#whole.delete(run.id)
      }
      listener.onAlerts(cluster, alerts)
      listener.onSeats(cluster)
    }
  }

  #takeRun(cluster: string, remote: Remote, message: HolderMessage & { kind: 'run' }): void {
    const { summary, whole, active } = message
    if (active !== null) remote.runs = active
    if (whole !== null) this.#keep(whole)
    for (const listener of this.#listeners) {
      listener.onRun(cluster, summary, whole === null ? this.#known(summary.id) : () => whole, active !== null)
    }
    if (summary.endedAtMs !== null) this.#whole.delete(summary.id)
  }

  #keep(whole: Workflow): void {
    this.#whole.delete(whole.id)
    this.#whole.set(whole.id, whole)
    if (this.#whole.size > MOST_WHOLE) this.#whole.delete(this.#whole.keys().next().value ?? '')
  }

  #known(id: string): (() => Workflow) | null {
    const whole = this.#whole.get(id)
    return whole === undefined ? null : () => whole
  }

  #ask(cluster: string, remote: Remote): void {
    const nowMs = this.#options.monotonicMs()
    if (nowMs - remote.askedAtMs < ASK_EVERY_MS) return
    remote.askedAtMs = nowMs
    this.#options.ask([cluster])
  }

  /** Between two replicas, by the clock that both read; 0 where one of them could not. */
  #onTheWayMs(sentAtMs: number | null): number {
    const nowMs = this.#options.databaseNowMs()
    const ms = nowMs === null || sentAtMs === null ? 0 : Math.max(0, nowMs - sentAtMs)
    this.#options.onLag(ms)
    return ms
  }
}

function later(ageMs: number | null, byMs: number): number | null {
  return ageMs === null ? null : Math.round(ageMs + byMs)
}

function newsOf(before: ClusterStanding, after: ClusterStanding): StandingNews {
  const isSame = before.view?.serverRunId === after.view?.serverRunId && before.view?.seq === after.view?.seq
  return !isSame && after.view !== null ? 'view' : 'link'
}
