/**
 * What the workflows tell, as messages: every change at once to everybody who watches the cluster; the live figures of
 * the gates only to those who follow the run, and not more often than eyes can follow.
 */
import type { ServerMessage } from '../../contract/live.ts'
import type { Workflow, WorkflowSummary } from '../../contract/workflows.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'

/** Between two messages about one run in which only live figures changed. */
const LIVE_EVERY_MS = 200

export interface WorkflowNews {
  cluster: string
  /** Id of the run. */
  workflow: string
  /** For everybody who does not follow the run; `null`: nothing. */
  summary: string | null
  /** For those who follow it. Made when first asked for, once. */
  whole: () => string
}

interface Run {
  sentAtMs: number
  /** The newest figures that wait for their turn. */
  waiting: { summary: WorkflowSummary; whole: () => Workflow | null } | null
  timer: NodeJS.Timeout | null
}

export interface WorkflowFeedOptions {
  workflows: Workflows
  monotonicMs: () => number
  deliver: (news: WorkflowNews) => void
}

export function workflowMessage(cluster: string, summary: WorkflowSummary, workflow: Workflow | null): string {
  return JSON.stringify({ type: 'workflow', cluster, summary, workflow } satisfies ServerMessage)
}

export class WorkflowFeed {
  readonly #options: WorkflowFeedOptions
  readonly #runs = new Map<string, Run>()
  readonly #unsubscribe: () => void

  constructor(options: WorkflowFeedOptions) {
    this.#options = options
    this.#unsubscribe = options.workflows.subscribe({
      onWorkflow: (cluster, summary, whole, changed) =>
        changed ? this.#changed(cluster, summary, whole) : this.#moved(cluster, summary, whole),
    })
  }

  close(): void {
    this.#unsubscribe()
    for (const { timer } of this.#runs.values()) if (timer !== null) clearTimeout(timer)
    this.#runs.clear()
  }

  #changed(cluster: string, summary: WorkflowSummary, whole: () => Workflow | null): void {
    const timer = this.#runs.get(summary.id)?.timer ?? null
    // What waited is older than this.
    if (timer !== null) clearTimeout(timer)
    if (summary.endedAtMs === null) {
      this.#runs.set(summary.id, { sentAtMs: this.#options.monotonicMs(), waiting: null, timer: null })
    } else this.#runs.delete(summary.id)
    this.#deliver(cluster, summary, whole, true)
  }

  #moved(cluster: string, summary: WorkflowSummary, whole: () => Workflow | null): void {
    const run = this.#runs.get(summary.id) ?? { sentAtMs: Number.NEGATIVE_INFINITY, waiting: null, timer: null }
    this.#runs.set(summary.id, run)
    run.waiting = { summary, whole }
    if (run.timer !== null) return
    const waitMs = run.sentAtMs + LIVE_EVERY_MS - this.#options.monotonicMs()
    if (waitMs <= 0) this.#sendWaiting(cluster, run)
    else run.timer = setTimeout(() => this.#sendWaiting(cluster, run), waitMs)
  }

  #sendWaiting(cluster: string, run: Run): void {
    run.timer = null
    if (run.waiting === null) return
    const { summary, whole } = run.waiting
    run.waiting = null
    run.sentAtMs = this.#options.monotonicMs()
    this.#deliver(cluster, summary, whole, false)
  }

  #deliver(cluster: string, summary: WorkflowSummary, whole: () => Workflow | null, toAll: boolean): void {
    let text: string | null = null
    this.#options.deliver({
      cluster,
      workflow: summary.id,
      summary: toAll ? workflowMessage(cluster, summary, null) : null,
      whole: () => {
        text ??= workflowMessage(cluster, summary, whole())
        return text
      },
    })
  }
}
