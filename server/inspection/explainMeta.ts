/** What meta.properties says: whose disk it is, and whether its vote counts. Pure. */
import type { DiskFinding } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey } from '../contract/quorumView.ts'
import type { MetaProperties } from '../kafka/metaProperties.ts'
import { finding, type Known, sameKey } from './known.ts'

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
