/**
 * What Kafka's tools print of a new quorum that is as it should be; a part in angle brackets is of the moment. Pure. Source:
 * the tools of Apache Kafka 3.9.2 and 4.3.1.
 */
import { CONTROLLER_LISTENER } from '../nodeConfig/listenerConfig.ts'
import { brokerAddress, controllerAddress, type UsableNode } from './nodeFile.ts'

const DIRECTORY = '<its directory id>'
const idOf = ({ directoryId }: UsableNode) => directoryId ?? DIRECTORY

/** Columns as wide as their widest cell; the last one is not padded. */
function table(rows: readonly string[][], gap: string): string {
  const widths = (rows[0] ?? []).map((_, i) => rows.reduce((width, row) => Math.max(width, row[i]?.length ?? 0), 0))
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(gap)
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

/** `kafka-metadata-quorum describe --status`, before any broker has come. */
export function statusPrints(clusterId: string, controllers: readonly UsableNode[]): string {
  const voters = controllers.map(
    (node) =>
      `{"id": ${node.nodeId}, "directoryId": "${idOf(node)}", "endpoints": ["${CONTROLLER_LISTENER}://${controllerAddress(node)}"]}`,
  )
  return [
    `ClusterId:              ${clusterId}`,
    'LeaderId:               <one of them>',
    'LeaderEpoch:            <a number>',
    'HighWatermark:          <a number that grows>',
    'MaxFollowerLag:         <0, or close to it>',
    'MaxFollowerLagTimeMs:   <less than 1000>',
    `CurrentVoters:          [${voters.join(', ')}]`,
    'CurrentObservers:       []',
  ].join('\n')
}

/** `kafka-metadata-quorum describe --replication`; the leader comes first. */
export function replicationPrints(controllers: readonly UsableNode[]): string {
  const rows = controllers.map((node, i) => [
    String(node.nodeId),
    idOf(node),
    '<offset>',
    '0',
    '<time>',
    '<time>',
    i === 0 ? '<Leader or Follower>' : '<Follower or Leader>',
  ])
  const head = ['NodeId', 'DirectoryId', 'LogEndOffset', 'Lag', 'LastFetchTimestamp', 'LastCaughtUpTimestamp', 'Status']
  return table([head, ...rows], '  ')
}

/** The two lines of `kafka-features describe` that matter. */
export function featuresPrints(isOld: boolean, metadataVersion: string): string {
  const line = (name: string, level: string) => {
    const parts = [
      `Feature: ${name}`,
      'SupportedMinVersion: <lowest>',
      'SupportedMaxVersion: <highest>',
      `FinalizedVersionLevel: ${level}`,
      'Epoch: <epoch>',
    ]
    return isOld ? parts.join('\t') : parts.join('  ')
  }
  return [line('kraft.version', '1'), line('metadata.version', metadataVersion)].join('\n')
}

/** `kafka-cluster list-endpoints`. */
export function endpointsPrints(brokers: readonly UsableNode[]): string {
  const rows = brokers.map(({ nodeId, host, brokerPort, rack }) => [
    String(nodeId),
    host,
    String(brokerPort),
    rack === '' ? 'null' : rack,
    'unfenced',
    'broker',
  ])
  const head = ['ID', 'HOST', 'PORT', 'RACK', 'STATE', 'ENDPOINT_TYPE']
  return table([head, ...rows], ' ')
}

/** One line of `kafka-broker-api-versions` for each broker; what it can do follows below each. */
export function apiVersionsPrints(brokers: readonly UsableNode[]): string {
  return brokers
    .map((node) => `${brokerAddress(node)} (id: ${node.nodeId} rack: ${node.rack === '' ? 'null' : node.rack}) -> (`)
    .join('\n')
}
