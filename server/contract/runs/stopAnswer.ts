/** Whether a node may be stopped or restarted now, for scripts and operators. */
import * as z from 'zod/mini'
import { Gate } from '../workflows.ts'

/** Answer of `GET /api/clusters/{cluster}/nodes/{id}/may-stop` and `.../may-restart`. */
export const StopAnswer = z.object({
  cluster: z.string(),
  nodeId: z.int().check(z.nonnegative()),
  action: z.enum(['stop', 'restart']),
  /** Every gate holds, on facts that were read for this question. It holds for this moment alone. */
  may: z.boolean(),
  /** One sentence. */
  why: z.string(),
  gates: z.array(Gate),
  /** When the facts were read, milliseconds since 1970. */
  atMs: z.int(),
})
export type StopAnswer = z.infer<typeof StopAnswer>
