/** The steps of a document: each as it will be judged when those before it are done, by hand or by the wizard. Pure. */
import type { Run } from './run.ts'
import type { StepRule } from './step.ts'
import { changed } from './voterSet.ts'

/** @param steps of a run, on the facts of now: after a change that is to come they count on the voters that it makes */
export function projected(run: Run, steps: (run: Run) => readonly StepRule[]): StepRule[] {
  let ahead = run
  let rules = steps(run)
  return rules.map(({ key }, at) => {
    const rule = rules[at]
    if (rule === undefined || rule.key !== key) throw new Error(`the steps of run ${run.id} depend on its voters`)
    const { change, foresees } = rule
    if (run.done[key] !== undefined || (change === null && foresees === null)) return rule
    const { expected } = ahead
    const after =
      change !== null
        ? changed(expected, change)
        : foresees?.kind === 'remove'
          ? expected.filter((v) => v.nodeId !== foresees.nodeId)
          : [...expected, { nodeId: foresees?.nodeId ?? -1, directoryId: null }]
    ahead = { ...ahead, expected: after }
    rules = steps(ahead)
    return rule
  })
}
