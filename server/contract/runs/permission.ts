/** Whether a run may act: who must have approved it, and when changes are allowed at all. */
import * as z from 'zod/mini'

/** A run as the rules of its cluster let it act. Absent where no rule of the cluster is about it. */
export const Permission = z.object({
  /** A second person must approve the plan before anything is done. */
  needsApproval: z.boolean(),
  /** Those who asked for it or have driven it: none of them can approve it. */
  requestedBy: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Hash of the plan and of the voters that it was made for, hexadecimal: what an approval is bound to. */
  digest: z.string(),
  /** The one that was given last; `void`: why it does not count, `null` where it does. */
  approval: z.nullable(z.object({ by: z.string(), atMs: z.int(), untilMs: z.int(), void: z.nullable(z.string()) })),
  /** Somebody acts without what the rules ask for. */
  brokenGlass: z.nullable(z.object({ by: z.string(), atMs: z.int(), reason: z.string() })),
  /** What is missing before it may act, in words; empty where nothing is. */
  missing: z.array(z.string()),
})
export type Permission = z.infer<typeof Permission>
