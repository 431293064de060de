/**
 * What a metadata log holds, as values. Batches are never changed once they are made, so logs of several nodes and
 * copies of a whole cluster may share them.
 */

/** Kafka's ReplicaKey: a node id on one disk. `null`: the voter set of a static quorum does not name the disk. */
export interface ReplicaKey {
  readonly id: number
  /** Kafka's 22-character base64url form. */
  readonly directoryId: string | null
}

export interface Listener {
  readonly name: string
  readonly host: string
  readonly port: number
}

export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** One entry of a VotersRecord (KIP-853). */
export interface VoterNode {
  readonly key: ReplicaKey
  readonly listeners: readonly Listener[]
  /** kraft.version levels the voter supports. */
  readonly kraftVersions: VersionRange
}

export interface FeatureRange extends VersionRange {
  readonly name: string
}

/** BrokerRegistrationFencingChange and BrokerRegistrationInControlledShutdownChange of Kafka. */
type FencingChange = 'fence' | 'unfence' | 'none'

export type LogRecord =
  | {
      readonly kind: 'leaderChange'
      readonly leaderId: number
      readonly voters: readonly ReplicaKey[]
      readonly grantingVoters: readonly ReplicaKey[]
    }
  | { readonly kind: 'kraftVersion'; readonly level: number }
  | { readonly kind: 'kraftVoters'; readonly voters: readonly VoterNode[] }
  | { readonly kind: 'snapshotHeader'; readonly lastContainedLogTimestampMs: number }
  | { readonly kind: 'snapshotFooter' }
  | { readonly kind: 'noOp' }
  | { readonly kind: 'beginTransaction'; readonly name: string }
  | { readonly kind: 'endTransaction' }
  | { readonly kind: 'featureLevel'; readonly name: string; readonly level: number }
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
      readonly brokerEpoch: number
      readonly listeners: readonly Listener[]
      readonly features: readonly FeatureRange[]
      readonly fenced: boolean
      readonly inControlledShutdown: boolean
      readonly logDirs: readonly string[]
    }
  | {
      readonly kind: 'brokerChange'
      readonly brokerId: number
      readonly brokerEpoch: number
      readonly fencing: FencingChange
      readonly startsControlledShutdown: boolean
    }
  | { readonly kind: 'unregisterBroker'; readonly brokerId: number; readonly brokerEpoch: number }
  /** A dynamic configuration of a broker; `null` takes it away. */
  | { readonly kind: 'brokerConfig'; readonly brokerId: number; readonly name: string; readonly value: string | null }

export interface Batch {
  readonly baseOffset: number
  readonly epoch: number
  /** Wall clock of the leader that appended it. */
  readonly timestampMs: number
  readonly control: boolean
  readonly records: readonly LogRecord[]
}

export interface OffsetAndEpoch {
  readonly offset: number
  readonly epoch: number
}

/** State below `id.offset`, written by one node (KIP-630). */
export interface Snapshot {
  /** End offset (exclusive) and epoch of the last record it contains. */
  readonly id: OffsetAndEpoch
  readonly lastContainedLogTimestampMs: number
  readonly kraftVersion: number
  /** `null` with kraft.version 0: the voters are in nobody's log then. */
  readonly voters: readonly VoterNode[] | null
  readonly records: readonly LogRecord[]
}

export function nextOffset(batch: Batch): number {
  return batch.baseOffset + batch.records.length
}
