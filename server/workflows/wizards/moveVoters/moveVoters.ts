/**
 * All voters have moved to other addresses, their disks untouched: the voter set still has the old ones, and only a leader could
 * record new ones. One record with all new addresses, at the end of the best log, lets them elect. Invariants: SPEC.md. Pure.
 */
import { votersAre } from '../../gates/quorum/goalGates.ts'
import type { Facts } from '../../run/facts.ts'
import { isOffline } from '../../run/offline.ts'
import type { Plan, RunParams } from '../../run/run.ts'
import type { Wizard } from '../../run/step.ts'
import { withGoal } from '../goalStep.ts'
import { continuedPart, partSteps } from '../parts.ts'
import { aftermathSteps } from '../recoverQuorum/aftermath.ts'
import { seedStep, stopStep, writeStep } from '../recoverQuorum/offlineSteps.ts'
import { planOn, recoveryIn, recoveryOf } from '../recoverQuorum/recoverQuorum.ts'

function plan(params: RunParams, facts: Facts): Plan {
  const recovery = recoveryOf({ ...params, lost: [] }, facts)
  return planOn(
    recovery,
    `The log of ${recovery.seed.nodeId} reaches furthest: written there, the record is in the log of whoever is elected. Listeners and controller.quorum.bootstrap.servers in the files must be edited as well.`,
  )
}

export const moveVoters: Wizard = {
  kind: 'move-voters',
  title: () => 'The voters have other addresses',
  plan,
  continued: (run, facts) =>
    (isOffline(run) ? null : continuedPart(run, facts)) ?? { plan: run.plan, kept: Object.keys(run.done) },
  steps: (run, facts) => {
    const recovery = recoveryIn(run)
    const own = [
      stopStep(recovery, run, facts),
      writeStep(recovery, run, facts),
      seedStep(recovery, run, facts),
      ...aftermathSteps(recovery, run, facts),
    ]
    const mayBegin = own.every(({ key }) => run.done[key] !== undefined)
    return withGoal(run, [...own, ...partSteps(run, facts, mayBegin)], () => [
      votersAre(
        facts,
        recovery.after.map((v) => v.nodeId),
      ),
    ])
  },
}
