/**
 * The runs of one cluster. Everything that decides goes through one queue; an entry is in the journal, synced, before its
 * effect begins. An RPC goes on beside the queue, because the quorum may prove its outcome before its answer comes.
 */
import type { QuorumView } from '../contract/quorumView.ts'
import type { Actor, CommandRequest, StartWorkflow, Workflow, WorkflowSummary } from '../contract/workflows.ts'
import type { Clock } from '../quorum/clock.ts'
import { type Advice, advance, recordOf, type Told } from './advance.ts'
import { type Decision, decide, decideAutomatic, type Effect } from './decide.ts'
import { describeOnPaper, describeRun, summarize } from './describe.ts'
import { Effects, orphanedRequests } from './effects.ts'
import type { Facts } from './facts.ts'
import { FactsGathering } from './factsGathering.ts'
import { ChangeLockHeld, type CommandMark, type Journal, type StoredRun } from './journal.ts'
import { type Live, liveRun } from './live.ts'
import { focusOf } from './parts.ts'
import type { WorkflowCluster } from './ports.ts'
import { isEmergency, mustBePreemptable } from './preemption.ts'
import { stepsOf, wizardOf } from './progress.ts'
import { refusedBy, WorkflowRefusal } from './refusal.ts'
import { ENGINE, foldEntry, foldRun, type Run, type RunEntry } from './run.ts'
import { planRefusals } from './startRefusals.ts'
import { runOf, toStored } from './stored.ts'
import type { Thresholds } from './thresholds.ts'
import { votersOf } from './voterSet.ts'

/** Who acts where nobody says so. */
const OPERATOR: Actor = { id: 'operator', name: 'operator' }
/** How often endpoints and sandbox hosts are looked at while a run goes on, in ms. */
const LOOK_EVERY_MS = 1500
/** Events that one observation may lead to; more would be a loop. */
const MAX_EVENTS_AT_ONCE = 20

export interface ClusterRunsOptions {
  cluster: WorkflowCluster
  thresholds: Thresholds
  journal: Journal
  clock: Clock
  newId: () => string
  onError: (error: unknown) => void
  onRun: (summary: WorkflowSummary, whole: () => Workflow, changed: boolean) => void
}

export class ClusterRuns {
  readonly #options: ClusterRunsOptions
  readonly #gathering: FactsGathering
  readonly #effects: Effects
  readonly #live = new Map<string, Live>()
  readonly #unsubscribe: () => void
  #queue: Promise<unknown> = Promise.resolve()
  #viewQueued = false
  #looking: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false
  /** Set when the journal cannot be written: nothing is decided any more. */
  #broken: string | null = null

