/** One node restarted, with its properties file edited before where that is what it is for. Invariants: SPEC.md. Pure. */
import type { QuorumView, ReplicaKey } from '../../contract/quorumView.ts'
import type { Gate } from '../../contract/workflows.ts'
import { toleranceLost } from '../cost.ts'
import type { Facts } from '../facts.ts'
import { logFollowed } from '../gates/drainGates.ts'
import { stopGates } from '../gates/gateSets.ts'
import { marginReached } from '../gates/marginGates.ts'
import { steadyFor } from '../gates/outcomeGates.ts'
import { noChangeInFlight, observationFresh, quorumSettled, votersAsExpected } from '../gates/quorumGates.ts'
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
} from '../gates/restartGates.ts'
import { editCommands, restartCommands } from '../hostCommands.ts'
import { nodeConfigNeed } from '../nodeConfigNeed.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'
import { WorkflowRefusal } from '../refusal.ts'
import { hasStated, type Plan, type Run, type RunParams } from '../run.ts'
import { marginOfSeats, seatsOf, seatsWithout } from '../seats.ts'
import { allOk, type HostAct, type PartWizard, type StatementRule, type StepRule, step } from '../step.ts'
import { includes, voterKeys, votersOf } from '../voterSet.ts'

const OUTAGE = 'outage'
const UNAVAILABLE = 'partitions-unavailable'

