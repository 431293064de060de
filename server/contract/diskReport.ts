/**
 * What `quorumdeck disk inspect --json` prints: one node's copy of the metadata log, walked batch by batch on its host. It is what
 * copies are ranked by, what a recovery is planned on, and what the evidence of one keeps. Bounded, whatever the size of the log.
 */
import * as z from 'zod/mini'
import { Endpoint, ReplicaKey } from './quorumView.ts'

/** What prints a report, on the host of the disk. */
export const INSPECT_COMMAND = 'quorumdeck disk inspect <metadata.log.dir> --json > node-<id>.json'

const count = z.int().check(z.nonnegative())
const name = z.string().check(z.maxLength(400))
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))

/** Newest voter sets that are kept of a copy. */
export const MAX_VOTER_SETS = 40
/** Newest epochs that are kept of a copy. */
export const MAX_EPOCHS = 200
/** Records behind the newest snapshot that are named, the newest ones. */
export const MAX_TAIL = 400
/** Segments and snapshots, the newest ones. */
export const MAX_FILES = 200
/** Voters of one set. */
const MAX_VOTERS = 100

/** A voter as the log has it: what the voter set of a recovery is copied from. */
export const LoggedVoter = z.object({
  ...ReplicaKey.shape,
  endpoints: z.array(Endpoint).check(z.maxLength(20)),
  /** Levels of kraft.version that it supports. */
  kraftVersions: z.object({ min: z.int(), max: z.int() }),
})
export type LoggedVoter = z.infer<typeof LoggedVoter>

export const LoggedVoterSet = z.object({
  /** Of its record; of a snapshot, the end of that. */
  offset: count,
  epoch: count,
  from: z.enum(['log', 'snapshot']),
  voters: z.array(LoggedVoter).check(z.maxLength(MAX_VOTERS)),
})
export type LoggedVoterSet = z.infer<typeof LoggedVoterSet>

/** `torn`: the last batch was cut off while it was written, as a crash leaves it; Kafka cuts it off itself. `damaged`: anything else. */
export const LogDamage = z.object({
  kind: z.enum(['torn', 'damaged']),
  file: name,
  /** Where whole batches end. */
  byte: count,
  /** In words. */
  problem: z.string().check(z.maxLength(400)),
})
export type LogDamage = z.infer<typeof LogDamage>

const ReportedFile = z.object({ name, bytes: count, sha256: hash })

/** The log as far as whole batches reach. */
export const LogReport = z.object({
  startOffset: count,
  /** Of the record that would come next. */
  endOffset: count,
  lastEpoch: count,
  batches: count,
  bytes: count,
  /** The oldest first. */
  segments: z.array(z.extend(ReportedFile, { baseOffset: count, endOffset: count })).check(z.maxLength(MAX_FILES)),
  /** Where each epoch begins in this copy, the oldest first, and who led it (`null`: its LeaderChange record is not in it). */
  epochs: z
    .array(z.object({ epoch: count, startOffset: count, leaderId: z.nullable(count) }))
    .check(z.maxLength(MAX_EPOCHS)),
  /** `null`: whole to its last byte. */
  damage: z.nullable(LogDamage),
})
export type LogReport = z.infer<typeof LogReport>

export const SnapshotReport = z.extend(ReportedFile, {
  endOffset: count,
  epoch: count,
  /** It ends with its footer, and every checksum is right. */
  complete: z.boolean(),
  /** Why it is not; empty where it is. */
  problem: z.string().check(z.maxLength(400)),
})
export type SnapshotReport = z.infer<typeof SnapshotReport>

/** One record behind what is known to be committed: it may have been committed, and it may not. */
export const TailRecord = z.object({
  offset: count,
  epoch: count,
  /** In words: `topic orders created`, `partition orders-3: leader 2`. */
  text: z.string().check(z.maxLength(200)),
  /** Name of the topic that it makes or takes away; `null` where it is about none. */
  topic: z.nullable(name),
})
export type TailRecord = z.infer<typeof TailRecord>

export const DiskReport = z.object({
  format: z.literal('quorumdeck-disk-report'),
  version: z.literal(1),
  /** Host's wall clock. */
  takenAtMs: count,
  /** Name of the host, as it calls itself. */
  host: z.string().check(z.maxLength(255)),
  /** metadata.log.dir, or the log directory that holds `__cluster_metadata-0`. */
  path: z.string().check(z.maxLength(4096)),
  /** meta.properties; `null` where there is none or it cannot be read. */
  meta: z.nullable(
    z.object({
      clusterId: z.nullable(z.string().check(z.maxLength(64))),
      nodeId: z.nullable(count),
      directoryId: z.nullable(z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/))),
    }),
  ),
  /** Whether the lock of the directory is held: by Kafka, while it runs. `unknown`: this host does not show it. */
  lock: z.enum(['free', 'held', 'unknown']),
  /** `null` where the directory has no segment of the metadata log, or none that can be read. */
  log: z.nullable(LogReport),
  /** Finished ones, the newest last. */
  snapshots: z.array(SnapshotReport).check(z.maxLength(MAX_FILES)),
  /** The newest level in the log or in the newest complete snapshot; `null` where neither has one: of a static quorum. */
  kraftVersion: z.nullable(count),
  /** The newest last; what is in the log counts as soon as it is appended. */
  voterSets: z.array(LoggedVoterSet).check(z.maxLength(MAX_VOTER_SETS)),
  /** `null` where there is none or it cannot be read. */
  quorumState: z.nullable(
    z.object({
      dataVersion: z.int(),
      leaderId: z.nullable(count),
      leaderEpoch: z.nullable(count),
      voted: z.nullable(ReplicaKey),
      staticVoters: z.nullable(z.array(count).check(z.maxLength(MAX_VOTERS))),
    }),
  ),
  /** What is committed for certain: the end of the newest complete snapshot, 0 without one. The high watermark itself is on no disk. */
  committedAtLeast: count,
  /** What stands behind that, the newest MAX_TAIL that say something; NoOp records are left out. */
  tail: z.array(TailRecord).check(z.maxLength(MAX_TAIL)),
  /** How many more of them there are. */
  moreTail: count,
  /** What the copy holds at its end. */
  counts: z.object({ topics: count, partitions: count, brokers: count }),
  /** Everything that could not be read or does not fit, in words. */
  problems: z.array(z.string().check(z.maxLength(400))).check(z.maxLength(50)),
})
export type DiskReport = z.infer<typeof DiskReport>
