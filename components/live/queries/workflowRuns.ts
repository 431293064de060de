/** Runs as they come by two ways, websocket and HTTP: nothing older is ever put over something newer. Pure. */
import type { Workflow, WorkflowSummary } from '../../../server/contract/workflows.ts'

/** Of two states of one run the one with the higher revision; of equal ones the second, which came later. */
export function newerRun<T extends { readonly revision: number }>(held: T | null | undefined, incoming: T): T {
  return held !== null && held !== undefined && held.revision > incoming.revision ? held : incoming
}

/** The runs that have not ended, after one of them moved. */
export function withSummary(held: readonly WorkflowSummary[], summary: WorkflowSummary): readonly WorkflowSummary[] {
  const known = held.find((one) => one.id === summary.id)
  if (known !== undefined && known.revision > summary.revision) return held
  if (summary.endedAtMs !== null) return known === undefined ? held : held.filter((one) => one.id !== summary.id)
  if (known === undefined) return [...held, summary]
  return held.map((one) => (one.id === summary.id ? summary : one))
}

/** The runs that have not ended, as a snapshot has them. */
export function withSnapshot(
  held: readonly WorkflowSummary[],
  told: readonly WorkflowSummary[],
): readonly WorkflowSummary[] {
  return told.map((summary) =>
    newerRun(
      held.find((one) => one.id === summary.id),
      summary,
    ),
  )
}

/** The run that the page follows, after the server sent one whole; `null` where it sent the summary alone. */
export function withFollowed(held: Workflow | null, told: Workflow | null): Workflow | null {
  if (told === null) return held
  return held !== null && held.id === told.id ? newerRun(held, told) : told
}
