/** Whether one controller is part of the quorum now, for probes and scripts. */
import * as z from 'zod/mini'
import { Reach } from '../quorumView.ts'

const count = z.int().check(z.nonnegative())

/** Answer of `GET /api/clusters/{cluster}/controllers/{id}`. */
export const ControllerReadiness = z.object({
  cluster: z.string(),
  nodeId: count,
  /** It leads, or has caught up with the leader within the fetch timeout. `null`: not known, which is never ready. */
  attached: z.nullable(z.boolean()),
  /** `null` while nobody leads, and where it is in neither set. */
  role: z.nullable(z.enum(['leader', 'follower', 'observer'])),
  /** Records behind the leader. */
  lag: z.nullable(count),
  /** Since when it is as it is, milliseconds since 1970. */
  sinceMs: z.nullable(z.int()),
  /** One sentence: why it is attached, or why not. */
  why: z.string(),
  leaderId: z.nullable(count),
  leaderEpoch: z.nullable(count),
  /** Age of the observation that this was read from. */
  ageMs: z.nullable(z.int()),
  /** What it answers when it is asked for itself; `null` where it was not asked. */
  ownWord: z.nullable(
    z.object({
      reach: Reach,
      leaderId: z.nullable(count),
      leaderEpoch: z.nullable(count),
      sinceMs: z.int(),
    }),
  ),
})
export type ControllerReadiness = z.infer<typeof ControllerReadiness>
