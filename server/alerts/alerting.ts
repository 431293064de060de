/**
 * Evaluates every cluster whenever it moves and at least once a second, and hands on what changed: to the database, to the receivers and to whoever
 * watches. All rules are decided in `incidents/`; here are clocks, timers and memory.
 */
import type { AcknowledgeAlert, AlertIncident, AlertList, AlertSummary } from '../contract/alerts/incidents.ts'
import type { DeliveryAttempt } from '../contract/alerts/receivers.ts'
import type { Expectations, RulePolicies } from '../contract/alerts/rules.ts'
import type { NewSilence, Silence } from '../contract/alerts/silences.ts'
import type { WorkflowSummary } from '../contract/workflows.ts'
import type { ClusterStanding, ObserverListener } from '../quorum/reading/publishing.ts'
import { turn } from '../quorum/reading/slices.ts'
import type { AlertStore, KeptIncident, KeptNotification } from '../storage/alerts.ts'
import { Reloading } from '../storage/reloading.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import { refuseAlert } from './alertRefusals.ts'
import type { AlertListener, AlertQuery, Alerts } from './alerts.ts'
import {
  abandoned,
  acknowledge,
  type ClusterAlerts,
  type Evaluated,
  evaluate,
  noAlerts,
  openIncidents,
  restoredAlerts,
  wasTold,
} from './incidents/clusterAlerts.ts'
import { silencesOfRuns } from './incidents/silences.ts'
import { Keeping } from './keeping.ts'
import { gravestThenOldest, pageOf, positionOf, summaryOf } from './listing.ts'
import { Outbox, type OutboxOptions, type ReceiverFigures } from './outbox.ts'
import { SilenceBook } from './silenceBook.ts'
import { testIncident } from './testIncident.ts'

/** Some of the clusters at a time, so that each has its turn once a second and hundreds that fail at once block nothing. */
const TICK_MS = 20
const TICKS_A_SECOND = 1000 / TICK_MS
/** Alertmanager takes for over what it has not heard of for five minutes, by default. */
const REFRESH_MS = 60_000
const PAGE = 100
/** Ended incidents are kept for so long, in ms. */
const KEPT_MS = 90 * 86_400_000
const FORGET_EVERY_MS = 3_600_000
/** Of a time without a database. */
const RECENT_ENDED = 200

export interface AlertSource {
  readonly standing: ClusterStanding
  subscribe(listener: Pick<ObserverListener, 'onStanding'>): () => void
}

export interface AlertingOptions
  extends Pick<OutboxOptions, 'receivers' | 'clock' | 'chance' | 'publicUrl' | 'onError'> {
  store: AlertStore
  workflows: Pick<Workflows, 'active' | 'subscribe'>
  policies: RulePolicies
  newId: () => string
}

interface Watched {
  readonly source: AlertSource
  readonly expected: Expectations
  readonly unsubscribe: () => void
  state: ClusterAlerts
  runs: readonly WorkflowSummary[]
}

export class Alerting implements Alerts {
  readonly #options: AlertingOptions
  readonly #keeping: Keeping
  readonly #outbox: Outbox
  readonly #silences: SilenceBook
  readonly #reloading = new Reloading((isOwn) => this.#readSilences(isOwn))
  readonly #watched = new Map<string, Watched>()
  /** Left open by an earlier process, of clusters that are not watched yet. */
  readonly #restored = new Map<string, KeptIncident[]>()
  readonly #recent: AlertIncident[] = []
  readonly #listeners = new Set<AlertListener>()
  readonly #testing = new Set<string>()
  readonly #timers: NodeJS.Timeout[] = []
  readonly #unsubscribe: () => void
  #ticks = 0

