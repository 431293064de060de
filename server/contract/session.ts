/** Who is asking. Today a token decides; accounts come later behind the same check. */
import * as z from 'zod/mini'

/** `operate` may change things; `watch` may look at everything and change nothing. */
export const AccessRole = z.enum(['operate', 'watch'])
export type AccessRole = z.infer<typeof AccessRole>

export const Session = z.object({
  role: AccessRole,
  /** How this session was let in: `local` where the server listens on this machine only and asks for no token. */
  via: z.enum(['local', 'token']),
})
export type Session = z.infer<typeof Session>

export const SignIn = z.object({ token: z.string().check(z.minLength(1), z.maxLength(512)) })
export type SignIn = z.infer<typeof SignIn>
