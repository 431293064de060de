/**
 * Leaders beside the one that is followed. Two can lead in good faith for a moment: an old one that is cut off goes on until
 * it misses a majority (check-quorum, 1.5 x fetch timeout; LeaderState). What lasts longer, shares an epoch, or counts on
 * other voters is another quorum. Pure.
 */
import type { ReplicaKey, RivalLeader } from '../../contract/quorumView.ts'
import type { AskedController } from './askedController.ts'

/** The leader that the view follows. */
export interface FollowedLeader {
  leaderId: number
  leaderEpoch: number
  voters: readonly ReplicaKey[]
}

const MIN_PROOF_MS = 5000

function shareNobody(a: readonly ReplicaKey[], b: readonly ReplicaKey[]): boolean {
  return !a.some((one) => b.some((other) => one.nodeId === other.nodeId && one.directoryId === other.directoryId))
}

/**
 * What was stated before the followed leader was first seen is of the time before it led, and no rival of it: so every
 * election begins. A proven rival stands until its address answers otherwise or refuses, one of a moment as long as a proof.
 * @param nowMs dashboard's wall clock
 * @param followedForMs how long the followed leader has been seen in its epoch
 */
export function rivalsOf(
  followed: FollowedLeader,
  asked: readonly AskedController[],
  nowMs: number,
  followedForMs: number,
  fetchTimeoutMs: number,
): RivalLeader[] {
  const proofMs = Math.max(MIN_PROOF_MS, 3 * fetchTimeoutMs)
  const followedSinceMs = nowMs - followedForMs
  const processes = new Set<string>()
  return asked.flatMap(({ account, lead, leadsSinceMs, leadStatedAtMs, remote }): RivalLeader[] => {
    if (lead === null || leadsSinceMs === null || leadStatedAtMs === null || account.sameCluster === false) return []
    if (lead.leaderId === followed.leaderId && lead.leaderEpoch === followed.leaderEpoch) return []
    const sameEpoch = lead.leaderEpoch === followed.leaderEpoch
    if (!sameEpoch && leadStatedAtMs < followedSinceMs) return []
    const heldMs = leadStatedAtMs - Math.max(leadsSinceMs, followedSinceMs)
    const proven = sameEpoch || shareNobody(lead.voters, followed.voters) || heldMs >= proofMs
    if (!proven && nowMs - leadStatedAtMs > proofMs) return []
    // Two names of one listener are one process.
    const process = `${lead.leaderId} ${lead.leaderEpoch} ${remote ?? account.address}`
    if (processes.has(process)) return []
    processes.add(process)
    const { leaderId, leaderEpoch, voters, highWatermark, logEndOffset, followers } = lead
    return [
      {
        address: account.address,
        nodeId: leaderId,
        leaderEpoch,
        voters,
        highWatermark,
        logEndOffset,
        followers,
        proven,
      },
    ]
  })
}