  constructor(options: ClusterRunsOptions) {
    this.#options = options
    const { cluster, thresholds, clock } = options
    this.#gathering = new FactsGathering(cluster, thresholds, clock)
    this.#effects = new Effects({
      cluster,
      clock,
      freshFacts: () => this.#freshFacts(),
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
  load(stored: StoredRun): void {
    const run = runOf(stored)
    // Readings count from now on; a request that may have been sent ended with the process that sent it.
    const now = this.#options.clock.monotonicMs()
    const clock = run.intent === null ? null : { sentMs: now, endedMs: now }
    this.#live.set(run.id, liveRun(run, stored.token, clock))
    this.#activate()
  }

  has(id: string): boolean {
    return this.#live.has(id)
  }

  summaries(): WorkflowSummary[] {
    const facts = this.#gathering.facts()
    return [...this.#live.values()].map(({ run }) => summarize(run, facts))
  }

  whole(id: string): Workflow | null {
    const live = this.#live.get(id)
    return live === undefined ? null : describeRun(live.run, this.#gathering.facts())
  }

  /** The same for a document. */
  onPaper(id: string): Workflow | null {
    const live = this.#live.get(id)
    return live === undefined ? null : describeOnPaper(live.run, this.#gathering.facts())
  }

  /** The plan of a change that has not begun, for a document. @throws WorkflowRefusal */
  planOnPaper(request: StartWorkflow): Promise<Workflow> {
    return this.#inTurn(async () => {
      const facts = await this.#freshFacts()
      const { run } = this.#drafted(request, 'plan', facts)
      return describeOnPaper({ ...run, revision: 0, notes: [] }, facts)
    })
  }

  /** A run that has ended, as far as the journal tells it. */
  describeEnded(run: Run): Workflow {
    return describeRun(run, { ...this.#gathering.facts(), view: null })
  }

  facts() {
    return this.#gathering.facts()
  }

  start(request: StartWorkflow, mark: CommandMark | null): Promise<Workflow> {
    return this.#inTurn(() => this.#start(request, mark))
  }

  command(id: string, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    return this.#inTurn(() => this.#command(id, request, mark))
  }

  /** The quorum was made anew: its runs cannot go on. */
  remade(): Promise<void> {
    return this.#inTurn(async () => {
      this.#gathering.forget()
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
    if (this.#live.size === 0 || this.#viewQueued || this.#closed) return
    this.#viewQueued = true
    void this.#inTurn(async () => {
      this.#viewQueued = false
      for (const live of [...this.#live.values()]) await this.#advance(live)
    }).catch(this.#options.onError)
  }

  get #concerned(): number[] {
    return [...this.#live.values()].flatMap(({ run }) => {
      const { target, candidate } = focusOf(run).plan
      return [target, candidate].flatMap((key) => (key === null ? [] : [key.nodeId]))
    })
  }

  /** Probes what the runs are about; several callers share one look. */
  #look(): Promise<void> {
    const draining = [...this.#live.values()]
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
  async #advance(live: Live): Promise<void> {
    const orphaned = orphanedRequests(live)
    if (orphaned.length > 0) await this.#append(live, orphaned, ENGINE)
    for (let round = 0; round < MAX_EVENTS_AT_ONCE; round += 1) {
      const advice: Advice = advance(live.run, this.#gathering.facts(), live.clock)
      if (advice.events.length > 0) {
        await this.#append(live, advice.events, ENGINE)
        continue
      }
      if (advice.executes === null) break
      if (!(await this.#executeAutomatic(live, advice.executes))) break
    }
    this.#tell(live)
  }

  async #executeAutomatic(live: Live, step: string): Promise<boolean> {
    const decision = decideAutomatic(live.run, step, await this.#freshFacts())
    if (decision === null) return false
    await this.#carryOut(live, decision, ENGINE, null)
    return true
  }

  async #append(live: Live, told: readonly Told[], actor: Actor, command: CommandMark | null = null): Promise<void> {
    const { journal, clock } = this.#options
    if (this.#broken !== null) throw this.#unwritable()
    const entries = told.map((event): RunEntry => ({ ...event, atMs: clock.nowMs(), actor }))
    const { id } = live.run
    const ended = entries.find((e) => e.type === 'ended')
    try {
      await journal.append({
        id,
        afterSeq: live.run.revision,
        token: live.token,
        entries: entries.map(toStored),
        command,
        endedAtMs: ended?.atMs ?? null,
      })
    } catch (error) {
      this.#broken = `The journal cannot be written: ${error instanceof Error ? error.message : String(error)}`
      this.#options.onError(error)
      throw this.#unwritable()
    }
    const head = { id, cluster: live.run.cluster, clusterId: live.run.clusterId }
    for (const entry of entries) live.run = foldEntry(head, live.run, entry)
    if (live.run.intent === null) live.clock = null
    this.#tell(live)
    if (ended !== undefined) {
      this.#live.delete(id)
      this.#activate()
    }
  }

  #unwritable(): WorkflowRefusal {
    return new WorkflowRefusal(
      503,
      'journal-failed',
      `${this.#broken ?? 'The journal cannot be written.'} Nothing is sent without it.`,
      'Make room on the disk of the data directory or mend it, then restart Quorumdeck: runs go on where they stopped.',
    )
  }

  #tell(live: Live): void {
    const facts = this.#gathering.facts()
    const summary = summarize(live.run, facts)
    const key = [summary.revision, summary.state, summary.step, summary.driver.id].join(' ')
    const changed = key !== live.told
    live.told = key
    const { run } = live
    this.#options.onRun(summary, () => describeRun(run, facts), changed)
  }

  async #carryOut(live: Live, decision: Decision, actor: Actor, mark: CommandMark | null): Promise<void> {
    if (decision.takesLock) live.token = await this.#takeLock(this.#options.journal, live.run)
    await this.#append(live, decision.events, actor, mark)
    if (decision.effect !== null) void this.#begin(live, decision.effect).catch(this.#options.onError)
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
  async #begin(live: Live, effect: Effect): Promise<void> {
    const onHosts = effect.kind === 'hosts'
    if (onHosts) this.#gathering.hostsBusy = true
    const told = await this.#effects.carryOut(live, effect)
    if (onHosts) await this.#look()
    await this.#inTurn(async () => {
      if (onHosts) this.#gathering.hostsBusy = false
      if (this.#closed || !this.#live.has(live.run.id)) return
      await this.#append(live, [told], ENGINE)
      await this.#advance(live)
    })
  }

  #lockRefusal(holder: string, emergency: string | null): WorkflowRefusal {
    const live = this.#live.get(holder)
    const summary = live === undefined ? null : summarize(live.run, this.#gathering.facts())
    return new WorkflowRefusal(
      409,
      'change-in-progress',
      `One change at a time: ${summary === null ? `run ${holder}` : `“${summary.title}”, driven by ${summary.driver.name},`} is going on for this Kafka cluster.`,
      emergency ?? 'Finish it, or leave or abort it first.',
      live === undefined ? {} : { workflow: describeRun(live.run, this.#gathering.facts()) },
    )
  }

  /** A run as its start would make it. @throws WorkflowRefusal */
  #drafted(request: StartWorkflow, id: string, facts: Facts): { run: Run; entry: RunEntry } {
    const { clock } = this.#options
    const plan = wizardOf(request.kind).plan(definedOnly(request.params), facts)
    const { view } = facts
    if (view === null || view.clusterId === null) throw new Error('a plan was made without a view')
    const { kind, params, reason = '', as: actor = OPERATOR } = request
    const entry: RunEntry = {
      type: 'started',
      kind,
      params: definedOnly(params),
      reason,
      plan,
      quorum: recordOf(view),
      atMs: clock.nowMs(),
      actor,
      text: reason === '' ? 'Started.' : `Started: ${reason}`,
    }
    return { run: foldRun({ id, cluster: this.cluster, clusterId: view.clusterId }, [entry]), entry }
  }

  async #start(request: StartWorkflow, mark: CommandMark | null): Promise<Workflow> {
    const { clock, journal, newId } = this.#options
    if (this.#broken !== null) throw this.#unwritable()
    const facts = await this.#freshFacts()
    const { run, entry } = this.#drafted(request, request.dryRun === true ? 'dry-run' : newId(), facts)
    const { kind, reason = '', as: actor = OPERATOR } = request
    if (request.dryRun === true) return describeRun({ ...run, revision: 0, notes: [] }, facts)
    const refusals = planRefusals(focusOf(run), stepsOf(run, facts), facts)
    if (refusals.length > 0) throw refusedBy(refusals)
    const holder = [...this.#live.values()].find((other) => other.token !== null) ?? null
    const emergency = isEmergency(run, this.#gathering.facts().view)
    const preempted = request.preempt === true ? holder : null
    if (preempted !== null) mustBePreemptable(preempted.run, { emergency, reason }, this.#gathering.facts())
    const parked: RunEntry = {
      type: 'parked',
      by: wizardOf(kind).title(run),
      reason,
      lockLost: true,
      atMs: clock.nowMs(),
      actor,
      text: `Rests: ${wizardOf(kind).title(run)} goes first, because ${reason}`,
    }
    const { id, cluster, clusterId, startedAtMs } = run
    const identity = { id, cluster, clusterId, kind, startedAtMs }
    let stored: StoredRun
    try {
      stored = await journal.begin(identity, [toStored(entry)], {
        command: mark,
        preempts:
          preempted === null || preempted.token === null
            ? null
            : {
                id: preempted.run.id,
                afterSeq: preempted.run.revision,
                token: preempted.token,
                entries: [toStored(parked)],
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
    const live = liveRun(run, stored.token)
    this.#live.set(run.id, live)
    this.#activate()
    await this.#look()
    await this.#advance(live)
    return describeRun(live.run, this.#gathering.facts())
  }

  async #command(id: string, request: CommandRequest, mark: CommandMark): Promise<Workflow> {
    const live = this.#live.get(id)
    if (live === undefined) {
      throw new WorkflowRefusal(409, 'run-ended', 'This run has ended.', 'Start a new one.')
    }
    const { command, expectedRevision, as: actor = OPERATOR } = request
    this.#sameRevision(live, expectedRevision)
    const facts = await this.#freshFacts()
    // What the fresh read shows comes first: the command was given for the run as it was before it.
    if (live.run.outcome === null) await this.#advance(live)
    this.#sameRevision(live, expectedRevision)
    const decision = decide(live.run, command, facts, actor)
    await this.#carryOut(live, decision, actor, mark)
    if (live.run.outcome === null) await this.#advance(live)
    return describeRun(live.run, this.#gathering.facts())
  }

  #sameRevision(live: Live, expected: number): void {
    if (live.run.revision === expected) return
    throw new WorkflowRefusal(
      409,
      'stale-revision',
      `The run has moved on: it is at revision ${live.run.revision}, the command was given for ${expected}. Nothing was done.`,
      'Look at the run as it is now, which comes with this answer, and decide again.',
      { workflow: describeRun(live.run, this.#gathering.facts()) },
    )
  }
}

function definedOnly(params: StartWorkflow['params']): Run['params'] {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
}
