/**
 * Replace a failed disk: the same node id with a new directory id. The new incarnation catches up as an observer while the
 * old one is still a voter; then the old one is removed and the new one added, so that one voter less is a matter of
 * seconds. Invariants: SPEC.md. Pure.
 */

import type { QuorumView, ReplicaKey, ReplicaView } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { isObserver } from '../../../contract/voters.ts'
import type { Candidate, Gate } from '../../../contract/workflows.ts'
import { additionCommands, changeCommands, joinCommands, stopCommands } from '../../commands/hostCommands.ts'
import { additionGates, additionOf, candidateGates, removalGates, removalOf, stopGates } from '../../gates/gateSets.ts'
import { autoJoinAsPlanned } from '../../gates/quorum/autoJoinGates.ts'
import { marginReached } from '../../gates/quorum/marginGates.ts'
import { newVoterHealthy, steadyFor } from '../../gates/quorum/outcomeGates.ts'
import { observationFresh, votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import {
  addressesOf,
  oldIncarnationDown,
  oldIncarnationSilent,
  replacementReady,
} from '../../gates/quorum/targetGates.ts'
import { downloadingAt, downloadingText, unverifiedAt } from '../../run/answering.ts'
import type { Facts } from '../../run/facts.ts'
import { hasStated, type Plan, type Run, type RunParams, subjectOf } from '../../run/run.ts'
import {
  allOk,
  type Continued,
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
import { marginOfVoters, plannedVotersOf, votersAfter, votersWithout } from '../../run/votersAfter.ts'
import { processOf, silenceCounts, silenceOf } from '../../run/windows/silence.ts'
import { toleranceLost } from '../cost.ts'
import { viewToPlanOn, voterToChange } from '../planning.ts'
import { rescueOf, stopActs } from '../removeController/removeController.ts'

const NO_REPLACEMENT = 'no-replacement'
const OLD_IS_DOWN = 'old-is-down'
const HEALTHY = 'replace-healthy'
const NONE_SEEN = 'no successor is listed'

function plan(params: RunParams, facts: Facts): Plan {
  const view = viewToPlanOn(facts)
  const voter = voterToChange(view, params.nodeId)
  const target = { nodeId: voter.nodeId, directoryId: voter.directoryId }
  const restored = plannedVotersOf(view).map((s) => (s.nodeId === target.nodeId ? { ...s, health: 'ok' as const } : s))
  return {
    initial: voterKeys(view),
    target,
    candidate: null,
    autoJoin: view.quorum.autoJoin === true,
    stop: 'before',
    orderWhy: 'The old incarnation is removed before the new one is added: Kafka refuses a node id twice.',
    goalMargin: marginOfVoters(restored) ?? 0,
  }
}

/** The old incarnation is out, by us or by anybody; perhaps the new one is in already. */
function continued(run: Run, facts: Facts): Continued | null {
  const { target } = run.plan
  const { view } = facts
  if (view === null || target === null || includes(voterKeys(view), target)) return null
  const voters = voterKeys(view)
  const successor = voters.find((v) => v.nodeId === target.nodeId) ?? null
  const others = voters.filter((v) => v !== successor)
  const plannedVoters = plannedVotersOf(view).filter((s) => s.nodeId !== target.nodeId)
  const restored = [...plannedVoters, { ...target, health: 'ok' as const, leads: false }]
  const plan: Plan = {
    ...run.plan,
    initial: [...others, target],
    candidate: successor ?? run.plan.candidate,
    goalMargin: marginOfVoters(restored) ?? 0,
  }
  const removed = ['old-down', 'remove-old']
  return { plan, kept: successor === null ? removed : [...removed, 'new-disk', 'caught-up', 'add-new'] }
}

/** Living incarnations of the id on another disk than the old one. */
function successors(view: QuorumView | null, target: ReplicaKey | null): ReplicaView[] {
  if (view === null || target === null) return []
  return view.replicas.filter(
    (r) =>
      r.nodeId === target.nodeId &&
      r.directoryId !== target.directoryId &&
      r.directoryId !== null &&
      (r.health === 'ok' || r.health === 'lagging'),
  )
}

function choicesOf(run: Run, facts: Facts): Candidate[] {
  return successors(facts.view, run.plan.target)
    .filter(isObserver)
    .map(({ nodeId, directoryId, lag, health }) => ({ nodeId, directoryId, lag, health, problem: '' }))
}

/** Whether a person has said that the old process is down, of the silence that goes on now. */
function isStatedDown(run: Run, facts: Facts): boolean {
  const { target } = run.plan
  return target !== null && hasStated(run, 'old-down', OLD_IS_DOWN, silenceOf(facts, target))
}

/** That there is no replacement is said of what is listed: a successor that appears before the removal answers it. */
function replacementsSeen(run: Run, facts: Facts): string {
  const isRemoved = run.done['remove-old'] !== undefined
  const found = isRemoved ? [] : successors(facts.view, run.plan.target)
  return found.length === 0 ? NONE_SEEN : found.map(keyText).join(', ')
}

function hasNoReplacement(run: Run, facts: Facts): boolean {
  return hasStated(run, 'new-disk', NO_REPLACEMENT, replacementsSeen(run, facts))
}

/** Where the new disk may be downloading a snapshot, at the address of the old one. */
function downloadOf(facts: Facts, target: ReplicaKey | null): string | null {
  return target === null ? null : downloadingAt(facts, target.nodeId, addressesOf(facts, target))
}

/** The stop of the old process. Where the sandbox shows another disk in it already, there is nothing of the old one to stop. */
function stopOfOld(facts: Facts, target: ReplicaKey | null): HostAct[] {
  const node = facts.sandbox?.nodes.find((n) => n.nodeId === target?.nodeId)
  if (target === null || (node !== undefined && node.directoryId !== target.directoryId)) return []
  return stopActs(facts, target.nodeId)
}

function downStep(run: Run, facts: Facts): StepRule {
  const { target } = run.plan
  const nodeId = subjectOf(run)
  const row = facts.view === null || target === null ? null : rowOf(facts.view, target)
  // By the books of a leader that no majority fetches from nobody is silent: it may itself be the one that is cut off.
  const alive = row !== null && !(row.health === 'silent' && silenceCounts(facts))
  const healthy = row?.health === 'ok' || row?.health === 'lagging'
  const leads = row?.status === 'leader'
  const silent = oldIncarnationSilent(facts, target)
  const down = oldIncarnationDown(facts, target, isStatedDown(run, facts))
  const mayStop = stopGates(run, facts, target)
  // Not proven down any more, or never: a person has to say it, of this silence.
  const isUnproven = silent.ok && !down.ok && !down.waiting
  const reopened = run.done['remove-old'] === undefined && (healthy || isUnproven)
  const lost =
    facts.view === null || target === null
      ? []
      : toleranceLost(plannedVotersOf(facts.view), votersWithout(plannedVotersOf(facts.view), target))
  const aboutHealthy = target === null ? '' : [processOf(facts, target), ...lost].join('. ')
  const healthyStated = hasStated(run, 'old-down', HEALTHY, aboutHealthy, reopened)
  const statements: StatementRule[] = []
  if (healthy && !healthyStated) {
    statements.push({
      key: HEALTHY,
      about: aboutHealthy,
      exceptional: false,
      label: 'Replace the disk of a healthy controller…',
      does: `Goes on although controller ${nodeId} still fetches with its old disk.`,
      confirmation: {
        statement: `controller ${nodeId} is healthy`,
        typed: true,
        why: ['It fetches, so its disk works. Are you sure that it is this controller?', ...lost].join(' '),
      },
    })
  }
  const download = downloadOf(facts, target)
  // Where something answers that cannot be verified, no statement makes it a process that is down.
  const mayState = target === null || unverifiedAt(facts, nodeId, addressesOf(facts, target)) === null
  if (silent.ok && !down.ok && mayState) {
    statements.push({
      key: OLD_IS_DOWN,
      about: target === null ? '' : silenceOf(facts, target),
      exceptional: download !== null,
      lifts: ['old-incarnation-down'],
      label: 'State that the old process is down…',
      does:
        download === null
          ? 'Goes on although its address does not refuse: it may be stuck, or its host cut off.'
          : 'Goes on although something answers at its address: right only if that is already the new disk.',
      confirmation: {
        statement: `controller ${nodeId} is down`,
        typed: true,
        why:
          download === null
            ? 'If it only hangs, it comes back with the old disk while the new one votes. Make sure that its process has ended.'
            : `What answers at ${download} may be the new disk, downloading a snapshot: let it run. Its own log names its directory id; with the old one, it is the old process, cut off from the leader.`,
      },
    })
  }
  const mustState = alive && !(healthy && healthyStated)
  return hostStep({
    key: 'old-down',
    title: leads ? `Stop controller ${nodeId}, the leader` : 'The old incarnation is down',
    detail: `${shortId(target?.directoryId ?? null)} ${silent.observed}`,
    gates: alive ? [...mayStop, silent] : [silent, down],
    done: silent.ok && down.ok ? { text: `The old incarnation is down: ${down.observed}.`, candidate: null } : null,
    reopened,
    statements,
    commands: target === null || !alive ? [] : stopCommands(facts, target),
    withheld: mustState,
    lookingFor: [
      `No fetch from ${nodeId} with directory ${shortId(target?.directoryId ?? null)}, and nobody at its address.`,
      ...(leads
        ? ['An election: a leader takes no fetches with its own id, so its successor could never appear.']
        : []),
    ],
    hostActs: mustState || (silent.ok && down.ok) ? [] : stopOfOld(facts, target),
    hostGates: alive ? mayStop : [],
  })
}

function diskActs({ sandbox }: Facts, target: ReplicaKey | null): HostAct[] {
  const node = sandbox?.nodes.find((n) => n.nodeId === target?.nodeId)
  if (node === undefined || target === null) return []
  const { nodeId } = node
  const join: HostAct[] = [
    { action: 'format', nodeId },
    { action: 'start', nodeId },
  ]
  if (node.state === 'wiped') return join
  if (node.directoryId === target.directoryId) return [{ action: 'wipe', nodeId }, ...join]
  switch (node.state) {
    case 'stopped':
      return [{ action: 'start', nodeId }]
    case 'frozen':
      return [{ action: 'resume', nodeId }]
    case 'running':
    case 'slow':
      return []
    default:
      return node.state satisfies never
  }
}

/** Before a disk is formatted: the process that may still write to the old one is gone. */
function formatGates(run: Run, facts: Facts): Gate[] {
  const { target } = run.plan
  const fresh = observationFresh(facts)
  if (run.done['remove-old'] !== undefined) return [fresh]
  return [fresh, oldIncarnationSilent(facts, target), oldIncarnationDown(facts, target, isStatedDown(run, facts))]
}

function diskStep(run: Run, facts: Facts): StepRule {
  const { target, autoJoin, candidate } = run.plan
  const nodeId = subjectOf(run)
  const found = successors(facts.view, target)
  const chosen = candidate === null ? undefined : found.find((r) => keyText(r) === keyText(candidate))
  const one = chosen ?? (found.length === 1 ? found[0] : undefined)
  const removedFirst = hasNoReplacement(run, facts)
  const row = facts.view === null || target === null ? null : rowOf(facts.view, target)
  const mayFormat = formatGates(run, facts)
  const download = downloadOf(facts, target)
  const statements: StatementRule[] =
    removedFirst || autoJoin || found.length > 0 || row?.health !== 'silent'
      ? []
      : [
          {
            key: NO_REPLACEMENT,
            about: replacementsSeen(run, facts),
            exceptional: true,
            label: 'There is no replacement disk yet…',
            does: 'Removes the dead incarnation first. The quorum then works with one voter less until a new disk is there.',
            confirmation: {
              statement: 'no replacement disk exists yet',
              typed: true,
              why: 'The quorum needs fewer voters for a majority right away, but it has one voter less until the new disk is added: not for seconds, but for as long as that takes.',
            },
          },
        ]
  return hostStep({
    key: 'new-disk',
    title: 'New disk formatted, controller started',
    detail:
      one !== undefined
        ? `seen: ${shortId(one.directoryId)}`
        : found.length > 1
          ? 'choose one'
          : download !== null
            ? downloadingText(nodeId, download)
            : 'not seen yet',
    done:
      one === undefined
        ? null
        : {
            text: `The new incarnation ${shortId(one.directoryId)} fetches.`,
            candidate: { nodeId: one.nodeId, directoryId: one.directoryId },
          },
    statements,
    choices: choicesOf(run, facts),
    gates: one === undefined ? mayFormat : [],
    commands: joinCommands(facts, run.clusterId, nodeId, false),
    withheld: !allOk(mayFormat) || download !== null,
    lookingFor: [
      `An observer with id ${nodeId} and another directory than ${shortId(target?.directoryId ?? null)}, fetching.`,
      'If it does not appear, look for: the wrong cluster id, a network that does not let it reach the leader, or a snapshot that is still being downloaded, which the leader does not show. There is no time limit.',
    ],
    hostActs: found.length > 0 ? [] : diskActs(facts, target),
    hostGates: mayFormat,
  })
}

function caughtUpStep(run: Run, facts: Facts): StepRule {
  const needed = candidateGates(facts, run.plan.candidate)
  return proofStep({
    key: 'caught-up',
    title: 'New incarnation has caught up',
    detail: needed.find((g) => g.code === 'lag-near-zero')?.observed ?? '',
    gates: needed,
    done: provenBy(needed, 'Near zero for the whole window.'),
    choices: choicesOf(run, facts),
    lookingFor: ['Every sample of the window near zero. A new leader, a gap or one bad sample starts it over.'],
  })
}

function removeStep(run: Run, facts: Facts): StepRule {
  const { target, candidate, autoJoin } = run.plan
  const nodeId = subjectOf(run)
  const noReplacement = hasNoReplacement(run, facts)
  const { rescue, statements } = rescueOf(run, facts, 'remove-old', target)
  const change = removalOf(target)
  const needed = [
    replacementReady(facts, run, noReplacement),
    ...(noReplacement ? [] : candidateGates(facts, candidate)),
    oldIncarnationSilent(facts, target),
    oldIncarnationDown(facts, target, isStatedDown(run, facts)),
    ...removalGates(run, facts, target, { rescue }),
    autoJoinAsPlanned(facts, autoJoin),
  ]
  const voters = run.expected.length
  const after =
    facts.view === null || change === null ? null : marginOfVoters(votersAfter(plannedVotersOf(facts.view), change))
  return changeStep({
    key: 'remove-old',
    title: 'Remove the old incarnation',
    detail: autoJoin
      ? 'the new one does it by itself'
      : `voters ${voters} → ${voters - 1}${noReplacement ? '' : ', for seconds'}`,
    gates: autoJoin ? [] : needed,
    change,
    execute: autoJoin ? 'never' : 'click',
    label: noReplacement ? 'Remove the old incarnation' : 'Remove the old, then add the new',
    does: noReplacement
      ? `Sends RemoveRaftVoter for ${nodeId} with its old directory: ${voters} voters become ${voters - 1}.`
      : `Sends RemoveRaftVoter for ${nodeId} with its old directory; when that is committed, Quorumdeck adds the new incarnation by itself.`,
    confirmation:
      after === 0
        ? {
            statement: noReplacement
              ? 'until the new disk is a voter, no further controller may fail'
              : 'for some seconds no further controller may fail',
            typed: false,
            why: `${voters - 1} voters remain, and a majority of them needs every healthy one.`,
          }
        : null,
    statements,
    commands: change === null ? [] : changeCommands(facts, change),
    lookingFor: ['A committed voter set without the old incarnation.'],
  })
}

function addStep(run: Run, facts: Facts): StepRule {
  const { autoJoin, target } = run.plan
  // With auto-join the new incarnation may be a voter before it was ever seen as an observer.
  const joined = autoJoin ? successors(facts.view, target)[0] : undefined
  const candidate = run.plan.candidate ?? joined ?? null
  const change = additionOf(facts, candidate)
  const noReplacement = hasNoReplacement(run, facts)
  const needed = [...additionGates(run, facts, candidate), autoJoinAsPlanned(facts, autoJoin)]
  const voters = run.plan.initial.length
  return changeStep({
    key: 'add-new',
    plannedChange: { kind: 'add', nodeId: subjectOf(run) },
    title: 'Add the new incarnation',
    detail: autoJoin ? 'it joins by itself' : `refused while ${candidate?.nodeId ?? 'the id'} is still a voter`,
    gates: autoJoin ? [] : needed,
    change,
    execute: autoJoin ? 'never' : noReplacement ? 'click' : 'automatic',
    label: 'Add the new incarnation',
    does: `Sends AddRaftVoter for the new directory: ${voters - 1} voters become ${voters}.`,
    statements: [],
    choices: choicesOf(run, facts),
    commands: change === null ? additionCommands(facts, target?.nodeId ?? null) : changeCommands(facts, change),
    withheld: change === null,
    lookingFor: ['The new incarnation in a committed voter set.'],
  })
}

function restoredStep(run: Run, facts: Facts): StepRule {
  const { candidate, goalMargin, initial } = run.plan
  const needed = [
    newVoterHealthy(facts, candidate),
    votersAsExpected(facts, run.expected),
    marginReached(facts, goalMargin),
    steadyFor(facts, run.expected),
  ]
  return proofStep({
    key: 'restored',
    title: 'Quorum restored',
    detail: `${initial.length} voters, margin ${goalMargin}`,
    gates: needed,
    done: provenBy(needed, 'The quorum is whole again and steady.'),
    lookingFor: [
      'The new incarnation a healthy voter, the margin as planned, no election.',
      'The old incarnation may stay listed as an observer for five minutes after its last fetch; that does no harm.',
    ],
  })
}

export const replaceDisk: Wizard = {
  kind: 'replace-disk',
  title: ({ plan: { target }, params }) =>
    `Replace the failed disk of controller ${target?.nodeId ?? params.nodeId ?? ''}`,
  plan,
  continued,
  steps: (run, facts) => {
    const down = downStep(run, facts)
    const disk = diskStep(run, facts)
    const remove = removeStep(run, facts)
    const rest = [addStep(run, facts), restoredStep(run, facts)]
    if (run.plan.autoJoin) return [down, disk, remove, ...rest]
    const caughtUp = caughtUpStep(run, facts)
    return hasNoReplacement(run, facts)
      ? [down, remove, disk, caughtUp, ...rest]
      : [down, disk, caughtUp, remove, ...rest]
  },
}
