/** What became of a run, as an event of the kept history. Pure. */
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { WorkflowSummary } from '../../contract/workflows.ts'
import { keptEvent } from './keptEvent.ts'

/** A run that we see for the first time this long after its begin has not begun now, in ms. */
const BEGINS_WITHIN_MS = 5000

/** @returns `null` where nothing is new that a person would look for */
export function runEvent(before: WorkflowSummary | null, run: WorkflowSummary, atMs: number): QuorumEvent | null {
  const what = whatHappened(before, run, atMs)
  if (what === null) return null
  const needsPerson = run.state === 'pausedDrift' || run.state === 'blocked' || run.state === 'outcomeUnknown'
  return keptEvent({
    id: `run-${run.id}-${run.revision}`,
    cluster: run.cluster,
    kind: 'run',
    atMs,
    severity: needsPerson ? 'warning' : 'info',
    title: `${run.title}: ${what}`,
    actor: run.driver.name,
  })
}

function whatHappened(before: WorkflowSummary | null, run: WorkflowSummary, atMs: number): string | null {
  if (run.state === 'done') return 'done'
  if (run.state === 'aborted') return 'ended before its end'
  const step = `step ${run.step} of ${run.steps}, ${run.stepTitle}`
  if (before === null) return Math.abs(atMs - run.startedAtMs) < BEGINS_WITHIN_MS ? `begins, ${step}` : step
  if (before.driver.id !== run.driver.id) return `driven by ${run.driver.name} now, ${step}`
  if (before.step !== run.step || before.stepTitle !== run.stepTitle) return step
  if (before.state !== run.state && run.state === 'pausedDrift') return `paused: ${run.now}`
  if (before.state !== run.state && run.state === 'outcomeUnknown') return `outcome unknown: ${run.now}`
  return null
}
