/** Bodies of requests: parsed once, by the contract; refused in words that name the first thing that is wrong. */
import type { Context } from 'hono'
import { validator } from 'hono/validator'
import type * as z from 'zod/mini'
import { refuseAccess } from '../access/refuseAccess.ts'
import type { Refusal } from '../contract/errors.ts'
import type { Session } from '../contract/session.ts'
import { MAX_REASON, WorkflowKind } from '../contract/workflows.ts'
import { refuse } from './refusal.ts'

type Issues = readonly { readonly path: PropertyKey[]; readonly code: string; readonly message: string }[]

/** A JSON body of this shape. `before` may refuse it for a reason of its own first. */
export function jsonBody<Schema extends z.ZodMiniType>(schema: Schema, before?: (body: unknown) => Refusal | null) {
  const hasActor = takesActor(schema)
  return validator('json', (value: unknown, c: Context) => {
    const refused = before?.(value) ?? null
    if (refused !== null) throw refused
    const result = schema.safeParse(hasActor ? withActor(value, c.env.session) : value)
    if (result.success) return result.data as z.output<Schema>
    throw refusalOf(result.error.issues)
  })
}

/** Whether bodies of this shape say who sends them. */
function takesActor(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  if ('shape' in schema && typeof schema.shape === 'object' && schema.shape !== null) return 'as' in schema.shape
  const options = 'options' in schema ? schema.options : 'def' in schema ? optionsOf(schema.def) : null
  return Array.isArray(options) && options.some(takesActor)
}

function optionsOf(def: unknown): unknown {
  return typeof def === 'object' && def !== null && 'options' in def ? def.options : null
}

/** Ids of people who sign in by name, and of tokens of scripts: nobody else speaks for them. */
const RESERVED = /^(?:user|oidc|proxy|api-token)\./i

/**
 * Who acts is who has signed in, whatever the body says. Those who share a token say themselves who they are, and cannot
 * say that they are somebody who signs in by name. @throws Refusal
 */
export function actorFor<A extends { id: string; name: string } | undefined>(session: Session | null, said: A): A {
  const identity = session?.identity
  // A token acts for whoever made it: as an approver they are the same.
  if (identity !== undefined) return { id: identity.actsFor ?? identity.id, name: identity.name } as A
  if (said !== undefined && RESERVED.test(said.id)) throw refuseAccess.reservedActor()
  return said
}

function withActor(value: unknown, session: Session | null): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const said = 'as' in value ? value.as : undefined
  const isActor = typeof said === 'object' && said !== null && 'id' in said && typeof said.id === 'string'
  const actor = actorFor(session, isActor ? (said as { id: string; name: string }) : undefined)
  return actor === undefined ? value : { ...value, as: actor }
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
