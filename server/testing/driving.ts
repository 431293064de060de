/** For tests: the workflows on a cluster, driven by whoever reads only `allowedCommands`, as a script would. */
import { randomUUID } from 'node:crypto'
import type { QuorumView } from '../contract/quorumView.ts'
import type { SandboxPort } from '../contract/sandbox.ts'
import {
  type AllowedCommand,
  type CommandRequest,
  type CommandType,
  type StartWorkflow,
  Workflow,
  type WorkflowCommand,
} from '../contract/workflows.ts'
import { BrokerReads } from '../quorum/reading/brokerReads.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import { LeaderWrites, type LeaderWritesOptions } from '../quorum/reading/leaderWrites.ts'
import { createRehearsals } from '../rehearsal/thread/rehearsals.ts'
import { type Database, IN_MEMORY, openDatabase } from '../storage/database.ts'
import { createWorkflows } from '../workflows/engine/engine.ts'
import { type Journal, openJournal } from '../workflows/engine/journal/journal.ts'
import { Seats } from '../workflows/engine/seats/seats.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import type { ChangeOptions, ClusterWrites, CruiseControl } from '../workflows/run/ports.ts'
import { WorkflowRefusal } from '../workflows/run/refusal.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../workflows/run/thresholds.ts'
import { PATIENCE_MS } from './patience.ts'
import { rejections } from './traceCheck.ts'
import { Watching } from './watching.ts'

/** Short, so that tests are: what is proven is the order of things, not how long they take. */
export const QUICK: Thresholds = { ...DEFAULT_THRESHOLDS, windowMs: 1500, healthyMs: 1000, soakMs: 1000 }

export interface DrivingOptions {
  bootstrapControllers: string[]
  hosts?: SandboxPort | null
  thresholds?: Thresholds
  dataDir?: string
  /** How the writes reach the leader, for example through a proxy that loses answers. */
  open?: LeaderWritesOptions['open']
  /** Something between the engine and its writes. */
  writes?: (real: ClusterWrites) => ClusterWrites
  journal?: (real: Journal) => Journal
  cruiseControl?: CruiseControl
  /** Who is here, on a clock of the test. */
  seats?: Seats
}

/** A command to this revision of a run, under an id of its own. */
export function words(workflow: Workflow, command: WorkflowCommand): CommandRequest {
  return { commandId: randomUUID(), expectedRevision: workflow.revision, command }
}

/** The code of a refusal, and its gates. */
export async function refused(asked: Promise<unknown>): Promise<{ status: number; code: string; gates: string[] }> {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof WorkflowRefusal)) throw new Error(`not refused: ${String(error)}`)
  const { status, code, refusals } = error
  return { status, code, gates: refusals.map((g) => g.code) }
}

/** A change by another client, which asks nobody. */
export const ANYHOW: ChangeOptions = { mayStillSend: async () => null, answerTimeoutMs: 5000 }

export class Driving {
  readonly watching: Watching
  readonly workflows: Workflows & { close(): Promise<void> }
  /** Faults of the engine's own, as they come. */
  readonly errors: unknown[]
  /** Everything that was observed, in order. */
  readonly #views: QuorumView[] = []
  readonly #runs = new Set<string>()
  readonly #database: Database

