/**
 * A run that begins while nobody leads: its first steps are done on hosts and disks, and proven without a leader. Until its seed
 * leads, no view of the quorum says anything against it, and none can. Pure.
 */
import type { LoggedVoter } from '../../contract/diskReport.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import type { Run } from './run.ts'

/** The step that proves the leader, and ends it. */
export const SEED_LEADS = 'seed-leads'

export function isOffline({ plan, done }: Pick<Run, 'plan' | 'done'>): boolean {
  return plan.recovery !== undefined && done[SEED_LEADS] === undefined
}

/** Where the voters of before, and those of after, are looked for: by node id. */
export function placesOf({ plan: { recovery } }: Pick<Run, 'plan'>): Map<number, Endpoint[]> {
  const places = new Map<number, Endpoint[]>()
  const put = ({ nodeId, endpoints }: LoggedVoter) => places.set(nodeId, [...(places.get(nodeId) ?? []), ...endpoints])
  for (const voter of recovery?.before ?? []) put(voter)
  if (recovery?.way === 'addresses') for (const voter of recovery.after) put(voter)
  return places
}
