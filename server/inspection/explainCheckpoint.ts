/** What a checkpoint says: the voters and features of when it was written. Pure. */

import type { DiskFinding } from '../contract/inspection.ts'
import type { ReplicaKey } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { votersOf } from '../contract/voters.ts'
import type { CheckpointFile } from '../kafka/records/checkpointFile.ts'
import type { MetaProperties } from '../kafka/records/metaProperties.ts'
import { levelOfName, metadataVersionName } from '../quorum/log/kafkaRelease.ts'
import { finding, type Known } from './known.ts'

function keysText(keys: readonly ReplicaKey[]): string {
  return keys
    .slice(0, 60)
    .map((k) => `${k.nodeId} (${k.directoryId ?? 'no directory id'})`)
    .join(', ')
}

/** kafka-storage format wrote it for a quorum that begins with this very disk; the quorum that is watched never knew it. */
function rivalOf(
  voters: readonly ReplicaKey[] | null,
  meta: MetaProperties | null,
  { view, formerVoters }: Known,
): DiskFinding[] {
  if (view === null || voters === null || voters.length === 0) return []
  const known = [...view.replicas, ...formerVoters]
  const own =
    meta === null ? voters : voters.filter((v) => v.nodeId === meta.nodeId && v.directoryId === meta.directoryId)
  const votedHere = (key: ReplicaKey) =>
    votersOf(view).some((v) => sameKey(v, key)) || formerVoters.some((v) => sameKey(v, key))
  if (own.length === 0 || own.some(votedHere) || known.length === 0) return []
  return [
    finding(
      'rival-quorum',
      'critical',
      `It was formatted as a voter of a quorum of its own: ${keysText(voters)}`,
      'Its first snapshot names this disk as a voter, and it never voted here: it was formatted with --standalone, or with another --initial-controllers line, under the same cluster id. Started, it elects itself, and brokers may follow it; where it wins, what this quorum has committed is cut off.',
      'Do not start it. Keep the files if it has ever run; else wipe the directory and format it with --no-initial-controllers.',
    ),
  ]
}

/** Kafka 4.0 reads no metadata.version below 3.3-IV3 (MetadataVersion.MINIMUM_VERSION). */
const KAFKA_4_MINIMUM = 7

function ofLevel(level: number | undefined, quorumLevel: number | null): DiskFinding[] {
  if (level === undefined) return []
  const name = metadataVersionName(level)
  if (level < KAFKA_4_MINIMUM)
    return [
      finding(
        'too-old-for-4',
        'critical',
        `Its metadata.version is ${name}: Kafka 4 does not start with it`,
        `Kafka 4.0 and later know 3.3-IV3 and newer. ${quorumLevel !== null && quorumLevel >= KAFKA_4_MINIMUM ? 'The quorum itself is newer: the node never wrote what it learned.' : ''}`.trim(),
        'Start it with Kafka 3.9 first, so that it reads the newer version from the quorum; or, where its vote does not depend on this disk, format an empty directory with the new release.',
      ),
    ]
  if (quorumLevel !== null && level > quorumLevel)
    return [
      finding(
        'newer-tool',
        'warning',
        `It was made by a newer tool: metadata.version ${name}`,
        `The quorum is at ${metadataVersionName(quorumLevel)}. A node of the quorum’s release that does not know ${name} does not start with it.`,
        'Format the disk with the release that the quorum runs, or with --release-version of the quorum.',
      ),
    ]
  return []
}

export function explainCheckpoint(
  checkpoint: CheckpointFile,
  known: Known,
  meta: MetaProperties | null,
): DiskFinding[] {
  const { view } = known
  const found: DiskFinding[] = []
  const { id, voters, kraftVersion, features } = checkpoint
  if (!checkpoint.whole)
    found.push(
      finding(
        'cut-off',
        'critical',
        'The checkpoint is not whole',
        'Its last record is missing. Kafka would not load it: it reads a snapshot only whole.',
        'Copy it again from the disk. If the file on the disk is the same, keep a copy of the whole directory; a node that can reach a leader fetches another one once this one is moved away.',
      ),
    )
  if (view === null) return found
  const { leaderEpoch, highWatermark, metadataVersion, mode } = view.quorum
  const ofFormat = id !== null && id.endOffset === 0 && id.epoch === 0
  const keys = voters?.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })) ?? null
  const rival = ofFormat ? rivalOf(keys, meta, known) : []
  for (const one of rival) found.push(one)
  if (ofFormat && rival.length > 0) return found
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
  for (const one of ofLevel(level, levelOfName(metadataVersion))) found.push(one)
  const name = level === undefined ? null : metadataVersionName(level)
  if (name !== null && metadataVersion !== null && name !== metadataVersion)
    found.push(
      finding(
        'other-features',
        'info',
        `Its metadata.version is ${name}; the quorum’s is ${metadataVersion}`,
        'What the quorum has finalised holds. The difference means that features were raised since, or that another release formatted the disk.',
      ),
    )
  if (voters === null) {
    if (mode === 'dynamic' && !ofFormat && id !== null && (kraftVersion ?? 0) < 1)
      found.push(
        finding(
          'snapshot-static',
          'info',
          'There are no voters in it: it is from when the quorum was static',
          'The current voters are further on in the log.',
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
    found.push(finding('same-voters', 'good', 'Its voters are the current ones', keysText(then)))
  else
    found.push(
      finding(
        'other-voters',
        gone.length === then.length ? 'critical' : 'info',
        gone.length === then.length ? 'None of its voters is a voter now' : 'The voters have changed since',
        `${gone.length > 0 ? `Voters then, not now: ${keysText(gone)}. ` : ''}${come.length > 0 ? `Voters now, not then: ${keysText(come)}.` : ''}`,
        gone.length === then.length
          ? 'Either every controller was replaced since, or it is of another quorum. A node that only has this finds nobody: controller.quorum.bootstrap.servers must name current controllers.'
          : 'A node that starts with it learns the change from the log. Its controller.quorum.bootstrap.servers must name current controllers.',
      ),
    )
  return found
}