  private constructor(options: AlertingOptions, keeping: Keeping) {
    const { workflows, clock, onError } = options
    this.#options = options
    this.#keeping = keeping
    this.#outbox = new Outbox({ ...options, keeping })
    this.#silences = new SilenceBook({ keeping, nowMs: clock.nowMs, newId: options.newId })
    this.#unsubscribe = workflows.subscribe({
      onWorkflow: (cluster, _summary, _whole, changed) => {
        if (changed) this.#runsChanged(cluster)
      },
    })
    const forget = () => void this.#forgetOld().catch(onError)
    this.#timers.push(
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => void this.#refresh().catch(onError), REFRESH_MS),
      setInterval(forget, FORGET_EVERY_MS),
    )
  }

  /**
   * Takes up what an earlier process left. A database that cannot be read is told, and stops nothing.
   * @param restoresAll false where several servers share the database: each takes up what is of the clusters that it watches
   */
  static async open(options: AlertingOptions, restoresAll = true): Promise<Alerting> {
    const { store, onError } = options
    const alerting = new Alerting(options, new Keeping({ store, onError }))
    const restore = restoresAll ? alerting.#restore() : alerting.reloadSilences()
    await restore.catch(onError)
    return alerting
  }

  /** Another server has changed them in the database. */
  async reloadSilences(): Promise<void> {
    await this.#reloading.run()
    this.#evaluateAll()
  }

  /** Takes up what another server left of this cluster, before it is added. */
  async takeOver(cluster: string): Promise<void> {
    this.#restored.delete(cluster)
    await this.#restoreIncidents(cluster)
    await this.#restoreMessages(cluster)
  }

  /** Another server goes on with this cluster: nothing ends, and nothing more is told of it here. */
  handOver(cluster: string): void {
    const watched = this.#watched.get(cluster)
    watched?.unsubscribe()
    this.#watched.delete(cluster)
    this.#restored.delete(cluster)
    this.#outbox.drop(cluster)
  }

  /** Open ones of every cluster, whoever watches it: from the database. */
  async listOpenOfAll({ cluster, before }: AlertQuery): Promise<AlertList> {
    const open: AlertIncident[] = []
    for (let after = ''; ; ) {
      const page = await this.#options.store.open(after, PAGE, cluster ?? undefined)
      for (const { incident } of page) {
        open.push(incident)
        after = incident.id
      }
      if (page.length < PAGE) break
    }
    // What is seen here is newer than what is written down.
    const seen = new Map(this.openOfAll().map((incident) => [incident.id, incident]))
    const isOver = (incident: AlertIncident) => this.#watched.has(incident.cluster) && !seen.has(incident.id)
    const unwritten = [...seen.values()].filter(({ id }) => !open.some((one) => one.id === id))
    const all = [...open.filter((one) => !isOver(one)).map((one) => seen.get(one.id) ?? one), ...unwritten]
    const shown = all.filter((one) => cluster === null || one.cluster === cluster)
    return { ...pageOf(shown.toSorted(gravestThenOldest), before, PAGE), storage: this.storage }
  }

  get storage() {
    return this.#keeping.storage
  }

  add(cluster: string, source: AlertSource, expected: Expectations): void {
    const { clock, workflows } = this.#options
    const left = this.#restored.get(cluster) ?? []
    this.#restored.delete(cluster)
    const watched: Watched = {
      source,
      expected,
      state: left.length === 0 ? noAlerts(clock.monotonicMs()) : restoredAlerts(clock.monotonicMs(), left),
      runs: workflows.active(cluster),
      unsubscribe: source.subscribe({ onStanding: (standing) => this.#evaluate(cluster, watched, standing) }),
    }
    this.#watched.set(cluster, watched)
  }

  /** Nothing more is seen of it: whatever is open ends. */
  remove(cluster: string): void {
    const watched = this.#watched.get(cluster)
    if (watched === undefined) return
    watched.unsubscribe()
    this.#watched.delete(cluster)
    this.#take(cluster, watched, abandoned(watched.state, this.#options.clock.nowMs()))
  }

  /** All clusters were added: what an earlier process left open of any other is over. */
  settle(): void {
    for (const [cluster, left] of this.#restored) {
      const { nowMs, monotonicMs } = this.#options.clock
      this.#apply(abandoned(restoredAlerts(monotonicMs(), left), nowMs()), cluster)
    }
    this.#restored.clear()
  }

  async list({ state, cluster, before }: AlertQuery): Promise<AlertList> {
    const { storage } = this
    if (state === 'open') {
      const open = this.openOfAll().filter((one) => cluster === null || one.cluster === cluster)
      return { ...pageOf(open.toSorted(gravestThenOldest), before, PAGE), storage }
    }
    const position = before === null ? null : positionOf(before)
    try {
      const ended = await this.#options.store.ended({ cluster, before: position, limit: PAGE })
      const last = ended.length < PAGE ? undefined : ended.at(-1)
      return { alerts: ended, before: last === undefined ? null : `${last.resolvedAtMs} ${last.id}`, storage }
    } catch (error) {
      this.#options.onError(error)
      const recent = this.#recent.filter((one) => cluster === null || one.cluster === cluster)
      return {
        alerts: recent.toReversed().slice(0, PAGE),
        before: null,
        storage: { ok: false, problem: (error as Error).message },
      }
    }
  }

  async find(id: string): Promise<AlertIncident> {
    const open = this.openOfAll().find((one) => one.id === id) ?? this.#recent.find((one) => one.id === id)
    const found = open ?? (await this.#options.store.find(id))
    if (found === null) throw refuseAlert.unknown(id)
    return found
  }

  async acknowledge(id: string, { as, note }: AcknowledgeAlert): Promise<AlertIncident> {
    const acknowledged = { by: as.name, atMs: this.#options.clock.nowMs(), note: note ?? '' }
    for (const [cluster, watched] of this.#watched) {
      const done = acknowledge(watched.state, id, acknowledged)
      if (done === null) continue
      const { state, incident } = done
      this.#take(cluster, watched, { state, changed: [incident], tell: [] })
      await this.#keeping.tried()
      return incident
    }
    throw refuseAlert.over((await this.find(id)).title)
  }

  silences(): Silence[] {
    const ofRuns = [...this.#watched].flatMap(([cluster, { runs }]) => silencesOfRuns(cluster, runs))
    return [...ofRuns, ...this.#silences.all()]
  }

  async silence(request: NewSilence): Promise<Silence> {
    const silence = this.#silences.add(request)
    this.#evaluateAll()
    await this.#reloading.during(silence.id, () => this.#keeping.tried())
    return silence
  }

  async endSilence(id: string): Promise<void> {
    if (id.startsWith('run-') && this.silences().some((one) => one.id === id)) throw refuseAlert.silenceOfRun()
    this.#silences.end(id)
    this.#evaluateAll()
    await this.#reloading.during(id, () => this.#keeping.tried())
  }

  receivers(): ReceiverFigures[] {
    return this.#outbox.receivers
  }

  async test(receiver: string): Promise<DeliveryAttempt> {
    if (this.#testing.has(receiver)) throw refuseAlert.testGoesOn(receiver)
    this.#testing.add(receiver)
    try {
      const { clock, newId } = this.#options
      const attempt = await this.#outbox.test(receiver, testIncident(newId(), clock.nowMs()))
      if (attempt === null) throw refuseAlert.unknownReceiver(receiver)
      return attempt
    } finally {
      this.#testing.delete(receiver)
    }
  }

  open(cluster: string): AlertSummary[] {
    const watched = this.#watched.get(cluster)
    return watched === undefined ? [] : openIncidents(watched.state).sort(gravestThenOldest).map(summaryOf)
  }

  openOfAll(): AlertIncident[] {
    return [...this.#watched.values()].flatMap(({ state }) => openIncidents(state))
  }

  subscribe(listener: AlertListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#unsubscribe()
    for (const { unsubscribe } of this.#watched.values()) unsubscribe()
    await this.#outbox.close()
    await this.#keeping.close()
  }

  async #readSilences(isOwn: (id: string) => boolean): Promise<void> {
    // What the database has refused so far is written when it takes it, and is not there yet.
    const unwritten = this.#keeping.unwrittenSilences
    const silences = await this.#options.store.silences()
    this.#silences.reload(silences, (id) => isOwn(id) || unwritten.has(id))
  }

  async #restore(): Promise<void> {
    await this.#reloading.run()
    await this.#restoreIncidents()
    await this.#restoreMessages()
  }

  /** @param of one cluster; left out: of all */
  async #restoreIncidents(of?: string): Promise<void> {
    let after = ''
    for (;;) {
      const page = await this.#options.store.open(after, PAGE, of)
      for (const kept of page) {
        const { cluster, id } = kept.incident
        const left = this.#restored.get(cluster)
        if (left === undefined) this.#restored.set(cluster, [kept])
        else left.push(kept)
        after = id
      }
      if (page.length < PAGE) return
      await turn()
    }
  }

  async #restoreMessages(of?: string): Promise<void> {
    let last: KeptNotification | null = null
    for (;;) {
      const page = await this.#options.store.waiting(last, PAGE, of)
      for (const { notification, kept } of page) {
        last = notification
        if (this.#outbox.resume(notification, kept.incident)) continue
        this.#keeping.notification({ ...notification, endedAtMs: this.#options.clock.nowMs(), outcome: 'given-up' })
      }
      if (page.length < PAGE) return
      await turn()
    }
  }

  #tick(): void {
    const turnOf = this.#ticks++ % TICKS_A_SECOND
    let at = 0
    for (const [cluster, watched] of this.#watched) {
      if (at++ % TICKS_A_SECOND === turnOf) this.#evaluate(cluster, watched, watched.source.standing)
    }
  }

  #evaluateAll(): void {
    for (const [cluster, watched] of this.#watched) this.#evaluate(cluster, watched, watched.source.standing)
  }

  #runsChanged(cluster: string): void {
    const watched = this.#watched.get(cluster)
    if (watched === undefined) return
    watched.runs = this.#options.workflows.active(cluster)
    this.#evaluate(cluster, watched, watched.source.standing)
  }

  /** A fault of ours in a rule must not end the watching of the cluster. */
  #evaluate(cluster: string, watched: Watched, { view, link, ageMs }: ClusterStanding): void {
    const { clock, policies, newId, onError } = this.#options
    const { state, runs, expected } = watched
    const silences = this.#silences.active()
    const moment = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
    const seen = { cluster, view, link, ageMs, runs, expected, policies, silences, newId, ...moment }
    try {
      this.#take(cluster, watched, evaluate(state, seen))
    } catch (error) {
      onError(error)
    }
  }

  #take(cluster: string, watched: Watched, evaluated: Evaluated): void {
    watched.state = evaluated.state
    if (evaluated.changed.length > 0) this.#apply(evaluated, cluster)
  }

  #apply({ state, changed, tell }: Evaluated, cluster: string): void {
    for (const incident of changed) {
      const told = wasTold(state, incident.id) || (incident.state === 'resolved' && tell.includes(incident))
      this.#keeping.incident({ incident, told })
      this.#outbox.note(incident)
      if (incident.state === 'resolved') this.#recent.push(incident)
    }
    this.#recent.splice(0, Math.max(0, this.#recent.length - RECENT_ENDED))
    for (const incident of tell) this.#outbox.tell(incident)
    const open = this.open(cluster)
    for (const listener of this.#listeners) listener(cluster, open)
  }

  async #refresh(): Promise<void> {
    const open = [...this.#watched.values()].flatMap(({ state }) =>
      openIncidents(state).filter(({ id }) => wasTold(state, id)),
    )
    if (open.length > 0) await this.#outbox.refresh(open)
  }

  async #forgetOld(): Promise<void> {
    this.#silences.forgetEnded()
    const endedBeforeMs = this.#options.clock.nowMs() - KEPT_MS
    while ((await this.#options.store.forget(endedBeforeMs, PAGE)) === PAGE) await turn()
  }
}
