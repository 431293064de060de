/**
 * What `quorumdeck disk` writes beside a backup, and prints: the plan of a recovery, bound to the bytes that it was made on, and the
 * receipt of what was done. A plan is named by the SHA-256 of its canonical JSON.
 */
import * as z from 'zod/mini'
import { LoggedVoter } from '../diskReport.ts'
import { ReplicaKey } from '../quorumView.ts'

const count = z.int().check(z.nonnegative())
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const path = z.string().check(z.minLength(1), z.maxLength(4096))
/** Relative to the directory, with slashes: `__cluster_metadata-0/quorum-state`. No way out of it. */
const file = z.string().check(z.regex(/^(?:__cluster_metadata-0\/)?(?!\.\.?$)[^/\\\0]+$/), z.maxLength(250))

const HashedFile = z.object({ file, bytes: count, sha256: hash })
export type HashedFile = z.infer<typeof HashedFile>

/** `manifest.json` of a backup: written last, so a backup without it was never finished. */
export const BackupManifest = z.object({
  format: z.literal('quorumdeck-disk-backup'),
  version: z.literal(1),
  /** Host's wall clock. */
  takenAtMs: count,
  host: z.string().check(z.maxLength(255)),
  /** The directory that was copied. */
  path,
  files: z.array(HashedFile).check(z.maxLength(100_000)),
})
export type BackupManifest = z.infer<typeof BackupManifest>

export const DiskPlan = z.object({
  format: z.literal('quorumdeck-disk-plan'),
  version: z.literal(1),
  /**
   * `recover`: a voter set of this node alone. `set-endpoints`: the same voters at other addresses. `graft`: a broker's copy
   * becomes the log of a freshly formatted controller.
   */
  kind: z.enum(['recover', 'set-endpoints', 'graft']),
  clusterId: z.string(),
  nodeId: count,
  directoryId: z.string(),
  /** The directory that is changed: metadata.log.dir, or the log directory that holds the metadata log. */
  path,
  /** Segment that gets the batch. */
  file,
  /** Of the segment before; `null` where a new one is begun. */
  sha256Before: z.nullable(hash),
  /** Where its whole batches end, and the batch goes. */
  wholeBytes: count,
  /** Of its bytes up to there. */
  sha256Whole: hash,
  /** Bytes of a torn batch behind that, which are cut off; `null` where there are none. */
  cutBytes: z.nullable(count),
  /** Older segments that end before the newest snapshot: they get the ending `.deleted`, as Kafka itself does it. */
  dropped: z.array(file).check(z.maxLength(10_000)),
  /** Directory of a graft's source, and what is copied of it. */
  from: z.nullable(path),
  copied: z.array(HashedFile).check(z.maxLength(10_000)),
  /** Offset and epoch of the new voter set. */
  baseOffset: count,
  epoch: count,
  voters: z.array(LoggedVoter).check(z.minLength(1), z.maxLength(100)),
  /** Voters of the newest set that are declared lost. */
  lost: z.array(ReplicaKey),
  /** Every copy that was ranked, this one's first. */
  reports: z.array(
    z.object({
      nodeId: z.nullable(count),
      directoryId: z.nullable(z.string()),
      endOffset: count,
      epoch: count,
      sha256: hash,
    }),
  ),
  /** Where the backup lies; `null` for a graft without one. */
  backup: z.nullable(path),
  /** Host's wall clock; the timestamp of the record. */
  plannedAtMs: count,
  /** The batch that is appended, in hexadecimal digits. */
  batch: z.string().check(z.regex(/^(?:[0-9a-f]{2})+$/)),
})
export type DiskPlan = z.infer<typeof DiskPlan>

/** `receipt-<first 8 digits of the plan's hash>.json` in the backup. */
export const DiskReceipt = z.object({
  format: z.literal('quorumdeck-disk-receipt'),
  version: z.literal(1),
  planSha256: hash,
  plan: DiskPlan,
  /** Host's wall clock. */
  doneAtMs: count,
  host: z.string().check(z.maxLength(255)),
  /** The segment afterwards. */
  bytesAfter: count,
  sha256After: hash,
  /** As read again from the disk: end of the log, and who votes. */
  endOffset: count,
  lastEpoch: count,
  voters: z.array(ReplicaKey),
})
export type DiskReceipt = z.infer<typeof DiskReceipt>