/** Nodes that a restart may be about: every replica that is listed, each id once. */
export function restartable(view: QuorumView): number[] {
  return [...new Set(view.replicas.filter((r) => r.roles.length > 0).map((r) => r.nodeId))].sort((a, b) => a - b)
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

/** Nodes that earlier parts of the same run have restarted. */
function restartedIn(run: Run | null): Set<number> {
  return new Set(
    (run?.plan.parts ?? []).flatMap((p) =>
      p.kind === 'restart-node' && p.plan?.target != null ? [p.plan.target.nodeId] : [],
    ),
  )
}

function plan(params: RunParams, facts: Facts, run: Run | null = null): Plan {
  const view = anyViewToPlanOn(facts)
  const restarted = restartedIn(run)
  const rest = (params.nodeIds ?? []).filter((id) => !restarted.has(id))
  const nodeId = params.nodeId ?? nextToRestart(view, rest)
  const rows = view.replicas.filter((r) => r.nodeId === nodeId)
  const row = rows.find((r) => r.status !== 'observer') ?? rows.find((r) => r.health === 'ok') ?? rows[0]
  if (nodeId === null || row === undefined) {
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

/** What is restarted. The voters of a static quorum have no directory ids; once it is dynamic, the same ones have them. */
function targetOf({ plan: { target } }: Run, { view }: Facts): ReplicaKey | null {
  if (target === null || target.directoryId !== null || view === null) return target
  const { nodeId, directoryId } = votersOf(view).find((v) => v.nodeId === target.nodeId) ?? target
  return { nodeId, directoryId }
}

/** All that must hold before the process is stopped. A small quorum is unavailable meanwhile; a person says so. */
function mayRestart(run: Run, facts: Facts, target: ReplicaKey): Gate[] {
  const { view } = facts
  const votes = view !== null && includes(voterKeys(view), target)
  const small = (view?.quorum.voters ?? 0) <= 2 && hasStated(run, 'restart', OUTAGE)
  const gates = votes
    ? stopGates(run, facts, target).filter(
        (g) => !small || (g.code !== 'margin-if-stopped' && g.code !== 'voters-heard'),
      )
    : [observationFresh(facts), quorumSettled(facts), noChangeInFlight(facts), votersAsExpected(facts, run.expected)]
  const broker = isBroker(facts, target.nodeId)
  return [
    ...gates,
    // Without the log neither the partitions nor the restart itself can be seen.
    logFollowed(facts),
    othersCaughtUp(facts, target.nodeId),
    ...(broker
      ? [minIsrIfStopped(facts, target.nodeId, hasStated(run, 'restart', UNAVAILABLE)), noReassignment(facts)]
      : []),
  ]
}

function statementsOf(run: Run, facts: Facts, target: ReplicaKey): StatementRule[] {
  const { view } = facts
  const statements: StatementRule[] = []
  const votes = view !== null && includes(voterKeys(view), target)
  if (votes && view.quorum.voters <= 2 && !hasStated(run, 'restart', OUTAGE)) {
    statements.push({
      key: OUTAGE,
      exceptional: false,
      label: 'State the outage…',
      does: 'Allows the restart although no controller can lead meanwhile.',
      confirmation: {
        statement: 'the metadata may be unavailable meanwhile',
        typed: true,
        why: `With ${view.quorum.voters} ${view.quorum.voters === 1 ? 'voter' : 'voters'} there is no majority while one restarts: no topic can be made, no leader elected. If it does not come back, the quorum is lost.`,
      },
    })
  }
  const single = withoutSpare(facts, target.nodeId)
  if (single.length > 0 && !hasStated(run, 'restart', UNAVAILABLE)) {
    statements.push({
      key: UNAVAILABLE,
      exceptional: false,
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
  const nodeId = target?.nodeId ?? -1
  const needed = target === null ? [] : mayRestart(run, facts, target)
  const restarted = newIncarnation(facts, nodeId, incarnations, edit?.roles)
  const configured = edit === undefined ? [] : [configuredAs(facts, nodeId, edit, restarted.ok)]
  const leads = view?.quorum.leaderId === nodeId
  const isDone = allOk([restarted, ...configured])
  const statements = target === null || isDone ? [] : statementsOf(run, facts, target)
  const mustState = statements.length > 0
  const need = isDone || target === null ? null : nodeConfigNeed(facts, nodeId, edit)
  const costs =
    view === null || target === null ? [] : toleranceLost(seatsOf(view), seatsWithout(seatsOf(view), target))
  return step({
    key: 'restart',
    title: leads ? `Restart node ${nodeId}, the active controller` : `Restart node ${nodeId}`,
    actor: 'operator',
    detail: [isDone ? 'restarted' : leads ? 'leads now' : 'the old process', ...costs].join('. '),
    gates: isDone ? [restarted, ...configured] : [...needed, ...configured],
    done: isDone ? { text: `Node ${nodeId} has registered anew.`, candidate: null } : null,
    statements,
    commands: need === null ? [] : [...editCommands(facts, need), ...restartCommands(facts, nodeId)],
    withheld: mustState || !allOk(needed),
    configs: need === null ? [] : [need],
    lookingFor: [
      'The registration of a new process: its incarnation id is another one.',
      ...(edit === undefined ? [] : ['The edited values in what the node says of its own configuration.']),
      ...(leads ? ['An election: another controller leads meanwhile.'] : []),
    ],
    hostActs: mustState || isDone || isRestarting(run, facts) ? [] : restartActs(run, facts, nodeId),
    hostGates: needed,
  })
}

function backStep(run: Run, facts: Facts): StepRule {
  const { goalMargin } = run.plan
  const { view } = facts
  const target = targetOf(run, facts)
  const nodeId = target?.nodeId ?? -1
  const controller = view?.replicas.some((r) => r.nodeId === nodeId && r.roles.includes('controller')) === true
  const leads = view?.quorum.leaderId === nodeId
  const isToServe = run.params.edit?.roles?.includes('broker') ?? isBroker(facts, nodeId)
  const needed = [
    observationFresh(facts),
    votersAsExpected(facts, run.expected),
    ...(controller && !leads ? [nodeCaughtUp(facts, target)] : []),
    ...(isToServe ? [brokerBack(facts, nodeId)] : []),
    marginReached(facts, goalMargin),
    steadyFor(facts, run.expected),
  ]
  return step({
    key: 'back',
    title: `Node ${nodeId} is back, and the quorum is steady`,
    actor: 'server',
    detail: `margin ${goalMargin}`,
    gates: needed,
    done: allOk(needed) ? { text: `Node ${nodeId} is back and has caught up.`, candidate: null } : null,
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
    const goalMargin = Math.max(0, marginOfSeats(seatsOf(view)) ?? 0)
    return { plan: { ...run.plan, initial: voterKeys(view), goalMargin }, kept: Object.keys(run.done) }
  },
  steps: (run, facts) => [restartStep(run, facts), backStep(run, facts)],
}
