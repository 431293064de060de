/**
 * What the files of a disk mean for a watched quorum: whose disk it is, whether its vote counts, how old its memory is.
 * Pure. A file is never judged by itself where the quorum tells more; what is not known is not concluded from.
 */
import type { DiskFinding } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey, ReplicaView } from '../contract/quorumView.ts'
import type { CheckpointFile } from '../kafka/checkpointFile.ts'
import type { MetaProperties } from '../kafka/metaProperties.ts'
import type { QuorumStateFile } from '../kafka/quorumStateFile.ts'
import { metadataVersionName } from '../quorum/kafkaRelease.ts'
import type { DecodedFile } from './diskFiles.ts'

export interface Known {
  /** `null`: not observed. An old one tells what was. */
  view: QuorumView | null
  /** Incarnations that were voters, by the log as far back as it was read. */
  formerVoters: readonly ReplicaKey[]
}

type Severity = DiskFinding['severity']
const GRAVITY: Record<Severity, number> = { critical: 0, warning: 1, info: 2, good: 3 }
const finding = (code: string, severity: Severity, title: string, detail: string, remedy = ''): DiskFinding => ({
  code,
  severity,
  title,
  detail,
  remedy,
})
const votersOf = (view: QuorumView): ReplicaView[] => view.replicas.filter((r) => r.status !== 'observer')
const sameKey = (a: ReplicaKey, b: ReplicaKey) => a.nodeId === b.nodeId && a.directoryId === b.directoryId

function explainMeta(meta: MetaProperties, { view, formerVoters }: Known): DiskFinding[] {
  const found: DiskFinding[] = []
  const { clusterId, nodeId, directoryId } = meta
  if (meta.version === 0)
    found.push(
      finding(
        'zookeeper-disk',
        'critical',
        'The disk was formatted for ZooKeeper mode',
        'Kafka 4 does not start on it, and no controller quorum knows it.',
        'If it is a broker that was never migrated, keep it. For a controller, format an empty disk.',
      ),
    )
  if (view === null) return found
  if (clusterId === null || view.clusterId === null)
    found.push(
      finding(
        'cluster-id-unknown',
        'info',
        'Whether it is of this cluster is not known',
        clusterId === null ? 'The file names no cluster.' : 'The watched cluster has not told its id yet.',
      ),
    )
  else if (clusterId !== view.clusterId) {
    // Nothing else about a foreign disk means anything here.
    found.push(
      finding(
        'other-cluster',
        'critical',
        `The disk is of another cluster: ${clusterId}`,
        `This one is ${view.clusterId}. A node that starts with this disk is refused by all others (INCONSISTENT_CLUSTER_ID) and never joins; for this quorum it does not exist.`,
        'Find out which cluster it is of before anything else: it may hold the only copy of its metadata. Never edit the id. To use the host here, give the node an empty directory and format that with this cluster id and --no-initial-controllers.',
      ),
    )
    return found
  } else found.push(finding('same-cluster', 'good', 'The disk is of this cluster', `Cluster id ${clusterId}.`))
  if (nodeId === null)
    found.push(
      finding('no-node-id', 'warning', 'The file names no node', 'Kafka takes node.id from the properties file.'),
    )
  else found.push(...explainDirectory(nodeId, directoryId, view, formerVoters))
  return found
}

