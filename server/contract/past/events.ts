/** What happened to a quorum, newest last: read from the metadata log where it can be tailed, else from observations. */
import * as z from 'zod/mini'
import { Severity } from '../advice.ts'
import { ReplicaKey } from '../quorumView.ts'

export const EventKind = z.enum([
  'leader-elected',
  'leader-lost',
  'voters-changed',
  'kraft-version',
  'feature',
  'health',
  'incarnation-seen',
  'incarnation-gone',
  'registration',
  'observation-lost',
  'observation-regained',
  'incident',
  /** A finding begins or ends. Of the kept history alone. */
  'finding',
  /** A run begins, comes to another step, or ends. Of the kept history alone. */
  'run',
])
export type EventKind = z.infer<typeof EventKind>

export const QuorumEvent = z.object({
  /** Stable: the same event sent again (committed, retracted) keeps its id and raises `revision`. */
  id: z.string(),
  revision: z.int(),
  cluster: z.string(),
  kind: EventKind,
  /** When it happened: the batch's timestamp for log records, else the time of the observation. */
  atMs: z.int(),
  severity: Severity,
  /** In words, for people: "Leader 1 → 0, epoch 9". */
  title: z.string(),
  /** Offset in the metadata log; `null` for events that are no record. */
  offset: z.nullable(z.int()),
  epoch: z.nullable(z.int()),
  /** `false` until the high watermark passes the record; `null` for events that are no record. */
  committed: z.nullable(z.boolean()),
  /** True once an election cut the record off: it never took effect. */
  retracted: z.boolean(),
  replicas: z.array(ReplicaKey),
  /** Who did it, where that is known. */
  actor: z.nullable(z.string()),
  /** What led to it, as far as it was seen: "1 answered last 4 s before". Of the kept history alone. */
  why: z.optional(z.string()),
})
export type QuorumEvent = z.infer<typeof QuorumEvent>

/** Oldest first. */
export const EventList = z.object({
  events: z.array(QuorumEvent),
  /** Ask with this as `before` for the next older ones, of which the newest may be here, too; absent where there are none. */
  older: z.optional(z.int()),
})
export type EventList = z.infer<typeof EventList>
