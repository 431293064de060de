/**
 * Empty brokers: cordoned where Kafka can, throttled where wanted, all their replicas moved, the throttle taken away again,
 * and proven empty. What is still to be moved is computed from the log at every look, so a topic that is made meanwhile, a
 * cancelled move and a restart of Quorumdeck are all the same: whatever is left is offered. Invariants: SPEC.md. Pure.
 */

import { bytesText } from '../../../contract/words/bytes.ts'
import { CORDON, THROTTLE_RATES, THROTTLED_REPLICAS } from '../../../quorum/assessment/findings/leftovers.ts'
import { actCommands } from '../../commands/hostCommands.ts'
import { cruiseControlIdle } from '../../gates/nodes/cruiseControlGates.ts'
import {
  allEmpty,
  enoughBrokers,
  logFollowed,
  moversAlive,
  movingOn,
  noForeignMoves,
  roomOnDisks,
} from '../../gates/nodes/drainGates.ts'
import { steadyFor } from '../../gates/quorum/outcomeGates.ts'
import { observationFresh } from '../../gates/quorum/quorumGates.ts'
import { handOver, isBusy, isUnderWay, lookOfNow, MOVE } from '../../moves/handOver.ts'
import { moveProgress, moveText } from '../../moves/moveFigures.ts'
import { hostedByRetiring, movesUnderWay, restOf } from '../../moves/retiring.ts'
import type { Facts } from '../../run/facts.ts'
import type { ClusterAct, Config } from '../../run/ports.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Plan, Run, RunParams } from '../../run/run.ts'
import { type PartWizard, proofStep, provenBy, requestStep, type StepRule } from '../../run/step.ts'
import { idListText, namedText } from '../../run/voterSet.ts'
import { configGates, configStep } from '../configStep.ts'
import { restoresOf, valuesBefore } from '../debt.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'
import { choicesOfOwnPlan, handedOver } from './handOverStep.ts'

/** metadata.version 4.3-IV0: from then on a broker can be cordoned (KIP-1066). */
const CORDON_SINCE = 30
/** Moves of one request; the rest is offered when these are under way. */
const MOVES_AT_ONCE = 1000

function plan(params: RunParams, facts: Facts): Plan {
  const view = anyViewToPlanOn(facts)
  const retiring = params.nodeIds ?? []
  const { log } = facts
  const unknown = retiring.filter((id) => log?.brokers.has(id) !== true)
  const followed = logFollowed(facts)
  if (log === null) {
    throw new WorkflowRefusal(
      422,
      'refused',
      'The metadata log is not followed, so the partitions are not known.',
      followed.remedy,
      { refusals: [followed] },
    )
  }
  if (unknown.length > 0) {
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      `No broker ${idListText(unknown)} is registered.`,
      'Choose brokers that are registered.',
    )
  }
  const enough = enoughBrokers(facts, retiring)
  if (!enough.ok) {
    throw new WorkflowRefusal(
      422,
      'refused',
      `Refused; this does not hold: ${enough.title.toLowerCase()} (${enough.observed}).`,
      enough.remedy,
      {
        refusals: [enough],
      },
    )
  }
  const versions = retiring.map((id) => facts.nodes.get(id)?.supportedMetadataVersion ?? 0)
  const level = log.features.get('metadata.version') ?? 0
  return {
    ...planOn(view),
    drain: { cordon: level >= CORDON_SINCE && versions.every((v) => v >= CORDON_SINCE) },
  }
}

function retiringOf(run: Run): number[] {
  return run.params.nodeIds ?? []
}

function cordonStep(run: Run, facts: Facts): StepRule {
  const retiring = retiringOf(run)
  const wanted = retiring.map((id): Config => ({ type: 'broker', resource: String(id), name: CORDON, value: '*' }))
  return configStep(
    run,
    facts,
    {
      key: 'cordon',
      title: `Cordon ${namedText('broker', retiring)}`,
      label: 'Cordon them',
      does: 'Sets cordoned.log.dirs, so that no new partition is placed on them.',
      doneText: 'No new partition is placed on them.',
    },
    wanted,
    {
      kind: 'cordon',
      brokers: retiring.flatMap((nodeId) => {
        const endpoint = facts.log?.brokers.get(nodeId)?.endpoints[0]
        return endpoint === undefined ? [] : [{ nodeId, endpoint }]
      }),
    },
  )
}

/** Brokers and topics that a throttle is about: everything that is read from or written to by the moves. */
function throttleConfigs(run: Run, facts: Facts, rate: number): Config[] {
  const retiring = retiringOf(run)
  const hosted = hostedByRetiring(facts, retiring) ?? []
  const topics = [...new Set(hosted.map((p) => p.topic))].sort()
  const brokers = [...(facts.log?.brokers.keys() ?? [])]
  const value = String(rate)
  return [
    ...brokers.flatMap((id) =>
      THROTTLE_RATES.map((name): Config => ({ type: 'broker', resource: String(id), name, value })),
    ),
    ...topics.flatMap((topic) =>
      THROTTLED_REPLICAS.map((name): Config => ({ type: 'topic', resource: topic, name, value: '*' })),
    ),
  ]
}

