/** quorumdeck.yaml as it is in force: when it was read, why a newer one is not, and what of it waits. */
import * as z from 'zod/mini'
import { Problem } from '../clusters.ts'

export const NotApplied = z.object({
  /** For example `port`, or `cluster orders`. */
  what: z.string(),
  /** Why it is not in force, and what makes it so. */
  why: z.string(),
})
export type NotApplied = z.infer<typeof NotApplied>

export const Configuration = z.object({
  /** As given with --config; `null`: there is none. */
  file: z.nullable(z.string()),
  /** When what is in force was read, dashboard's wall clock. */
  readAtMs: z.nullable(z.int()),
  /** Why the file as it is now is not in force; `null`: it is. */
  problem: z.nullable(z.extend(Problem, { seenAtMs: z.int() })),
  changedButNotApplied: z.array(NotApplied),
})
export type Configuration = z.infer<typeof Configuration>
