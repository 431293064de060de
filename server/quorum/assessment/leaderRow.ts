/** Which row of an answer is the leader's own, and what is kept of the quorum as that leader shows it. Pure. */
import type { LastLed, QuorumView } from '../../contract/quorumView.ts'
import { votersOf } from '../../contract/voters.ts'
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

/** What it showed, kept for when nobody leads: a recovery counts on it. `null` while nobody leads, or the leader's own log end is not known. */
export function lastLedOf({
  quorum,
  replicas,
  observedAtMs,
}: Pick<QuorumView, 'quorum' | 'replicas' | 'observedAtMs'>): LastLed | null {
  const { leaderId, leaderEpoch, highWatermark } = quorum
  const leaderEndOffset = replicas.find(({ status }) => status === 'leader')?.logEndOffset ?? null
  if (leaderId === null || leaderEpoch === null || leaderEndOffset === null) return null
  const voters = votersOf({ quorum, replicas }).map(({ nodeId, directoryId, logEndOffset, health }) => {
    return { nodeId, directoryId, logEndOffset, silent: health === 'silent' }
  })
  return { atMs: observedAtMs, leaderId, leaderEpoch, leaderEndOffset, highWatermark, replicas: voters }
}
