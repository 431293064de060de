/**
 * What is known of a node that answers while no leader lists it. A node that downloads a snapshot does not fetch the log, so
 * the leader's books do not show it; whoever ends it for that begins the download anew. Pure.
 */
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import { type Facts, probesOf } from './facts.ts'

/** Something answers at one of the addresses, and who it is cannot be seen: the reason, `null` where that is not so. */
export function unverifiedAt(facts: Facts, nodeId: number, endpoints: readonly Endpoint[]): string | null {
  const probes = probesOf(facts, nodeId, endpoints)
  // What was asked just now counts before what is asked in turn.
  if (probes !== null) return probes.find((p) => p.outcome === 'unverifiable')?.detail ?? null
  const account = facts.view?.controllers?.find(
    (a) => a.reach === 'unverifiable' && (a.recordedId === nodeId || a.registeredId === nodeId),
  )
  return account === undefined ? null : `${account.address}: ${account.problem}`
}

/** Where the node answers as itself, says nothing against being a controller of this cluster, and is heard by no leader. */
export function downloadingAt(facts: Facts, nodeId: number, endpoints: readonly Endpoint[]): string | null {
  const { view } = facts
  if (view === null || view.replicas.some((r) => r.nodeId === nodeId && r.health !== 'silent')) return null
  const accounts = (view.controllers ?? []).filter((a) => a.reach === 'answers' && a.nodeId === nodeId)
  if (accounts.some((a) => a.sameCluster === false || a.roles?.includes('controller') === false)) return null
  const probes = probesOf(facts, nodeId, endpoints)
  if (probes === null) return accounts[0]?.address ?? null
  const probe = probes.find((p) => p.outcome === 'answers' && p.isNode === true)
  return probe === undefined ? null : hostPort(probe.endpoint)
}

export function downloadingText(nodeId: number, address: string): string {
  return `node ${nodeId} answers at ${address} and no leader lists it: it may be the new disk, downloading a snapshot, which no leader shows`
}

export const DOWNLOADING_REMEDY =
  'Wait, without a time limit, and let it run: ended, it begins the download anew. Its own log names the directory id that it runs with. If it is not the new disk that ' +
  'downloads: a wrong cluster.id in its meta.properties, or no way from it to the leader (controller.quorum.bootstrap.servers, the network); the old disk, if it is that one, then shows as fetching once the way is mended.'
