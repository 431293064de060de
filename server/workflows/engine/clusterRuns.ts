/**
 * The runs of one cluster. Everything that decides goes through one queue; an entry is in the journal, synced, before its
 * effect begins. An RPC goes on beside the queue, because the quorum may prove its outcome before its answer comes.
 */
import type { Endpoint, QuorumView } from '../../contract/quorumView.ts'
import type { StopAnswer } from '../../contract/runs/stopAnswer.ts'
import { votersOf } from '../../contract/voters.ts'
import type { Actor, CommandRequest, StartWorkflow, Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import { noRunUnderWay } from '../gates/quorum/runGates.ts'
import type { Facts } from '../run/facts.ts'
import { foldEntry } from '../run/fold.ts'
import { isOffline, placesOf } from '../run/offline.ts'
import type { ChangeRules } from '../run/permission/changeRules.ts'
import type { WorkflowCluster } from '../run/ports.ts'
import { refusedText, WorkflowRefusal } from '../run/refusal.ts'
import { ENGINE, type Run, type RunEntry } from '../run/run.ts'
import type { Thresholds } from '../run/thresholds.ts'
import { focusOf } from '../wizards/parts.ts'
import { type ActiveRun, activeRun } from './activeRun.ts'
import { decide, type Effect } from './decisions/decide.ts'
import { describeLeft, describeOnPaper, describeRun, summarize } from './decisions/describe.ts'
import {
  conclude,
  draft,
  follow,
  mustBeStartable,
  type Need,
  type Orchestration,
  obey,
  StaleRevision,
} from './decisions/orchestrate.ts'
import { isEmergency, mustBePreemptable } from './decisions/preemption.ts'
import { standingOf, wizardOf } from './decisions/progress.ts'
import { type StopAction, stopQuestion } from './decisions/stopQuestion.ts'
import { Effects } from './effects.ts'
import { FactsGathering } from './facts/factsGathering.ts'
import { type CommandMark, type Journal, JournalConflict } from './journal/journal.ts'
import { toStored } from './journal/stored.ts'
import { LiveRuns, type MayApprove } from './liveRuns.ts'
import type { Seats } from './seats/seats.ts'

/** Who acts where nobody says so. */
const OPERATOR: Actor = { id: 'operator', name: 'operator' }
/** How often endpoints and sandbox hosts are looked at while a run goes on, in ms. */
const LOOK_EVERY_MS = 1500

export interface ClusterRunsOptions {
  cluster: WorkflowCluster
  thresholds: Thresholds
  /** What is asked for before a change just now; the rules of `thresholds` if left out. */
  rules?: () => ChangeRules
  journal: Journal
  seats: Seats
  clock: Clock
  newId: () => string
  onError: (error: unknown) => void
  /** `false`: for runs of clusters that nobody watches. */
  isWatched?: boolean
  /** Whether a person may approve a run now; everybody if left out. */
  mayApprove?: MayApprove | undefined
  /** Where several servers share the journal: whether this one may act for the cluster, right before it does. */
  permit?: (() => Promise<string | null>) | undefined
  /** Why nothing can be decided just now although the journal was not refused yet; `null`: nothing is in the way. */
  paused?: (() => string | null) | undefined
  /** The id of the Kafka cluster behind the name became known, for the first time or anew. */
  onIdentified?: (clusterId: string) => void
  onRun: (summary: WorkflowSummary, whole: () => Workflow, changed: boolean) => void
}

export class ClusterRuns {
  readonly #options: ClusterRunsOptions
  readonly #gathering: FactsGathering
  readonly #effects: Effects
  readonly #live: LiveRuns
  readonly #unsubscribe: () => void
  #queue: Promise<unknown> = Promise.resolve()
  #viewQueued = false
  #looking: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false
  #clusterId: string | null = null

  constructor(options: ClusterRunsOptions) {
    this.#options = options
    const { cluster, thresholds, clock, journal, onRun, onError } = options
    this.#gathering = new FactsGathering(cluster, thresholds, clock, options.rules)
    this.#live = new LiveRuns({
      gathering: this.#gathering,
      journal,
      clock,
      isWatched: options.isWatched !== false,
      paused: options.paused,
      mayApprove: options.mayApprove,
      onRun,
      onError,
      onCount: () => this.#activate(),
    })
    this.#effects = new Effects({
      cluster,
      clock,
      freshFacts: async (run) => this.#live.own(run, await this.#freshFacts()),
      lookAtCruiseControl: () => this.#gathering.lookAtCruiseControlNow(),
      isClosed: () => this.#closed,
      permit: options.permit,
    })
    this.#unsubscribe = cluster.source.subscribe({ onView: (view) => this.#onView(view) })
  }

  get cluster(): string {
    return this.#options.cluster.cluster
  }

  get unavailable(): string | null {
    return this.#live.broken
  }

  /** The journal was refused: nothing is decided until the runs are taken up anew. */
  get isBroken(): boolean {
    return this.#live.isBroken
  }

  /** Takes up a run of the journal where it stopped. */
  load(run: Run, token: number | null): void {
    // Readings count from now on; a request that may have been sent ended with the process that sent it.
    const now = this.#options.clock.monotonicMs()
    const clock = run.intent === null ? null : { sentMs: now, endedMs: now }
    this.#live.add(activeRun(run, token, clock))
  }

  /** To whoever watches: a run that was taken up. */
  tell(id: string): void {
    const live = this.#live.find(id)
    if (live !== null) this.#live.show(live)
  }

  has(id: string): boolean {
    return this.#live.find(id) !== null
  }

  summaries(): WorkflowSummary[] {
    return this.#live.all().map(({ run }) => summarize(this.#live.lately(run)))
  }

  /** A run that has not ended. */
  running(id: string): Run | null {
    return this.#live.find(id)?.run ?? null
  }

  whole(id: string): Workflow | null {
    const live = this.#live.find(id)
    return live === null ? null : describeRun(this.#live.lately(live.run))
  }

  /** The same for a document. */
  onPaper(id: string): Workflow | null {
    const live = this.#live.find(id)
    return live === null ? null : describeOnPaper(this.#live.lately(live.run))
  }

  /** The plan of a change that has not begun, for a document. @throws WorkflowRefusal */
  planOnPaper(request: StartWorkflow): Promise<Workflow> {
    return this.#inTurn(async () => {
      const facts = await this.#freshFacts()
      const { run } = this.#drafted(request, 'plan', facts)
      return describeOnPaper(standingOf({ ...run, revision: 0, notes: [] }, facts))
    })
  }

  /** A run that has ended, as far as the journal has it. */
  describeEnded(run: Run): Workflow {
    return describeRun(this.#live.ended(run))
  }

  /** The same, with what it has left on the cluster, which may be taken back. */
  describeLeft(ended: Run): Workflow {
    const run = this.#here(ended)
    return describeLeft(this.#live.ended(run), this.#live.lately(run))
  }

  /** Under the name that its cluster has here. */
  #here(run: Run): Run {
    return this.#options.isWatched === false ? run : { ...run, cluster: this.cluster }
  }

  summarizeEnded(run: Run): WorkflowSummary {
    return summarize(this.#live.ended(run))
  }

  /** @throws WorkflowRefusal where there is no such node */
  mayStop(nodeId: number, action: StopAction): Promise<Omit<StopAnswer, 'cluster'>> {
    return this.#inTurn(async () => {
      const facts = await this.#freshFacts()
      const gates = [...stopQuestion(action, nodeId, facts), noRunUnderWay(this.#ownLive().map(({ run }) => run))]
      const failing = gates.filter((gate) => !gate.ok)
      const may = failing.length === 0
      const why = may
        ? `Every gate holds now: ${nodeId} may be ${action === 'stop' ? 'stopped' : 'restarted'}. Ask again before the next node.`
        : refusedText(failing)
      return { nodeId, action, may, why, gates, atMs: facts.nowMs }
    })
  }

  facts() {
    return this.#gathering.lately()
  }

  start(request: StartWorkflow, mark: CommandMark | null): Promise<Workflow> {
    return this.#inTurn(() => this.#start(request, mark))
  }

  command(id: string, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    return this.#inTurn(() => this.#command(id, request, mark))
  }

  /** Takes a run up that has ended, to take back what it has left. */
  reopen(run: Run, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    return this.#inTurn(() => this.#reopen(run, request, mark))
  }

  /** The quorum was made anew: its runs cannot go on. */
  remade(): Promise<void> {
    return this.#inTurn(async () => {
      this.#gathering.forget()
      this.#clusterId = null
      for (const live of this.#live.all()) {
        const reason = 'The quorum was made anew.'
        await this.#live.append(
          live,
          [{ type: 'ended', outcome: 'aborted', reason, quorum: null, text: reason }],
          ENGINE,
        )
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unsubscribe()
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#queue.catch(() => undefined)
  }

  /** The Kafka cluster that is seen behind the name; `null` before it is known. */
  get clusterId(): string | null {
    return this.#clusterId
  }

  /** Runs that are about another cluster than this id, or about this id alone: handed on to who looks after them. */
  release(fits: (run: Run) => boolean): Promise<ActiveRun[]> {
    return this.#inTurn(async () => {
      const leaving = this.#live.all().filter(({ run }) => fits(run))
      for (const { run } of leaving) this.#live.drop(run.id)
      return leaving
    })
  }

  /** Takes over runs that another has released. Without a cluster of its own the name stays the one that they had. */
  take(released: readonly ActiveRun[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const live of released) {
        if (this.#options.isWatched !== false) live.run = { ...live.run, cluster: this.cluster }
        this.#live.add(live)
        this.#live.show(live)
      }
    })
  }

  /** Runs of the cluster that is seen here. Before its id is known, none is known to be of another. */
  #ownLive(): ActiveRun[] {
    const all = this.#live.all()
    return this.#clusterId === null ? all : all.filter(({ run }) => run.clusterId === this.#clusterId)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work, work)
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #activate(): void {
    const active = this.#live.size > 0 && !this.#closed
    this.#options.cluster.source.setActive(active)
    if (active) this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS)
    else if (this.#timer !== null) {
      clearInterval(this.#timer)
      this.#timer = null
    }
  }

  #onView(view: QuorumView): void {
    this.#gathering.see(view)
    const { clusterId } = view
    if (clusterId !== null && clusterId !== this.#clusterId) {
      this.#clusterId = clusterId
      this.#options.onIdentified?.(clusterId)
    }
    if (this.#live.size === 0 || this.#viewQueued || this.#closed) return
    this.#viewQueued = true
    void this.#inTurn(async () => {
      this.#viewQueued = false
      for (const live of this.#live.all()) await this.#advance(live)
    }).catch(this.#options.onError)
  }

  get #concerned(): number[] {
    return this.#ownLive().flatMap(({ run }) => {
      const { target, candidate } = focusOf(run).plan
      return [target, candidate].flatMap((key) => (key === null ? [] : [key.nodeId]))
    })
  }

  /** Where the voters of a quorum that is to be brought back are: nobody leads it who could say. */
  get #places(): Map<number, Endpoint[]> {
    return new Map(this.#ownLive().flatMap(({ run }) => (isOffline(run) ? [...placesOf(run)] : [])))
  }

  /** Probes what the runs are about; several callers share one look. */
  #look(): Promise<void> {
    const draining = this.#ownLive()
      // Whoever holds the lock first: it may change something, and one that rests may not.
      .toSorted((a, b) => Number(b.token !== null) - Number(a.token !== null))
      .map(({ run }) => focusOf(run))
      .filter(({ plan }) => plan.drain !== undefined)
    const emptied = draining.flatMap(({ params }) => params.nodeIds ?? [])
    // Beside everything else: nothing waits for Cruise Control.
    const [run] = draining
    if (run !== undefined) this.#gathering.lookAtCruiseControl(run)
    const looks = () =>
      Promise.all([
        this.#gathering.look(this.#concerned, this.#places),
        ...(emptied.length > 0 ? [this.#gathering.lookAtDisks(emptied)] : []),
      ])
    this.#looking ??= looks()
      .then(() => undefined)
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  /**
   * The facts of a reading that was asked for now, with every voter probed: one that died a moment ago refuses. Where no
   * leader answers the reading has no age, and no gate on it holds.
   */
  async #freshFacts(): Promise<Facts> {
    const { source } = this.#options.cluster
    const voters = source.view === null ? [] : votersOf(source.view).map((v) => v.nodeId)
    const [view] = await Promise.all([
      source.refresh(),
      this.#gathering.look([...this.#concerned, ...voters], this.#places),
    ])
    const facts = this.#gathering.facts()
    return view === null ? { ...facts, ageMs: null } : facts
  }

  /** Follows an observation as far as it leads. */
  async #advance(live: ActiveRun): Promise<void> {
    // On the facts that were decided on: an observation that changes nothing is evaluated once.
    this.#live.show(live, await this.#carry(live, follow(live)))
  }

  /** Gives the orchestrator what it needs, in its order. @param mark of the command that it answers */
  async #carry<T>(live: ActiveRun, work: Orchestration<T>, mark: CommandMark | null = null): Promise<T> {
    let next = work.next()
    while (next.done !== true) next = work.next(await this.#given(live, next.value, mark))
    return next.value
  }

  async #given(live: ActiveRun, need: Need, mark: CommandMark | null): Promise<Facts | null> {
    switch (need.need) {
      case 'facts':
        return this.#live.factsOf(live.run)
      case 'fresh-facts':
        return this.#live.own(live.run, await this.#freshFacts())
      case 'keep':
        if (need.takesLock) live.token = await this.#live.takeLock(live.run)
        await this.#live.append(live, need.events, need.actor, need.isAnswer ? mark : null)
        return null
      case 'begin':
        void this.#begin(live, need.effect).catch(this.#options.onError)
        return null
      default:
        return need satisfies never
    }
  }

  /** Only after the entry is synced; what came of the effect is reported beside the queue and kept in its turn. */
  async #begin(live: ActiveRun, effect: Effect): Promise<void> {
    const onHosts = effect.kind === 'hosts'
    if (onHosts) this.#gathering.hostsBusy = true
    const outcome = await this.#effects.carryOut(live, effect)
    if (onHosts) await this.#look()
    await this.#inTurn(async () => {
      if (onHosts) this.#gathering.hostsBusy = false
      // A run that has ended and was taken up again meanwhile is another one.
      if (this.#closed || this.#live.find(live.run.id) !== live) return
      this.#live.show(live, await this.#carry(live, conclude(live, outcome)))
    })
  }

  #drafted(request: StartWorkflow, id: string, facts: Facts): { run: Run; entry: RunEntry } {
    const { as: actor = OPERATOR } = request
    return draft(request, { id, cluster: this.cluster }, facts, actor, this.#options.clock.nowMs())
  }

  async #start(request: StartWorkflow, mark: CommandMark | null): Promise<Workflow> {
    const { clock, journal, newId } = this.#options
    this.#live.mustBeWritable()
    const facts = await this.#freshFacts()
    const { run, entry } = this.#drafted(request, request.dryRun === true ? 'dry-run' : newId(), facts)
    const { kind, reason = '', as: actor = OPERATOR } = request
    this.#options.seats.heard(actor.id)
    mustBeStartable(standingOf(run, facts))
    if (request.dryRun === true) return describeRun(standingOf({ ...run, revision: 0, notes: [] }, facts))
    const holder = this.#ownLive().find((other) => other.token !== null) ?? null
    const emergency = isEmergency(run, this.#gathering.facts().view)
    const preempted = request.preempt === true ? holder : null
    if (preempted !== null) mustBePreemptable(standingOf(preempted.run, this.#gathering.facts()), { emergency, reason })
    const parked: RunEntry = {
      type: 'parked',
      by: wizardOf(kind).title(run),
      reason,
      lockLost: true,
      atMs: clock.nowMs(),
      actor,
      text: `Parked: ${wizardOf(kind).title(run)} goes first, because ${reason}`,
    }
    const { id, cluster, clusterId, startedAtMs } = run
    const identity = { id, cluster, clusterId, kind, startedAtMs }
    const begun = journal.begin(identity, [toStored(entry, run)], {
      command: mark,
      preempts:
        preempted === null || preempted.token === null
          ? null
          : {
              id: preempted.run.id,
              afterSeq: preempted.run.revision,
              token: preempted.token,
              entries: [toStored(parked, preempted.run)],
            },
    })
    const stored = await this.#live.lockRefused(
      begun,
      emergency
        ? 'This is an emergency: start it with "preempt": true and a reason, and the other run rests until you are done.'
        : undefined,
    )
    if (preempted !== null) {
      preempted.run = foldEntry(preempted.run, preempted.run, parked)
      preempted.token = null
      this.#live.show(preempted)
    }
    const live = activeRun(run, stored.token)
    this.#live.add(live)
    await this.#look()
    await this.#advance(live)
    return this.#live.describe(live)
  }

  async #reopen(ended: Run, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    const { journal } = this.#options
    // Somebody else was faster.
    if (this.#live.find(ended.id) !== null) return await this.#command(ended.id, request, mark)
    const run = this.#here(ended)
    const { command, expectedRevision, as: actor = OPERATOR } = request
    this.#live.mustBeWritable()
    const live = activeRun(run, null)
    if (run.revision !== expectedRevision) throw this.#staleRevision(live, expectedRevision)
    const decision = decide(standingOf(run, this.#live.own(run, await this.#freshFacts())), command, actor)
    const { stored, after } = this.#live.written(run, decision.events, actor)
    const reopened = journal.reopen({ id: run.id, afterSeq: run.revision, entries: stored, command: mark })
    try {
      live.token = await this.#live.lockRefused(reopened)
    } catch (error) {
      throw error instanceof JournalConflict ? this.#staleRevision(live, expectedRevision) : error
    }
    live.run = after
    this.#live.add(live)
    await this.#advance(live)
    return this.#live.describe(live)
  }

  async #command(id: string, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    const live = this.#live.find(id)
    if (live === null) {
      throw new WorkflowRefusal(409, 'run-ended', 'This run has ended.', 'Start a new one.')
    }
    const { as: actor = OPERATOR } = request
    const { seats } = this.#options
    const driver = live.run.driver.id
    try {
      await this.#carry(live, obey(live, this.#seated(live.run, request, actor), actor), mark)
      if (live.run.driver.id !== driver) seats.driverChanged(id)
    } catch (error) {
      throw error instanceof StaleRevision ? this.#staleRevision(live, request.expectedRevision) : error
    } finally {
      // Refused or not, the fresh reading has shown something.
      if (live.run.outcome === null) this.#live.show(live)
    }
    return this.#live.describe(live)
  }

  /** The driver's seat is taken only where it is free; why it was stands in the reason. @throws WorkflowRefusal */
  #seated(run: Run, request: CommandRequest, actor: Actor): CommandRequest {
    const { seats } = this.#options
    seats.heard(actor.id)
    const { command } = request
    // What says no reason is refused for that.
    if (command.type !== 'take-over' || !command.reason || run.outcome !== null) return request
    const why = seats.mustBeFree(run, actor)
    const reason = why === '' || command.reason.startsWith(why) ? command.reason : `${command.reason} (${why})`
    return { ...request, command: { ...command, reason } }
  }

  #staleRevision(live: ActiveRun, expected: number): WorkflowRefusal {
    return new WorkflowRefusal(
      409,
      'stale-revision',
      `The run has moved on: it is at revision ${live.run.revision}, the command was given for ${expected}. Nothing was done.`,
      'Look at the run as it is now, which comes with this answer, and decide again.',
      { workflow: this.#live.describe(live) },
    )
  }
}
