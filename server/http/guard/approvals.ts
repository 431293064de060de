/** Who may approve: somebody who has proven who they are, and none of those whose plan it is, by whatever hand they asked for it. */
import type { Session } from '../../contract/session.ts'
import { refuse } from '../refusal.ts'

export interface ApprovalFacts {
  /** Ids of those who asked for this run or have driven it; of tokens of scripts, of who made them. */
  driversOf(run: string): Promise<readonly string[]>
}

/** @throws Refusal */
export async function mustBeAnother(session: Session, run: string, facts: ApprovalFacts): Promise<void> {
  const { identity } = session
  // A token of a script acts for its maker, and those who share a token are nobody in particular.
  if (identity === undefined || identity.source === 'api-token') throw refuse.approvalNeedsPerson()
  if ((await facts.driversOf(run)).includes(identity.id)) throw refuse.ownPlan(identity.name)
}
