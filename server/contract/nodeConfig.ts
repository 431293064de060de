/** What the properties file of a node must say for a step, and a file that a person gives to be compared with it. */
import * as z from 'zod/mini'
import { DiskFinding } from './inspection.ts'
import { Role } from './quorumView.ts'

/** Longest properties file that is looked at, in characters. A file of a real node has a few thousand. */
export const MAX_PROPERTIES_CHARS = 40_000

const nodeId = z.int().check(z.nonnegative())

/** One property as it is and as it must be. `null`: the file has, or must have, no such line. */
export const PropertyChange = z.object({
  key: z.string(),
  /** In angle brackets where it is known that there is one, not which. */
  now: z.nullable(z.string()),
  /** A part in angle brackets is for the operator to choose. */
  needed: z.nullable(z.string()),
  /** Why it must be so; empty where nothing is to be said. */
  why: z.string(),
})
export type PropertyChange = z.infer<typeof PropertyChange>

/** A listener that another node on the same host has, by its registration. */
export const TakenPort = z.object({ nodeId, listener: z.string(), port: z.int() })
export type TakenPort = z.infer<typeof TakenPort>

/** The configuration that one node needs for a step; lines that stay as they are come along as context. */
export const NodeConfigNeed = z.object({
  nodeId,
  /** As its registration has it, or in words. */
  host: z.string(),
  /** The roles that it must have afterwards. */
  roles: z.array(Role),
  /** Where `now` is from: the node itself, only its registrations, or nobody. */
  source: z.enum(['node', 'registration', 'unknown']),
  /** Whether the quorum is static (kraft.version 0), so that its voters are in the files of all nodes. */
  staticQuorum: z.boolean(),
  lines: z.array(PropertyChange),
  taken: z.array(TakenPort),
})
export type NodeConfigNeed = z.infer<typeof NodeConfigNeed>

/** Body of `POST /api/workflows/{id}/properties`. The text is looked at and kept nowhere. */
export const CheckProperties = z.strictObject({
  nodeId,
  text: z.string().check(z.maxLength(MAX_PROPERTIES_CHARS)),
})
export type CheckProperties = z.infer<typeof CheckProperties>

export const PropertiesCheck = z.object({
  nodeId,
  /** The gravest first. */
  findings: z.array(DiskFinding),
  /** What must still change in the file: `now` is what it says. */
  changes: z.array(PropertyChange),
  /** What it was compared with, in words. */
  comparedWith: z.string(),
})
export type PropertiesCheck = z.infer<typeof PropertiesCheck>
