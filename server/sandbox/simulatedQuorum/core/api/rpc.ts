/**
 * Requests and answers of the Kafka protocol as the core sees them, free of bytes and versions. Unknown is `null` here;
 * the wire layer writes Kafka's -1.
 */
import type {
  Batch,
  FeatureRange,
  Listener,
  OffsetAndEpoch,
  ReplicaKey,
  Snapshot,
  VersionRange,
} from '../raft/records.ts'

interface RaftVoterRequest {
  readonly clusterId: string | null
  readonly voter: ReplicaKey
}

export type ClientRequest =
  | { readonly api: 'apiVersions' }
  | { readonly api: 'describeQuorum'; readonly knownTopic: boolean }
  | { readonly api: 'describeCluster'; readonly endpointType: number; readonly includeFenced: boolean }
  | { readonly api: 'describeConfigs'; readonly resources: readonly { readonly type: number; readonly name: string }[] }
  | { readonly api: 'metadata' }
  | {
      readonly api: 'fetch'
      readonly clusterId: string | null
      readonly knownTopic: boolean
      /** `null`: a consumer. */
      readonly replica: ReplicaKey | null
      readonly epoch: number
      readonly offset: number
      readonly lastFetchedEpoch: number
      readonly highWatermark: number | null
      readonly maxWaitMs: number
    }
  | {
      readonly api: 'fetchSnapshot'
      readonly clusterId: string | null
      readonly knownTopic: boolean
      readonly replica: ReplicaKey | null
      readonly epoch: number
      /** A replica names the one it was given; the simulation's own replicas take the newest. */
      readonly snapshotId: OffsetAndEpoch | 'latest'
    }
  | ({
      readonly api: 'addRaftVoter'
      readonly listeners: readonly Listener[]
      readonly ackWhenCommitted: boolean
    } & RaftVoterRequest)
  | ({ readonly api: 'removeRaftVoter' } & RaftVoterRequest)
  | ({
      readonly api: 'updateRaftVoter'
      readonly epoch: number
      readonly listeners: readonly Listener[]
      readonly kraftVersions: VersionRange
    } & RaftVoterRequest)
  | { readonly api: 'unregisterBroker'; readonly brokerId: number }
  | {
      readonly api: 'alterConfigs'
      readonly validateOnly: boolean
      readonly resources: readonly {
        readonly type: number
        readonly name: string
        /** `operation` as in AlterConfigOp.OpType. */
        readonly configs: readonly {
          readonly name: string
          readonly operation: number
          readonly value: string | null
        }[]
      }[]
    }
  | {
      readonly api: 'updateFeatures'
      readonly validateOnly: boolean
      readonly updates: readonly {
        readonly name: string
        readonly level: number
        readonly type: 'upgrade' | 'safeDowngrade' | 'unsafeDowngrade' | 'unknown'
      }[]
    }

export interface ReplicaRow {
  readonly key: ReplicaKey
  readonly logEndOffset: number | null
  readonly lastFetchMs: number | null
  readonly lastCaughtUpMs: number | null
}

export interface Outcome {
  readonly error: number
  readonly message: string | null
}

export interface FeatureResult extends Outcome {
  readonly name: string
}

export interface LeaderHint {
  readonly leaderId: number | null
  readonly epoch: number
  readonly listener: Listener | null
}

export interface FetchResponse {
  readonly api: 'fetch'
  /** Error of the whole answer; there is no partition then. */
  readonly topError: number
  readonly error: number
  readonly leader: LeaderHint
  readonly logStartOffset: number
  readonly highWatermark: number | null
  readonly diverging: OffsetAndEpoch | null
  readonly snapshotId: OffsetAndEpoch | null
  readonly batches: readonly Batch[]
}

export type ClientResponse =
  | {
      readonly api: 'apiVersions'
      readonly listener: 'controller' | 'broker'
      readonly supported: readonly FeatureRange[]
      readonly finalized: readonly { readonly name: string; readonly level: number }[]
      readonly finalizedEpoch: number | null
    }
  | ({
      readonly api: 'describeQuorum'
      /** Only set in a good answer. */
      readonly quorum: {
        readonly leaderId: number
        readonly epoch: number
        readonly highWatermark: number | null
        readonly voters: readonly ReplicaRow[]
        readonly observers: readonly ReplicaRow[]
        readonly nodes: readonly { readonly id: number; readonly listeners: readonly Listener[] }[]
      } | null
      /** Whether the error stands at the partition or at the top. */
      readonly atPartition: boolean
    } & Outcome)
  | ({
      readonly api: 'describeCluster'
      readonly endpointType: number
      readonly clusterId: string
      readonly controllerId: number | null
      readonly nodes: readonly { readonly id: number; readonly listener: Listener; readonly fenced: boolean }[]
    } & Outcome)
  | {
      readonly api: 'describeConfigs'
      readonly results: readonly ({
        readonly type: number
        readonly name: string
        readonly configs: readonly {
          readonly name: string
          readonly value: string | null
          readonly isDefault: boolean
        }[]
      } & Outcome)[]
    }
  | {
      readonly api: 'metadata'
      readonly clusterId: string
      readonly controllerId: number | null
      readonly brokers: readonly { readonly id: number; readonly listener: Listener }[]
    }
  | FetchResponse
  | {
      readonly api: 'fetchSnapshot'
      readonly topError: number
      readonly error: number
      readonly leader: LeaderHint
      readonly snapshot: Snapshot | null
    }
  | ({ readonly api: 'addRaftVoter' } & Outcome)
  | ({ readonly api: 'removeRaftVoter' } & Outcome)
  | { readonly api: 'updateRaftVoter'; readonly error: number; readonly leader: LeaderHint }
  | ({ readonly api: 'unregisterBroker' } & Outcome)
  | {
      readonly api: 'alterConfigs'
      readonly results: readonly ({ readonly type: number; readonly name: string } & Outcome)[]
    }
  /** Results are only there where the whole is good. */
  | ({ readonly api: 'updateFeatures'; readonly results: readonly FeatureResult[] } & Outcome)
  /** The process went away before it answered: the connection is closed. */
  | { readonly api: 'disconnected' }
