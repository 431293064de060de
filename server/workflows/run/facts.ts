/** Everything that the rules look at, gathered by the engine at one moment. Plain data. */
import type { LinkState } from '../../contract/clusters.ts'
import type { CruiseControlLook, DryRunSummary, Reply } from '../../contract/cruiseControl.ts'
import type { Endpoint, QuorumView } from '../../contract/quorumView.ts'
import type { SandboxState } from '../../contract/sandbox.ts'
import type { NodeFacts } from '../../quorum/assessment/sample.ts'
import type { LogFacts } from '../../quorum/log/metadataLog.ts'
import type { BrokerDisks, EndpointProbe } from './ports.ts'
import type { Thresholds } from './thresholds.ts'
import type { MoveTrail } from './windows/moveTrail.ts'
import type { Track } from './windows/track.ts'

export function probeKey(nodeId: number, { host, port }: Endpoint): string {
  return `${nodeId} at ${host}:${port}`
}

/** A probe counts as of now for this long, in ms. */
const PROBE_VALID_MS = 5000

/** One for each endpoint, in their order; `null` while one is missing or old, or there is no endpoint. */
export function probesOf(
  { probes, monotonicMs }: Facts,
  nodeId: number,
  endpoints: readonly Endpoint[],
): EndpointProbe[] | null {
  const found: EndpointProbe[] = []
  for (const endpoint of endpoints) {
    const kept = probes.get(probeKey(nodeId, endpoint))
    if (kept === undefined || monotonicMs - kept.atMs > PROBE_VALID_MS) return null
    found.push(kept.probe)
  }
  return found.length === 0 ? null : found
}

/** What is known of Cruise Control. Times are monotonic. */
export interface CruiseControlFacts {
  address: string
  /** `null` before the first look. */
  look: { atMs: number; answer: Reply<CruiseControlLook> } | null
  /** What it saw on each broker when it was asked for that last. */
  counts: { atMs: number; replicas: ReadonlyMap<number, number> } | null
  /** The last dry run that ended. */
  dryRun: { atMs: number; brokers: readonly number[]; answer: Reply<DryRunSummary> } | null
}

export interface Facts {
  /** Dashboard's wall clock, for stamps. */
  nowMs: number
  /** Dashboard's monotonic clock, for durations. */
  monotonicMs: number
  view: QuorumView | null
  /** Age of the newest observation, monotonic. */
  ageMs: number | null
  link: LinkState
  track: Track
  thresholds: Thresholds
  /** Controller listeners by each node's own registration. */
  endpoints: ReadonlyMap<number, Endpoint[]>
  /** Who answers at an address, by `probeKey`, with the monotonic time of the answer. */
  probes: ReadonlyMap<string, { atMs: number; probe: EndpointProbe }>
  /** What the metadata log holds; `null` where it is not followed. */
  log: LogFacts | null
  /** What each node reports of its own configuration. */
  nodes: ReadonlyMap<number, NodeFacts>
  /** What the brokers reported of their disks when they were looked at last, with the monotonic time; empty where nobody asked. */
  disks: { atMs: number; brokers: ReadonlyMap<number, BrokerDisks> } | null
  /** What moves away from brokers that are emptied have copied, look by look; `null` where none are. */
  moves: MoveTrail | null
  /** Since when the moves that are going on have copied nothing, monotonic; `null` before the first look. */
  movedAtMs: number | null
  /** `null` where none is configured. */
  cruiseControl: CruiseControlFacts | null
  /** A host action that was asked for is still going on. */
  hostsBusy: boolean
  /** The cluster of the run is not seen here: the id of the one that is, empty where nothing is watched. Absent otherwise. */
  elsewhere?: string
  /** Id of whoever approved the run, who may not approve it any more. Absent otherwise. */
  barred?: string
  /** Hosts of a sandbox; `null` where they are not ours. */
  sandbox: SandboxState | null
  /** `host:port,…` and the properties file for the equivalent commands. */
  bootstrapControllers: string[]
  commandConfig: string | null
}
