/** Whether a cluster can be reached as it is written down, hop by hop, before anything relies on it. */
import * as z from 'zod/mini'

/** In the order in which they are made. */
export const HopName = z.enum(['name', 'tcp', 'tls', 'sasl', 'api-versions', 'rights', 'identity'])
export type HopName = z.infer<typeof HopName>

/** `warning`: it works, and somebody should look at it. `skipped`: not made, because of what is under `found`. */
export const HopState = z.enum(['ok', 'warning', 'failed', 'skipped'])
export type HopState = z.infer<typeof HopState>

export const Hop = z.object({
  hop: HopName,
  state: HopState,
  /** `null` where it was not made. */
  tookMs: z.nullable(z.int()),
  /** What was found, one fact a line. */
  found: z.array(z.string()),
  /** What to do; empty where there is nothing to do. */
  remedy: z.string(),
})
export type Hop = z.infer<typeof Hop>

export const TestedAddress = z.object({
  address: z.string(),
  endpoint: z.enum(['controller', 'broker']),
  state: HopState,
  hops: z.array(Hop),
  /** As it says itself; `null` where it does not. */
  nodeId: z.nullable(z.int()),
  clusterId: z.nullable(z.string()),
})
export type TestedAddress = z.infer<typeof TestedAddress>

export const ConnectionTest = z.object({
  testedAtMs: z.int(),
  /** The best of the addresses: one that answers is enough to watch, and all of them should. */
  state: HopState,
  /** One sentence: what it comes to. */
  words: z.string(),
  /** Kafka's id of the cluster; `null` where nobody tells it, or where they differ. */
  clusterId: z.nullable(z.string()),
  /** Names under which the same Kafka cluster is watched here already. */
  watchedAs: z.array(z.string()),
  addresses: z.array(TestedAddress),
})
export type ConnectionTest = z.infer<typeof ConnectionTest>
