/** Remove controller: order by Kafka's version, auto-join and margin; the leader and a silent voter too. Invariants: SPEC.md. Pure. */
import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import type { Confirmation } from '../../../contract/workflows.ts'
import { changeCommands, stopCommands } from '../../commands/hostCommands.ts'
import { removalGates, removalOf, stopGates } from '../../gates/gateSets.ts'
import { autoJoinSafe } from '../../gates/quorum/autoJoinGates.ts'
import { marginIfStopped, marginReached, rescuePossible } from '../../gates/quorum/marginGates.ts'
import { staysAway, steadyFor } from '../../gates/quorum/outcomeGates.ts'
import { votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import { hasStated, type Plan, type Run, type RunParams, subjectOf } from '../../run/run.ts'
import {
  changeStep,
  type HostAct,
  hostStep,
  proofStep,
  provenBy,
  type StatementRule,
  type StepRule,
  type Wizard,
} from '../../run/step.ts'
import { rowOf, shortId, voterKeys } from '../../run/voterSet.ts'
import { marginOfVoters, plannedVotersOf, votersAfter, votersWithout } from '../../run/votersAfter.ts'
import { nodeIsSilent, processOf, silenceOf } from '../../run/windows/silence.ts'
import { costs, toleranceLost } from '../cost.ts'
import { sameDirectory, viewToPlanOn, voterToChange } from '../planning.ts'

/**
 * Kafka 3.9 has no pre-vote (KIP-996): a removed controller that still runs may disturb elections, so it is stopped first
 * where the margin allows it. From 4.0 on it is removed first. With auto-join on or unknown it must be stopped first.
 */
export function stopOrder(
  view: QuorumView,
  marginIfStopped: number | null,
): { stop: 'before' | 'after'; why: string } | null {
  const { autoJoin, kafkaRelease } = view.quorum
  const mayStop = marginIfStopped !== null && marginIfStopped >= 0
  if (autoJoin !== false) {
    if (!mayStop) return null
    const setting = autoJoin ? 'Auto-join is on' : 'Whether auto-join is on is not known'
    return { stop: 'before', why: `${setting}: a running controller would add itself again, so it is stopped first.` }
  }
  const old = kafkaRelease === null || kafkaRelease.startsWith('3.')
  if (old && mayStop) {
    return {
      stop: 'before',
      why: 'Kafka before 4.0 has no pre-vote: a removed controller that runs may disturb elections.',
    }
  }
  return old
    ? { stop: 'after', why: 'The margin does not allow stopping it while it is a voter, so it is removed first.' }
    : {
        stop: 'after',
        why: 'From Kafka 4.0 on a controller is removed first and stopped afterwards: the majority shrinks with it.',
      }
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = viewToPlanOn(facts)
  const voter = voterToChange(view, params.nodeId)
  // Planned anew, the run is about the controller still, whatever its disk is by now; a person confirms the removal itself.
  if (run === null && params.directoryId !== undefined) sameDirectory(voter, params.directoryId)
  const target = { nodeId: voter.nodeId, directoryId: voter.directoryId }
  const plannedVoters = plannedVotersOf(view)
  const healthy = voter.health !== 'silent'
  const order = healthy
    ? stopOrder(view, marginOfVoters(votersWithout(plannedVoters, target)))
    : ({ stop: 'before', why: 'It is silent already.' } as const)
  if (order === null) {
    const gate = autoJoinSafe(facts, target)
    throw new WorkflowRefusal(
      422,
      'refused',
      `Controller ${voter.nodeId} would add itself again (auto-join ${view.quorum.autoJoin === null ? 'unknown' : 'on'}), and the margin does not allow stopping it first.`,
      'Add a voter first, or turn controller.quorum.auto.join.enable off on it.',
      { refusals: [gate, marginIfStopped(facts, target)] },
    )
  }
  const goal = marginOfVoters(votersAfter(plannedVoters, { kind: 'remove', ...target }))
  return {
    initial: voterKeys(view),
    target,
    candidate: null,
    autoJoin: view.quorum.autoJoin !== false,
    stop: order.stop,
    orderWhy: order.why,
    goalMargin: goal ?? 0,
  }
}

const STOP_FIRST = 'stop-first'

export function stopActs({ sandbox }: Facts, nodeId: number): HostAct[] {
  const state = sandbox?.nodes.find((n) => n.nodeId === nodeId)?.state
  if (state === 'running' || state === 'slow') return [{ action: 'stop', nodeId }]
  return state === 'frozen' ? [{ action: 'kill', nodeId }] : []
}

function stopStep(run: Run, facts: Facts): StepRule {
  const { target, stop } = run.plan
  const { view } = facts
  const before = stop === 'before'
  const row = target === null || view === null ? null : rowOf(view, target)
  const nodeId = subjectOf(run)
  // The process, on whatever disk: a successor of the incarnation that is removed is stopped with it.
  const isDown = nodeIsSilent(facts, nodeId)
  const isAlive = view?.replicas.some((r) => r.nodeId === nodeId && (r.health === 'ok' || r.health === 'lagging'))
  const leads = row?.status === 'leader'
  const mayStop = before ? stopGates(run, facts, target) : []
  const stopCosts =
    view === null || target === null || !before
      ? []
      : toleranceLost(plannedVotersOf(view), votersWithout(plannedVotersOf(view), target))
  const reopened = before && run.done.remove === undefined && isAlive === true
  const about = target === null ? '' : [processOf(facts, target), ...stopCosts].join('. ')
  // A living one is stopped as the first part of its removal: said here, not after the fact.
  const unsaid = before && !isDown && !hasStated(run, 'stop', STOP_FIRST, about, reopened)
  // Its seat is lost already when it is silent: only a living one is asked for.
  const needed = before && !isDown ? mayStop : []
  return hostStep({
    key: 'stop',
    title: leads && before ? `Stop controller ${nodeId}, the leader` : `Stop controller ${nodeId}`,
    detail: isDown ? 'silent' : leads ? 'leads' : row === null ? 'not seen by this leader yet' : 'running',
    gates: needed,
    done: isDown ? { text: `Controller ${nodeId} is silent.`, candidate: null } : null,
    reopened,
    statements: unsaid
      ? [
          {
            key: STOP_FIRST,
            about,
            exceptional: false,
            label: `Stop controller ${nodeId} first…`,
            does: `Goes on with stopping controller ${nodeId}, as the first part of its removal.`,
            confirmation: {
              statement: `remove controller ${nodeId}`,
              typed: true,
              why: ['It is healthy.', ...stopCosts].join(' '),
            },
          },
        ]
      : [],
    commands: target === null || isDown ? [] : stopCommands(facts, target),
    withheld: unsaid,
    lookingFor: [
      `No fetch from ${nodeId} (${shortId(target?.directoryId ?? null)}) for the fetch timeout.`,
      ...(leads && before ? ['An election: another controller leads within seconds.'] : []),
      ...(before
        ? []
        : ['Take it out of controller.quorum.bootstrap.servers of the other nodes at their next restart.']),
    ],
    hostActs: isDown || unsaid ? [] : stopActs(facts, nodeId),
    // Afterwards it is stopped as one that has no vote; somebody may have given it one again.
    hostGates: before ? needed : [staysAway(facts, target)],
  })
}

const RESCUE = 'rescue'

/** The exception for a removal below margin 0: whether it was stated of this silence, and how it is asked for. */
export function rescueOf(
  run: Run,
  facts: Facts,
  step: string,
  target: ReplicaKey | null,
): { rescue: boolean; statements: StatementRule[] } {
  const about = target === null ? '' : silenceOf(facts, target)
  const rescue = hasStated(run, step, RESCUE, about)
  if (rescue || !rescuePossible(facts, target)) return { rescue, statements: [] }
  const rule: StatementRule = {
    key: RESCUE,
    about,
    exceptional: true,
    lifts: ['margin-now'],
    label: 'State the rescue…',
    does: 'Allows the removal although the majority of healthy voters is short now.',
    confirmation: {
      statement: 'the silent voter will not come back soon',
      typed: true,
      why: 'A majority still fetches and the high watermark is known, so the removal can commit; afterwards fewer voters are needed.',
    },
  }
  return { rescue, statements: [rule] }
}

function confirmationOf(run: Run, facts: Facts): Confirmation | null {
  const { target } = run.plan
  const change = removalOf(target)
  if (target === null || change === null || facts.view === null) return null
  const parts = costs(facts, change)
  if (rowOf(facts.view, target)?.health !== 'silent') {
    return { statement: `remove controller ${target.nodeId}`, typed: true, why: ['It is healthy.', ...parts].join(' ') }
  }
  return parts.length === 0
    ? null
    : { statement: `controller ${target.nodeId} may leave the quorum`, typed: false, why: parts.join(' ') }
}

function removeStep(run: Run, facts: Facts): StepRule {
  const { target } = run.plan
  const change = removalOf(target)
  const { rescue, statements } = rescueOf(run, facts, 'remove', target)
  const needed = [...removalGates(run, facts, target, { rescue }), autoJoinSafe(facts, target)]
  const nodeId = subjectOf(run)
  const voters = run.expected.length
  const leads = facts.view?.quorum.leaderId === nodeId
  return changeStep({
    key: 'remove',
    title: leads ? `Remove controller ${nodeId}, the leader` : `Remove controller ${nodeId} from the voters`,
    detail: `voters ${voters} → ${voters - 1}`,
    gates: needed,
    change,
    execute: 'click',
    label: `Remove controller ${nodeId}`,
    does: `Sends RemoveRaftVoter to the leader: ${voters} voters become ${voters - 1}.`,
    confirmation: confirmationOf(run, facts),
    statements,
    commands: change === null ? [] : changeCommands(facts, change),
    lookingFor: [
      'A committed voter set without it.',
      ...(leads ? ['Then an election: the removed leader resigns after the commit.'] : []),
    ],
  })
}

function awayStep(run: Run, facts: Facts): StepRule {
  const { target, goalMargin } = run.plan
  const needed = [
    staysAway(facts, target),
    votersAsExpected(facts, run.expected),
    marginReached(facts, goalMargin),
    steadyFor(facts, run.expected),
  ]
  return proofStep({
    key: 'stays-away',
    title: 'It stays away and the quorum is steady',
    detail: `${run.plan.initial.length - 1} voters, margin ${goalMargin}`,
    gates: needed,
    done: provenBy(needed, 'It stayed away and the quorum is steady.'),
    lookingFor: ['The removed controller not among the voters, one leader, one epoch, the margin as planned.'],
  })
}

export const removeController: Wizard = {
  kind: 'remove-controller',
  title: ({ plan: { target } }) => `Remove controller ${target?.nodeId ?? ''}`.trim(),
  plan,
  /** The target is out already: what is left is to look after it. */
  continued: (run, { view }) => {
    const { target } = run.plan
    if (view === null || target === null || voterKeys(view).some((v) => v.nodeId === target.nodeId)) return null
    const goalMargin = marginOfVoters(plannedVotersOf(view)) ?? 0
    return { plan: { ...run.plan, initial: [...voterKeys(view), target], goalMargin }, kept: ['remove'] }
  },
  steps: (run, facts) => {
    const stop = stopStep(run, facts)
    const remove = removeStep(run, facts)
    return [...(run.plan.stop === 'before' ? [stop, remove] : [remove, stop]), awayStep(run, facts)]
  },
}
