/** Everything that the rules look at, gathered by the engine at one moment. Plain data. */
import type { LinkState } from '../contract/clusters.ts'
import type { Endpoint, QuorumView } from '../contract/quorumView.ts'
import type { SandboxState } from '../contract/sandbox.ts'
import type { EndpointProbe } from './ports.ts'
import type { Thresholds } from './thresholds.ts'
import type { Track } from './track.ts'

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
  /** By node id, with the monotonic time of the probe. */
  probes: ReadonlyMap<number, { atMs: number; results: EndpointProbe[] }>
  /** A host action that was asked for is still going on. */
  hostsBusy: boolean
  /** Hosts of a sandbox; `null` where they are not ours. */
  sandbox: SandboxState | null
  /** `host:port,…` and the properties file for the equivalent commands. */
  bootstrapControllers: string[]
  commandConfig: string | null
}
