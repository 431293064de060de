/** What a change costs while it goes well, as a person must confirm it. Pure. */
import type { Confirmation } from '../../contract/workflows.ts'
import type { Facts } from '../run/facts.ts'
import type { VoterChange } from '../run/ports.ts'
import { rowOf } from '../run/voterSet.ts'
import { marginOfVoters, type PlannedVoter, plannedVotersOf, votersAfter } from '../run/votersAfter.ts'

/** Everything that a voter change takes away; empty where it costs nothing. */
export function costs(facts: Facts, change: VoterChange): string[] {
  if (facts.view === null) return []
  const before = plannedVotersOf(facts.view)
  const after = votersAfter(before, change)
  const leads = change.kind === 'remove' && rowOf(facts.view, change)?.status === 'leader'
  return [
    ...(leads ? ['It leads: it resigns once its removal is committed, and an election follows.'] : []),
    ...toleranceLost(before, after),
    ...(after.length % 2 === 0
      ? [`${after.length} voters is an even number: it tolerates no more failures than ${after.length - 1}.`]
      : []),
  ]
}

/** Said where no further controller may fail, and one might have before. */
export function toleranceLost(before: readonly PlannedVoter[], after: readonly PlannedVoter[]): string[] {
  const margin = marginOfVoters(after)
  return margin === 0 && marginOfVoters(before) !== 0 ? ['Afterwards no further controller may fail.'] : []
}

export function costOfChange(facts: Facts, change: VoterChange): Confirmation | null {
  const why = costs(facts, change)
  if (why.length === 0) return null
  const verb = change.kind === 'add' ? 'add' : 'remove'
  return { statement: `${verb} controller ${change.nodeId} all the same`, typed: false, why: why.join(' ') }
}