function explainDirectory(
  nodeId: number,
  directoryId: string | null,
  view: QuorumView,
  formerVoters: readonly ReplicaKey[],
): DiskFinding[] {
  if (view.quorum.mode === 'static')
    return [
      finding(
        'static-quorum',
        'info',
        `The quorum is static: voters are known by their id alone`,
        `Whatever disk node ${nodeId} starts with, it votes if controller.quorum.voters names it. With an empty disk it has forgotten for whom it voted.`,
        'Before a disk of a voter is replaced, make the quorum dynamic (kraft.version 1).',
      ),
    ]
  if (directoryId === null)
    return [
      finding(
        'no-directory-id',
        'warning',
        'The disk has no directory id yet',
        'It was formatted by Kafka 3.6 or older; 3.7 and later write one at the next start. Until then it is nobody in a dynamic quorum.',
      ),
    ]
  const key = { nodeId, directoryId }
  const short = `node ${nodeId} with directory id ${directoryId}`
  const row = view.replicas.find((r) => sameKey(r, key))
  const others = view.replicas.filter((r) => r.nodeId === nodeId && !sameKey(r, key))
  const votes = others.find((r) => r.status !== 'observer')
  if (row !== undefined && row.status !== 'observer') {
    const margin = view.quorum.margin
    const down = row.health === 'silent'
    return [
      finding(
        down ? 'voter-down' : 'voter',
        down ? 'warning' : 'good',
        `This is the disk of a voter: ${short}`,
        down
          ? `The quorum counts on its vote and does not hear it.${margin === null ? '' : ` Margin now: ${margin}.`} What is on this disk is what makes it that voter.`
          : `It ${row.status === 'leader' ? 'leads' : `follows, health ${row.health}`}. The vote hangs on this disk.`,
        down
          ? 'If the disk can be read, start the node with it: that gives the vote back at once. Never format it for that. If it is lost, use “Replace a failed disk”.'
          : '',
      ),
    ]
  }
  const whose =
    votes === undefined
      ? 'No voter has this id.'
      : `Node ${nodeId} votes with another disk, ${votes.directoryId ?? 'without a directory id'} (${votes.health}).`
  if (row !== undefined) {
    const candidate = row.roles.includes('controller')
    return [
      finding(
        'observer',
        'info',
        `The disk is known as an observer: ${short}`,
        candidate ? `It follows and has no vote. ${whose}` : 'It follows and has no vote, as every broker does.',
        candidate
          ? votes === undefined
            ? 'To give it a vote: “Add a controller”.'
            : 'To give it the vote of the old one: “Replace a failed disk”, which removes the old incarnation first.'
          : '',
      ),
    ]
  }
  if (formerVoters.some((one) => sameKey(one, key)))
    return [
      finding(
        'former-voter',
        'warning',
        `This was a voter, and is none any more: ${short}`,
        `${whose} Started, it comes back as an observer without a vote; with controller.quorum.auto.join.enable it would add itself${votes === undefined ? '' : ', and remove the other one before'}.`,
        votes === undefined
          ? 'To have it back: start it, wait until it has caught up, and use “Add a controller”.'
          : 'Do not start it while the other one runs: two processes with one node id disturb each other.',
      ),
    ]
  return [
    finding(
      'unknown-directory',
      votes === undefined ? 'info' : 'warning',
      `Nobody in the quorum knows ${short}`,
      `${whose} Either the disk was formatted and never started, or its node has been silent for five minutes or more, or it is from before the log was read.`,
      votes === undefined
        ? 'Started, it appears as an observer within seconds; then it can be added.'
        : `It is not the disk by which ${nodeId} votes. If that one is lost, start ${nodeId} with this disk and use “Replace a failed disk”; if it is not, leave it alone.`,
    ),
  ]
}

function explainState(state: QuorumStateFile, meta: MetaProperties | null, { view }: Known): DiskFinding[] {
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
        'Look again in some seconds. If it stays, do not start a node with this disk before it is clear where it has been.',
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
        `By this disk ${leaderId} leads epoch ${now}; in the quorum it is ${view.quorum.leaderId}`,
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
        `${now - leaderEpoch} epoch(s) passed without it. Started, it follows the leader of now; nothing on it is wrong.`,
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

function keysText(keys: readonly ReplicaKey[]): string {
  return keys
    .slice(0, 60)
    .map((k) => `${k.nodeId} (${k.directoryId ?? 'no directory id'})`)
    .join(', ')
}

function explainCheckpoint(checkpoint: CheckpointFile, { view }: Known): DiskFinding[] {
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

/** Several files of one disk are read together: what one says may make sense of another. */
export function explainDisk(files: readonly DecodedFile[], known: Known): DiskFinding[] {
  const metas = files.flatMap((file) => (file.kind === 'meta.properties' ? [file.meta] : []))
  const [meta = null] = metas
  const foreign =
    known.view?.clusterId != null &&
    metas.some((one) => one.clusterId !== null && one.clusterId !== known.view?.clusterId)
  const found = files.flatMap((file): DiskFinding[] => {
    switch (file.kind) {
      case 'meta.properties':
        return explainMeta(file.meta, known)
      case 'quorum-state':
        // Of another cluster: epochs and voters cannot be compared.
        return explainState(file.state, meta, foreign ? { ...known, view: null } : known)
      case 'checkpoint':
      case 'bootstrap.checkpoint':
        return explainCheckpoint(file.checkpoint, foreign ? { ...known, view: null } : known)
      case 'unknown':
        return []
      default:
        return file satisfies never
    }
  })
  if (new Set(metas.map((one) => `${one.clusterId} ${one.nodeId}`)).size > 1)
    found.push(
      finding(
        'several-disks',
        'warning',
        'The files are of several nodes',
        'Each meta.properties names another node or cluster; what is said of the other files may be of either.',
        'Inspect one disk at a time.',
      ),
    )
  const alike = new Map(found.map((one) => [`${one.code} ${one.title}`, one]))
  return [...alike.values()].sort((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity])
}
