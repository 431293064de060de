/**
 * The runs of one cluster. Everything that decides goes through one queue; an entry is in the journal, synced, before its
 * effect begins. An RPC goes on beside the queue, because the quorum may prove its outcome before its answer comes.
 */
import type { QuorumView } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
import type { Actor, CommandRequest, StartWorkflow, Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import type { Facts } from '../run/facts.ts'
import type { WorkflowCluster } from '../run/ports.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import { ENGINE, foldEntry, type Run, type RunEntry } from '../run/run.ts'
import type { Thresholds } from '../run/thresholds.ts'
import { focusOf } from '../wizards/parts.ts'
import { type ActiveRun, activeRun } from './activeRun.ts'
import type { PendingEntry } from './decisions/advance.ts'
import { decide, type Effect } from './decisions/decide.ts'
import { describeLeft, describeOnPaper, describeRun, summarize } from './decisions/describe.ts'
import {
  conclude,
  draft,
  entriesOf,
  follow,
  mustBeStartable,
  type Need,
  type Orchestration,
  obey,
  StaleRevision,
} from './decisions/orchestrate.ts'
import { isEmergency, mustBePreemptable } from './decisions/preemption.ts'
import { type Standing, standingOf, wizardOf } from './decisions/progress.ts'
import { Effects } from './effects.ts'
import { FactsGathering } from './facts/factsGathering.ts'
import { nothingOf, ownFacts } from './facts/ownFacts.ts'
import {
  ChangeLockHeld,
  type CommandMark,
  type EndedRun,
  type Journal,
  JournalConflict,
  type RunRecord,
} from './journal/journal.ts'
import { toStored } from './journal/stored.ts'

/** Who acts where nobody says so. */
const OPERATOR: Actor = { id: 'operator', name: 'operator' }
/** How often endpoints and sandbox hosts are looked at while a run goes on, in ms. */
const LOOK_EVERY_MS = 1500
/** Ended runs of a Kafka cluster that are kept, with all their entries. */
export const RUNS_KEPT = 500

export interface ClusterRunsOptions {
  cluster: WorkflowCluster
  thresholds: Thresholds
  journal: Journal
  clock: Clock
  newId: () => string
  onError: (error: unknown) => void
  /** `false`: for runs of clusters that nobody watches. */
  isWatched?: boolean
  /** The id of the Kafka cluster behind the name was told, for the first time or anew. */
  onIdentified?: (clusterId: string) => void
  onRun: (summary: WorkflowSummary, whole: () => Workflow, changed: boolean) => void
}

export class ClusterRuns {
  readonly #options: ClusterRunsOptions
  readonly #gathering: FactsGathering
  readonly #effects: Effects
  readonly #live = new Map<string, ActiveRun>()
  readonly #unsubscribe: () => void
  #queue: Promise<unknown> = Promise.resolve()
  #viewQueued = false
  #looking: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false
  #clusterId: string | null = null
  /** Set when the journal cannot be written: nothing is decided any more. */
  #broken: string | null = null

  constructor(options: ClusterRunsOptions) {
    this.#options = options
    const { cluster, thresholds, clock } = options
    this.#gathering = new FactsGathering(cluster, thresholds, clock)
    this.#effects = new Effects({
      cluster,
      clock,
      freshFacts: async (run) => this.#own(run, await this.#freshFacts()),
      lookAtCruiseControl: () => this.#gathering.lookAtCruiseControlNow(),
      isClosed: () => this.#closed,
    })
    this.#unsubscribe = cluster.source.subscribe({ onView: (view) => this.#onView(view) })
  }

  get cluster(): string {
    return this.#options.cluster.cluster
  }

  get unavailable(): string | null {
    return this.#broken
  }

  /** Takes up a run of the journal where it stopped. */
  load(run: Run, token: number | null): void {
    // Readings count from now on; a request that may have been sent ended with the process that sent it.
    const now = this.#options.clock.monotonicMs()
    const clock = run.intent === null ? null : { sentMs: now, endedMs: now }
    this.#live.set(run.id, activeRun(run, token, clock))
    this.#activate()
  }

  has(id: string): boolean {
    return this.#live.has(id)
  }

  summaries(): WorkflowSummary[] {
    return [...this.#live.values()].map(({ run }) => summarize(this.#lately(run)))
  }

  /** A run that has not ended. */
  running(id: string): Run | null {
    return this.#live.get(id)?.run ?? null
  }

  whole(id: string): Workflow | null {
    const live = this.#live.get(id)
    return live === undefined ? null : describeRun(this.#lately(live.run))
  }

  /** The same for a document. */
  onPaper(id: string): Workflow | null {
    const live = this.#live.get(id)
    return live === undefined ? null : describeOnPaper(this.#lately(live.run))
  }

  /** The plan of a change that has not begun, for a document. @throws WorkflowRefusal */
  planOnPaper(request: StartWorkflow): Promise<Workflow> {
    return this.#inTurn(async () => {
      const facts = await this.#freshFacts()
      const { run } = this.#drafted(request, 'plan', facts)
      return describeOnPaper(standingOf({ ...run, revision: 0, notes: [] }, facts))
    })
  }

  /** A run that has ended, as far as the journal tells it. */
  describeEnded(run: Run): Workflow {
    return describeRun(this.#ended(run))
  }

  /** The same, with what it has left on the cluster, which may be taken back. */
  describeLeft(ended: Run): Workflow {
    const run = this.#here(ended)
    return describeLeft(this.#ended(run), this.#lately(run))
  }

  /** Under the name that its cluster has here. */
  #here(run: Run): Run {
    return this.#options.isWatched === false ? run : { ...run, cluster: this.cluster }
  }

  summarizeEnded(run: Run): WorkflowSummary {
    return summarize(this.#ended(run))
  }

  /** Nothing of the cluster of now is looked at: its words are those of its end. */
  #ended(run: Run): Standing {
    return standingOf(run, nothingOf(this.#gathering.lately()))
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
      for (const live of [...this.#live.values()]) {
        const reason = 'The quorum was made anew.'
        await this.#append(live, [{ type: 'ended', outcome: 'aborted', reason, quorum: null, text: reason }], ENGINE)
      }
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#unsubscribe()
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#queue.catch(() => undefined)
  }

  /** The Kafka cluster that is seen behind the name; `null` before it was told. */
  get clusterId(): string | null {
    return this.#clusterId
  }

  /** Runs that are about another cluster than this id, or about this id alone: handed on to who looks after them. */
  release(fits: (run: Run) => boolean): Promise<ActiveRun[]> {
    return this.#inTurn(async () => {
      const leaving = [...this.#live.values()].filter(({ run }) => fits(run))
      for (const { run } of leaving) this.#live.delete(run.id)
      this.#activate()
      return leaving
    })
  }

  /** Takes over runs that another has released. Without a cluster of its own the name stays the one that they had. */
  take(released: readonly ActiveRun[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const live of released) {
        if (this.#options.isWatched !== false) live.run = { ...live.run, cluster: this.cluster }
        this.#live.set(live.run.id, live)
        this.#tell(live)
      }
      this.#activate()
    })
  }

  /** Runs of the cluster that is seen here. Before its id is known, none is known to be of another. */
  #ownLive(): ActiveRun[] {
    const all = [...this.#live.values()]
    return this.#clusterId === null ? all : all.filter(({ run }) => run.clusterId === this.#clusterId)
  }

  #own(run: Run, facts: Facts): Facts {
    return this.#options.isWatched === false ? { ...nothingOf(facts), elsewhere: '' } : ownFacts(run.clusterId, facts)
  }

  #factsOf(run: Run): Facts {
    return this.#own(run, this.#gathering.facts())
  }

  #standing(run: Run): Standing {
    return standingOf(run, this.#factsOf(run))
  }

  /** For reading: on facts that readers who come together share. */
  #lately(run: Run): Standing {
    return standingOf(run, this.#own(run, this.#gathering.lately()))
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
      for (const live of [...this.#live.values()]) await this.#advance(live)
    }).catch(this.#options.onError)
  }

  get #concerned(): number[] {
    return this.#ownLive().flatMap(({ run }) => {
      const { target, candidate } = focusOf(run).plan
      return [target, candidate].flatMap((key) => (key === null ? [] : [key.nodeId]))
    })
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
        this.#gathering.look(this.#concerned),
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
    const [view] = await Promise.all([source.refresh(), this.#gathering.look([...this.#concerned, ...voters])])
    const facts = this.#gathering.facts()
    return view === null ? { ...facts, ageMs: null } : facts
  }

  /** Follows an observation as far as it leads. */
  async #advance(live: ActiveRun): Promise<void> {
    // On the facts that were decided on: an observation that changes nothing is evaluated once.
    this.#tell(live, await this.#carry(live, follow(live)))
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
        return this.#factsOf(live.run)
      case 'fresh-facts':
        return this.#own(live.run, await this.#freshFacts())
      case 'keep':
        if (need.takesLock) live.token = await this.#takeLock(this.#options.journal, live.run)
        await this.#append(live, need.events, need.actor, need.isAnswer ? mark : null)
        return null
      case 'begin':
        void this.#begin(live, need.effect).catch(this.#options.onError)
        return null
      default:
        return need satisfies never
    }
  }

  /** What was decided, as the journal keeps it, and the run after it. */
  #written(run: Run, told: readonly PendingEntry[], actor: Actor) {
    const { entries, after } = entriesOf(run, told, actor, this.#options.clock.nowMs())
    return { entries, stored: entries.map((entry) => toStored(entry, after)), after }
  }

  async #append(
    live: ActiveRun,
    told: readonly PendingEntry[],
    actor: Actor,
    command: CommandMark | null = null,
  ): Promise<void> {
    const { journal } = this.#options
    if (this.#broken !== null) throw this.#unwritable()
    const { id, clusterId } = live.run
    const { entries, stored, after } = this.#written(live.run, told, actor)
    const ended = entries.find((e) => e.type === 'ended')
    try {
      await journal.append({
        id,
        afterSeq: live.run.revision,
        token: live.token,
        entries: stored,
        command,
        endedAtMs: ended?.atMs ?? null,
        ...(ended === undefined ? {} : { ended: this.#whatEnded(after) }),
      })
    } catch (error) {
      this.#broken = `The journal cannot be written: ${error instanceof Error ? error.message : String(error)}`
      this.#options.onError(error)
      throw this.#unwritable()
    }
    live.run = after
    if (live.run.intent === null) live.clock = null
    this.#tell(live)
    if (ended !== undefined) {
      this.#live.delete(id)
      this.#activate()
      void journal.retain(clusterId, RUNS_KEPT).catch(this.#options.onError)
    }
  }

  #whatEnded(run: Run): EndedRun {
    return { summary: JSON.stringify(this.summarizeEnded(run)), folded: JSON.stringify(run) }
  }

  #unwritable(): WorkflowRefusal {
    return new WorkflowRefusal(
      503,
      'journal-failed',
      `${this.#broken ?? 'The journal cannot be written.'} Nothing is sent without it.`,
      'Make room on the disk of the data directory or mend it, then restart Quorumdeck: runs go on where they stopped.',
    )
  }

  #tell(live: ActiveRun, facts: Facts = this.#factsOf(live.run)): void {
    const summary = summarize(standingOf(live.run, facts))
    const key = [summary.revision, summary.state, summary.step, summary.driver.id].join(' ')
    const changed = key !== live.told
    live.told = key
    const { run } = live
    this.#options.onRun(summary, () => describeRun(standingOf(run, facts)), changed)
  }

  async #takeLock(journal: Journal, run: Run): Promise<number> {
    try {
      return await journal.takeLock(run.id)
    } catch (error) {
      if (!(error instanceof ChangeLockHeld)) throw error
      throw this.#lockRefusal(error.holder, null)
    }
  }

  /** Only after the entry is synced; what came of the effect is told beside the queue and kept in its turn. */
  async #begin(live: ActiveRun, effect: Effect): Promise<void> {
    const onHosts = effect.kind === 'hosts'
    if (onHosts) this.#gathering.hostsBusy = true
    const told = await this.#effects.carryOut(live, effect)
    if (onHosts) await this.#look()
    await this.#inTurn(async () => {
      if (onHosts) this.#gathering.hostsBusy = false
      // A run that has ended and was taken up again meanwhile is another one.
      if (this.#closed || this.#live.get(live.run.id) !== live) return
      this.#tell(live, await this.#carry(live, conclude(live, told)))
    })
  }

  #lockRefusal(holder: string, emergency: string | null): WorkflowRefusal {
    const live = this.#live.get(holder)
    const summary = live === undefined ? null : summarize(this.#standing(live.run))
    return new WorkflowRefusal(
      409,
      'change-in-progress',
      `One change at a time: ${summary === null ? `run ${holder}` : `“${summary.title}”, driven by ${summary.driver.name},`} is going on for this Kafka cluster.`,
      emergency ?? 'Finish it, or leave or abort it first.',
      live === undefined ? {} : { workflow: describeRun(this.#standing(live.run)) },
    )
  }

  #drafted(request: StartWorkflow, id: string, facts: Facts): { run: Run; entry: RunEntry } {
    const { as: actor = OPERATOR } = request
    return draft(request, { id, cluster: this.cluster }, facts, actor, this.#options.clock.nowMs())
  }

  async #start(request: StartWorkflow, mark: CommandMark | null): Promise<Workflow> {
    const { clock, journal, newId } = this.#options
    if (this.#broken !== null) throw this.#unwritable()
    const facts = await this.#freshFacts()
    const { run, entry } = this.#drafted(request, request.dryRun === true ? 'dry-run' : newId(), facts)
    const { kind, reason = '', as: actor = OPERATOR } = request
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
    let stored: RunRecord
    try {
      stored = await journal.begin(identity, [toStored(entry, run)], {
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
    } catch (error) {
      if (!(error instanceof ChangeLockHeld)) throw error
      const remedy = emergency
        ? 'This is an emergency: start it with "preempt": true and a reason, and the other run rests until you are done.'
        : null
      throw this.#lockRefusal(error.holder, remedy)
    }
    if (preempted !== null) {
      preempted.run = foldEntry(preempted.run, preempted.run, parked)
      preempted.token = null
      this.#tell(preempted)
    }
    const live = activeRun(run, stored.token)
    this.#live.set(run.id, live)
    this.#activate()
    await this.#look()
    await this.#advance(live)
    return describeRun(this.#standing(live.run))
  }

  async #reopen(ended: Run, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    const { journal } = this.#options
    // Somebody else was faster.
    if (this.#live.has(ended.id)) return await this.#command(ended.id, request, mark)
    const run = this.#here(ended)
    const { command, expectedRevision, as: actor = OPERATOR } = request
    if (this.#broken !== null) throw this.#unwritable()
    const live = activeRun(run, null)
    if (run.revision !== expectedRevision) throw this.#staleRevision(live, expectedRevision)
    const decision = decide(standingOf(run, this.#own(run, await this.#freshFacts())), command, actor)
    const { stored, after } = this.#written(run, decision.events, actor)
    try {
      live.token = await journal.reopen({ id: run.id, afterSeq: run.revision, entries: stored, command: mark })
    } catch (error) {
      if (error instanceof ChangeLockHeld) throw this.#lockRefusal(error.holder, null)
      if (error instanceof JournalConflict) throw this.#staleRevision(live, expectedRevision)
      throw error
    }
    live.run = after
    this.#live.set(run.id, live)
    this.#activate()
    await this.#advance(live)
    return describeRun(this.#standing(live.run))
  }

  async #command(id: string, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    const live = this.#live.get(id)
    if (live === undefined) {
      throw new WorkflowRefusal(409, 'run-ended', 'This run has ended.', 'Start a new one.')
    }
    const { as: actor = OPERATOR } = request
    try {
      await this.#carry(live, obey(live, request, actor), mark)
    } catch (error) {
      throw error instanceof StaleRevision ? this.#staleRevision(live, request.expectedRevision) : error
    } finally {
      // Refused or not, the fresh reading has shown something.
      if (live.run.outcome === null) this.#tell(live)
    }
    return describeRun(this.#standing(live.run))
  }

  #staleRevision(live: ActiveRun, expected: number): WorkflowRefusal {
    return new WorkflowRefusal(
      409,
      'stale-revision',
      `The run has moved on: it is at revision ${live.run.revision}, the command was given for ${expected}. Nothing was done.`,
      'Look at the run as it is now, which comes with this answer, and decide again.',
      { workflow: describeRun(this.#standing(live.run)) },
    )
  }
}
