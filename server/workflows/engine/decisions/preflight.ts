/**
 * The gates once more, on facts read right before what was decided is done: between the two lie the journal's sync and the
 * connecting, and anything may have happened. Pure.
 */
import type { Gate } from '../../../contract/workflows.ts'
import { refusedText } from '../../run/refusal.ts'
import type { Run } from '../../run/run.ts'
import { type Standing, standingOf } from './progress.ts'

/** It rests, is paused or has ended since: nothing of it is to begin any more. */
function hasMovedOn({ outcome, parked, drift }: Run): boolean {
  return outcome !== null || parked !== null || drift !== null
}

function failingText(gates: readonly Gate[], what: string): string | null {
  const failing = gates.filter((g) => !g.ok)
  return failing.length > 0 ? `Refused right before it was ${what}: ${refusedText(failing)}.` : null
}

/** Why the request of this intent must not be written any more; `null` lets it go. Pins the epoch of the intent, too. */
export function preflightChange({ run, facts, current: step }: Standing, intentSeq: number): string | null {
  const { intent } = run
  if (run.outcome !== null || intent === null || intent.seq !== intentSeq) return 'The run has moved on.'
  const epoch = facts.view?.quorum.leaderEpoch ?? null
  if (epoch !== intent.epoch) {
    return epoch === null ? 'Nobody leads any more.' : `There is a new leader: epoch ${intent.epoch} → ${epoch}.`
  }
  if (step === null || step.key !== intent.step) return `The run is back at step ${step?.key ?? 'none'}.`
  return failingText(step.gates, 'sent')
}

/** Why a request that does not change the voters must not be written any more; `null` lets it go. */
export function preflightRequest({ run: intended, facts }: Standing, stepKey: string): string | null {
  // As it was decided: the request itself is in the journal by now, and would be taken for one under way.
  const acts = Object.fromEntries(Object.entries(intended.acts).filter(([key]) => key !== stepKey))
  const run: Run = { ...intended, acts }
  if (hasMovedOn(run)) return 'The run has moved on.'
  const step = standingOf(run, facts).current
  if (step === null || step.key !== stepKey) return `The run is at step ${step?.key ?? 'none'}.`
  return failingText(step.gates, 'sent')
}

/** Why a stop must not be sent any more: it would hit what somebody else began since; `null` lets it go. */
export function preflightCancel({ current: step }: Standing, stepKey: string): string | null {
  return step?.kind === 'request' && step.key === stepKey && step.cancels !== null
    ? null
    : 'Nothing of this run is in progress any more.'
}

/** Why the host actions of this step must not be begun any more; `null` lets them go. */
export function preflightHosts({ run, current: step }: Standing, stepKey: string): string | null {
  if (hasMovedOn(run)) return 'The run has moved on.'
  if (step?.kind !== 'host' || step.key !== stepKey) return `The run is at step ${step?.key ?? 'none'}.`
  return failingText(step.hostGates, 'done')
}
