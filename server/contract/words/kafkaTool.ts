/**
 * The same facts as `kafka-metadata-quorum describe` prints them (MetadataQuorumCommand and ToolsUtils.prettyPrintTable of
 * Kafka 4.3), for tickets and for comparing. Unknown is -1 there, and a replica without a directory id has the zero id.
 */

import { hostPort } from '../hostPort.ts'
import type { Endpoint, QuorumView, ReplicaView } from '../quorumView.ts'
import { votersOf } from '../voters.ts'

const ZERO_ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const COLUMNS = [
  'NodeId',
  'DirectoryId',
  'LogEndOffset',
  'Lag',
  'LastFetchTimestamp',
  'LastCaughtUpTimestamp',
  'Status',
] as const
const STATUS = { leader: 'Leader', follower: 'Follower', observer: 'Observer' } as const

/** Every column padded to its widest cell and closed by a tab, the last one too. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((name, i) =>
    rows.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), name.length),
  )
  const line = (cells: readonly string[]) => cells.map((cell, i) => `${cell.padEnd(widths[i] ?? 0)}\t`).join('')
  return [COLUMNS, ...rows].map(line).join('\n')
}

const offset = (known: number | null) => known ?? -1

/**
 * `--replication`, or with `--human-readable` the ages in place of times. `observationAgeMs` is added to every age. Kafka
 * prints nothing without a leader; here the voters then stand as followers.
 */
export function replicationText(view: QuorumView, humanReadable: boolean, observationAgeMs: number): string {
  const leader = view.replicas.find((replica) => replica.status === 'leader')
  const clockMs = view.quorum.leaderClockMs
  const time = (ageMs: number | null): string => {
    if (ageMs === null) return '-1'
    if (humanReadable) return `${Math.round(ageMs + observationAgeMs)} ms ago`
    return clockMs === null ? '-1' : String(clockMs - ageMs)
  }
  const order = ['leader', 'follower', 'observer'] as const
  const rows = order.flatMap((status) =>
    view.replicas
      .filter((replica) => replica.status === status)
      .map((replica) => [
        String(replica.nodeId),
        replica.directoryId ?? ZERO_ID,
        String(offset(replica.logEndOffset)),
        String(offset(leader?.logEndOffset ?? null) - offset(replica.logEndOffset)),
        time(replica.lastFetchAgeMs),
        time(replica.lastCaughtUpAgeMs),
        STATUS[status],
      ]),
  )
  return table(rows)
}

/** `--status`. */
export function statusText(view: QuorumView): string {
  const voters = votersOf(view)
  const leader = view.replicas.find((replica) => replica.status === 'leader')
  const lowest = voters.reduce<ReplicaView | undefined>(
    (low, replica) => (low === undefined || offset(replica.logEndOffset) < offset(low.logEndOffset) ? replica : low),
    undefined,
  )
  const lag =
    leader === undefined || lowest === undefined ? -1 : offset(leader.logEndOffset) - offset(lowest.logEndOffset)
  const lagTimeMs = lowest === leader && leader !== undefined ? 0 : (lowest?.timeLagMs ?? -1)
  return [
    `ClusterId:              ${view.clusterId ?? ''}`,
    `LeaderId:               ${offset(view.quorum.leaderId)}`,
    `LeaderEpoch:            ${offset(view.quorum.leaderEpoch)}`,
    `HighWatermark:          ${offset(view.quorum.highWatermark)}`,
    `MaxFollowerLag:         ${lag}`,
    `MaxFollowerLagTimeMs:   ${lagTimeMs}`,
    `CurrentVoters:          ${nodes(voters, voters)}`,
    `CurrentObservers:       ${nodes(view.replicas.slice(voters.length), voters)}`,
  ].join('\n')
}

/** Kafka reports the endpoints of voters only, by node id: so a second disk of a voter bears the voter's. */
function nodes(replicas: readonly ReplicaView[], voters: readonly ReplicaView[]): string {
  const endpointsOf = (nodeId: number): readonly Endpoint[] =>
    voters.find((voter) => voter.nodeId === nodeId)?.endpoints ?? []
  const node = (replica: ReplicaView): string => {
    const endpoints = endpointsOf(replica.nodeId)
    return [
      `{"id": ${replica.nodeId}`,
      replica.directoryId === null ? '' : `, "directoryId": "${replica.directoryId}"`,
      endpoints.length === 0 ? '' : `, "endpoints": [${endpoints.map((one) => `"${endpointText(one)}"`).join(', ')}]`,
      '}',
    ].join('')
  }
  return `[${replicas.map(node).join(', ')}]`
}

/** `CONTROLLER://localhost:8000`, IPv6 hosts in brackets. */
export function endpointText(endpoint: Endpoint): string {
  return `${endpoint.listener}://${hostPort(endpoint)}`
}
