/** What somebody needs who helps from afar: how this server is set up, what it sees, what went wrong. No secret is in it. */
import * as z from 'zod/mini'
import { ClusterSummary } from './clusters.ts'
import { QuorumFacts } from './quorumView.ts'

export const Diagnostics = z.object({
  generatedAtMs: z.int(),
  serverRunId: z.string(),
  version: z.string(),
  /** Of Node, and the operating system. */
  node: z.string(),
  platform: z.string(),
  uptimeSeconds: z.int(),
  memoryBytes: z.int(),
  storage: z.enum(['sqlite', 'postgresql']),
  readOnly: z.boolean(),
  /** Names of the ways in that are configured. */
  signIn: z.array(z.string()),
  clusters: z.array(
    z.object({
      summary: ClusterSummary,
      quorum: z.nullable(QuorumFacts),
      findings: z.array(z.object({ code: z.string(), severity: z.string(), title: z.string() })),
      /** Guided changes that go on: kind and state. */
      runs: z.array(z.object({ id: z.string(), kind: z.string(), state: z.string(), now: z.string() })),
    }),
  ),
  /** As Prometheus gets them. */
  metrics: z.string(),
  /** The newest lines of the log, secrets struck out. */
  log: z.array(z.string()),
})
export type Diagnostics = z.infer<typeof Diagnostics>
