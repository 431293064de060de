/**
 * Where a controller says that it listens, from its own registration. The voter set holds endpoints by node id too, but
 * those belong to the incarnation that votes: a replaced disk must not be added with the address of the old one. Pure.
 */
import type { Endpoint } from '../../contract/quorumView.ts'
import type { LogFacts } from '../log/metadataLog.ts'
import type { ClusterFacts, QuorumSample } from './sample.ts'

export interface Registrations {
  /** `null` where the metadata log is not read. */
  log: LogFacts | null
  facts: Pick<ClusterFacts, 'controllers'>
}

/**
 * Endpoints of a node's controller registration: the metadata log's names every listener, DescribeCluster's only one,
 * and that without its name.
 */
export function registeredEndpoints(nodeId: number, { log, facts }: Registrations): Endpoint[] {
  return log?.controllers.get(nodeId)?.endpoints ?? facts.controllers?.get(nodeId) ?? []
}

/**
 * As an AddRaftVoter request needs them, named. A name that DescribeCluster left out is that of the leader's listener
 * where the leader has just one; otherwise the listeners are not known and nothing is returned.
 */
export function controllerEndpoints(
  nodeId: number,
  registrations: Registrations,
  sample: QuorumSample | null,
): Endpoint[] {
  const endpoints = registeredEndpoints(nodeId, registrations)
  if (endpoints.every((e) => e.listener !== '')) return endpoints
  const leaders = sample?.kind === 'led' ? (sample.voterEndpoints.get(sample.leaderId) ?? []) : []
  const [only, another] = leaders
  if (only === undefined || another !== undefined || only.listener === '') return []
  return endpoints.map((endpoint) => ({ ...endpoint, listener: only.listener }))
}

/** Where every registered controller says that it listens. */
export function registeredPlaces({ log, facts }: Registrations): ReadonlyMap<number, readonly Endpoint[]> {
  if (log === null) return facts.controllers ?? new Map()
  return new Map([...log.controllers].map(([nodeId, { endpoints }]) => [nodeId, endpoints]))
}
