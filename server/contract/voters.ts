/**
 * Who votes, and who does not, by what a view shows. Pure.
 *
 * A view lists its voters first, `quorum.voters` of them. One row more can have the status of a voter: from the append of its
 * own removal on a leader is no voter (Kafka: LeaderState#updateVoterAndObserverStates) and leads on until that is committed.
 */

import type { QuorumFacts, ReplicaKey, ReplicaView } from './quorumView.ts'
import { sameKey } from './replicaKey.ts'

interface Rows {
  replicas: readonly ReplicaView[]
  quorum: Pick<QuorumFacts, 'voters' | 'leaderId'>
}

/** Smallest number of voters that is more than half. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1
}

/** Whether some of a set are fewer than half of it: a majority stays, also where one voter of those that are left was removed unseen. */
export function fewerThanHalf(some: number, of: number): boolean {
  return some * 2 < of
}

export function votersOf({ replicas, quorum }: Rows): ReplicaView[] {
  return replicas.slice(0, quorum.voters)
}

/** Whether this incarnation votes, not another one of the same node id. */
export function isVoter(view: Rows, key: ReplicaKey): boolean {
  return votersOf(view).some((voter) => sameKey(voter, key))
}

/** The leader whose own removal is appended; `null` where the leader votes, or nobody leads. */
export function leavingLeader({ replicas, quorum }: Rows): ReplicaView | null {
  if (quorum.leaderId === null) return null
  return replicas.slice(quorum.voters).find(({ status }) => status === 'leader') ?? null
}

/** Neither a voter nor the leader. */
export function isObserver({ status }: Pick<ReplicaView, 'status'>): boolean {
  return status === 'observer'
}

export function observersOf({ replicas }: Pick<Rows, 'replicas'>): ReplicaView[] {
  return replicas.filter(isObserver)
}
