/** `quorumdeck status`: every cluster in a line, or the replicas of one. */
import type { ClusterSummary } from '../../contract/clusters.ts'
import type { QuorumView } from '../../contract/quorumView.ts'
import { formatAge } from '../../contract/words/durations.ts'
import { atServer, parse } from '../arguments.ts'

import { EXIT } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { cell, json, table } from '../text.ts'
import { listed, meant, viewOf } from '../watched.ts'

function clustersText(clusters: readonly ClusterSummary[]): string {
  if (clusters.length === 0) return 'The server watches no cluster.'
  return table([
    ['CLUSTER', 'LINK', 'LEADER', 'VOTERS', 'HEALTHY', 'MARGIN', 'AGE', ''],
    ...clusters.map((one) => [
      one.cluster,
      one.link.state,
      cell(one.leaderId),
      cell(one.voters),
      cell(one.healthyVoters),
      cell(one.margin),
      one.ageMs === null ? '-' : formatAge(one.ageMs),
      one.link.problem?.title ?? '',
    ]),
  ])
}

function viewText({ quorum, replicas, findings, clusterId }: QuorumView, ageMs: number | null): string {
  const age = ageMs === null ? '' : `, seen ${formatAge(ageMs)} ago`
  const head = [
    `Kafka cluster ${cell(clusterId)}, ${quorum.mode} quorum${age}`,
    `leader ${cell(quorum.leaderId)}, epoch ${cell(quorum.leaderEpoch)}, high watermark ${cell(quorum.highWatermark)}`,
    `${quorum.healthyVoters} of ${quorum.voters} voters healthy, majority ${quorum.majority}, margin ${cell(quorum.margin)}${quorum.settling ? ' (settling)' : ''}`,
  ]
  const rows = table([
    ['NODE', 'DIRECTORY', 'STATUS', 'HEALTH', 'LOG END', 'LAG', 'LAST FETCH', 'CAUGHT UP'],
    ...replicas.map((one) => [
      String(one.nodeId),
      cell(one.directoryId),
      one.status,
      one.health,
      cell(one.logEndOffset),
      cell(one.lag),
      one.lastFetchAgeMs === null ? '-' : formatAge(one.lastFetchAgeMs),
      one.lastCaughtUpAgeMs === null ? '-' : formatAge(one.lastCaughtUpAgeMs),
    ]),
  ])
  const found = findings.map(({ severity, title, detail }) => `${severity}: ${title}\n  ${detail}`)
  return [...head, '', rows, ...(found.length === 0 ? [] : ['', ...found])].join('\n')
}

export async function status(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values } = parse(args, {})
  return await atServer(values, ports, async (client) => {
    const clusters = await listed(client)
    const [only, second] = clusters
    const single = values.cluster !== undefined || (only !== undefined && second === undefined)
    if (!single) {
      ports.out(values.json === true ? json({ clusters }) : clustersText(clusters))
      return EXIT.yes
    }
    const { cluster } = await meant(client, values.cluster)
    const view = await viewOf(client, cluster, ports)
    const { ageMs } = await meant(client, cluster)
    ports.out(values.json === true ? json(view) : viewText(view, ageMs))
    return EXIT.yes
  })
}
