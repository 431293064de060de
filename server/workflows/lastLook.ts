/**
 * The gates once more, on facts read when the way to the leader is open: between the decision and this moment lie the
 * journal's sync and the connecting. Also pins the epoch that the intent was made for. Pure.
 */
import type { Facts } from './facts.ts'
import { currentStep, stepsOf } from './progress.ts'
import { refusedText } from './refusal.ts'
import type { Run } from './run.ts'

/** Why the request of this intent must not be written any more; `null` lets it go. */
export function objectionToSend(run: Run, intentSeq: number, facts: Facts): string | null {
  const { intent } = run
  if (run.outcome !== null || intent === null || intent.seq !== intentSeq) return 'The run has moved on.'
  const epoch = facts.view?.quorum.leaderEpoch ?? null
  if (epoch !== intent.epoch) {
    return epoch === null ? 'Nobody leads any more.' : `There is a new leader: epoch ${intent.epoch} → ${epoch}.`
  }
  const step = currentStep(run, stepsOf(run, facts))
  if (step === null || step.key !== intent.step) return `The run is back at step ${step?.key ?? 'none'}.`
  const failing = step.gates.filter((g) => !g.ok)
  return failing.length > 0 ? `Refused right before it was sent: ${refusedText(failing)}.` : null
}
