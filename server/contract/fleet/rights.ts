/** What Quorumdeck may ask of a cluster, tried on the cluster itself: what works for it, and the ACL that is missing. */
import * as z from 'zod/mini'
import { Problem } from '../clusters.ts'

export const RightName = z.enum(['DESCRIBE', 'CLUSTER_ACTION', 'ALTER', 'DESCRIBE_CONFIGS'])
export type RightName = z.infer<typeof RightName>

export const TriedRight = z.object({
  /** Operation on the resource CLUSTER. */
  right: RightName,
  /** `null`: it could not be tried there. */
  held: z.nullable(z.boolean()),
  /** What works with it. */
  gives: z.array(z.string()),
  /** What is not possible without it. */
  without: z.string(),
  /** Requests of Kafka's protocol that ask for it. */
  requests: z.array(z.string()),
  /** For kafka-acls, where it is missing; `null` where it is not. */
  command: z.nullable(z.string()),
})
export type TriedRight = z.infer<typeof TriedRight>

/** Answer of `GET /api/clusters/{cluster}/rights`. */
export const ClusterRights = z.object({
  triedAtMs: z.int(),
  /** As whom; `null`: without a name (no SASL, or the certificate names it). */
  principal: z.nullable(z.string()),
  /** Where it was tried; `null`: no address let us ask. */
  address: z.nullable(z.string()),
  endpoint: z.nullable(z.enum(['controller', 'broker'])),
  rights: z.array(TriedRight),
  /** Why nothing could be tried. */
  problem: z.nullable(Problem),
})
export type ClusterRights = z.infer<typeof ClusterRights>
