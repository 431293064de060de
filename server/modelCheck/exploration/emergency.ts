/**
 * An emergency goes before the run: another run replaces the disk of a voter while this one rests. In one piece, because
 * its single steps are explored for themselves; what counts here is what becomes of the run that is gone on with.
 */
import { mustBePreemptable } from '../../workflows/engine/decisions/preemption.ts'
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { carryOut } from '../world/hosts.ts'
import { factsOf } from '../world/observation.ts'
import { sendRaw } from '../world/rawChange.ts'
import { isDead, trueLeader, trueMargin, trueVoters } from '../world/truth.ts'
import { park, pass } from '../world/virtualRuns.ts'
import { BOOT_MS, nodeOf, runCluster, type World } from '../world/world.ts'

/** How long each step of the other run is watched, in ms. */
const CATCHES_UP_MS = 1500

/** Whether the run would give way now, for the disk of this follower. */
export function mayGoFirst(world: World, nodeId: number): boolean {
  const { run } = world.dashboard
  const voters = trueVoters(world)
  if (run === null || run.outcome !== null || run.parked !== null || trueLeader(world)?.id === nodeId) return false
  const plannedVoter = voters.find((v) => v.nodeId === nodeId)
  // The others must be able to commit its removal without it.
  const lost = plannedVoter !== undefined && isDead(world, plannedVoter, trueLeader(world)?.id ?? null) ? 0 : 1
  if (plannedVoter === undefined || trueMargin(world, voters) - lost < 0) return false
  try {
    mustBePreemptable(standingOf(run, factsOf(world)), { emergency: true, reason: 'its disk is lost' })
    return true
  } catch (error) {
    if (error instanceof WorkflowRefusal) return false
    throw error
  }
}

export function replaceDiskMeanwhile(world: World, nodeId: number): void {
  if (!park(world)) return
  const change = (kind: 'remove' | 'add') => {
    sendRaw(world, kind, nodeId)
    runCluster(world, world.cluster.nowMs)
    pass(world, CATCHES_UP_MS)
  }
  carryOut(world, { action: 'wipe', nodeId })
  pass(world, BOOT_MS)
  if (nodeOf(world, nodeId).process !== 'stopped') return
  carryOut(world, { action: 'format', nodeId })
  carryOut(world, { action: 'start', nodeId })
  pass(world, CATCHES_UP_MS)
  change('remove')
  change('add')
}
