/** Scale the quorum to N voters: single changes, dead voters first, the quorum steady between them. Invariants: SPEC.md. Pure. */
import type { QuorumView } from '../../../contract/quorumView.ts'
import { majorityOf, votersOf } from '../../../contract/voters.ts'
import { votersCount } from '../../gates/quorum/goalGates.ts'
import type { Facts } from '../../run/facts.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, Run, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, part, partSteps, withFirstPart } from '../parts.ts'
import { planOn, viewToPlanOn } from '../planning.ts'

/** Who leaves, in order: dead ones, then the highest ids; the leader at last, because its removal costs an election. */
function leaving(view: QuorumView): number[] {
  const weight = ({ health, status }: { health: string; status: string }) =>
    health === 'silent' ? 0 : status === 'leader' ? 2 : 1
  return votersOf(view)
    .toSorted((a, b) => weight(a) - weight(b) || b.nodeId - a.nodeId)
    .map((v) => v.nodeId)
}

function changesTo(view: QuorumView, controllers: number): Part[] {
  const voters = votersOf(view)
  const dead = voters.filter((v) => v.health === 'silent').length
  const order = leaving(view)
  // A dead voter weighs against every change, so it goes first, also where the quorum is to grow.
  const removals = order.slice(0, Math.max(dead, voters.length - controllers))
  const left = voters.length - removals.length
  return [
    ...removals.map((nodeId) => part('remove-controller', `Remove controller ${nodeId}`, { nodeId })),
    ...Array.from({ length: controllers - left }, (_, i) =>
      part('add-controller', `Add controller ${i + 1} of ${controllers - left}`),
    ),
  ]
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = viewToPlanOn(facts)
  const controllers = params.controllers ?? 0
  const changes = changesTo(view, controllers)
  if (changes.length === 0 && run === null) {
    throw new WorkflowRefusal(
      422,
      'nothing-to-do',
      `The quorum has ${controllers} voters, and none of them is silent.`,
      'Choose another number.',
    )
  }
  const whole: Plan = {
    ...planOn(view),
    autoJoin: view.quorum.autoJoin === true,
    orderWhy: [
      'One voter at a time, with the quorum steady in between: two changes at once could leave two majorities.',
      ...(votersOf(view).some((v) => v.health === 'silent')
        ? ['A silent voter counts towards every majority, so it goes first.']
        : []),
      ...(controllers % 2 === 0
        ? [`${controllers} voters are an even number: they tolerate no more failures than ${controllers - 1}.`]
        : []),
    ].join(' '),
    goalMargin: controllers - majorityOf(controllers),
    parts: [...changes, part('bootstrap-servers', 'Name the voters in every configuration')],
  }
  return withFirstPart(whole, facts, run)
}

/** How many voters there will be when the parts to come are done; the one under way has landed where it goes on. */
function votersWith({ parts = [] }: Plan, { view }: Facts): number {
  const toCome = (kind: Part['kind']) => parts.filter((p) => p.plan === null && p.kind === kind).length
  return (view === null ? 0 : votersOf(view).length) + toCome('add-controller') - toCome('remove-controller')
}

export const scale: Wizard = {
  kind: 'scale',
  title: ({ params: { controllers } }) => `Scale to ${controllers} ${controllers === 1 ? 'controller' : 'controllers'}`,
  plan,
  continued: (run, facts) => {
    const goesOn = continuedPart(run, facts)
    return goesOn !== null && votersWith(goesOn.plan, facts) === run.params.controllers ? goesOn : null
  },
  steps: (run, facts) => withGoal(run, partSteps(run, facts), () => [votersCount(facts, run.params.controllers ?? 0)]),
}
