/** The record of who did what: its entries, and what is wrong with the chain of them. */
import * as z from 'zod/mini'

export const AuditKind = z.enum([
  'sign-in',
  'sign-in-failed',
  'sign-in-limited',
  'sign-out',
  'session',
  'api-token',
  'wall-token',
  'user',
  'configuration',
  'alerts',
  'note',
  'run-started',
  'command',
  'seat',
  'approval',
  'override',
  'sandbox',
  'refused',
  'audit',
  'server',
])
export type AuditKind = z.infer<typeof AuditKind>

/** Who did it. `source` says how they were let in; `name` of those who share a token is their own word. */
export const AuditActor = z.object({ id: z.string(), name: z.string(), source: z.string() })
export type AuditActor = z.infer<typeof AuditActor>

/** Plain values alone: what is on record is read by people, and hashed. */
const Detail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
export type AuditDetail = z.infer<typeof Detail>

export const AuditEvent = z.object({
  kind: AuditKind,
  /** `null`: nobody who is known. */
  actor: z.nullable(AuditActor),
  /** Short name of the cluster that it is about; `null`: none alone. */
  cluster: z.nullable(z.string()),
  /** Id of the run that it is about. */
  run: z.nullable(z.string()),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** One line for people. */
  text: z.string(),
  /** Address that it came from; `null`: it came from none. */
  address: z.nullable(z.string()),
  detail: Detail,
})
export type AuditEvent = z.infer<typeof AuditEvent>

export const AuditEntry = z.extend(AuditEvent, {
  /** 1-based, without gaps. */
  seq: z.int(),
  atMs: z.int(),
  /** SHA-256, hexadecimal, of the hash before it and of this entry in canonical JSON. */
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditPage = z.object({
  /** Newest first. */
  entries: z.array(AuditEntry),
  /** `before` of the next page; `null`: these were the last. */
  next: z.nullable(z.int()),
})
export type AuditPage = z.infer<typeof AuditPage>

/** What the chain is worth, as far as it was looked at. */
export const ChainState = z.object({
  state: z.enum(['not-checked', 'checking', 'whole', 'broken']),
  checkedAtMs: z.nullable(z.int()),
  /** Entries that were looked at. */
  entries: z.int(),
  /** Where it is broken: the first entry that does not fit, and what is wrong with it. */
  broken: z.nullable(z.object({ seq: z.int(), what: z.string() })),
})
export type ChainState = z.infer<typeof ChainState>

export const AuditState = z.object({
  chain: ChainState,
  first: z.nullable(z.int()),
  last: z.nullable(z.int()),
  /** Entries up to this one were cut off when their time was over; the chain begins with its hash. */
  cut: z.nullable(z.object({ seq: z.int(), atMs: z.int() })),
  keepDays: z.nullable(z.int()),
  /** Entries that are not written down yet, and why; empty while nothing is wrong. */
  waiting: z.int(),
  problem: z.string(),
  forwarding: z.array(z.object({ to: z.string(), seq: z.int(), problem: z.string() })),
})
export type AuditState = z.infer<typeof AuditState>
