/**
 * DescribeQuorum (55) v0-v2 at the leader: who votes, who observes, how far each has got, on the leader's clock.
 * Source: DescribeQuorumResponse.json; LeaderState#describeReplicaState for what the leader fills in.
 */
import { describeQuorumV0, describeQuorumV1, describeQuorumV2 } from '@platformatic/kafka'
import type { Endpoint } from '../contract/quorumView.ts'
import type { KafkaConnection } from './connection.ts'
import { directoryIdFromUuid } from './records/directoryId.ts'
import { known } from './records/int64.ts'

export interface ReplicaState {
  nodeId: number
  /** `null` in static quorums and before v2. */
  directoryId: string | null
  logEndOffset: number | null
  /** Leader's wall clock in ms; `null`: not seen by this leader (or before v1). */
  lastFetchMs: number | null
  lastCaughtUpMs: number | null
}

/** The quorum as its leader reports it. */
export interface LedQuorum {
  leaderId: number
  leaderEpoch: number
  highWatermark: number | null
  voters: ReplicaState[]
  observers: ReplicaState[]
  /** Endpoints of the voters, by node id (v2). */
  voterEndpoints: Map<number, Endpoint[]>
}

export type QuorumAnswer =
  | { ok: true; quorum: LedQuorum }
  | { ok: false; errorCode: number; errorMessage: string | null }

/** Where a version lacks a field, the library fills in the value that Kafka itself has for unknown: -1, the zero UUID. */
type WireAnswer = describeQuorumV2.DescribeQuorumResponse
type WireReplica = describeQuorumV2.DescribeQuorumResponseVoter

function replicaState(wire: WireReplica): ReplicaState {
  return {
    nodeId: wire.replicaId,
    directoryId: directoryIdFromUuid(wire.replicaDirectoryId),
    logEndOffset: known(wire.logEndOffset),
    lastFetchMs: known(wire.lastFetchTimestamp),
    lastCaughtUpMs: known(wire.lastCaughtUpTimestamp),
  }
}

/** Every node of a cluster is a replica of its metadata log. No cluster has so many. */
const MAX_REPLICAS = 2000

/** From the library's struct to ours; a follower's error carries zeroes, which are no facts and are not read. */
export function quorumAnswer(wire: WireAnswer): QuorumAnswer {
  if (wire.errorCode !== 0) return { ok: false, errorCode: wire.errorCode, errorMessage: wire.errorMessage ?? null }
  const partition = wire.topics[0]?.partitions[0]
  if (partition === undefined) return { ok: false, errorCode: 3, errorMessage: 'the answer holds no partition' }
  if (partition.errorCode !== 0) {
    return { ok: false, errorCode: partition.errorCode, errorMessage: partition.errorMessage ?? null }
  }
  const replicas = partition.currentVoters.length + partition.observers.length
  if (replicas > MAX_REPLICAS) throw new RangeError(`an answer lists ${replicas} replicas of the metadata log`)
  return {
    ok: true,
    quorum: {
      leaderId: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      highWatermark: known(partition.highWatermark),
      voters: partition.currentVoters.map(replicaState),
      observers: partition.observers.map(replicaState),
      voterEndpoints: new Map(
        wire.nodes.map((n) => [n.nodeId, n.listeners.map((l) => ({ listener: l.name, host: l.host, port: l.port }))]),
      ),
    },
  }
}

const APIS = [describeQuorumV0.api, describeQuorumV1.api, describeQuorumV2.api] as const
const TOPICS = [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }]

/** @throws KafkaFailure */
export async function describeQuorum(connection: KafkaConnection): Promise<QuorumAnswer> {
  const version = connection.requireVersion(55, { min: 0, max: 2 }, 'DescribeQuorum: it is no KRaft node')
  const api = APIS[version] ?? describeQuorumV2.api
  return quorumAnswer(await connection.send((c) => api.async(c, TOPICS)))
}
