/** Add controller: a caught-up observer that is a registered controller becomes a voter. Invariants: SPEC.md. Pure. */

import type { QuorumView, ReplicaKey } from '../../../contract/quorumView.ts'
import { keyText, sameKey } from '../../../contract/replicaKey.ts'
import { isObserver, observersOf, votersOf } from '../../../contract/voters.ts'
import type { Candidate, Confirmation } from '../../../contract/workflows.ts'
import { additionCommands, changeCommands, joinCommands } from '../../commands/hostCommands.ts'
import { additionGates, additionOf, candidateGates } from '../../gates/gateSets.ts'
import { autoJoinAsPlanned } from '../../gates/quorum/autoJoinGates.ts'
import { candidateIsController } from '../../gates/quorum/candidateGates.ts'
import { marginAfter, marginIfBad, marginNow, marginReached } from '../../gates/quorum/marginGates.ts'
import { newVoterHealthy, steadyFor } from '../../gates/quorum/outcomeGates.ts'
import { votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import { freeNodeId } from '../../run/freeNodeId.ts'
import type { VoterChange } from '../../run/ports.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import { hasStated, type Plan, type Run, type RunParams } from '../../run/run.ts'
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
import { includes, rowOf, shortId, voterKeys } from '../../run/voterSet.ts'
import { marginOfVoters, plannedVotersOf, votersAfter } from '../../run/votersAfter.ts'
import { viewToPlanOn } from '../planning.ts'

/** Observers that may become voters; brokers are never among them. */
export function candidatesOf(view: QuorumView, { nodeId, otherThan }: RunParams): Candidate[] {
  const voterIds = new Set(votersOf(view).map((v) => v.nodeId))
  return observersOf(view)
    .filter(
      (r) =>
        r.directoryId !== null &&
        r.roles.includes('controller') &&
        (nodeId === undefined || r.nodeId === nodeId) &&
        r.nodeId !== otherThan,
    )
    .map((r) => ({
      nodeId: r.nodeId,
      directoryId: r.directoryId,
      lag: r.lag,
      health: r.health,
      problem: voterIds.has(r.nodeId)
        ? 'Its node id is a voter with another directory: replace the disk instead.'
        : r.health === 'silent'
          ? 'It does not fetch: an old incarnation, or its process is down.'
          : '',
    }))
}

function plan(params: RunParams, facts: Facts): Plan {
  const view = viewToPlanOn(facts)
  const { nodeId, directoryId } = params
  const rows = nodeId === undefined ? [] : view.replicas.filter((r) => r.nodeId === nodeId)
  if (directoryId !== undefined && nodeId === undefined) {
    throw new WorkflowRefusal(400, 'bad-request', 'A directory id was given without its node id.', 'Give nodeId too.')
  }
  const voter = rows.find((r) => !isObserver(r))
  if (voter !== undefined) {
    throw new WorkflowRefusal(
      422,
      'id-is-voter',
      `Controller ${nodeId} is a voter already, with directory ${shortId(voter.directoryId)}. Kafka would answer DUPLICATE_VOTER.`,
      'If its disk was replaced, use the wizard that replaces a failed disk: the old incarnation is removed first.',
    )
  }
  const row = rows.find((r) => directoryId === undefined || r.directoryId === directoryId)
  if (directoryId !== undefined && row === undefined) {
    throw new WorkflowRefusal(
      422,
      'unknown-directory',
      `The quorum lists no node ${nodeId} with directory ${shortId(directoryId)}.`,
      'Start that controller and wait until it is listed, or leave the directory id out.',
    )
  }
  if (rows.length > 0 && rows.every((r) => r.roles.includes('broker') && !r.roles.includes('controller'))) {
    throw new WorkflowRefusal(
      422,
      'broker-only',
      `Node ${nodeId} is a broker only. Kafka would accept it as a voter, and it could never lead.`,
      'Choose a node with process.roles=controller.',
    )
  }
  // Who it will be does not matter for the margin.
  const anybody: VoterChange = { kind: 'add', nodeId: nodeId ?? freeNodeId(facts), directoryId: '', endpoints: [] }
  const refusals = [marginNow(facts, null), marginAfter(facts, anybody), marginIfBad(facts, anybody)]
    .filter((g) => !g.ok && !g.waiting)
    .filter((g) => g.code !== 'margin-if-bad' || view.quorum.voters > 1)
  if (refusals.length > 0) {
    throw new WorkflowRefusal(
      422,
      'refused',
      'A voter is not healthy: with one more voter the majority would need more controllers than are alive.',
      refusals[0]?.remedy ?? '',
      { refusals },
    )
  }
  return {
    initial: voterKeys(view),
    target: null,
    candidate: directoryId !== undefined && row !== undefined ? { nodeId: row.nodeId, directoryId } : null,
    autoJoin: view.quorum.autoJoin === true,
    stop: null,
    orderWhy: '',
    goalMargin: marginOfVoters(votersAfter(plannedVotersOf(view), anybody)) ?? 0,
  }
}

/** With auto-join the candidate may be a voter before it was ever chosen: the one that is new since the plan was made. */
function joined(run: Run, { view }: Facts): ReplicaKey | null {
  if (!run.plan.autoJoin || view === null) return null
  const { nodeId } = run.params
  const added = voterKeys(view).filter((v) => !includes(run.plan.initial, v))
  const [one, another] = added
  return one === undefined || another !== undefined || (nodeId !== undefined && one.nodeId !== nodeId) ? null : one
}

function candidateStep(run: Run, facts: Facts): StepRule {
  const { view } = facts
  const { nodeId } = run.params
  const choices = view === null ? [] : candidatesOf(view, run.params)
  const usable = choices.filter((c) => c.problem === '')
  const chosen = run.plan.candidate
  const only = nodeId !== undefined && usable.length === 1 ? usable[0] : undefined
  const found: ReplicaKey | null =
    chosen !== null && choices.some((c) => keyText(c) === keyText(chosen))
      ? chosen
      : only === undefined
        ? null
        : { nodeId: only.nodeId, directoryId: only.directoryId }
  const isController = candidateIsController(facts, found)
  return hostStep({
    key: 'candidate',
    title: nodeId === undefined ? 'A new controller is running' : `Controller ${nodeId} is running`,
    detail:
      found === null ? (usable.length === 0 ? 'not seen yet' : 'choose one') : `seen: ${shortId(found.directoryId)}`,
    gates: found === null ? [] : [isController],
    done:
      found !== null && isController.ok
        ? { text: `Controller ${found.nodeId} is seen with directory ${shortId(found.directoryId)}.`, candidate: found }
        : null,
    choices,
    commands: usable.length > 0 ? [] : joinCommands(facts, run.clusterId, nodeId ?? freeNodeId(facts), true),
    lookingFor: [
      `An observer${nodeId === undefined ? '' : ` with id ${nodeId}`} that is registered as a controller.`,
      'If it does not appear, look for: the wrong cluster id, a network that does not let it reach the leader, or a snapshot that is still being downloaded, which the leader does not show.',
    ],
    hostActs: found === null && usable.length === 0 ? joinActs(facts, run.params) : [],
  })
}

function joinActs({ sandbox, view }: Facts, { nodeId, otherThan }: RunParams): HostAct[] {
  if (sandbox === null || view === null) return []
  const voterIds = new Set(votersOf(view).map((v) => v.nodeId))
  const spares = sandbox.nodes.filter(
    (n) =>
      n.roles.includes('controller') &&
      n.nodeId !== otherThan &&
      (nodeId === undefined ? !voterIds.has(n.nodeId) : n.nodeId === nodeId),
  )
  // One that runs and is not seen yet is on its way: another one would be one too many.
  const spare = spares.find((n) => n.state === 'running' || n.state === 'slow') ?? spares[0]
  if (spare === undefined) {
    return nodeId === undefined ? [{ action: 'add-node', roles: ['controller'] }, { action: 'start-new' }] : []
  }
  switch (spare.state) {
    case 'wiped':
      return [
        { action: 'format', nodeId: spare.nodeId },
        { action: 'start', nodeId: spare.nodeId },
      ]
    case 'stopped':
      return [{ action: 'start', nodeId: spare.nodeId }]
    case 'frozen':
      return [{ action: 'resume', nodeId: spare.nodeId }]
    case 'running':
    case 'slow':
      return []
    default:
      return spare.state satisfies never
  }
}

function caughtUpStep(run: Run, facts: Facts): StepRule {
  const { candidate } = run.plan
  const needed = candidateGates(facts, candidate)
  return proofStep({
    key: 'caught-up',
    title: 'It keeps up with the leader',
    detail: needed.find((g) => g.code === 'lag-near-zero')?.observed ?? '',
    gates: needed,
    done: provenBy(needed, 'Near zero for the whole window.'),
    choices: facts.view === null ? [] : candidatesOf(facts.view, run.params),
    lookingFor: ['Every sample of the window near zero. A new leader, a gap or one bad sample starts it over.'],
  })
}

const ONE_TO_TWO = 'one-to-two'

const oneToTwoRule = (about: string): StatementRule => ({
  key: ONE_TO_TWO,
  about,
  exceptional: false,
  lifts: ['margin-if-bad'],
  label: 'State that the metadata is saved…',
  does: 'Allows the step from one voter to two, where both must be alive from then on.',
  confirmation: {
    statement: 'the metadata is saved',
    typed: true,
    why: 'With two voters both are needed. If the new one fails right after the addition, the quorum is lost and only a copy of the metadata log helps. Copy the log directory of the only controller first.',
  },
})

/** What is saved is the log of these voters, for this candidate; another epoch has written on. */
function savedFor({ view }: Facts, candidate: ReplicaKey | null): string {
  if (view === null) return ''
  const voters = voterKeys(view).map(keyText).join(', ')
  return `${voters} in epoch ${view.quorum.leaderEpoch}, then ${candidate === null ? 'nobody yet' : keyText(candidate)}`
}

function confirmationOf(voters: number): Confirmation | null {
  if ((voters + 1) % 2 !== 0) return null
  return {
    statement: `${voters + 1} voters tolerate no more failures than ${voters}`,
    typed: false,
    why: 'An even number adds a machine that can fail, but no tolerance. Plan to add another one soon.',
  }
}

/** The chosen one is gone, perhaps with its disk: another may be chosen, behind the same gates. */
function isGone({ view }: Facts, candidate: ReplicaKey | null): boolean {
  if (view === null || view.quorum.leaderId === null || candidate === null) return false
  const row = rowOf(view, candidate)
  return row === null || row.health === 'silent'
}

function addStep(run: Run, facts: Facts): StepRule {
  const { autoJoin } = run.plan
  const candidate = run.plan.candidate ?? joined(run, facts)
  const change = additionOf(facts, candidate)
  const voters = run.expected.length
  const sole = voters === 1
  const about = savedFor(facts, candidate)
  const oneToTwo = hasStated(run, 'add', ONE_TO_TWO, about)
  const needed = [...additionGates(run, facts, candidate, { oneToTwo }), autoJoinAsPlanned(facts, autoJoin)]
  const reachable = needed.find((g) => g.code === 'candidate-reachable')?.ok === true
  return changeStep({
    key: 'add',
    plannedChange: { kind: 'add', nodeId: run.params.nodeId ?? candidate?.nodeId ?? freeNodeId(facts) },
    title: candidate === null ? 'Add it to the voters' : `Add controller ${candidate.nodeId} to the voters`,
    detail: autoJoin ? 'it joins by itself' : `voters ${voters} → ${voters + 1}`,
    gates: autoJoin ? [] : needed,
    change,
    execute: autoJoin ? 'never' : 'click',
    label: candidate === null ? 'Add it' : `Add controller ${candidate.nodeId}`,
    does: `Sends AddRaftVoter to the leader: ${voters} voters become ${voters + 1}.`,
    confirmation: confirmationOf(voters),
    statements: sole && !oneToTwo && reachable ? [oneToTwoRule(about)] : [],
    choices: isGone(facts, candidate) && facts.view !== null ? candidatesOf(facts.view, run.params) : [],
    commands: change === null ? additionCommands(facts, run.params.nodeId ?? null) : changeCommands(facts, change),
    withheld: change === null,
    lookingFor: ['The new voter in a committed voter set.'],
  })
}

function steadyStep(run: Run, facts: Facts): StepRule {
  const needed = [
    newVoterHealthy(facts, run.plan.candidate),
    votersAsExpected(facts, run.expected),
    marginReached(facts, run.plan.goalMargin),
    steadyFor(facts, run.expected),
  ]
  return proofStep({
    key: 'steady',
    title: 'The quorum is steady with it',
    detail: `${run.plan.initial.length + 1} voters, margin ${run.plan.goalMargin}`,
    gates: needed,
    done: provenBy(needed, 'The new voter is healthy and the quorum is steady.'),
    lookingFor: ['The new voter healthy, the margin as planned, no election.'],
  })
}

export const addController: Wizard = {
  kind: 'add-controller',
  title: ({ params, plan: { candidate } }) => `Add controller ${candidate?.nodeId ?? params.nodeId ?? ''}`.trim(),
  plan,
  /** The candidate is in already: what is left is to look after it. */
  continued: (run, facts) => {
    const { view } = facts
    const { nodeId } = run.params
    const known = run.plan.candidate ?? joined(run, facts)
    const voters = view === null ? [] : voterKeys(view)
    // A node that was asked for by its id is in, on whatever disk it votes by now.
    const candidate = voters.find((v) => known !== null && sameKey(v, known)) ?? voters.find((v) => v.nodeId === nodeId)
    if (view === null || candidate === undefined) return null
    const initial = voterKeys(view).filter((v) => !sameKey(v, candidate))
    const goalMargin = marginOfVoters(
      plannedVotersOf(view).map((s) => (sameKey(s, candidate) ? { ...s, health: 'ok' } : s)),
    )
    return {
      plan: { ...run.plan, initial, candidate, goalMargin: goalMargin ?? 0 },
      kept: ['candidate', 'caught-up', 'add'],
    }
  },
  steps: (run, facts) => [
    candidateStep(run, facts),
    ...(run.plan.autoJoin ? [] : [caughtUpStep(run, facts)]),
    addStep(run, facts),
    steadyStep(run, facts),
  ],
}
