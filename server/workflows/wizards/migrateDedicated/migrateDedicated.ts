/**
 * From combined nodes to dedicated controllers: their replicas go to the other brokers, then the broker role, then what is
 * left of its registration. Invariants: SPEC.md. Pure.
 */

import { votersOf } from '../../../contract/voters.ts'
import { brokersGone, rolesAre } from '../../gates/quorum/goalGates.ts'
import type { Facts } from '../../run/facts.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, Run, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { idListText, namedText } from '../../run/voterSet.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, part, partSteps, withFirstPart } from '../parts.ts'
import { planOn, viewToPlanOn } from '../planning.ts'

function partsOf(facts: Facts, params: RunParams): Part[] {
  const { throttleBytesPerSecond } = params
  const nodeIds = [...new Set(params.nodeIds)]
  const brokers = nodeIds.filter((id) => facts.log?.brokers.has(id))
  const combined = nodeIds.filter((id) =>
    facts.view?.replicas.some((r) => r.nodeId === id && r.roles.includes('broker') && r.roles.includes('controller')),
  )
  return [
    ...(brokers.length === 0
      ? []
      : [
          part('drain', `Empty ${namedText('broker', brokers)}`, {
            nodeIds: brokers,
            ...(throttleBytesPerSecond === undefined ? {} : { throttleBytesPerSecond }),
          }),
        ]),
    ...combined.map((_, i) =>
      part('restart-node', `Take the broker role from a node, ${i + 1} of ${combined.length}`, {
        nodeIds: combined,
        edit: { roles: ['controller'] },
      }),
    ),
    ...brokers.map((nodeId) => part('unregister-broker', `Unregister broker ${nodeId}`, { nodeId })),
  ]
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = viewToPlanOn(facts)
  const { nodeIds = [] } = params
  const voterIds = new Set(votersOf(view).map((v) => v.nodeId))
  const strangers = nodeIds.filter((id) => !voterIds.has(id))
  if (strangers.length > 0) {
    throw new WorkflowRefusal(
      422,
      'not-a-voter',
      `Node ${idListText(strangers)} is no voter: it would be a controller that nobody needs.`,
      'Choose combined nodes that vote; others are scaled in or out by their own wizards.',
    )
  }
  const parts = partsOf(facts, params)
  if (parts.length === 0 && run === null) {
    throw new WorkflowRefusal(
      422,
      'nothing-to-do',
      `Nodes ${idListText(nodeIds)} are dedicated already.`,
      'Choose others.',
    )
  }
  const whole: Plan = {
    ...planOn(view),
    orderWhy: 'Data first, then the role, then its registration: nothing leaves before its successor has taken over.',
    parts,
  }
  return withFirstPart(whole, facts, run)
}

export const migrateDedicated: Wizard = {
  kind: 'migrate-dedicated',
  title: ({ params: { nodeIds = [] } }) =>
    `Make ${namedText('node', nodeIds)} ${nodeIds.length === 1 ? 'a dedicated controller' : 'dedicated controllers'}`,
  plan,
  continued: continuedPart,
  steps: (run, facts) => {
    const { nodeIds = [] } = run.params
    return withGoal(run, partSteps(run, facts), () => [
      rolesAre(facts, nodeIds, ['controller']),
      ...brokersGone(facts, nodeIds),
    ])
  },
}
