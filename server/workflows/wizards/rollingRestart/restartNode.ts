/** One node restarted, with its properties file edited before where that is what it is for. Invariants: SPEC.md. Pure. */

import type { QuorumView, ReplicaKey, ReplicaView } from '../../../contract/quorumView.ts'
import { keyText } from '../../../contract/replicaKey.ts'
import { isObserver, votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { PlacedPartition } from '../../../quorum/log/placement.ts'
import { editCommands, restartCommands } from '../../commands/hostCommands.ts'
import { nodeConfigNeed } from '../../commands/nodeConfigNeed.ts'
import { stopGates } from '../../gates/gateSets.ts'
import { diskKept, oddSettings, settingsAgree } from '../../gates/nodes/comebackGates.ts'
import { logFollowed } from '../../gates/nodes/drainGates.ts'
import {
  brokerBack,
  configuredAs,
  isBroker,
  minIsrIfStopped,
  newIncarnation,
  nodeCaughtUp,
  noReassignment,
  othersCaughtUp,
  withoutSpare,
} from '../../gates/nodes/restartGates.ts'
import { marginReached } from '../../gates/quorum/marginGates.ts'
import { steadyFor } from '../../gates/quorum/outcomeGates.ts'
import { noChangeInFlight, observationFresh, quorumSettled, votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import { onceFor } from '../../run/onceFor.ts'
import { restartedIn } from '../../run/partKeys.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import { hasStated, type Plan, type Run, type RunParams, subjectOf } from '../../run/run.ts'
import {
  allOk,
  type HostAct,
  hostStep,
  type PartWizard,
  proofStep,
  provenBy,
  type StatementRule,
  type StepRule,
} from '../../run/step.ts'
import { includes, setText, voterKeys } from '../../run/voterSet.ts'
import { marginOfVoters, plannedVotersOf, votersWithout } from '../../run/votersAfter.ts'
import { isListYoung } from '../../run/windows/silence.ts'
import { toleranceLost } from '../cost.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'

const OUTAGE = 'outage'
/** Gates that a stated outage of a small quorum makes pass. */
const OUTAGE_LIFTS: readonly string[] = ['margin-if-stopped', 'voters-heard', 'carriers-healthy']
const MEANT = 'difference-meant'
const UNAVAILABLE = 'partitions-unavailable'

/** Nodes that a restart may be about: every replica that is listed, each id once. */
export function restartable(view: QuorumView): number[] {
  return [...new Set(view.replicas.filter((r) => r.roles.length > 0).map((r) => r.nodeId))].sort((a, b) => a - b)
}

/** Whether a node has left, or is down for good: a leader that must have heard of it does not list it. */
export function hasLeft(facts: Facts, nodeId: number): boolean {
  const { view } = facts
  return view !== null && !isListYoung(facts) && view.replicas.every((r) => r.nodeId !== nodeId)
}

/** Who comes next: controllers before brokers, and the active controller at the very last, whoever that is by then. */
export function nextToRestart(view: QuorumView, rest: readonly number[]): number | null {
  const leaderId = view.quorum.leaderId
  const weight = (nodeId: number) => {
    if (nodeId === leaderId) return 3
    const roles = new Set(view.replicas.filter((r) => r.nodeId === nodeId).flatMap((r) => r.roles))
    return roles.has('controller') ? (roles.has('broker') ? 1 : 0) : 2
  }
  return rest.toSorted((a, b) => weight(a) - weight(b) || a - b)[0] ?? null
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = anyViewToPlanOn(facts)
  const restarted = restartedIn(run)
  const rest = (params.nodeIds ?? []).filter((id) => !restarted.has(id))
  const nodeId = params.nodeId ?? nextToRestart(view, rest)
  const row = nodeId === null ? null : incarnationOf(view, nodeId)
  if (nodeId === null || row === null) {
    throw new WorkflowRefusal(
      422,
      'unknown-node',
      `The quorum lists no node ${nodeId ?? 'that is left to restart'}.`,
      'A node that is down is listed for five minutes. Start it, or plan anew without it.',
    )
  }
  return {
    ...planOn(view),
    target: { nodeId, directoryId: row.directoryId },
    candidate: { nodeId, directoryId: row.directoryId },
    incarnations: {
      controller: facts.log?.controllers.get(nodeId)?.incarnationId ?? null,
      broker: facts.log?.brokers.get(nodeId)?.incarnationId ?? null,
    },
  }
}

const NONE_KNOWN = { controller: null, broker: null }

/** What a node is now: its seat among the voters, else the incarnation that lives. */
function incarnationOf(view: QuorumView, nodeId: number): ReplicaView | null {
  const rows = view.replicas.filter((r) => r.nodeId === nodeId)
  return (
    votersOf(view).find((v) => v.nodeId === nodeId) ??
    rows.find((r) => !isObserver(r)) ??
    rows.find((r) => r.health === 'ok') ??
    rows[0] ??
    null
  )
}

/**
 * What is restarted: a node, whatever its incarnation is by now. Its disk may have been replaced since the plan was made,
 * and the voters of a static quorum show directory ids only once it is dynamic.
 */
function targetOf({ plan: { target } }: Run, { view }: Facts): ReplicaKey | null {
  if (target === null || view === null) return target
  const { nodeId, directoryId } = incarnationOf(view, target.nodeId) ?? target
  return { nodeId, directoryId }
}

/** The voters that are too few while this one restarts. */
function outageOf({ view }: Facts, target: ReplicaKey): string {
  return view === null ? '' : `${setText(voterKeys(view))}, without ${keyText(target)}`
}

/** The partitions that may be unavailable, named by their number and a sum of their names: they may be many. */
const sumOf = onceFor((single: readonly PlacedPartition[]): string => {
  let sum = 0
  for (const { topic, partition } of single) {
    let name = partition
    for (let at = 0; at < topic.length; at += 1) name = (Math.imul(name, 31) + topic.charCodeAt(at)) | 0
    // In whatever order they come.
    sum = (sum + name) | 0
  }
  return `${single.length} partitions, ${sum >>> 0}`
})

function unavailableOf(facts: Facts, target: ReplicaKey): string {
  return sumOf(withoutSpare(facts, target.nodeId))
}

function isUnavailabilityStated(run: Run, facts: Facts, target: ReplicaKey): boolean {
  return hasStated(run, 'restart', UNAVAILABLE, unavailableOf(facts, target))
}

/** What the quorum says to a stop of this node. A small one is unavailable meanwhile; a person says so. */
function quorumWithout(run: Run, facts: Facts, target: ReplicaKey): Gate[] {
  const { view } = facts
  const votes = view !== null && includes(voterKeys(view), target)
  const small = (view?.quorum.voters ?? 0) <= 2 && hasStated(run, 'restart', OUTAGE, outageOf(facts, target))
  return votes
    ? stopGates(run, facts, target).filter((g) => !small || !OUTAGE_LIFTS.includes(g.code))
    : [observationFresh(facts), quorumSettled(facts), noChangeInFlight(facts), votersAsExpected(facts, run.expected)]
}

/** What the partitions say to it, where it is a broker. */
function partitionsWithout(run: Run, facts: Facts, target: ReplicaKey): Gate[] {
  return isBroker(facts, target.nodeId)
    ? [minIsrIfStopped(facts, target.nodeId, isUnavailabilityStated(run, facts, target)), noReassignment(facts)]
    : []
}

/** All that must hold before the process is stopped. */
function mayRestart(run: Run, facts: Facts, target: ReplicaKey): Gate[] {
  return [
    ...quorumWithout(run, facts, target),
    // Without the log neither the partitions nor the restart itself can be seen.
    logFollowed(facts),
    othersCaughtUp(facts, target.nodeId),
    ...partitionsWithout(run, facts, target),
  ]
}

/** All that must hold before it is stopped to stay away. Who hosts what is seen in the metadata log alone. */
export function mayStop(run: Run, facts: Facts): Gate[] {
  const target = targetOf(run, facts)
  if (target === null) return [observationFresh(facts)]
  return [...quorumWithout(run, facts, target), logFollowed(facts), ...partitionsWithout(run, facts, target)]
}

function statementsOf(run: Run, facts: Facts, target: ReplicaKey): StatementRule[] {
  const { view } = facts
  const statements: StatementRule[] = []
  const votes = view !== null && includes(voterKeys(view), target)
  const outage = outageOf(facts, target)
  if (votes && view.quorum.voters <= 2 && !hasStated(run, 'restart', OUTAGE, outage)) {
    statements.push({
      key: OUTAGE,
      about: outage,
      exceptional: false,
      lifts: OUTAGE_LIFTS,
      label: 'State the outage…',
      does: 'Allows the restart although no controller can lead during it.',
      confirmation: {
        statement: 'the metadata may be unavailable meanwhile',
        typed: true,
        why: `With ${view.quorum.voters} ${view.quorum.voters === 1 ? 'voter' : 'voters'} there is no majority while one restarts: no topic can be created, no leader elected. If it does not come back, the quorum is lost.`,
      },
    })
  }
  const single = withoutSpare(facts, target.nodeId)
  if (single.length > 0 && !isUnavailabilityStated(run, facts, target)) {
    statements.push({
      key: UNAVAILABLE,
      about: unavailableOf(facts, target),
      exceptional: false,
      lifts: ['min-isr-if-stopped'],
      label: 'State that partitions may be unavailable…',
      does: 'Allows the restart although some partitions need every replica they have.',
      confirmation: {
        statement: `${single.length} partitions may be unavailable meanwhile`,
        typed: true,
        why: `Without it they fall below min.insync.replicas or have no replica at all, for example ${single[0]?.topic}-${single[0]?.partition}.`,
      },
    })
  }
  return statements
}

/** A process that was restarted just now needs some seconds until it registers: nobody restarts it twice. */
const REGISTERS_WITHIN_MS = 30_000

function isRestarting({ hosted }: Run, { nowMs }: Facts): boolean {
  return hosted.restart !== undefined && nowMs - hosted.restart < REGISTERS_WITHIN_MS
}

function restartActs(run: Run, { sandbox, view }: Facts, nodeId: number): HostAct[] {
  const node = sandbox?.nodes.find((n) => n.nodeId === nodeId)
  if (node === undefined || view === null) return []
  const { edit } = run.params
  const configure: HostAct[] =
    edit === undefined
      ? []
      : [
          {
            action: 'configure',
            nodeId,
            ...(edit.roles === undefined ? {} : { roles: edit.roles }),
            ...(edit.bootstrapServers === true ? { bootstrapControllers: votersOf(view).map((v) => v.nodeId) } : {}),
          },
        ]
  switch (node.state) {
    case 'running':
    case 'slow':
      return [...configure, { action: 'restart', nodeId }]
    case 'stopped':
      return [...configure, { action: 'start', nodeId }]
    case 'frozen':
      return [{ action: 'kill', nodeId }, ...configure, { action: 'start', nodeId }]
    case 'wiped':
      return []
    default:
      return node.state satisfies never
  }
}

function restartStep(run: Run, facts: Facts): StepRule {
  const { incarnations = NONE_KNOWN } = run.plan
  const { view } = facts
  const target = targetOf(run, facts)
  const { edit } = run.params
  const nodeId = subjectOf(run)
  const needed = target === null ? [] : mayRestart(run, facts, target)
  const restarted = newIncarnation(facts, nodeId, incarnations, edit?.roles)
  const configured = edit === undefined ? [] : [configuredAs(facts, nodeId, edit, restarted.ok)]
  const leads = view?.quorum.leaderId === nodeId
  const isDone = allOk([restarted, ...configured])
  const statements = target === null || isDone ? [] : statementsOf(run, facts, target)
  const mustState = statements.length > 0
  const need = isDone || target === null ? null : nodeConfigNeed(facts, nodeId, edit)
  const costs =
    view === null || target === null
      ? []
      : toleranceLost(plannedVotersOf(view), votersWithout(plannedVotersOf(view), target))
  return hostStep({
    key: 'restart',
    // Once it is restarted, whoever leads then is another matter.
    title: leads && !isDone ? `Restart node ${nodeId}, the active controller` : `Restart node ${nodeId}`,
    detail: [isDone ? 'restarted' : leads ? 'leads now' : 'the old process', ...costs].join('. '),
    gates: isDone ? [restarted, ...configured] : [...needed, ...configured],
    done: isDone ? { text: `Node ${nodeId} has registered anew.`, candidate: null } : null,
    statements,
    commands: need === null ? [] : [...editCommands(facts, need), ...restartCommands(facts, nodeId)],
    withheld: mustState || !allOk(needed),
    configs: need === null ? [] : [need],
    lookingFor: [
      'The registration of a new process, with another incarnation id.',
      ...(edit === undefined ? [] : ['The edited values in the configuration that the node reports.']),
      ...(leads ? ['An election: another controller takes the lead.'] : []),
    ],
    hostActs: mustState || isDone || isRestarting(run, facts) ? [] : restartActs(run, facts, nodeId),
    hostGates: needed,
  })
}

function meant(nodeId: number, difference: string): StatementRule {
  return {
    key: MEANT,
    about: difference,
    exceptional: true,
    lifts: ['settings-agree'],
    label: 'State that the difference is intended…',
    does: 'Goes on with the next node although this one holds other settings than the others.',
    confirmation: {
      statement: `node ${nodeId} is meant to differ in ${difference}`,
      typed: true,
      why: 'That is right while a new value is rolled out, node by node. If it is a mistake in the file, the next restarts spread it, and the quorum may lose its majority when this node leads.',
    },
  }
}

function backStep(run: Run, facts: Facts): StepRule {
  const { goalMargin } = run.plan
  const { view } = facts
  const target = targetOf(run, facts)
  const nodeId = subjectOf(run)
  const controller = view?.replicas.some((r) => r.nodeId === nodeId && r.roles.includes('controller')) === true
  const leads = view?.quorum.leaderId === nodeId
  const isToServe = run.params.edit?.roles?.includes('broker') ?? isBroker(facts, nodeId)
  const isEdited = run.params.edit !== undefined
  const difference = oddSettings(facts, nodeId, isEdited).join(', ')
  const isMeant = difference !== '' && hasStated(run, 'back', MEANT, difference)
  const needed = [
    observationFresh(facts),
    votersAsExpected(facts, run.expected),
    ...(controller && !leads ? [nodeCaughtUp(facts, target)] : []),
    ...(controller ? [diskKept(facts, nodeId), settingsAgree(facts, nodeId, isEdited, isMeant)] : []),
    ...(isToServe ? [brokerBack(facts, nodeId)] : []),
    marginReached(facts, goalMargin),
    steadyFor(facts, run.expected),
  ]
  return proofStep({
    key: 'back',
    title: `Node ${nodeId} is back, and the quorum is steady`,
    detail: `margin ${goalMargin}`,
    gates: needed,
    done: provenBy(needed, `Node ${nodeId} is back and has caught up.`),
    statements: difference === '' || isMeant ? [] : [meant(nodeId, difference)],
    lookingFor: ['It fetches near zero lag, its partitions are in sync, no election.'],
  })
}

export const restartNode: PartWizard = {
  title: ({ plan: { target }, params }) =>
    `${params.edit === undefined ? 'Restart' : 'Reconfigure and restart'} node ${target?.nodeId ?? ''}`.trim(),
  plan,
  continued: (run, facts) => {
    const { view } = facts
    if (view === null) return null
    const goalMargin = Math.max(0, marginOfVoters(plannedVotersOf(view)) ?? 0)
    const target = targetOf(run, facts)
    const plan = { ...run.plan, initial: voterKeys(view), goalMargin, target, candidate: target }
    // A node that has left meanwhile has nothing to come back to.
    const hasLeft = target !== null && incarnationOf(view, target.nodeId) === null
    return { plan, kept: hasLeft ? ['restart', 'back'] : Object.keys(run.done) }
  },
  steps: (run, facts) => [restartStep(run, facts), backStep(run, facts)],
}
