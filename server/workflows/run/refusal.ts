/** Why a workflow or a command is not taken. Nothing was changed. */
import type { Gate, Workflow } from '../../contract/workflows.ts'

export class WorkflowRefusal extends Error {
  override readonly name = 'WorkflowRefusal'
  readonly status: 400 | 404 | 409 | 422 | 503
  readonly code: string
  readonly remedy: string
  readonly refusals: Gate[]
  readonly workflow: Workflow | null

  constructor(
    status: WorkflowRefusal['status'],
    code: string,
    message: string,
    remedy: string,
    more: { refusals?: Gate[]; workflow?: Workflow } = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.remedy = remedy
    this.refusals = more.refusals ?? []
    this.workflow = more.workflow ?? null
  }
}

/** @param refusals gates that do not hold, at least one */
export function refusedBy(refusals: Gate[]): WorkflowRefusal {
  const message = `Refused; this does not hold: ${refusedText(refusals)}.`
  return new WorkflowRefusal(422, 'refused', message, refusals[0]?.remedy ?? '', { refusals })
}

/** The gates that do not hold, in one line. */
export function refusedText(refusals: readonly Gate[]): string {
  return refusals.map((g) => `${g.title.toLowerCase()} (now: ${g.observed})`).join('; ')
}
