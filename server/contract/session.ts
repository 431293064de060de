/** Who is asking, what they may do, and why. */
import * as z from 'zod/mini'
import { Grant, Role } from './access/grants.ts'

/** The highest role anywhere; `wall` shows clusters on a wall, no more. */
export const AccessRole = z.enum([...Role.options, 'wall'])
export type AccessRole = z.infer<typeof AccessRole>

/** Where an identity is known from. */
export const IdentitySource = z.enum(['user', 'oidc', 'proxy', 'api-token'])
export type IdentitySource = z.infer<typeof IdentitySource>

export const Identity = z.object({
  /** Never that of anybody else, and as an actor of the same shape: `user.…`, `oidc.…`, `proxy.…`, `api-token.…`. */
  id: z.string(),
  name: z.string(),
  source: IdentitySource,
  /** Of a token of a script: the person who made it, and for whom it acts. Left out where nobody in particular did. */
  actsFor: z.optional(z.string()),
})

export type Identity = z.infer<typeof Identity>

/** Ids of people who sign in by name: nobody else can take one. */
export function isPersonId(id: string): boolean {
  return /^(?:user|oidc|proxy)\./.test(id)
}

export const Session = z.object({
  role: AccessRole,
  /** How this session was let in: `local` where the server listens on this machine only and asks nobody to sign in. */
  via: z.enum(['local', 'token', 'password', 'oidc', 'proxy', 'api-token']),
  /** Of a wall: its token, and the clusters that it may show; `null`: all of this server. */
  wall: z.optional(z.object({ id: z.string(), label: z.string(), clusters: z.nullable(z.array(z.string())) })),
  /** Left out where several people share what they signed in with: they call themselves what they like. */
  identity: z.optional(Identity),
  grants: z.array(Grant),
  /** Rights of whoever made this credential: it never gives more. */
  within: z.optional(z.array(Grant)),
  /** Of the session in the list of sessions. */
  sessionId: z.optional(z.string()),
  expiresAtMs: z.optional(z.int()),
})
export type Session = z.infer<typeof Session>

/** Answer of `GET /api/session`: the same, with what follows from it. */
export const WhoAmI = z.extend(Session, {
  /** The role on everything; `null`: none. */
  everywhere: z.nullable(Role),
  /** The role on each cluster that may be watched, where it is not the same everywhere. */
  clusters: z.record(z.string(), Role),
  mayAudit: z.boolean(),
  /** Nothing that changes anything is served, whoever asks. */
  readOnly: z.boolean(),
  /** What would have given more, and why it did not: of the last sign-in. */
  missed: z.array(z.string()),
})
export type WhoAmI = z.infer<typeof WhoAmI>

/** @param cluster `null`: everywhere, and what is about no cluster alone */
export function holds({ everywhere, clusters }: WhoAmI, role: Role, cluster: string | null): boolean {
  const held = [everywhere, cluster === null ? null : (clusters[cluster] ?? null)]
  const least = Role.options.indexOf(role)
  return held.some((one) => one !== null && Role.options.indexOf(one) >= least)
}

export const SignIn = z.object({ token: z.string().check(z.minLength(1), z.maxLength(512)) })
export type SignIn = z.infer<typeof SignIn>

/** Answer of `DELETE /api/session` where signing out goes on at the provider. */
export const SignedOut = z.object({ continueAt: z.string() })
export type SignedOut = z.infer<typeof SignedOut>
