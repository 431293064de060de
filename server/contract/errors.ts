/** Every refusal: the one shape in which the HTTP API and the websocket answer it, and the one class that carries it until then. */
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

interface More {
  /** Gates that do not hold, where gates refused. */
  refusals?: Gate[] | undefined
  /** Fields that cannot be used, where a form was refused. */
  fields?: FieldProblem[] | undefined
  /** The run as it is, where a command did not fit it. */
  workflow?: Workflow | null | undefined
}

/** What a refusal says, behind its status. */
export type RefusalWords = [code: string, message: string, remedy: string, more?: More]

export class Refusal extends Error {
  override readonly name: string = 'Refusal'
  readonly status: number
  readonly code: string
  readonly remedy: string
  readonly refusals: Gate[]
  readonly fields: FieldProblem[]
  readonly workflow: Workflow | null

  /** @param status of the HTTP answer, wherever it was refused */
  constructor(status: number, ...[code, message, remedy, more = {}]: RefusalWords) {
    super(message)
    this.status = status
    this.code = code
    this.remedy = remedy
    this.refusals = more.refusals ?? []
    this.fields = more.fields ?? []
    this.workflow = more.workflow ?? null
  }

  /** As the API answers it; what there is none of is left out. */
  get body(): ErrorBody {
    const { code, message, remedy, refusals, fields, workflow } = this
    return {
      error: {
        code,
        message,
        remedy,
        ...(refusals.length === 0 ? {} : { refusals }),
        ...(fields.length === 0 ? {} : { fields }),
      },
      ...(workflow === null ? {} : { workflow }),
    }
  }
}

/** A name that no cluster has; that of a request may have any length. */
export function unknownCluster(cluster: string): Refusal {
  const called = JSON.stringify(cluster.slice(0, 64))
  const remedy = 'GET /api/clusters lists the clusters.'
  return new Refusal(404, 'unknown-cluster', `No cluster is called ${called} here.`, remedy)
}
