/** Which run may go before another one that holds the change lock. Pure. */
import type { QuorumView } from '../../../contract/quorumView.ts'
import { votersOf } from '../../../contract/voters.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Run } from '../../run/run.ts'
import type { Standing } from './progress.ts'

/** Removing or replacing a voter that is silent may go before a run that rests; so may whatever brings back a lost quorum. */
export function isEmergency({ kind, plan }: Run, view: QuorumView | null): boolean {
  if (plan.recovery !== undefined) return true
  const removes = kind === 'remove-controller' || kind === 'replace-disk' || kind === 'replace-controller'
  if (!removes || plan.target === null || view === null) return false
  const { nodeId, directoryId } = plan.target
  return votersOf(view).some((v) => v.nodeId === nodeId && v.directoryId === directoryId && v.health === 'silent')
}

/** @throws WorkflowRefusal where the run that holds the lock must not be put to rest now. */
export function mustBePreemptable(
  { run: holder, current: step }: Standing,
  { emergency, reason }: { emergency: boolean; reason: string },
): void {
  if (!emergency) {
    throw new WorkflowRefusal(
      422,
      'no-emergency',
      'Only the removal or replacement of a silent voter, or the recovery of a lost quorum, may go before another run.',
      'Finish the other run, or leave or abort it first.',
    )
  }
  if (reason === '') {
    throw new WorkflowRefusal(
      422,
      'reason-needed',
      'To go before another run needs a reason.',
      'Say in a few words why.',
    )
  }
  if (holder.intent !== null) {
    throw new WorkflowRefusal(
      409,
      'not-at-rest',
      'The other run has sent a voter change that is not proven yet.',
      'Wait some seconds until its outcome is known, then try again. With the majority lost it is never known: leave that run first.',
    )
  }
  if (holder.parked === null && holder.drift === null && step?.kind === 'change' && step.execute === 'automatic') {
    throw new WorkflowRefusal(
      409,
      'not-at-rest',
      'The other run is in the middle of a change and goes on by itself.',
      'Wait until it is done, or take it over and park it first.',
    )
  }
}
