/** One look at the quorum, and the slower facts that belong to it. Plain data; `assess` turns them into the view. */
import type { Endpoint, Incident, IncidentMemory, ObservationSource } from '../../contract/quorumView.ts'
import type { LedQuorum } from '../../kafka/describeQuorum.ts'
import type { LogFacts } from '../log/metadataLog.ts'
import type { AskedController } from './askedController.ts'
import type { Asked } from './askedInTurn.ts'

/** What the leader answered to DescribeQuorum. */
export interface LedSample extends LedQuorum {
  kind: 'led'
  /** Dashboard's wall clock when the answer arrived. */
  observedAtMs: number
  /** The same moment on the dashboard's monotonic clock, which nobody sets; absent where the wall clock cannot step. */
  monotonicMs?: number
  source: ObservationSource
}

/** Nodes answer, but none of them leads or names a leader that answers. */
export interface LeaderlessSample {
  kind: 'leaderless'
  observedAtMs: number
  source: ObservationSource
  /** The leader that followers name, which does not answer us; `null` where they name none. */
  namedLeaderId: number | null
  /** Since when nobody leads, dashboard's wall clock. */
  sinceMs: number
}

/** When the answer arrived, on a clock for durations. */
export function arrivedMs({ monotonicMs, observedAtMs }: Pick<LedSample, 'monotonicMs' | 'observedAtMs'>): number {
  return monotonicMs ?? observedAtMs
}

export type QuorumSample = LedSample | LeaderlessSample

/** The ACLs on the resource CLUSTER that Quorumdeck can use. */
export type ClusterAcl = 'DESCRIBE' | 'CLUSTER_ACTION' | 'ALTER' | 'DESCRIBE_CONFIGS'

/** What one node reports of itself. */
export interface NodeFacts {
  configs: Map<string, string>
  /** Highest metadata.version that it supports. */
  supportedMetadataVersion: number | null
  /** It did not answer in the last round: this is what it reported before. */
  retained?: true
}

/** Read every few seconds, not with every sample. `null` is "not read". */
export interface ClusterFacts {
  clusterId: string | null
  /** Controllers registered with the cluster, from DescribeCluster at the leader. */
  controllers: Map<number, Endpoint[]> | null
  /** Brokers, from DescribeCluster at a broker. */
  brokers: Map<number, { endpoints: Endpoint[]; fenced: boolean | null; rack: string | null }> | null
  nodes: Map<number, NodeFacts>
  /** Brokers that were asked for their configuration. */
  asked: Asked
  /** What answers at the broker listeners of node ids that also have a controller's address: another process, perhaps. */
  brokerProcesses?: Map<number, NodeFacts>
  finalizedFeatures: Map<string, number> | null
  /** Whether the cluster knows AddRaftVoter (Kafka 3.9). */
  knowsVoterChanges: boolean | null
  missingAcls: ClusterAcl[]
  /** Host names of voters' endpoints that do not resolve here. */
  unresolvedHosts: string[]
  /** Why the metadata log is not tailed; `null` while it is, or where an ACL is what is missing. */
  tailProblem: string | null
  /** Why the controllers cannot be reached although a broker names them. */
  controllersProblem: string | null
}

export const NO_FACTS: ClusterFacts = {
  clusterId: null,
  controllers: null,
  brokers: null,
  nodes: new Map(),
  asked: new Map(),
  finalizedFeatures: null,
  knowsVoterChanges: null,
  missingAcls: [],
  unresolvedHosts: [],
  tailProblem: null,
  controllersProblem: null,
}

/** Everything that `assess` looks at. */
export interface Observation {
  /** What every known controller reports of itself; `null` before they were asked. */
  asked: readonly AskedController[] | null
  /** Open incidents, oldest first. */
  incidents: readonly Incident[]
  /** Whether those that were kept are among them. */
  incidentMemory: IncidentMemory
  sample: QuorumSample
  facts: ClusterFacts
  /** `null` where the metadata log is not read. */
  log: LogFacts | null
  /** Racks that the operator named, by node id. */
  racks: ReadonlyMap<number, string>
}
