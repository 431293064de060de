/** Why a workflow or a command is not taken. Nothing was changed. */
import { Refusal, type RefusalWords } from '../../contract/errors.ts'
import type { Gate } from '../../contract/workflows.ts'

export class WorkflowRefusal extends Refusal {
  override readonly name = 'WorkflowRefusal'
  declare readonly status: 400 | 404 | 409 | 422 | 503

  constructor(status: WorkflowRefusal['status'], ...words: RefusalWords) {
    super(status, ...words)
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
