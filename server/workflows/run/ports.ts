/** What the workflows need of the outside, and nothing else: main connects them. */
import type { ClusterLink } from '../../contract/clusters.ts'
import type { CruiseControlLook, DryRunSummary, HandOverAct, LookFor, Reply } from '../../contract/cruiseControl.ts'
import type { Endpoint, QuorumView } from '../../contract/quorumView.ts'
import type { RehearsalReport } from '../../contract/rehearsal.ts'
import type { SandboxPort } from '../../contract/sandbox.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { BrokerDisks } from '../../quorum/assessment/brokerDisks.ts'
import type { NodeFacts } from '../../quorum/assessment/sample.ts'
import type { LogFacts } from '../../quorum/log/metadataLog.ts'
import type { EndpointProbe } from '../../quorum/reading/endpointProbe.ts'
import type { ChangeOptions, KafkaAct, LeaderOutcome, VoterChange } from '../../quorum/reading/leaderWrites.ts'
import type { Thresholds } from './thresholds.ts'

export type { BrokerDisks, ChangeOptions, EndpointProbe, KafkaAct, VoterChange }

/** What a request came to, at the leader or at Cruise Control. `taskId`: its User-Task-ID, of Cruise Control alone. */
export type ChangeOutcome = LeaderOutcome & { taskId?: string | null }

/** Any request that does not change the voters: to Kafka itself, or to Cruise Control. */
export type ClusterAct = KafkaAct | HandOverAct

/** A dynamic configuration; `value` null: it is taken away. */
export type Config = Extract<ClusterAct, { kind: 'configure' }>['configs'][number]

export function isHandOver(act: ClusterAct): act is HandOverAct {
  return act.kind === 'cruise-control-remove' || act.kind === 'cruise-control-stop'
}

/** What is read of brokers beside the quorum. */
export interface ClusterReads {
  /** Of those that answer, by id, with these replicas, as `topic-partition`, alone. Never rejects. */
  disks(brokerIds: readonly number[], concerned: ReadonlySet<string>): Promise<Map<number, BrokerDisks>>
}

/** Every write carries Kafka's cluster id, goes to the leader's controller listener once, and is never repeated. */
export interface ClusterWrites {
  /** Never rejects. */
  changeVoters(clusterId: string, change: VoterChange, options: ChangeOptions): Promise<ChangeOutcome>
  /** Never rejects. */
  act(act: KafkaAct, options: ChangeOptions): Promise<ChangeOutcome>
  /** Never rejects. */
  probe(nodeId: number, endpoints: Endpoint[]): Promise<EndpointProbe[]>
}

/** Cruise Control, to which the emptying of brokers may be handed. Nothing rejects. */
export interface CruiseControl {
  /** Its address with the path of its API, without a slash at the end. */
  readonly address: string
  look(what: LookFor): Promise<Reply<CruiseControlLook>>
  /** Moves nothing; may take minutes. */
  dryRun(brokers: readonly number[], marker: string): Promise<Reply<DryRunSummary>>
  /** Sent at most once. */
  act(act: HandOverAct, mayStillSend: () => Promise<string | null>): Promise<ChangeOutcome>
}

/** The observer of one cluster, as far as the workflows look at it. */
export interface QuorumSource {
  readonly cluster: string
  readonly view: QuorumView | null
  readonly link: ClusterLink
  /** Age of the newest answer of the quorum, monotonic; `null` before the first. */
  ageMs(): number | null
  /** Asks the leader anew. Resolves with a view whose answer was asked for after this call, or `null` after 3 s. */
  refresh(): Promise<QuorumView | null>
  /** Controller listeners of a node's own registration; empty where none is known. */
  controllerEndpoints(nodeId: number): Endpoint[]
  /** What the metadata log holds, as it is followed; `null` where it is not. */
  readonly log: LogFacts | null
  /** What each node reports of its own configuration; a node that is down keeps what it reported before. */
  readonly nodes: ReadonlyMap<number, NodeFacts>
  /** While active, the quorum is looked at every 250 ms. */
  setActive(active: boolean): void
  subscribe(listener: { onView?(view: QuorumView): void }): () => void
}

/** Does on a sandbox what an operator does on a host. */
export type HostActions = SandboxPort

export interface RehearsalInput {
  view: QuorumView
  /** What the metadata log holds; `null` where it is not followed. */
  log: LogFacts | null
  /** What each node reports of its own configuration. */
  nodes: ReadonlyMap<number, NodeFacts>
  request: Pick<StartWorkflow, 'kind' | 'params'>
  thresholds: Thresholds
}

/** Plays a plan on a simulated copy of the quorum. */
export interface Rehearsal {
  /** @throws WorkflowRefusal where the copy refuses the plan, or nothing can be rehearsed now */
  rehearse(input: RehearsalInput): Promise<RehearsalReport>
}

export interface WorkflowCluster {
  cluster: string
  source: QuorumSource
  writes: ClusterWrites
  reads: ClusterReads
  /** `null` where none is configured. */
  cruiseControl: CruiseControl | null
  /** `null` where the hosts are not ours. */
  hosts: HostActions | null
  /** `host:port` list for the equivalent commands. */
  bootstrapControllers: string[]
  /** Properties file given to us, named in the equivalent commands; `null` where there is none. */
  commandConfig: string | null
}
