/** The clusters this server watches, and how well it reaches each. */
import * as z from 'zod/mini'
import { Advice } from './advice.ts'

/** Something that went wrong, named plainly: what happened, what it means, what to do next. */
export const Problem = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  remedy: z.string(),
})
export type Problem = z.infer<typeof Problem>

/**
 * How the server reaches the cluster. `live`: a leader answers. `no-leader`: nodes answer but nobody leads.
 * `unreachable`: nobody answers. `refused`: the cluster refuses us (password, certificate, ACL). `unsupported`: it
 * is no KRaft cluster, too old, or another cluster than configured.
 */
export const LinkState = z.enum(['connecting', 'live', 'no-leader', 'unreachable', 'refused', 'unsupported'])
export type LinkState = z.infer<typeof LinkState>

export const ClusterLink = z.object({
  state: LinkState,
  /** Since when, dashboard's wall clock. */
  sinceMs: z.int(),
  problem: z.nullable(Problem),
  /** The last attempt at each address we know, newest first. */
  attempts: z.array(z.object({ address: z.string(), outcome: z.string() })),
})
export type ClusterLink = z.infer<typeof ClusterLink>

/** `practice`: the simulated quorum. `sandbox`: real Kafka processes started by Quorumdeck. `kafka`: yours. */
export const ClusterKind = z.enum(['kafka', 'practice', 'sandbox'])
export type ClusterKind = z.infer<typeof ClusterKind>

/** Where a cluster is written down, and so where it is changed. `added`: here. `file`: quorumdeck.yaml. `flags`: the command line. `built-in`: started by Quorumdeck itself. */
export const ClusterOrigin = z.enum(['added', 'file', 'flags', 'built-in'])
export type ClusterOrigin = z.infer<typeof ClusterOrigin>

export const ClusterSummary = z.object({
  cluster: z.string(),
  name: z.string(),
  kind: ClusterKind,
  /** It was added here, from a plan that is kept. */
  planned: z.optional(z.boolean()),
  /** Clusters of one group stand together. */
  group: z.optional(z.string()),
  origin: z.optional(ClusterOrigin),
  /** As it is written down, `host:port`. */
  addresses: z.optional(z.array(z.string())),
  /** Other names here of the same Kafka cluster: runs belong to it, not to a name. */
  sameKafkaCluster: z.optional(z.array(z.string())),
  /** Of several servers the one that observes it now; `null`: none, or it is not known. Left out where there is one server. */
  observedBy: z.optional(z.nullable(z.string())),
  clusterId: z.nullable(z.string()),
  link: ClusterLink,
  /** Age of the newest observation when this was written; `null` before the first. */
  ageMs: z.nullable(z.int()),
  leaderId: z.nullable(z.int()),
  voters: z.nullable(z.int()),
  healthyVoters: z.nullable(z.int()),
  margin: z.nullable(z.int()),
  observers: z.nullable(z.int()),
  kafkaRelease: z.nullable(z.string()),
  /** The gravest finding; `null` when there is none. */
  worst: z.nullable(Advice),
})
export type ClusterSummary = z.infer<typeof ClusterSummary>

export const ClusterList = z.object({ serverRunId: z.string(), clusters: z.array(ClusterSummary) })
export type ClusterList = z.infer<typeof ClusterList>
