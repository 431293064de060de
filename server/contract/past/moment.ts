/** The quorum as it was seen at a moment of the past. */
import * as z from 'zod/mini'
import { QuorumView } from '../quorumView.ts'

export const Moment = z.object({
  /** The moment that was asked for, dashboard's wall clock. */
  askedMs: z.int(),
  /** The observation that was the newest then; `null`: nothing was observed then. Ages in it are those of that observation. */
  view: z.nullable(QuorumView),
  /** How wide the point is that the figures come from, in ms: wider ones hold the largest lag and the worst health of their time. */
  stepMs: z.int(),
  /** The next observation before and after the moment's own; `null` where there is none. */
  beforeMs: z.nullable(z.int()),
  afterMs: z.nullable(z.int()),
})
export type Moment = z.infer<typeof Moment>
