/** For tests: workflows without an engine, which tell what they are told to tell and keep what they were asked. */
import type { RehearsalReport } from '../../contract/rehearsal.ts'
import type { StopAnswer } from '../../contract/runs/stopAnswer.ts'
import type {
  CommandRequest,
  Evidence,
  ManualRecoveryName,
  StartWorkflow,
  Workflow,
  WorkflowList,
  WorkflowSummary,
} from '../../contract/workflows.ts'
import { type EvidenceInPages, evidencePages } from '../../workflows/engine/journal/evidence.ts'
import type { WorkflowListener, Workflows } from '../../workflows/engine/workflows.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'

/** A run that waits for a person, in the first of two steps. */
export function exampleRun(over: Partial<Workflow> = {}): Workflow {
  const step = {
    group: '',
    detail: '',
    actor: 'operator' as const,
    gates: [],
    doneWhen: [],
    commands: [],
    configs: [],
    lookingFor: [],
    evidence: [],
  }
  const times = { startedAtMs: 1_700_000_000_000, endedAtMs: null }
  return {
    id: 'run-1',
    kind: 'remove-controller',
    cluster: 'test',
    clusterId: 'ucil9Sd9R7Ss8st7gV-Krg',
    title: 'Remove controller 2',
    params: { nodeId: 2, directoryId: 'slcsM5ZAR0SMIF_u__MAeg' },
    reason: '',
    state: 'waiting',
    now: 'Waits for a word.',
    revision: 1,
    driver: { id: 'operator', name: 'operator' },
    ...times,
    permission: null,
    parked: null,
    steps: [
      { ...step, ...times, key: 'remove', title: 'Remove the voter', state: 'ready' },
      { ...step, key: 'stop', title: 'Stop the process', state: 'pending', startedAtMs: null, endedAtMs: null },
    ],
    currentStep: 'remove',
    allowedCommands: [],
    next: null,
    margins: [],
    counterfactual: null,
    candidates: [],
    catchUp: null,
    moves: null,
    handOver: null,
    recovery: null,
    notices: [],
    log: [],
    ...over,
  }
}

export function summaryOfRun(run: Workflow): WorkflowSummary {
  const { id, kind, cluster, title, state, now, revision, driver, startedAtMs, endedAtMs, steps, currentStep } = run
  const at = Math.max(
    0,
    steps.findIndex((step) => step.key === currentStep),
  )
  const position = { step: at + 1, steps: steps.length, stepTitle: steps[at]?.title ?? '' }
  return { id, kind, cluster, title, state, now, revision, driver, startedAtMs, endedAtMs, ...position }
}

export class ExampleWorkflows implements Workflows {
  /** What it was asked to do, in order. */
  readonly asked: (StartWorkflow | CommandRequest)[] = []
  /** How often a run was made whole for a listener. */
  wholes = 0
  /** Thrown by the next call. */
  refusal: Error | null = null
  readonly #runs = new Map<string, Workflow>()
  readonly #listeners = new Set<WorkflowListener>()

  get listeners(): number {
    return this.#listeners.size
  }

  /** The run is like this now. `changed`: more than its live figures. */
  tell(run: Workflow, changed: boolean): void {
    this.#runs.set(run.id, run)
    const whole = () => {
      this.wholes += 1
      return run
    }
    for (const listener of this.#listeners) listener.onWorkflow(run.cluster, summaryOfRun(run), whole, changed)
  }

  async start(cluster: string, request: StartWorkflow): Promise<Workflow> {
    this.#refuse()
    this.asked.push(request)
    return exampleRun({ cluster, kind: request.kind })
  }

  async rehearse(_cluster: string, request: StartWorkflow): Promise<RehearsalReport> {
    this.#refuse()
    this.asked.push(request)
    return { title: exampleRun({ kind: request.kind }).title, cases: [], broken: [], cut: false, assumed: [] }
  }

  async planRunbook(_cluster: string, request: StartWorkflow): Promise<string> {
    this.#refuse()
    this.asked.push(request)
    return `# ${exampleRun({ kind: request.kind }).title}\n`
  }

  async mayStop(cluster: string, nodeId: number, action: StopAnswer['action']): Promise<StopAnswer> {
    this.#refuse()
    return { cluster, nodeId, action, may: true, why: '', gates: [], atMs: 1_700_000_000_000 }
  }

  async command(id: string, request: CommandRequest): Promise<Workflow> {
    this.#refuse()
    this.asked.push(request)
    return this.#known(id)
  }

  async get(id: string): Promise<Workflow> {
    this.#refuse()
    return this.#known(id)
  }

  async list(cluster: string): Promise<WorkflowList> {
    this.#refuse()
    return { unavailable: null, workflows: this.active(cluster), unwatched: [] }
  }

  active(cluster: string): WorkflowSummary[] {
    return [...this.#runs.values()].filter((r) => r.cluster === cluster && r.endedAtMs === null).map(summaryOfRun)
  }

  live(id: string): Workflow | null {
    const run = this.#runs.get(id)
    return run?.endedAtMs === null ? run : null
  }

  async evidence(id: string): Promise<Evidence> {
    return { workflow: this.#known(id), thresholds: [], timings: [], entries: [], notes: [] }
  }

  async evidenceInPages(id: string): Promise<EvidenceInPages> {
    return { workflow: this.#known(id), thresholds: [], timings: [], pages: evidencePages(noPages()) }
  }

  manualRecovery(cluster: string, name: ManualRecoveryName): string {
    return `# ${name} of ${cluster}\n`
  }

  async runbook(id: string): Promise<string> {
    return `# ${this.#known(id).title}\n`
  }

  async remade(): Promise<void> {}

  subscribe(listener: WorkflowListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #known(id: string): Workflow {
    const run = this.#runs.get(id)
    if (run !== undefined) return run
    throw new WorkflowRefusal(404, 'unknown-workflow', `There is no workflow ${JSON.stringify(id)}.`, 'List them.')
  }

  #refuse(): void {
    const { refusal } = this
    this.refusal = null
    if (refusal !== null) throw refusal
  }
}

async function* noPages(): AsyncGenerator<never[]> {}
