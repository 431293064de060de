/** Who may approve: somebody who has proven who they are, and none of those whose plan it is, by whatever hand they asked for it. */

import type { Session } from '../../contract/session.ts'
import type { CommandType } from '../../contract/workflows.ts'
import { refuse } from '../refusal.ts'

export interface ApprovalFacts {
  /** Ids of those who asked for this run or have driven it. */
  driversOf(run: string): Promise<readonly string[]>
  /** Who made this token of a script; `null`: it is none. */
  makerOf(actorId: string): string | null
}

export function isApproval(type: unknown): type is CommandType & 'approve' {
  return type === 'approve'
}

/** @throws Refusal */
export async function mustBeAnother(session: Session, run: string, facts: ApprovalFacts): Promise<void> {
  const { identity } = session
  // A token of a script has a maker, and those who share a token are nobody in particular.
  if (identity === undefined || identity.source === 'api-token') throw refuse.approvalNeedsPerson()
  const drivers = await facts.driversOf(run)
  if (drivers.some((id) => id === identity.id || facts.makerOf(id) === identity.id)) throw refuse.ownPlan(identity.name)
}
