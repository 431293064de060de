/**
 * One controller asked for itself: as which node it answers, of which cluster, and whom it follows. A follower's
 * DescribeQuorum holds zeroes; its answer to a Fetch names the leader and the epoch it is in (KafkaRaftClient#handleFetchRequest).
 */
import type { KafkaConnection } from '../../../kafka/connection.ts'
import { describeQuorum, type LedQuorum } from '../../../kafka/describeQuorum.ts'
import { canFetchMetadata, fetchMetadata } from '../../../kafka/metadataFetch.ts'
import { type ConfigsAnswer, nodeConfigs } from '../../../kafka/nodeConfigs.ts'
import { AGREEING_SETTINGS } from '../../../nodeConfig/agreeingSettings.ts'
import { rolesIn } from '../../../nodeConfig/processRoles.ts'
import type { Lead, Stated } from '../../assessment/askedController.ts'
import { leaderRow } from '../../assessment/leaderRow.ts'

const INVALID_REQUEST = 42
const CLUSTER_AUTHORIZATION_FAILED = 31
const INCONSISTENT_CLUSTER_ID = 104

/** What a controller reports of its leader; `null` where it reports nothing. */
export interface StatedLeader {
  leaderId: number | null
  leaderEpoch: number | null
  /** Whether its cluster id is the one given. */
  sameCluster: boolean | null
  /** What it refuses, in words; empty where nothing. */
  refusal: string
}

const NAMES = ['node.id', 'process.roles', 'listeners', ...AGREEING_SETTINGS]

/** @param expectedId node id that is expected there. @throws KafkaFailure */
export async function askStated(connection: KafkaConnection, expectedId: number): Promise<Stated> {
  const first = await nodeConfigs(connection, expectedId, NAMES)
  if (first.ok) return statedIn(expectedId, first)
  // A node describes only itself, and its refusal names it: ask again by that name.
  const namedId = first.errorCode === INVALID_REQUEST ? first.answeringId : null
  const named = namedId === null ? first : await nodeConfigs(connection, namedId, NAMES)
  if (namedId !== null && named.ok) return statedIn(namedId, named)
  const denied = !named.ok && named.errorCode === CLUSTER_AUTHORIZATION_FAILED
  return { nodeId: namedId, roles: null, settings: new Map(), withheld: new Set(), denied }
}

function statedIn(nodeId: number, { configs, withheld }: Extract<ConfigsAnswer, { ok: true }>): Stated {
  return { nodeId, roles: rolesIn(configs.get('process.roles')), settings: configs, withheld, denied: false }
}

/** @throws KafkaFailure */
export async function askLeader(connection: KafkaConnection, clusterId: string | null): Promise<StatedLeader> {
  const nothing: StatedLeader = { leaderId: null, leaderEpoch: null, sameCluster: null, refusal: '' }
  if (!canFetchMetadata(connection)) return nothing
  const answer = await fetchMetadata(connection, {
    clusterId,
    currentLeaderEpoch: 1,
    fetchOffset: 0,
    lastFetchedEpoch: 0,
    maxWaitMs: 0,
    maxBytes: 1,
  })
  if (answer.errorCode === INCONSISTENT_CLUSTER_ID) {
    return { ...nothing, sameCluster: false, refusal: 'it belongs to another cluster' }
  }
  if (answer.errorCode === CLUSTER_AUTHORIZATION_FAILED) {
    return { ...nothing, refusal: 'the right CLUSTER_ACTION on the cluster is missing' }
  }
  const sameCluster = clusterId === null ? null : true
  return {
    ...nothing,
    sameCluster,
    leaderId: answer.leader?.leaderId ?? null,
    leaderEpoch: answer.leader?.leaderEpoch ?? null,
  }
}

/** Replicas fetch every 500 ms; one that has not for this long does not follow, in ms. */
const FOLLOWS_WITHIN_MS = 5000

export function leadOf(quorum: LedQuorum): Lead {
  const own = leaderRow(quorum)
  const now = own?.lastFetchMs ?? null
  return {
    leaderId: quorum.leaderId,
    leaderEpoch: quorum.leaderEpoch,
    voters: quorum.voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
    highWatermark: quorum.highWatermark,
    logEndOffset: own?.logEndOffset ?? null,
    followers: quorum.observers
      .filter((r) => r.nodeId !== quorum.leaderId && now !== null && now - (r.lastFetchMs ?? 0) < FOLLOWS_WITHIN_MS)
      .map((r) => r.nodeId),
  }
}

/** What it leads, by its own statement; `null` where it does not lead, or may not be asked. @throws KafkaFailure */
export async function askLead(connection: KafkaConnection): Promise<Lead | null> {
  const answer = await describeQuorum(connection)
  return answer.ok ? leadOf(answer.quorum) : null
}