  private constructor(watching: Watching, workflows: Driving['workflows'], database: Database, errors: unknown[]) {
    this.errors = errors
    this.watching = watching
    this.workflows = workflows
    this.#database = database
    watching.observer.subscribe({ onView: (view) => this.#views.push(view) })
  }

  static async open(options: DrivingOptions): Promise<Driving> {
    const { bootstrapControllers, hosts = null, thresholds = QUICK } = options
    const watching = new Watching({ bootstrapControllers, intervalMs: 250 })
    const database = openDatabase(options.dataDir ?? IN_MEMORY)
    const { observer } = watching
    const writes: ClusterWrites = new LeaderWrites({
      leader: observer,
      security: {},
      ...(options.open === undefined ? {} : { open: options.open }),
    })
    const errors: unknown[] = []
    const journal = openJournal(database)
    const workflows = await createWorkflows({
      clusters: [
        {
          cluster: observer.cluster,
          source: observer,
          writes: options.writes?.(writes) ?? writes,
          reads: new BrokerReads(observer, {}),
          cruiseControl: options.cruiseControl ?? null,
          hosts,
          bootstrapControllers,
          commandConfig: null,
          thresholds,
        },
      ],
      journal: options.journal?.(journal) ?? journal,
      rehearsal: createRehearsals(),
      seats: options.seats ?? new Seats(systemClock.monotonicMs),
      clock: systemClock,
      newId: randomUUID,
      onError: (error) => errors.push(error),
    })
    return new Driving(watching, workflows, database, errors)
  }

  async start(request: StartWorkflow): Promise<Workflow> {
    const run = Workflow.parse(await this.workflows.start(this.watching.observer.cluster, request))
    this.#runs.add(run.id)
    return run
  }

  /** As a browser takes it: what the contract does not know fails here too. */
  async get(id: string): Promise<Workflow> {
    return Workflow.parse(await this.workflows.get(id))
  }

  /** Sends a command as it is offered, with the words that it asks for. */
  async send(workflow: Workflow, command: AllowedCommand): Promise<Workflow> {
    const { needsConfirmation, needsReason } = command
    return await this.workflows.command(workflow.id, {
      commandId: randomUUID(),
      expectedRevision: workflow.revision,
      command: {
        ...command,
        ...(needsConfirmation === null ? {} : { confirmation: needsConfirmation.statement }),
        ...(needsReason ? { reason: 'for a test' } : {}),
      },
    })
  }

  /** Waits until a command of this type is offered, and sends it. */
  async say(id: string, type: CommandType, fits: (command: AllowedCommand) => boolean = () => true): Promise<Workflow> {
    const offers = (workflow: Workflow) => workflow.allowedCommands.find((c) => c.type === type && fits(c))
    for (;;) {
      const workflow = await this.until(id, `${type} offered`, (w) => offers(w) !== undefined)
      const command = offers(workflow)
      if (command === undefined) continue
      try {
        return await this.send(workflow, command)
      } catch (error) {
        // The run moved on between the look and the word: look again, as every client does.
        if ((error as { code?: string }).code !== 'stale-revision') throw error
      }
    }
  }

  async until(id: string, what: string, fits: (workflow: Workflow) => boolean): Promise<Workflow> {
    const startedMs = performance.now()
    for (;;) {
      const workflow = await this.get(id)
      if (fits(workflow)) return workflow
      if (performance.now() - startedMs > PATIENCE_MS) {
        const { state, now, steps, log, currentStep } = workflow
        const failing = steps.find((s) => s.key === currentStep)?.gates.filter((g) => !g.ok) ?? []
        const gates = failing.map((g) => `${g.code}: ${g.observed}`)
        const told = log.map((entry) => `${entry.actor}: ${entry.text}`)
        throw new Error(`never saw: ${what}\n${[`${state}, at ${currentStep}: ${now}`, ...gates, ...told].join('\n')}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }

  /**
   * Drives a run by the command that is recommended, as a script would that knows no rules, until it ends or fits.
   * Statements, endings and rest are left alone: only what moves the plan forward is said.
   */
  async drive(id: string, fits: (workflow: Workflow) => boolean = () => false): Promise<Workflow> {
    return await this.#drive(id, fits, false)
  }

  /** The same, stating what a run asks a person for on its usual way. */
  async driveStating(id: string, fits: (workflow: Workflow) => boolean = () => false): Promise<Workflow> {
    return await this.#drive(id, fits, true)
  }

  async #drive(id: string, fits: (workflow: Workflow) => boolean, stating: boolean): Promise<Workflow> {
    for (;;) {
      const next = (w: Workflow) => w.allowedCommands.find((c) => c.recommended && (stating || c.type !== 'state'))
      const workflow = await this.until(
        id,
        'the next step',
        (w) => fits(w) || w.endedAtMs !== null || next(w) !== undefined,
      )
      if (fits(workflow) || workflow.endedAtMs !== null) return workflow
      const command = next(workflow)
      if (command === undefined) continue
      try {
        await this.send(workflow, command)
      } catch (error) {
        const code = (error as { code?: string }).code ?? ''
        if (!['stale-revision', 'refused', 'not-possible-now'].includes(code)) throw error
      }
    }
  }

  /** What of the observations and the journals the model does not accept; empty where it accepts all. */
  async rejections(): Promise<string[]> {
    const evidence = await Promise.all([...this.#runs].map((id) => this.workflows.evidence(id)))
    const journals = evidence.length === 0 ? [{ entries: [] }] : evidence
    return [...new Set(journals.flatMap(({ entries }) => rejections({ views: this.#views, entries })))]
  }

  /** As a crash leaves it, or at the end of a test. */
  async close(): Promise<void> {
    await this.workflows.close()
    this.watching.stop()
    await this.#database.close()
  }
}
