/** The one shape of every refusal of the HTTP API and the websocket. */
import * as z from 'zod/mini'
import { Gate, Workflow } from './workflows.ts'

/** What is wrong with one field of a form. */
export const FieldProblem = z.object({
  /** As in the body: `nodes.2.host`. */
  path: z.string(),
  message: z.string(),
})
export type FieldProblem = z.infer<typeof FieldProblem>

export const ErrorBody = z.object({
  error: z.object({
    /** Stable and machine-readable, for example `unknown-cluster`. */
    code: z.string(),
    /** What happened and what it means. */
    message: z.string(),
    /** What to do next. */
    remedy: z.string(),
    /** Every gate that does not hold, where gates refused. */
    refusals: z.optional(z.array(Gate)),
    /** Every field that cannot be used, where a form was refused. */
    fields: z.optional(z.array(FieldProblem)),
  }),
  /** The run as it is, where a command did not fit it. */
  workflow: z.optional(Workflow),
})
export type ErrorBody = z.infer<typeof ErrorBody>
