/** The steps of a document: each as it will be judged when those before it are done, by hand or by the wizard. Pure. */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import { idAfter } from '../run/freeNodeId.ts'
import type { Run } from '../run/run.ts'
import { changeOf, type PlannedChange, plannedChangeOf, type StepRule } from '../run/step.ts'
import { changed } from '../run/voterSet.ts'

/** The voters after a change of which the directory is not known yet, or the node neither. */
function after(voters: readonly ReplicaKey[], change: PlannedChange | null): ReplicaKey[] {
  if (change?.kind === 'remove') return voters.filter((v) => v.nodeId !== change.nodeId)
  return [...voters, { nodeId: change?.nodeId ?? idAfter(voters, 0), directoryId: null }]
}

/** @param steps of a run, on the facts of now: after a change that is to come they count on the voters that it makes */
export function projected(run: Run, steps: (run: Run) => readonly StepRule[]): StepRule[] {
  let ahead = run
  let rules = steps(run)
  return rules.map(({ key }, at) => {
    const rule = rules[at]
    if (rule === undefined || rule.key !== key) throw new Error(`the steps of run ${run.id} depend on its voters`)
    const [change, plannedChange] = [changeOf(rule), plannedChangeOf(rule)]
    if (run.done[key] !== undefined || (change === null && plannedChange === null)) return rule
    const { expected } = ahead
    ahead = { ...ahead, expected: change === null ? after(expected, plannedChange) : changed(expected, change) }
    rules = steps(ahead)
    return rule
  })
}
