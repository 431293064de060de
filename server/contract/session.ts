/** Who is asking. Today a token decides; accounts come later behind the same check. */
import * as z from 'zod/mini'

/** `operate` may change things; `watch` may look at everything and change nothing; `wall` shows clusters on a wall, no more. */
export const AccessRole = z.enum(['operate', 'watch', 'wall'])
export type AccessRole = z.infer<typeof AccessRole>

export const Session = z.object({
  role: AccessRole,
  /** How this session was let in: `local` where the server listens on this machine only and asks for no token. */
  via: z.enum(['local', 'token']),
  /** Of a wall: its token, and the clusters that it may show; `null`: all of this server. */
  wall: z.optional(z.object({ id: z.string(), label: z.string(), clusters: z.nullable(z.array(z.string())) })),
})
export type Session = z.infer<typeof Session>

export const SignIn = z.object({ token: z.string().check(z.minLength(1), z.maxLength(512)) })
export type SignIn = z.infer<typeof SignIn>
