/** Which row of an answer is the leader's own. Pure. */
import type { ReplicaState } from '../../kafka/describeQuorum.ts'

interface Answered {
  leaderId: number
  voters: readonly ReplicaState[]
  observers: readonly ReplicaState[]
}

/**
 * The leader's own row carries "now" on its clock (RaftUtil#toReplicaState). It stands among the voters, or among the
 * observers between the append and the commit of the leader's own removal. Kafka matches it by id alone, so an old
 * incarnation of the leader's id shows "now" too: of several observers the one with the longest log is the leader.
 */
export function leaderRow(sample: Answered): ReplicaState | null {
  const among = (replicas: readonly ReplicaState[]) =>
    replicas
      .filter((r) => r.nodeId === sample.leaderId)
      .sort((a, b) => (b.logEndOffset ?? -1) - (a.logEndOffset ?? -1))[0]
  return among(sample.voters) ?? among(sample.observers) ?? null
}
