/** The one shape of every refusal of the HTTP API and the websocket. */
import * as z from 'zod/mini'

export const ErrorBody = z.object({
  error: z.object({
    /** Stable and machine-readable, for example `unknown-cluster`. */
    code: z.string(),
    /** What happened and what it means. */
    message: z.string(),
    /** What to do next. */
    remedy: z.string(),
  }),
})
export type ErrorBody = z.infer<typeof ErrorBody>
