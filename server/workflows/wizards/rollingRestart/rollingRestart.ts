/** Rolling restart: one node at a time, the active controller last, whoever that is by then. Invariants: SPEC.md. Pure. */
import type { Facts } from '../../run/facts.ts'
import { restartedIn } from '../../run/partKeys.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, Run, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { continuedPart, part, partSteps, withFirstPart } from '../parts.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'
import { hasLeft, restartable } from './restartNode.ts'

/** A part for each node; which node it is about is decided when its turn comes. */
export function restartParts(nodeIds: readonly number[], edit?: RunParams['edit']): Part[] {
  return nodeIds.map((_, i) =>
    part('restart-node', `Restart ${i + 1} of ${nodeIds.length}`, {
      nodeIds: [...nodeIds],
      ...(edit === undefined ? {} : { edit }),
    }),
  )
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = anyViewToPlanOn(facts)
  const listed = restartable(view)
  const restarted = restartedIn(run)
  const wanted = [...new Set(params.nodeIds ?? listed)]
  // Planned anew: without those that are restarted already, and those that have left meanwhile.
  const nodeIds = run === null ? wanted : wanted.filter((id) => !hasLeft(facts, id) && !restarted.has(id))
  const unknown = run === null ? nodeIds.filter((id) => !listed.includes(id)) : []
  if (unknown.length > 0 || (nodeIds.length === 0 && run === null)) {
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      `The quorum lists no node ${unknown.join(', ')}.`,
      `Nodes that can be restarted: ${listed.join(', ')}. One that is down is listed for five minutes.`,
    )
  }
  const whole: Plan = {
    ...planOn(view),
    orderWhy:
      'Controllers before brokers, and the active controller last: each election costs a moment without a leader, so there is only one.',
    parts: restartParts(nodeIds),
  }
  return withFirstPart(whole, facts, run)
}

export const rollingRestart: Wizard = {
  kind: 'rolling-restart',
  title: ({ plan: { parts = [] } }) => `Rolling restart of ${parts.length} ${parts.length === 1 ? 'node' : 'nodes'}`,
  plan,
  continued: continuedPart,
  steps: partSteps,
}
