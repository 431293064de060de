/** What meta.properties says: whose disk it is, and whether its vote counts. Pure. */

import type { DiskFinding } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey, ReplicaView } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { isVoter } from '../contract/voters.ts'
import type { MetaProperties } from '../kafka/records/metaProperties.ts'
import { finding, type Known } from './known.ts'

export function explainMeta(meta: MetaProperties, { view, formerVoters }: Known): DiskFinding[] {
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
  for (const one of refusedByKafka(meta)) found.push(one)
  if (view === null) return found
  if (clusterId === null || view.clusterId === null)
    found.push(
      finding(
        'cluster-id-unknown',
        'info',
        'Whether it is of this cluster is not known',
        clusterId === null ? 'The file names no cluster.' : 'The id of the watched cluster is not known yet.',
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
  else for (const one of explainDirectory(nodeId, directoryId, view, formerVoters)) found.push(one)
  return found
}

/** What Kafka itself refuses at the start (MetaPropertiesEnsemble#verify, DirectoryId#reserved). */
function refusedByKafka({ version, clusterId, directoryId }: MetaProperties): DiskFinding[] {
  const found: DiskFinding[] = []
  if (version === 1 && clusterId === null)
    found.push(
      finding(
        'no-cluster-id',
        'critical',
        'The file has no cluster.id',
        'Kafka does not start on this disk: it cannot tell which cluster it is of.',
        'Find out which cluster it is of from its log or a backup before anything else. A new node gets an empty directory, formatted with the cluster id.',
      ),
    )
  if (directoryId !== null && isReserved(directoryId))
    found.push(
      finding(
        'reserved-directory-id',
        'critical',
        `The directory id ${directoryId} is one that Kafka keeps for itself`,
        'The first hundred ids mean “unassigned”, “lost” and “migrating”; no disk has one. Kafka refuses it, and a voter set with it names nobody.',
        'The file was written by hand or by a broken tool. Restore it from a backup; a new disk gets its id from kafka-storage format.',
      ),
    )
  return found
}

/** Ids 0 to 99 (org.apache.kafka.common.DirectoryId). */
function isReserved(directoryId: string): boolean {
  const bytes = Buffer.from(directoryId, 'base64url')
  return bytes.length === 16 && bytes.subarray(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) < 100
}

/** Nothing follows where nobody leads. */
function standing(row: ReplicaView, { quorum }: QuorumView): string {
  if (quorum.leaderId === null) return 'Nobody leads now; only the controller itself can show whether its process runs.'
  return row.status === 'leader' ? 'It leads.' : `It follows, health ${row.health}.`
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
  const votes = others.find((r) => isVoter(view, r))
  if (row !== undefined && isVoter(view, row)) {
    const margin = view.quorum.margin
    const down = row.health === 'silent'
    return [
      finding(
        down ? 'voter-down' : 'voter',
        down ? 'warning' : 'good',
        `This is the disk of a voter: ${short}`,
        down
          ? `The quorum counts its vote, but the voter does not fetch.${margin === null ? '' : ` Margin now: ${margin}.`} What is on this disk is what makes it that voter.`
          : `${standing(row, view)} The vote depends on this disk.`,
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
  const nobodyLeads = view.quorum.leaderId === null
  if (row !== undefined) {
    const candidate = row.roles.includes('controller')
    return [
      finding(
        'observer',
        'info',
        `The disk is known as an observer: ${short}`,
        candidate
          ? `${nobodyLeads ? 'It has no vote.' : 'It follows and has no vote.'} ${whose}`
          : `${nobodyLeads ? 'It has no vote' : 'It follows and has no vote'}, as every broker does.`,
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
