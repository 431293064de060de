/** The door to the workflows of all clusters: what the HTTP API calls. */
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
import type { EvidenceInPages } from './journal/evidence.ts'

export interface WorkflowListener {
  /**
   * `whole` is made only where somebody follows the run; `null` where another server has it, and was asked only now. `changed`: more
   * than the live figures of its gates.
   */
  onWorkflow(cluster: string, summary: WorkflowSummary, whole: () => Workflow | null, changed: boolean): void
}

/** @throws WorkflowRefusal from every call that cannot be answered */
export interface Workflows {
  start(cluster: string, request: StartWorkflow): Promise<Workflow>
  /** The plan of this change, played on a simulated copy of the quorum with faults at the worst moments. */
  rehearse(cluster: string, request: StartWorkflow): Promise<RehearsalReport>
  /** The plan of this change as a document in Markdown. */
  planRunbook(cluster: string, request: StartWorkflow): Promise<string>
  /** Whether this node may be stopped, or restarted, now, by somebody who makes no run of it. */
  mayStop(cluster: string, nodeId: number, action: StopAnswer['action']): Promise<StopAnswer>
  command(id: string, request: CommandRequest): Promise<Workflow>
  get(id: string): Promise<Workflow>
  list(cluster: string): Promise<WorkflowList>
  /** Runs of a cluster that have not ended, oldest first; from memory. */
  active(cluster: string): WorkflowSummary[]
  /** A run that has not ended, whole, from memory. */
  live(id: string): Workflow | null
  /** All at once: of a short run. */
  evidence(id: string): Promise<Evidence>
  evidenceInPages(id: string): Promise<EvidenceInPages>
  /** The rest of the run as a document in Markdown, usable when the dashboard is down. */
  runbook(id: string): Promise<string>
  /** What to do where no wizard can help, made on the quorum as it was seen last. */
  manualRecovery(cluster: string, name: ManualRecoveryName): string
  /** The quorum behind this name was made anew: its runs cannot go on. */
  remade(cluster: string): Promise<void>
  subscribe(listener: WorkflowListener): () => void
}
