/**
 * What is kept of a quorum over time, in columns: `lag[i]` belongs to `timesMs[i]`. A point is one step; in it a figure holds
 * the value that a person must not miss: the largest lag and age, the smallest margin, the worst health, the newest offset.
 */
import * as z from 'zod/mini'
import { Health, ReplicaKey, ReplicaStatus } from '../quorumView.ts'

const column = z.array(z.nullable(z.int()))

export const HistorySeries = z.object({
  replica: ReplicaKey,
  /** Newest status in the stretch. */
  status: ReplicaStatus,
  /** Records; `null` where unknown or not listed. The largest of each step. */
  lag: column,
  timeLagMs: column,
  /** Time since its last fetch, in ms, the largest of each step. Only where `columns` asks for it. */
  lastFetchAgeMs: z.optional(column),
  /** The newest of each step. Only where `columns` asks for it. */
  logEndOffset: z.optional(column),
  /** The worst of each step. Only where `columns` asks for it. */
  health: z.optional(z.array(z.nullable(Health))),
})
export type HistorySeries = z.infer<typeof HistorySeries>

/** What a history may hold for each replica besides its lag and time lag. */
export const ExtraColumn = z.enum(['lastFetchAgeMs', 'logEndOffset', 'health'])
export type ExtraColumn = z.infer<typeof ExtraColumn>

export const History = z.object({
  cluster: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  /** Width of a point: at least what was asked for, wider where finer points are not kept so far back or would be too many. */
  stepMs: z.int(),
  /** Begin of each step in which something was observed; the others are absent. */
  timesMs: z.array(z.int()),
  /** The smallest of each step. */
  margin: column,
  /** Who led at the end of each step; `null`: nobody, or unknown. */
  leaderId: column,
  /** Of the leader, the newest of each step. */
  leaderEndOffset: column,
  series: z.array(HistorySeries),
})
export type History = z.infer<typeof History>

/** What is kept, and since when. */
export const HistoryState = z.object({
  /** `kept`: written down. `memory`: only since the start of this server, because the disk does not take it. `off`: not at all. */
  state: z.enum(['kept', 'memory', 'off']),
  /** Why it is not `kept`, and what to do; `null` where it is. */
  problem: z.nullable(z.object({ title: z.string(), detail: z.string(), remedy: z.string() })),
  /** The oldest sample of this cluster; `null` where there is none. */
  oldestMs: z.nullable(z.int()),
  /** What is kept of how wide a point for how long, in ms, finest first. */
  tiers: z.array(z.object({ stepMs: z.int(), keptMs: z.int() })),
  /** Of the file of all clusters, and what it may have, in bytes. */
  bytes: z.int(),
  maxBytes: z.int(),
})
export type HistoryState = z.infer<typeof HistoryState>
