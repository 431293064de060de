/** What travels between processes of the simulated cluster. */

import type { ClientRequest, ClientResponse, FetchResponse, LeaderHint } from './api/rpc.ts'
import type { FeatureRange, Listener, ReplicaKey, VersionRange } from './raft/records.ts'

/** Where an answer goes: a process of the cluster, a client, or a client behind a broker that forwarded its request. */
export type ReplyTo =
  | { readonly kind: 'node'; readonly nodeId: number; readonly runId: number; readonly rpcId: number }
  | { readonly kind: 'client'; readonly requestId: number }

/** What a candidate says to ApiVersions: an error, and the range of kraft.version it knows; `null` where it names none. */
export interface ProbeResult {
  readonly error: number
  readonly kraft: VersionRange | null
}

export type Message =
  | {
      readonly kind: 'client'
      readonly requestId: number
      readonly listener: 'controller' | 'broker'
      readonly request: ClientRequest
    }
  /** An answer on its way out of a slow process. */
  | { readonly kind: 'clientAnswer'; readonly requestId: number; readonly response: ClientResponse }
  /** A client's request, forwarded by a broker, or one that a controller sends itself. */
  | { readonly kind: 'rpc'; readonly rpcId: number; readonly runId: number; readonly request: ClientRequest }
  | { readonly kind: 'rpcAnswer'; readonly rpcId: number; readonly response: ClientResponse }
  /** Nobody listens at the address: the connection was refused. */
  | { readonly kind: 'refused'; readonly rpcId: number }
  | {
      readonly kind: 'fetch'
      readonly rpcId: number
      readonly runId: number
      readonly clusterId: string
      readonly replica: ReplicaKey
      readonly epoch: number
      readonly offset: number
      readonly lastFetchedEpoch: number
      readonly highWatermark: number | null
    }
  | { readonly kind: 'fetchAnswer'; readonly rpcId: number; readonly response: FetchResponse }
  | {
      readonly kind: 'vote'
      readonly runId: number
      readonly candidate: ReplicaKey
      readonly voter: ReplicaKey
      readonly epoch: number
      readonly lastEpoch: number
      readonly lastOffset: number
      readonly preVote: boolean
    }
  | {
      readonly kind: 'voteAnswer'
      readonly voterId: number
      readonly error: number
      readonly leader: LeaderHint
      readonly granted: boolean
      readonly preVote: boolean
      /** Epoch the vote was asked for. */
      readonly askedEpoch: number
    }
  /** The voter's address refused the vote request. */
  | { readonly kind: 'voteRefused'; readonly voterId: number }
  | { readonly kind: 'beginEpoch'; readonly leaderId: number; readonly epoch: number; readonly voter: ReplicaKey }
  | {
      readonly kind: 'endEpoch'
      readonly leaderId: number
      readonly epoch: number
      readonly successors: readonly number[]
    }
  /** A receiver answers a sender of an older epoch with what it knows. */
  | { readonly kind: 'newerEpoch'; readonly leader: LeaderHint }
  /** ApiVersions to a node that is to become a voter, and its answer. */
  | { readonly kind: 'probe'; readonly rpcId: number; readonly runId: number }
  | ({ readonly kind: 'probeAnswer'; readonly rpcId: number } & ProbeResult)
  | {
      readonly kind: 'registerController'
      readonly controllerId: number
      readonly incarnationId: string
      readonly listeners: readonly Listener[]
      readonly features: readonly FeatureRange[]
    }
  | {
      readonly kind: 'registerBroker'
      readonly brokerId: number
      readonly incarnationId: string
      readonly listeners: readonly Listener[]
      readonly features: readonly FeatureRange[]
      readonly logDirs: readonly string[]
    }
  | {
      readonly kind: 'heartbeat'
      readonly brokerId: number
      readonly brokerEpoch: number
      readonly wantsFence: boolean
      readonly wantsShutdown: boolean
    }
