/** Lag and time lag of every replica over a stretch of time, in columns: `lag[i]` belongs to `timesMs[i]`. */
import * as z from 'zod/mini'
import { ReplicaKey, ReplicaStatus } from './quorumView.ts'

export const HistorySeries = z.object({
  replica: ReplicaKey,
  /** Newest status in the stretch. */
  status: ReplicaStatus,
  /** Records; `null` where unknown or not listed. The largest of each step. */
  lag: z.array(z.nullable(z.int())),
  timeLagMs: z.array(z.nullable(z.int())),
})
export type HistorySeries = z.infer<typeof HistorySeries>

export const History = z.object({
  cluster: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  stepMs: z.int(),
  timesMs: z.array(z.int()),
  margin: z.array(z.nullable(z.int())),
  series: z.array(HistorySeries),
})
export type History = z.infer<typeof History>
