/**
 * From dedicated controllers and brokers to combined nodes, the second example of the article, in a safer order: nodes get
 * their second role one by one, become voters where they are none, the retiring brokers are emptied, stopped, proven empty
 * once more, and only then unregistered. Invariants: SPEC.md. Pure.
 */
import type { QuorumView } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import { logFollowed } from '../../gates/nodes/drainGates.ts'
import { brokersGone, rolesAre, votersAre } from '../../gates/quorum/goalGates.ts'
import type { Facts } from '../../run/facts.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, Run, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { idListText, namedText } from '../../run/voterSet.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, part, partSteps, withFirstPart } from '../parts.ts'
import { planOn, viewToPlanOn } from '../planning.ts'

function rolesOf(view: QuorumView, nodeId: number): Set<string> {
  return new Set(view.replicas.filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles))
}

/** @throws WorkflowRefusal */
function check(view: QuorumView, facts: Facts, nodeIds: readonly number[], retire: readonly number[]): void {
  const listed = new Set(view.replicas.map((r) => r.nodeId))
  const unknown = nodeIds.filter((id) => !listed.has(id))
  if (unknown.length > 0) {
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      `The quorum lists no node ${idListText(unknown)}.`,
      'Start it first.',
    )
  }
  const both = nodeIds.filter((id) => retire.includes(id))
  if (both.length > 0) {
    throw new WorkflowRefusal(
      422,
      'impossible-target',
      `Node ${idListText(both)} is to become combined and to retire.`,
      'Choose one of the two.',
    )
  }
  const followed = logFollowed(facts)
  if (!followed.ok) {
    throw new WorkflowRefusal(
      422,
      'refused',
      'The metadata log is not followed, so the partitions are not known.',
      followed.remedy,
      {
        refusals: [followed],
      },
    )
  }
  const unregistered = retire.filter((id) => facts.log?.brokers.has(id) !== true)
  if (unregistered.length > 0) {
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      `No broker ${idListText(unregistered)} is registered.`,
      'Choose brokers that are registered.',
    )
  }
  // While they still run; afterwards the combined nodes take their place.
  const largest = facts.log?.placement.mostReplicas ?? 0
  const brokers = new Set([...(facts.log?.brokers.keys() ?? []), ...nodeIds].filter((id) => !retire.includes(id)))
  if (brokers.size < largest || brokers.size === 0) {
    throw new WorkflowRefusal(
      422,
      'impossible-target',
      `A topic has ${largest} replicas of each partition, and ${brokers.size} brokers would remain.`,
      'Retire fewer brokers, make more nodes combined, or lower the replication factor first.',
    )
  }
}

function partsOf(view: QuorumView, facts: Facts, params: RunParams): Part[] {
  const { throttleBytesPerSecond } = params
  const nodeIds = [...new Set(params.nodeIds)]
  const retireBrokerIds = [...new Set(params.retireBrokerIds)]
  const voterIds = votersOf(view).map((v) => v.nodeId)
  const incomplete = nodeIds.filter((id) => rolesOf(view, id).size < 2)
  const leaderId = view.quorum.leaderId
  const leaving = voterIds
    .filter((id) => !nodeIds.includes(id))
    .toSorted((a, b) => Number(a === leaderId) - Number(b === leaderId) || a - b)
  const registered = retireBrokerIds.filter((id) => facts.log?.brokers.has(id))
  return [
    ...incomplete.map((_, i) =>
      part('restart-node', `Give a node both roles, ${i + 1} of ${incomplete.length}`, {
        nodeIds: incomplete,
        edit: { roles: ['controller', 'broker'] },
      }),
    ),
    ...nodeIds
      .filter((id) => !voterIds.includes(id))
      .map((nodeId) => part('add-controller', `Add controller ${nodeId}`, { nodeId })),
    ...leaving.map((nodeId) => part('remove-controller', `Remove controller ${nodeId}`, { nodeId })),
    ...(leaving.length === 0 && nodeIds.every((id) => voterIds.includes(id))
      ? []
      : [part('bootstrap-servers', 'Name the new voters in every configuration')]),
    ...(registered.length === 0
      ? []
      : [
          part('drain', `Empty ${namedText('broker', registered)}`, {
            nodeIds: registered,
            ...(throttleBytesPerSecond === undefined ? {} : { throttleBytesPerSecond }),
          }),
        ]),
    ...registered.map((nodeId) => part('unregister-broker', `Unregister broker ${nodeId}`, { nodeId })),
  ]
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = viewToPlanOn(facts)
  const { nodeIds = [], retireBrokerIds = [] } = params
  if (run === null) check(view, facts, nodeIds, retireBrokerIds)
  const parts = partsOf(view, facts, params)
  if (parts.length === 0 && run === null) {
    throw new WorkflowRefusal(
      422,
      'nothing-to-do',
      `Nodes ${idListText(nodeIds)} are combined and vote, and no broker is to retire.`,
      'Choose other nodes.',
    )
  }
  const whole: Plan = {
    ...planOn(view),
    autoJoin: view.quorum.autoJoin === true,
    orderWhy:
      'Roles first, then voters, then data: nothing leaves before its successor has taken over. A broker is stopped and proven empty before it is unregistered; the other way round a topic that is made in between could be placed on it. Combined nodes share one process between controller and broker: the Kafka documentation advises against it for critical use.',
    parts,
  }
  return withFirstPart(whole, facts, run)
}

export const migrateCombined: Wizard = {
  kind: 'migrate-combined',
  title: ({ params: { nodeIds = [], retireBrokerIds = [] } }) =>
    `Combine ${namedText('node', nodeIds)}${retireBrokerIds.length === 0 ? '' : `, retire ${namedText('broker', retireBrokerIds)}`}`,
  plan,
  continued: continuedPart,
  steps: (run, facts) => {
    const { nodeIds = [], retireBrokerIds = [] } = run.params
    return withGoal(run, partSteps(run, facts), () => [
      votersAre(facts, nodeIds),
      rolesAre(facts, nodeIds, ['controller', 'broker']),
      ...brokersGone(facts, retireBrokerIds),
    ])
  },
}
