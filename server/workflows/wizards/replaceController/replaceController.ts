/** Replace a controller by another node: the order with the higher worst-case margin. Invariants: SPEC.md. Pure. */
import type { QuorumView, ReplicaView } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { gate } from '../../gates/gate.ts'
import { replacedBy } from '../../gates/quorum/goalGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { VoterChange } from '../../run/ports.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, Run, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { cameTo, shortId, voterKeys } from '../../run/voterSet.ts'
import { marginOfVoters, type PlannedVoter, plannedVotersOf, votersAfter } from '../../run/votersAfter.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, part, partSteps, withFirstPart } from '../parts.ts'
import { viewToPlanOn, voterToChange } from '../planning.ts'

export type Order = 'add-first' | 'remove-first'

/** The lowest margin that each order can come to, the new voter bad included; `null` while the health of one is unknown. */
export function worstMargins(plannedVoters: readonly PlannedVoter[], old: ReplicaView): Record<Order, number | null> {
  const leaves = { kind: 'remove', nodeId: old.nodeId, directoryId: old.directoryId ?? '' } as const
  const comes: VoterChange = { kind: 'add', nodeId: -1, directoryId: '', endpoints: [] }
  const worst = (...stages: PlannedVoter[][]) => {
    const margins = stages.map(marginOfVoters)
    return margins.some((m) => m === null)
      ? null
      : margins.map((m) => m ?? 0).reduce((least, one) => Math.min(least, one))
  }
  const removed = votersAfter(plannedVoters, leaves)
  return {
    'add-first': worst(
      votersAfter(plannedVoters, comes, 'silent'),
      votersAfter(votersAfter(plannedVoters, comes), leaves),
    ),
    'remove-first': removed.length === 0 ? -1 : worst(removed, votersAfter(removed, comes, 'silent')),
  }
}

/** The better order; between equals, a dead one goes first and a healthy one stays until its successor votes. */
export function orderOf(
  plannedVoters: readonly PlannedVoter[],
  old: ReplicaView,
): { order: Order; worst: number } | null {
  const margins = worstMargins(plannedVoters, old)
  const add = margins['add-first']
  const remove = margins['remove-first']
  if (add === null || remove === null) return null
  const preferred: Order = old.health === 'silent' ? 'remove-first' : 'add-first'
  const order: Order = add === remove ? preferred : add > remove ? 'add-first' : 'remove-first'
  return { order, worst: order === 'add-first' ? add : remove }
}

function orderGate(margins: Record<Order, number | null>): Gate {
  return gate(
    {
      code: 'an-order-is-safe',
      title: 'One of the two orders keeps a majority healthy throughout',
      required: 'margin 0 or more at every moment, also if the new voter fails',
      why: 'Between the two changes the quorum has one voter more or one less than planned.',
      source: 'docs/wizards.md: order; etcd counts a new member as unavailable',
    },
    {
      ok: Object.values(margins).some((m) => m !== null && m >= 0),
      observed: `add first: ${margins['add-first'] ?? 'unknown'}; remove first: ${margins['remove-first'] ?? 'unknown'}`,
      remedy: 'Repair the other voters first.',
    },
  )
}

function whyText(order: Order, worst: number, margins: Record<Order, number | null>, old: ReplicaView): string {
  const other = order === 'add-first' ? 'remove-first' : 'add-first'
  const compared = `The margin falls to ${worst} at worst; the other way round, to ${margins[other]}.`
  return order === 'add-first'
    ? `The new controller is added before ${old.nodeId} is removed. ${compared}`
    : `Controller ${old.nodeId} is removed before the new one is added${old.health === 'silent' ? ', because it is dead and counts towards every majority' : ''}. ${compared}`
}

/** The new controller, if it is known already. @throws WorkflowRefusal where it cannot be one */
function checkNew(view: QuorumView, { oldNodeId, newNodeId }: RunParams): void {
  if (newNodeId === undefined) return
  if (newNodeId === oldNodeId) {
    throw new WorkflowRefusal(
      422,
      'same-node',
      'The new controller has the same id as the old one.',
      'For the same id on a new disk use “Replace a failed disk”; otherwise give the new node an id of its own.',
    )
  }
  const voter = votersOf(view).find((v) => v.nodeId === newNodeId)
  if (voter !== undefined) {
    throw new WorkflowRefusal(
      422,
      'id-is-voter',
      `Controller ${newNodeId} is a voter already, with directory ${shortId(voter.directoryId)}.`,
      'Choose a controller that is an observer, or remove the old one alone.',
    )
  }
}

