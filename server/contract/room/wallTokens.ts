/** Tokens for screens on a wall: they show clusters, and nothing else. */
import * as z from 'zod/mini'
import { Actor, Label } from '../workflows.ts'

/** Clusters that one token may name. */
const MAX_NAMED = 500
/** Longest time that a token may be made for. */
export const MAX_WALL_DAYS = 3650

export const WallToken = z.object({
  id: z.string(),
  /** Where the screen hangs, in the words of who made it. */
  label: z.string(),
  /** Names of clusters, as in URLs; `null`: all of this server, also those added later. */
  clusters: z.nullable(z.array(z.string())),
  createdBy: z.string(),
  createdAtMs: z.int(),
  /** `null`: until it is revoked. */
  expiresAtMs: z.nullable(z.int()),
  /** To the minute; `null`: never. */
  lastUsedAtMs: z.nullable(z.int()),
  revokedAtMs: z.nullable(z.int()),
})
export type WallToken = z.infer<typeof WallToken>

export const WallTokenList = z.object({ tokens: z.array(WallToken) })
export type WallTokenList = z.infer<typeof WallTokenList>

/** Body of `POST /api/wall-tokens`. */
export const CreateWallToken = z.strictObject({
  label: Label,
  clusters: z.nullable(
    z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.minLength(1), z.maxLength(MAX_NAMED)),
  ),
  /** `null`: until it is revoked. */
  days: z.nullable(z.int().check(z.minimum(1), z.maximum(MAX_WALL_DAYS))),
  as: Actor,
})
export type CreateWallToken = z.infer<typeof CreateWallToken>

/** The only time that the secret is told. */
export const CreatedWallToken = z.object({
  token: WallToken,
  secret: z.string(),
  /** Path of the wall with the secret in its fragment, which a browser sends to no server. */
  link: z.string(),
})
export type CreatedWallToken = z.infer<typeof CreatedWallToken>
