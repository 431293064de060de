/**
 * The runs of one cluster that have not ended, as this process holds them beside the journal: each on the facts of its own
 * Kafka cluster, written down before anything comes of it, and shown to whoever watches.
 */
import type { Actor, Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { Clock } from '../../quorum/reading/clock.ts'
import type { Facts } from '../run/facts.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { Run, RunEntry } from '../run/run.ts'
import type { ActiveRun } from './activeRun.ts'
import type { PendingEntry } from './decisions/advance.ts'
import { describeRun, summarize } from './decisions/describe.ts'
import { entriesOf } from './decisions/orchestrate.ts'
import { type Standing, standingOf } from './decisions/progress.ts'
import type { FactsGathering } from './facts/factsGathering.ts'
import { nothingOf, ownFacts } from './facts/ownFacts.ts'
import { ChangeLockHeld, type CommandMark, type EndedRun, type Journal, type NewEntry } from './journal/journal.ts'
import { toStored } from './journal/stored.ts'

/** Ended runs of a Kafka cluster that are kept, with all their entries. */
export const RUNS_KEPT = 500

/** By the rights of now, under any name of the cluster of the run. */
export type MayApprove = (personId: string, run: Pick<Run, 'cluster' | 'clusterId'>) => boolean

export interface LiveRunsOptions {
  gathering: FactsGathering
  journal: Journal
  clock: Clock
  /** `false`: for runs of clusters that nobody watches. */
  isWatched: boolean
  /** Whether this person may approve this run now; everybody if left out. */
  mayApprove?: MayApprove | undefined
  /** Why nothing can be decided just now; `null`: nothing is in the way. Left out where a database has one server. */
  paused: (() => string | null) | undefined
  onRun: (summary: WorkflowSummary, whole: () => Workflow, changed: boolean) => void
  onError: (error: unknown) => void
  /** A run came or went. */
  onCount: () => void
}

export class LiveRuns {
  readonly #options: LiveRunsOptions
  readonly #runs = new Map<string, ActiveRun>()
  /** Set when the journal cannot be written: nothing is decided any more. */
  #broken: string | null = null

  constructor(options: LiveRunsOptions) {
    this.#options = options
  }

  /** Why nothing is decided. */
  get broken(): string | null {
    return this.#broken ?? this.#options.paused?.() ?? null
  }

  get isBroken(): boolean {
    return this.#broken !== null
  }

  get size(): number {
    return this.#runs.size
  }

  all(): ActiveRun[] {
    return [...this.#runs.values()]
  }

  find(id: string): ActiveRun | null {
    return this.#runs.get(id) ?? null
  }

  add(live: ActiveRun): void {
    this.#runs.set(live.run.id, live)
    this.#options.onCount()
  }

  drop(id: string): void {
    this.#runs.delete(id)
    this.#options.onCount()
  }

  /** The facts as far as they are of the cluster of this run. */
  own(run: Run, facts: Facts): Facts {
    const { isWatched, mayApprove } = this.#options
    const own = isWatched ? ownFacts(run.clusterId, facts) : { ...nothingOf(facts), elsewhere: '' }
    const approver = run.approval?.by.id
    return approver === undefined || mayApprove?.(approver, run) !== false ? own : { ...own, barred: approver }
  }

  factsOf(run: Run): Facts {
    return this.own(run, this.#options.gathering.facts())
  }

  standing(run: Run): Standing {
    return standingOf(run, this.factsOf(run))
  }

  /** For reading: on facts that readers who come together share. */
  lately(run: Run): Standing {
    return standingOf(run, this.own(run, this.#options.gathering.lately()))
  }

  /** Of a run that has ended: nothing of the cluster of now is looked at, its words are those of its end. */
  ended(run: Run): Standing {
    return standingOf(run, nothingOf(this.#options.gathering.lately()))
  }

  describe({ run }: ActiveRun): Workflow {
    return describeRun(this.standing(run))
  }

  /** What was decided, as the journal keeps it, and the run after it. */
  written(
    run: Run,
    events: readonly PendingEntry[],
    actor: Actor,
  ): { entries: RunEntry[]; stored: NewEntry[]; after: Run } {
    const { entries, after } = entriesOf(run, events, actor, this.#options.clock.nowMs())
    return { entries, stored: entries.map((entry) => toStored(entry, after)), after }
  }

  /** Into the journal, synced, and only then into the run. @throws WorkflowRefusal where the journal cannot be written */
  async append(
    live: ActiveRun,
    events: readonly PendingEntry[],
    actor: Actor,
    command: CommandMark | null = null,
  ): Promise<void> {
    const { journal, onError } = this.#options
    this.mustBeWritable()
    const { id, clusterId } = live.run
    const { entries, stored, after } = this.written(live.run, events, actor)
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
      onError(error)
      throw this.#unwritable()
    }
    live.run = after
    if (live.run.intent === null) live.clock = null
    this.show(live)
    if (ended !== undefined) {
      this.drop(id)
      void journal.retain(clusterId, RUNS_KEPT).catch(onError)
    }
  }

  #whatEnded(run: Run): EndedRun {
    return { summary: JSON.stringify(summarize(this.ended(run))), folded: JSON.stringify(run) }
  }

  /** Of several servers the journal itself refuses those that are fenced; what is sent has a gate of its own. @throws WorkflowRefusal */
  mustBeWritable(): void {
    if (this.#broken !== null) throw this.#unwritable()
  }

  #unwritable(): WorkflowRefusal {
    return new WorkflowRefusal(
      503,
      'journal-failed',
      `${this.#broken ?? 'The journal cannot be written.'} Nothing is sent without it.`,
      this.#options.paused === undefined
        ? 'Make room on the disk of the data directory or mend it, then restart Quorumdeck: runs go on where they stopped.'
        : 'Look after PostgreSQL: as soon as it takes writes again, runs go on where they stopped, by themselves.',
    )
  }

  /** To whoever watches. @param facts those that were decided on, so that the run is evaluated once */
  show(live: ActiveRun, facts: Facts = this.factsOf(live.run)): void {
    const { run } = live
    const summary = summarize(standingOf(run, facts))
    const key = [summary.revision, summary.state, summary.step, summary.driver.id].join(' ')
    const changed = key !== live.shown
    live.shown = key
    this.#options.onRun(summary, () => describeRun(standingOf(run, facts)), changed)
  }

  /** @throws WorkflowRefusal where another run holds the change lock */
  async takeLock(run: Run): Promise<number> {
    return await this.lockRefused(this.#options.journal.takeLock(run.id))
  }

  /**
   * What was asked of the journal.
   * @param remedy where there is another than to wait for the run that holds the lock
   * @throws WorkflowRefusal where another run holds the change lock
   */
  async lockRefused<T>(asked: Promise<T>, remedy = 'Finish it, or leave or abort it first.'): Promise<T> {
    try {
      return await asked
    } catch (error) {
      throw error instanceof ChangeLockHeld ? this.#lockRefusal(error.holder, remedy) : error
    }
  }

  #lockRefusal(holder: string, remedy: string): WorkflowRefusal {
    const live = this.find(holder)
    const summary = live === null ? null : summarize(this.standing(live.run))
    return new WorkflowRefusal(
      409,
      'change-in-progress',
      `One change at a time: ${summary === null ? `run ${holder}` : `“${summary.title}”, driven by ${summary.driver.name},`} is going on for this Kafka cluster.`,
      remedy,
      live === null ? {} : { workflow: this.describe(live) },
    )
  }
}
