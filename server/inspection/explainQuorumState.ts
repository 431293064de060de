/** What quorum-state says: the last epoch that this disk knew, and for whom it voted. Pure. */

import type { DiskFinding } from '../contract/inspection.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { votersOf } from '../contract/voters.ts'
import type { MetaProperties } from '../kafka/records/metaProperties.ts'
import type { QuorumStateFile } from '../kafka/records/quorumStateFile.ts'
import { finding, type Known } from './known.ts'

export function explainQuorumState(
  state: QuorumStateFile,
  meta: MetaProperties | null,
  { view }: Known,
): DiskFinding[] {
  const found: DiskFinding[] = []
  const { leaderEpoch, leaderId, voted, dataVersion, staticVoters } = state
  if (voted !== null && leaderId === null)
    found.push(
      finding(
        'voted-without-leader',
        'info',
        `It had voted for ${voted.nodeId} in epoch ${leaderEpoch ?? 'unknown'}, and saw no leader in it`,
        'It stopped in the middle of an election. The file keeps it from voting twice in that epoch.',
        'Never delete the file: a voter that forgets its vote can help two leaders into one epoch.',
      ),
    )
  if (view === null || view.quorum.leaderEpoch === null) return found
  const now = view.quorum.leaderEpoch
  if (leaderEpoch === null)
    found.push(
      finding('no-epoch', 'info', 'It knows no epoch yet', 'The node was formatted and has not met the quorum.'),
    )
  else if (leaderEpoch > now)
    found.push(
      finding(
        'epoch-ahead',
        'critical',
        `It has seen epoch ${leaderEpoch}; the quorum is in ${now}`,
        'Epochs never go back in one quorum. Either an election is just under way, or this disk has lived in another quorum: one that was split off (--standalone), or one from before a restore. Started here, it forces an election with its higher epoch, or is refused.',
        'Look again in some seconds. If it persists, do not start a node with this disk before it is clear where it has been.',
      ),
    )
  else if (
    leaderEpoch === now &&
    leaderId !== null &&
    view.quorum.leaderId !== null &&
    leaderId !== view.quorum.leaderId
  )
    found.push(
      finding(
        'two-leaders',
        'critical',
        `On this disk ${leaderId} leads epoch ${now}; in the quorum ${view.quorum.leaderId} leads it`,
        'One epoch has one leader. This disk has lived in another quorum.',
        'Do not start a node with it before it is clear where it has been.',
      ),
    )
  else if (leaderEpoch === now)
    found.push(
      finding('epoch-now', 'good', `It is in the epoch of the quorum, ${now}`, 'It was written in this leadership.'),
    )
  else
    found.push(
      finding(
        'epoch-behind',
        'info',
        `It stopped in epoch ${leaderEpoch}; the quorum is in ${now}`,
        `${now - leaderEpoch} epoch(s) passed without it. Started, it follows the current leader; nothing on it is wrong.`,
      ),
    )
  if (dataVersion === 0 && view.quorum.mode === 'dynamic') {
    const missing = (staticVoters ?? []).filter((id) => !votersOf(view).some((v) => v.nodeId === id))
    found.push(
      finding(
        'static-leftover',
        missing.length > 0 ? 'warning' : 'info',
        'It is from when the quorum was static (data_version 0)',
        `The quorum is dynamic by now.${staticVoters === null ? '' : ` The voters it knew: ${staticVoters.join(', ') || 'none'}.`}${missing.length > 0 ? ` Not voters any more: ${missing.join(', ')}.` : ''} The node has not run since; Kafka rewrites the file when it has read the voters from the log.`,
        'Before it is started, take controller.quorum.voters out of its properties and set controller.quorum.bootstrap.servers.',
      ),
    )
  }
  if (dataVersion === 1 && view.quorum.mode === 'static')
    found.push(
      finding(
        'dynamic-in-static',
        'critical',
        'It is of a dynamic quorum (data_version 1), and this one is static',
        'kraft.version never goes back. This disk has lived in another quorum.',
        'Do not start a node with it here before it is clear where it has been.',
      ),
    )
  if (voted !== null && voted.directoryId !== null) {
    const target = view.replicas.find((r) => sameKey(r, { nodeId: voted.nodeId, directoryId: voted.directoryId }))
    const own = meta?.nodeId === voted.nodeId
    if (own && meta.directoryId !== null && meta.directoryId !== voted.directoryId)
      found.push(
        finding(
          'voted-for-other-disk',
          'critical',
          'It voted for its own node on another disk',
          `meta.properties says ${meta.directoryId}, the vote went to ${voted.directoryId}: the two files are not of one disk.`,
          'Take both files from the same log directory, and look again.',
        ),
      )
    else if (target === undefined)
      found.push(
        finding(
          'voted-for-stranger',
          'info',
          `It voted for ${voted.nodeId} (${voted.directoryId}), whom the quorum does not list any more`,
          'That controller was replaced or removed since.',
        ),
      )
  }
  return found
}
