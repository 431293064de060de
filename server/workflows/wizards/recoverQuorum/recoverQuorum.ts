/**
 * Bring back a lost quorum: the disks that are left are ranked, the best becomes the only voter, and the old size is reached again one
 * voter at a time. Until the chosen one leads, nothing is sent to Kafka: persons act on hosts. Invariants: SPEC.md. Pure.
 */

import type { Recovery } from '../../../contract/disk/recovery.ts'
import type { LastLed, QuorumView } from '../../../contract/quorumView.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { lastLedOf } from '../../../quorum/assessment/leaderRow.ts'
import { planRecovery, type SeenBefore } from '../../../recovery/quorumRecovery.ts'
import { votersCount } from '../../gates/quorum/goalGates.ts'
import { nobodyLeads } from '../../gates/quorum/recoveryGates.ts'
import type { Facts } from '../../run/facts.ts'
import { isOffline } from '../../run/offline.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Part, Plan, RunParams } from '../../run/run.ts'
import type { StepRule, Wizard } from '../../run/step.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, part, partSteps } from '../parts.ts'
import { aftermathSteps, followersStep } from './aftermath.ts'
import { fenceStep, formatSteps, goneStep, purgeSteps, seedStep, stopStep, writeStep } from './offlineSteps.ts'
import { staticSteps } from './staticQuorum.ts'

/** The quorum when a leader showed it last: kept while nobody leads, and still shown where nobody answers at all. */
function lastSeenOf(view: QuorumView): LastLed | null {
  const { leaderless } = view.quorum
  return leaderless === null ? lastLedOf(view) : leaderless.lastLed
}

export function seenBefore({ view, endpoints }: Facts): SeenBefore {
  const rows = view?.replicas ?? []
  const places = new Map(rows.map((row) => [row.nodeId, endpoints.get(row.nodeId) ?? row.endpoints]))
  return {
    lastLed: view === null ? null : lastSeenOf(view),
    nodeIds: rows.map(({ nodeId }) => nodeId),
    brokerIds: rows.filter(({ roles }) => roles.includes('broker')).map(({ nodeId }) => nodeId),
    clusterId: view?.clusterId ?? null,
    endpoints: places,
  }
}

/** Every refusal of a plan on disks as a gate, so that all are shown at once. */
export function refusalGates(refusals: readonly { code: string; problem: string; remedy: string }[]): Gate[] {
  return refusals.map(({ code, problem, remedy }) => ({
    code,
    title: 'The disks allow it',
    ok: false,
    waiting: false,
    observed: problem,
    required: 'none of this',
    why: 'What is written to a disk cannot be taken back by the quorum.',
    source: 'docs/disk.md: what is refused',
    remedy,
  }))
}

/** @throws WorkflowRefusal where a leader is seen, or the disks do not allow it */
export function recoveryOf(params: RunParams, facts: Facts): Recovery {
  const { reports = [], lost = [], seedNodeId, addresses } = params
  const leads = nobodyLeads(facts)
  if (!leads.ok) {
    throw new WorkflowRefusal(
      422,
      'quorum-not-lost',
      `Nothing is brought back beside a quorum that may live: ${leads.observed === 'unknown' ? 'whether a controller leads is not known' : leads.observed}.`,
      leads.remedy,
      { refusals: [leads] },
    )
  }
  const moved = addresses === undefined ? undefined : new Map(addresses.map((one) => [one.nodeId, one.endpoints]))
  const { recovery, refusals } = planRecovery({ reports, lost, seedNodeId, moved }, seenBefore(facts))
  const [first] = refusals
  if (first !== undefined || recovery === null) {
    throw new WorkflowRefusal(
      422,
      first?.code ?? 'no-copy',
      first?.problem ?? 'No disk holds a record of the metadata log.',
      first?.remedy ?? 'Inspect every disk that is left.',
      { refusals: refusalGates(refusals) },
    )
  }
  return recovery
}

/** Who becomes a voter again, in order: those that have a disk first, they need no formatting. */
function comingBack({ lost, others, seed, way }: Recovery): Part[] {
  if (way === 'static' || way === 'addresses') return []
  return [...others, ...lost]
    .filter((v) => v.nodeId !== seed.nodeId)
    .map(({ nodeId }) => part('add-controller', `Add controller ${nodeId}`, { nodeId }))
}

export function planOn(recovery: Recovery, orderWhy: string): Plan {
  const { before, seed, way } = recovery
  const changes = comingBack(recovery)
  return {
    initial: before.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
    target: { nodeId: seed.nodeId, directoryId: seed.directoryId },
    candidate: null,
    autoJoin: false,
    stop: null,
    orderWhy,
    goalMargin: 0,
    parts: way === 'static' ? [] : [...changes, part('bootstrap-servers', 'Name the voters in every configuration')],
    recovery,
  }
}

function plan(params: RunParams, facts: Facts): Plan {
  const recovery = recoveryOf(params, facts)
  return planOn(
    recovery,
    `Old disks are fenced before ${recovery.seed.nodeId} starts: started first they would be the old majority and lead. It keeps its address: two addresses would be two quorums. Then one voter at a time: each addition is proven before the next.`,
  )
}

/** Steps before the first part. */
function ownSteps(recovery: Recovery, run: Parameters<Wizard['steps']>[0], facts: Facts): StepRule[] {
  if (recovery.way === 'static') return staticSteps(recovery, run, facts)
  return [
    goneStep(recovery, run, facts),
    fenceStep(recovery, run, facts),
    stopStep(recovery, run, facts),
    ...purgeSteps(recovery, run, facts),
    ...formatSteps(recovery, run, facts),
    writeStep(recovery, run, facts),
    seedStep(recovery, run, facts),
    ...aftermathSteps(recovery, run, facts),
    ...followersStep(recovery, run, facts),
  ]
}

/** @throws Error for a run of another kind */
export function recoveryIn({ id, plan: { recovery } }: { id: string; plan: Plan }): Recovery {
  if (recovery === undefined) throw new Error(`run ${id} brings no quorum back`)
  return recovery
}

export const recoverQuorum: Wizard = {
  kind: 'recover-quorum',
  title: ({ plan: { recovery } }) =>
    recovery === undefined ? 'Bring back a lost quorum' : `Bring the quorum back on controller ${recovery.seed.nodeId}`,
  plan,
  continued: (run, facts) =>
    (isOffline(run) ? null : continuedPart(run, facts)) ?? { plan: run.plan, kept: Object.keys(run.done) },
  steps: (run, facts) => {
    const recovery = recoveryIn(run)
    const own = ownSteps(recovery, run, facts)
    const mayBegin = own.every(({ key }) => run.done[key] !== undefined)
    return withGoal(run, [...own, ...partSteps(run, facts, mayBegin)], () => [
      votersCount(facts, recovery.before.length),
    ])
  },
}
