/** What a checkpoint says: the voters and features of when it was written. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { ReplicaKey } from '../contract/quorumView.ts'
import type { CheckpointFile } from '../kafka/checkpointFile.ts'
import { metadataVersionName } from '../quorum/kafkaRelease.ts'
import { finding, type Known, sameKey, votersOf } from './known.ts'

function keysText(keys: readonly ReplicaKey[]): string {
  return keys
    .slice(0, 60)
    .map((k) => `${k.nodeId} (${k.directoryId ?? 'no directory id'})`)
    .join(', ')
}

export function explainCheckpoint(checkpoint: CheckpointFile, { view }: Known): DiskFinding[] {
  const found: DiskFinding[] = []
  const { id, voters, kraftVersion, features } = checkpoint
  if (!checkpoint.whole)
    found.push(
      finding(
        'cut-off',
        'critical',
        'The checkpoint is not whole',
        'Its last record is missing. Kafka would not load it: it reads a snapshot only whole.',
        'Copy it again from the disk. If it is so on the disk, Kafka fetches another one from the leader once this one is away.',
      ),
    )
  if (view === null) return found
  const { leaderEpoch, highWatermark, metadataVersion, mode } = view.quorum
  const ofFormat = id !== null && id.endOffset === 0 && id.epoch === 0
  if (ofFormat)
    found.push(
      finding(
        'of-format',
        'info',
        'It is the first snapshot, written by kafka-storage format',
        'It holds the voters that the quorum began with. A later snapshot, or the log, goes before it.',
      ),
    )
  else if (id !== null) {
    if (leaderEpoch !== null && id.epoch > leaderEpoch)
      found.push(
        finding(
          'snapshot-epoch-ahead',
          'critical',
          `It is of epoch ${id.epoch}; the quorum is in ${leaderEpoch}`,
          'Epochs never go back in one quorum: it was written in another one, or in one from before a restore.',
          'Do not start a node with this disk here before it is clear where it has been.',
        ),
      )
    if (highWatermark !== null && id.endOffset > highWatermark)
      found.push(
        finding(
          'snapshot-ahead',
          'critical',
          `It reaches to offset ${id.endOffset}; the quorum has committed ${highWatermark}`,
          'A snapshot holds committed records only. Either the quorum has lost what it had committed, or this is of another quorum.',
          'Keep the file. If the quorum was restored from an older copy, this may be the newer one.',
        ),
      )
    else if (highWatermark !== null)
      found.push(
        finding(
          'snapshot-offset',
          'good',
          `It reaches to offset ${id.endOffset}, ${highWatermark - id.endOffset} records before the high watermark`,
          'A node that starts with it reads the rest of the log from the leader.',
        ),
      )
  }
  const level = features.get('metadata.version')
  const name = level === undefined ? null : metadataVersionName(level)
  if (name !== null && metadataVersion !== null && name !== metadataVersion)
    found.push(
      finding(
        'other-features',
        'info',
        `Its metadata.version is ${name}; the quorum’s is ${metadataVersion}`,
        'What the quorum has finalised holds. The difference tells that features were raised since, or that another release formatted the disk.',
      ),
    )
  if (voters === null) {
    if (mode === 'dynamic' && !ofFormat && id !== null && (kraftVersion ?? 0) < 1)
      found.push(
        finding(
          'snapshot-static',
          'info',
          'There are no voters in it: it is from when the quorum was static',
          'The voters of now stand later in the log.',
        ),
      )
    return found
  }
  if (mode === 'static') {
    found.push(
      finding(
        'snapshot-dynamic-in-static',
        'critical',
        'It holds a voter set, and this quorum is static',
        'kraft.version never goes back: it is of another quorum.',
        'Do not start a node with this disk here before it is clear where it has been.',
      ),
    )
    return found
  }
  const then = voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))
  const now = votersOf(view)
  if (now.length === 0 || view.quorum.leaderId === null) return found
  const gone = then.filter((a) => !now.some((b) => sameKey(a, b)))
  const come = now.filter((a) => !then.some((b) => sameKey(a, b)))
  if (gone.length === 0 && come.length === 0)
    found.push(finding('same-voters', 'good', 'Its voters are those of now', keysText(then)))
  else
    found.push(
      finding(
        'other-voters',
        gone.length === then.length ? 'critical' : 'info',
        gone.length === then.length ? 'None of its voters is one now' : 'The voters have changed since',
        `${gone.length > 0 ? `Voters then, not now: ${keysText(gone)}. ` : ''}${come.length > 0 ? `Voters now, not then: ${keysText(come)}.` : ''}`,
        gone.length === then.length
          ? 'Either every controller was replaced since, or it is of another quorum. A node that only has this finds nobody: controller.quorum.bootstrap.servers must name controllers of now.'
          : 'A node that starts with it learns the change from the log. Its controller.quorum.bootstrap.servers must name controllers of now.',
      ),
    )
  return found
}
