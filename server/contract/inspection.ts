/** What lies on the disk of a node: files that a person uploads or pastes, decoded, and compared with a watched quorum. */
import * as z from 'zod/mini'
import { Advice, Severity } from './advice.ts'

/** Of several disks together. */
export const MAX_INSPECTED_FILES = 60
/** Of all files together, before base64. */
export const MAX_INSPECTED_BYTES = 8 * 1024 * 1024

/** Body of `POST /api/clusters/{cluster}/inspect`. */
export const InspectRequest = z.strictObject({
  files: z
    .array(
      z.strictObject({
        /**
         * As on the disk where it is known: a snapshot carries its offset in its name. Files of several disks carry the folder of
         * each before it: `node0/meta.properties`.
         */
        name: z.string().check(z.maxLength(200)),
        base64: z.string().check(z.regex(/^[A-Za-z0-9+/]*={0,2}$/)),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_INSPECTED_FILES)),
})
export type InspectRequest = z.infer<typeof InspectRequest>

export const DiskFileKind = z.enum([
  'meta.properties',
  'quorum-state',
  'checkpoint',
  'bootstrap.checkpoint',
  'log',
  'partition.metadata',
  /** What `quorumdeck disk inspect --json` printed: a whole disk in one file. */
  'disk-report',
  'unknown',
])
export type DiskFileKind = z.infer<typeof DiskFileKind>

export const InspectedFile = z.object({
  name: z.string(),
  kind: DiskFileKind,
  /** Why it could not be read whole; empty where it could. */
  problem: z.string(),
  /** What is in it, in Kafka's words. */
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
})
export type InspectedFile = z.infer<typeof InspectedFile>

export const DiskFinding = z.extend(Advice, {
  code: z.string(),
  /** `good`: it is as it should be. */
  severity: z.union([Severity, z.literal('good')]),
  /** What it means for the quorum. */
  detail: z.string(),
  /** What to do; empty where there is nothing to do. */
  remedy: z.string(),
})
export type DiskFinding = z.infer<typeof DiskFinding>

export const Inspection = z.object({
  files: z.array(InspectedFile),
  /** The gravest first. */
  findings: z.array(DiskFinding),
  /** The copies of the metadata log, the furthest first: what is kept first where a majority is lost. Of several disks alone. */
  ranking: z.array(
    z.object({
      /** Folder of the disk, as in the names of its files. */
      disk: z.string(),
      nodeId: z.nullable(z.int()),
      directoryId: z.nullable(z.string()),
      /** Of its last record. */
      epoch: z.int(),
      logEndOffset: z.int(),
    }),
  ),
  /** What it was compared with, in words; `null` where the quorum was not observed. */
  comparedWith: z.nullable(z.string()),
})
export type Inspection = z.infer<typeof Inspection>
