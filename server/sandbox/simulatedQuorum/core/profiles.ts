/**
 * What differs between the Kafka releases a simulated quorum can play: feature levels (Feature and MetadataVersion of
 * kafka-server-common, read from the released jars) and Raft behaviour by KIP.
 */
import type { FeatureRange } from './raft/records.ts'

export type KafkaRelease = '3.9.2' | '4.1.2' | '4.3.1'

export interface Profile {
  readonly release: KafkaRelease
  /** Ranges a node announces in ApiVersions and in its registration. */
  readonly supportedFeatures: readonly FeatureRange[]
  /** Levels a fresh cluster is formatted with; kraft.version is no metadata record. */
  readonly formattedFeatures: readonly { readonly name: string; readonly level: number }[]
  /** KIP-996: a node asks whether it could win before it raises the epoch (4.0). */
  readonly preVote: boolean
  /** kraft.version 0 to 1 on a running quorum (KAFKA-16538, 4.1). */
  readonly kraftVersionUpgrade: boolean
  /** controller.quorum.auto.join.enable and AddRaftVoter v1 with AckWhenCommitted (KIP-1186, 4.2). */
  readonly autoJoin: boolean
  /** Fetch v18: the leader answers a waiting fetch as soon as the high watermark moves (KIP-1166, 4.1). */
  readonly fetchCarriesHighWatermark: boolean
  /** Version of RegisterBrokerRecord at the formatted metadata.version. */
  readonly registerBrokerVersion: number
  /** How ReplicaKey.toString writes a missing directory id; 3.9 prints the Optional itself. */
  readonly printsOptionals: boolean
  /** Up to 4.1 the answer to a good change of voters carries the text "NONE" (RaftUtil.addVoterResponse). */
  readonly saysNone: boolean
  /** Before 4.0 UnregisterBroker is refused without a text. */
  readonly explainsUnregistration: boolean
  /** Before 4.0: each feature of an update has an error of its own, and the answer as a whole is good. */
  readonly featureErrorsApart: boolean
}

const kraftVersion = { name: 'kraft.version', min: 0, max: 1 }
const groupVersion = { name: 'group.version', min: 0, max: 1 }
const transactionVersion = { name: 'transaction.version', min: 0, max: 2 }
const eligibleLeaderReplicas = { name: 'eligible.leader.replicas.version', min: 0, max: 1 }

const profiles: Record<KafkaRelease, Profile> = {
  '3.9.2': {
    release: '3.9.2',
    supportedFeatures: [{ name: 'metadata.version', min: 1, max: 21 }, kraftVersion],
    formattedFeatures: [{ name: 'metadata.version', level: 21 }],
    preVote: false,
    kraftVersionUpgrade: false,
    autoJoin: false,
    fetchCarriesHighWatermark: false,
    registerBrokerVersion: 3,
    printsOptionals: true,
    saysNone: true,
    explainsUnregistration: false,
    featureErrorsApart: true,
  },
  '4.1.2': {
    release: '4.1.2',
    supportedFeatures: [
      groupVersion,
      kraftVersion,
      { name: 'metadata.version', min: 7, max: 27 },
      { name: 'share.version', min: 0, max: 1 },
      transactionVersion,
      eligibleLeaderReplicas,
    ],
    formattedFeatures: [
      { name: 'metadata.version', level: 27 },
      { name: 'eligible.leader.replicas.version', level: 1 },
      { name: 'group.version', level: 1 },
      { name: 'transaction.version', level: 2 },
    ],
    preVote: true,
    kraftVersionUpgrade: true,
    autoJoin: false,
    fetchCarriesHighWatermark: true,
    registerBrokerVersion: 3,
    printsOptionals: false,
    saysNone: true,
    explainsUnregistration: true,
    featureErrorsApart: false,
  },
  '4.3.1': {
    release: '4.3.1',
    supportedFeatures: [
      groupVersion,
      kraftVersion,
      { name: 'metadata.version', min: 7, max: 30 },
      { name: 'share.version', min: 0, max: 1 },
      { name: 'streams.version', min: 0, max: 1 },
      transactionVersion,
      eligibleLeaderReplicas,
    ],
    formattedFeatures: [
      { name: 'metadata.version', level: 30 },
      { name: 'eligible.leader.replicas.version', level: 1 },
      { name: 'group.version', level: 1 },
      { name: 'share.version', level: 1 },
      { name: 'streams.version', level: 1 },
      { name: 'transaction.version', level: 2 },
    ],
    preVote: true,
    kraftVersionUpgrade: true,
    autoJoin: true,
    fetchCarriesHighWatermark: true,
    registerBrokerVersion: 4,
    printsOptionals: false,
    saysNone: false,
    explainsUnregistration: true,
    featureErrorsApart: false,
  },
}

export function profileOf(release: KafkaRelease): Profile {
  return profiles[release]
}