function throttleStep(run: Run, facts: Facts, rate: number): StepRule {
  return configStep(
    run,
    facts,
    {
      key: 'throttle',
      title: `Throttle the moves to ${bytesText(rate)} per second and broker`,
      label: 'Set the throttle',
      does: 'Sets the replication throttle of every broker and of the topics that are moved.',
      doneText: 'The throttle is set.',
    },
    throttleConfigs(run, facts, rate),
  )
}

function moveStep(run: Run, facts: Facts): StepRule {
  const retiring = retiringOf(run)
  const { moves } = restOf(facts, retiring)
  const { ours } = movesUnderWay(facts, retiring)
  const progress = moveProgress(run, facts)
  const empty = allEmpty(facts, retiring)
  const isDone = empty.ok && ours.length === 0
  const now = moves.slice(0, MOVES_AT_ONCE)
  const act: ClusterAct | null =
    now.length === 0
      ? null
      : { kind: 'reassign', moves: now.map(({ topic, partition, replicas }) => ({ topic, partition, replicas })) }
  const cancels: ClusterAct = {
    kind: 'reassign',
    moves: ours.map(({ topic, partition }) => ({ topic, partition, replicas: null })),
  }
  const executor = lookOfNow(facts)?.executor ?? null
  const before = [
    ...configGates(run, facts),
    // Where it does not answer, nothing waits for it.
    ...(executor !== null && isBusy(executor) ? [cruiseControlIdle(facts)] : []),
    enoughBrokers(facts, retiring),
    roomOnDisks(facts, retiring),
    noForeignMoves(facts, retiring),
    moversAlive(facts, retiring),
  ]
  const meanwhile = [observationFresh(facts), moversAlive(facts, retiring), movingOn(facts), empty]
  const hand = handOver(run, facts)
  const text = progress === null ? '' : moveText(progress.total)
  const common = {
    key: MOVE,
    title: `Move every replica away from ${namedText('broker', retiring)}`,
    done: isDone ? { text: 'Nothing is left on them.', candidate: null } : null,
  }
  if (!isDone && (hand.state === 'chosen' || isUnderWay(hand))) {
    return requestStep({
      ...common,
      detail: `${text}; ${hand.says}`,
      ...handedOver(run, facts, hand, configGates(run, facts)),
    })
  }
  return requestStep({
    ...common,
    detail: text,
    gates: isDone ? [empty] : act === null ? meanwhile : before,
    request: act,
    cancels: ours.length === 0 ? null : cancels,
    statements: choicesOfOwnPlan(hand, ours.length > 0),
    label: `Move ${now.length} partitions`,
    does: 'Sends AlterPartitionReassignments to the active controller: the new replicas are copied first, the old ones go when those are in sync.',
    confirmation:
      act === null
        ? null
        : {
            statement: `${now.length} partitions may be copied now`,
            typed: false,
            why: `Copying takes network and disk of the brokers${run.params.throttleBytesPerSecond === undefined ? ', without a throttle as much as there is' : ''}. It can be cancelled.`,
          },
    commands: act === null ? [] : actCommands(facts, act),
    lookingFor: [
      'Each partition with its new replicas in sync and the old ones gone.',
      'A topic created in the meantime may land on them: it is moved as well.',
    ],
  })
}

/** The throttle as it was before this run set it; before that, what there would be to take back. What others have set stays. */
function takenBack(run: Run, facts: Facts, rate: number): Config[] {
  const own = restoresOf(run, facts, [...THROTTLE_RATES, ...THROTTLED_REPLICAS])
  // Once it was set, what stands and is not of this run stays: nothing is to be worked out any more.
  if (own.length > 0 || 'throttle' in run.done) return own
  return valuesBefore({ kind: 'configure', configs: throttleConfigs(run, facts, rate) }, facts, run)
}

function unthrottleStep(run: Run, facts: Facts, rate: number): StepRule {
  return configStep(
    run,
    facts,
    {
      key: 'unthrottle',
      title: 'Take the throttle away',
      label: 'Take it away',
      does: 'Puts the replication throttle of brokers and topics back as it was before this run: left behind, it would slow every later catch-up.',
      doneText: 'The throttle is gone.',
    },
    takenBack(run, facts, rate),
  )
}

function emptyStep(run: Run, facts: Facts): StepRule {
  const needed = [observationFresh(facts), allEmpty(facts, retiringOf(run)), steadyFor(facts, run.expected)]
  return proofStep({
    key: 'empty',
    title: `Nothing is left on ${namedText('broker', retiringOf(run))}`,
    gates: needed,
    done: provenBy(needed, 'They hold nothing.'),
    lookingFor: ['No partition of any topic on them.'],
  })
}

export const drain: PartWizard = {
  title: ({ params: { nodeIds = [] } }) => `Empty ${namedText('broker', nodeIds)}`,
  plan,
  continued: (run) => ({ plan: run.plan, kept: Object.keys(run.done) }),
  steps: (run, facts) => {
    const rate = run.params.throttleBytesPerSecond
    return [
      ...(run.plan.drain?.cordon === true ? [cordonStep(run, facts)] : []),
      ...(rate === undefined ? [] : [throttleStep(run, facts, rate)]),
      moveStep(run, facts),
      ...(rate === undefined ? [] : [unthrottleStep(run, facts, rate)]),
      emptyStep(run, facts),
    ]
  },
}
