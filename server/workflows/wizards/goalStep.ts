/** The last step of a longer run: it is done only when its goal is what the quorum shows. Pure. */
import { type Goal, goalReached } from '../gates/quorum/goalGates.ts'
import type { Run } from '../run/run.ts'
import { allOk, proofStep, type StepRule } from '../run/step.ts'

export const GOAL = 'goal'

/** @param goals what must be shown, judged when all steps before are done */
export function withGoal(run: Run, steps: readonly StepRule[], goals: () => Goal[]): StepRule[] {
  const isDue = steps.every((s) => run.done[s.key] !== undefined)
  const gates = isDue ? [goalReached(goals())] : []
  return [
    ...steps,
    proofStep({
      key: GOAL,
      title: 'The quorum is as planned',
      detail: isDue ? '' : 'checked when everything else is done',
      gates,
      done: isDue && allOk(gates) ? { text: 'The quorum is as planned.', candidate: null } : null,
      lookingFor: ['The goal of the run in what the quorum shows now, whatever happened since its steps were done.'],
    }),
  ]
}