/** Whether the new controller votes already: the one that was named, or one that became a voter in this run. */
function hasCome(view: QuorumView, { oldNodeId, newNodeId }: RunParams, run: Run | null): boolean {
  if (newNodeId !== undefined) return votersOf(view).some((v) => v.nodeId === newNodeId)
  return run !== null && cameTo(run.plan, view).some((id) => id !== oldNodeId)
}

/** The parts that are left; after a restart of the plan one of the two changes may be made already. */
function partsOf(view: QuorumView, params: RunParams, order: Order, run: Run | null): Part[] {
  const { oldNodeId = -1, newNodeId } = params
  const add = part(
    'add-controller',
    newNodeId === undefined ? 'Add the new controller' : `Add controller ${newNodeId}`,
    newNodeId === undefined ? { otherThan: oldNodeId } : { nodeId: newNodeId },
  )
  const remove = part('remove-controller', `Remove controller ${oldNodeId}`, { nodeId: oldNodeId })
  const voters = votersOf(view)
  const isIn = hasCome(view, params, run)
  const isOut = !voters.some((v) => v.nodeId === oldNodeId)
  const changes = (order === 'add-first' ? [add, remove] : [remove, add]).filter((p) => (p === add ? !isIn : !isOut))
  return [...changes, part('bootstrap-servers', 'Name the voters in every configuration')]
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = viewToPlanOn(facts)
  const { oldNodeId = -1 } = params
  const plannedVoters = plannedVotersOf(view)
  const isOut = !votersOf(view).some((v) => v.nodeId === oldNodeId)
  const basis = {
    initial: voterKeys(view),
    candidate: null,
    stop: null,
    autoJoin: view.quorum.autoJoin === true,
  } as const
  if (run !== null && isOut) {
    const parts = partsOf(view, params, 'remove-first', run)
    const orderWhy = `Controller ${oldNodeId} has already left.`
    return withFirstPart(
      { ...basis, target: null, orderWhy, goalMargin: marginOfVoters(plannedVoters) ?? 0, parts },
      facts,
      run,
    )
  }
  const old = voterToChange(view, oldNodeId)
  if (run === null) checkNew(view, params)
  const margins = worstMargins(plannedVoters, old)
  const chosen = orderOf(plannedVoters, old)
  if (chosen === null || chosen.worst < 0) {
    throw new WorkflowRefusal(
      422,
      'refused',
      chosen === null
        ? 'The health of a voter is not known yet.'
        : 'Neither order is safe: in both, at some moment there would be no healthy majority.',
      chosen === null ? 'Wait until every voter has fetched from the leader.' : 'Repair the other voters first.',
      { refusals: [orderGate(margins)] },
    )
  }
  const restored = plannedVoters.map((s) => (s.nodeId === oldNodeId ? { ...s, health: 'ok' as const } : s))
  const whole: Plan = {
    ...basis,
    target: { nodeId: old.nodeId, directoryId: old.directoryId },
    orderWhy: whyText(chosen.order, chosen.worst, margins, old),
    goalMargin: marginOfVoters(restored) ?? 0,
    parts: partsOf(view, params, chosen.order, run),
  }
  return withFirstPart(whole, facts, run)
}

export const replaceController: Wizard = {
  kind: 'replace-controller',
  title: ({ params: { oldNodeId, newNodeId } }) => `Replace controller ${oldNodeId} by ${newNodeId ?? 'a new node'}`,
  plan,
  continued: continuedPart,
  steps: (run, facts) =>
    withGoal(run, partSteps(run, facts), () => {
      const { oldNodeId = -1, newNodeId } = run.params
      const { view } = facts
      const came = newNodeId !== undefined ? [newNodeId] : view === null ? [] : cameTo(run.plan, view)
      return [replacedBy(facts, oldNodeId, came)]
    }),
}
