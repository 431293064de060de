/** Users, sessions and tokens of scripts, as the pages of administration see them. Secrets are told once, when they are made. */
import * as z from 'zod/mini'
import { Label } from '../workflows.ts'
import { Grants } from './grants.ts'

/** Shorter ones are tried out too soon; longer ones are no passwords. */
export const MIN_PASSWORD = 12
const MAX_PASSWORD = 256

export const Password = z.string().check(z.minLength(MIN_PASSWORD), z.maxLength(MAX_PASSWORD))
const GivenPassword = z.string().check(z.minLength(1), z.maxLength(MAX_PASSWORD))
export const UserName = z
  .string()
  .check(z.trim(), z.toLowerCase(), z.regex(/^[a-z0-9][a-z0-9._@-]{0,63}$/, 'may hold letters, digits, . _ @ -'))

export const PersonView = z.object({
  id: z.string(),
  source: z.enum(['user', 'oidc', 'proxy']),
  /** What a user signs in with; `null` where it is not a user of ours. */
  login: z.nullable(z.string()),
  name: z.string(),
  grants: Grants,
  /** Why they were not given more when they signed in last. */
  missed: z.array(z.string()),
  disabled: z.boolean(),
  createdBy: z.string(),
  createdAtMs: z.int(),
  lastSignInAtMs: z.nullable(z.int()),
})
export type PersonView = z.infer<typeof PersonView>

export const PersonList = z.object({ people: z.array(PersonView) })
export type PersonList = z.infer<typeof PersonList>

/** Body of `POST /api/users`. */
export const AddUser = z.strictObject({ login: UserName, name: Label, password: Password, grants: Grants })
export type AddUser = z.infer<typeof AddUser>

/** Body of `PATCH /api/users/{id}`; what is left out stays. A new password ends all sessions of the user. */
export const EditUser = z.strictObject({
  name: z.optional(Label),
  grants: z.optional(Grants),
  disabled: z.optional(z.boolean()),
  password: z.optional(Password),
})
export type EditUser = z.infer<typeof EditUser>

/** Body of `POST /api/account/password`: one's own. */
export const ChangePassword = z.strictObject({ current: GivenPassword, next: Password })
export type ChangePassword = z.infer<typeof ChangePassword>

/** Body of `POST /api/sign-in/password`. */
export const PasswordSignIn = z.strictObject({ login: UserName, password: GivenPassword })
export type PasswordSignIn = z.infer<typeof PasswordSignIn>

/** Body of `POST /api/setup`: the first user, who administers everything. */
export const SetUp = z.strictObject({
  secret: z.string().check(z.minLength(1), z.maxLength(200)),
  login: UserName,
  name: Label,
  password: Password,
})
export type SetUp = z.infer<typeof SetUp>

export const SessionView = z.object({
  id: z.string(),
  via: z.enum(['token', 'password', 'oidc']),
  /** Whose it is; of a shared token the token. */
  who: z.string(),
  personId: z.nullable(z.string()),
  address: z.string(),
  agent: z.string(),
  createdAtMs: z.int(),
  lastUsedAtMs: z.int(),
  expiresAtMs: z.int(),
  /** It is the one that asks. */
  own: z.boolean(),
})
export type SessionView = z.infer<typeof SessionView>

export const SessionList = z.object({ sessions: z.array(SessionView) })
export type SessionList = z.infer<typeof SessionList>

/** Longest time that a token of a script may be made for. */
export const MAX_TOKEN_DAYS = 366

export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  grants: Grants,
  makerId: z.string(),
  makerName: z.string(),
  createdAtMs: z.int(),
  expiresAtMs: z.int(),
  /** To the minute; `null`: never. */
  lastUsedAtMs: z.nullable(z.int()),
  revokedAtMs: z.nullable(z.int()),
})
export type ApiToken = z.infer<typeof ApiToken>

export const ApiTokenList = z.object({ tokens: z.array(ApiToken) })
export type ApiTokenList = z.infer<typeof ApiTokenList>

/** Body of `POST /api/tokens`. */
export const CreateApiToken = z.strictObject({
  name: Label,
  grants: Grants.check(z.minLength(1)),
  days: z.int().check(z.minimum(1), z.maximum(MAX_TOKEN_DAYS)),
})
export type CreateApiToken = z.infer<typeof CreateApiToken>

/** The only time that the secret is told. */
export const CreatedApiToken = z.object({ token: ApiToken, secret: z.string() })
export type CreatedApiToken = z.infer<typeof CreatedApiToken>

/** Why the last attempt to come in through the provider failed, in words. */
export const SignInProblem = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  lines: z.array(z.string()),
})
export type SignInProblem = z.infer<typeof SignInProblem>

/** Answer of `GET /api/sign-in`: in which ways one may come in here, for whoever is nobody yet. */
export const SignInWays = z.object({
  /** Nobody has to: whoever reaches this server is at its machine. */
  open: z.boolean(),
  token: z.boolean(),
  password: z.boolean(),
  /** There is no user yet: the first is made with the secret in the data directory. */
  setUp: z.boolean(),
  oidc: z.nullable(
    z.object({
      /** On the button. */
      name: z.string(),
      /** Why nobody can come in through it now; `null`: they can. */
      problem: z.nullable(z.string()),
    }),
  ),
  readOnly: z.boolean(),
  /** Of the attempt before, told once. */
  problem: z.nullable(SignInProblem),
})
export type SignInWays = z.infer<typeof SignInWays>
