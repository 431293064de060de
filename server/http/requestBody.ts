/** Bodies of requests: parsed once, by the contract; refused in words that name the first thing that is wrong. */
import { validator } from 'hono/validator'
import type * as z from 'zod/mini'
import type { Refusal } from '../contract/errors.ts'
import { MAX_REASON, WorkflowKind } from '../contract/workflows.ts'
import { refuse } from './refusal.ts'

type Issues = readonly { readonly path: PropertyKey[]; readonly code: string; readonly message: string }[]

/** A JSON body of this shape. `before` may refuse it for a reason of its own first. */
export function jsonBody<Schema extends z.ZodMiniType>(schema: Schema, before?: (body: unknown) => Refusal | null) {
  return validator('json', (value: unknown) => {
    const refused = before?.(value) ?? null
    if (refused !== null) throw refused
    const result = schema.safeParse(value)
    if (result.success) return result.data as z.output<Schema>
    throw refusalOf(result.error.issues)
  })
}

/** A workflow that this version does not know: told before anything else of the body, of which nothing is known then. */
export function unknownKind(body: unknown): Refusal | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const kind: unknown = 'kind' in body ? body.kind : undefined
  return WorkflowKind.safeParse(kind).success ? null : refuse.unknownWorkflowKind(kind, WorkflowKind.options)
}

function refusalOf(issues: Issues): Refusal {
  const reason = issues.find((issue) => issue.path.at(-1) === 'reason' && issue.code !== 'invalid_type')
  if (reason !== undefined) {
    return refuse.badReason(reason.code === 'too_big' ? `has more than ${MAX_REASON} characters` : reason.message)
  }
  const [first] = issues
  const where = first?.path.join('.') ?? ''
  return refuse.badRequest(
    `The body does not fit${where === '' ? '' : ` at ${where}`}: ${first?.message ?? 'invalid'}.`,
  )
}
