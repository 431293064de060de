/** One node's copy of the metadata log, read from its directory: the report of it, and what a recovery needs beside that. Reads only. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import {
  DiskReport,
  type LoggedVoterSet,
  MAX_FILES,
  MAX_VOTER_SETS,
  type SnapshotReport,
} from '../../contract/diskReport.ts'
import { parseMetaProperties } from '../../kafka/records/metaProperties.ts'
import { parseQuorumState } from '../../kafka/records/quorumStateFile.ts'
import type { DiskFacts } from '../../recovery/seedRules.ts'
import { segmentBase, type WalkedLog, walkLog } from './logWalk.ts'
import { MetadataImage } from './metadataImage.ts'
import { snapshotId, type WalkedSnapshot, walkSnapshot } from './snapshotWalk.ts'

export const LOG_FOLDER = '__cluster_metadata-0'
/** meta.properties and quorum-state have some hundred bytes. */
const MAX_TEXT_BYTES = 64 * 1024

/** The directory that holds the metadata log, whichever of the two is named. */
export function diskDirectory(named: string): string {
  const path = resolve(named)
  return basename(path) === LOG_FOLDER ? dirname(path) : path
}

/** @throws RangeError in words */
function readText(path: string): string {
  try {
    if (statSync(path).size > MAX_TEXT_BYTES) throw new RangeError('it is far too large')
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof RangeError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new RangeError(code === 'ENOENT' ? 'it is not there' : `it cannot be read (${code})`)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

type Meta = Pick<DiskFacts, 'metaVersion' | 'metaProblem'> & { meta: DiskReport['meta'] }

function metaOf(path: string): Meta {
  try {
    const { version, clusterId, nodeId, directoryId } = parseMetaProperties(readText(join(path, 'meta.properties')))
    return {
      meta: { clusterId: clusterId?.slice(0, 64) ?? null, nodeId, directoryId },
      metaVersion: version,
      metaProblem: '',
    }
  } catch (error) {
    return { meta: null, metaVersion: null, metaProblem: (error as Error).message }
  }
}

type State = Pick<DiskReport, 'quorumState'> & { state: DiskFacts['quorumState']; problem: string }

function quorumStateOf(folder: string): State {
  try {
    return { quorumState: parseQuorumState(readText(join(folder, 'quorum-state'))), state: 'read', problem: '' }
  } catch (error) {
    const { message } = error as Error
    const missing = message === 'it is not there'
    return { quorumState: null, state: missing ? 'missing' : 'unreadable', problem: message }
  }
}

interface Snapshots {
  reports: SnapshotReport[]
  /** The newest complete one, with its records. */
  newest: WalkedSnapshot | null
}

function snapshotsOf(folder: string, names: readonly string[]): Snapshots {
  let newest: WalkedSnapshot | null = null
  const reports: SnapshotReport[] = []
  for (const name of names.filter((one) => snapshotId(one) !== null).toReversed()) {
    const walked = walkSnapshot(folder, name, newest === null)
    if (walked.report.complete) newest ??= walked
    reports.unshift(walked.report)
  }
  return { reports, newest }
}

/** The newest last; of one offset, the record of the log counts before the snapshot that ends there. */
function voterSetsOf(log: WalkedLog | null, snapshot: WalkedSnapshot | null): LoggedVoterSet[] {
  const sets = [...(snapshot?.voters == null ? [] : [snapshot.voters]), ...(log?.voterSets ?? [])]
  return sets.toSorted((a, b) => a.offset - b.offset).slice(-MAX_VOTER_SETS)
}

function kraftVersionOf(log: WalkedLog | null, snapshot: WalkedSnapshot | null): number | null {
  const inLog = log?.kraftVersion ?? null
  const end = snapshot?.report.endOffset ?? 0
  if (inLog !== null && (snapshot === null || snapshot.kraftVersion === null || inLog.offset >= end)) return inLog.level
  return snapshot?.kraftVersion ?? null
}

export interface Inspecting {
  /** metadata.log.dir, or the metadata log within it. */
  directory: string
  /** Wall clock. */
  nowMs: number
  host: string
  lock: DiskReport['lock']
}

/** Reads every byte of the log and its snapshots. @throws Error where the directory cannot be read */
export function inspectDisk({ directory, nowMs, host, lock }: Inspecting): DiskFacts {
  const path = diskDirectory(directory)
  const folder = join(path, LOG_FOLDER)
  const names = namesIn(folder)
  const segments = names.filter((name) => segmentBase(name) !== null)
  const { meta, metaVersion, metaProblem } = metaOf(path)
  const { quorumState, state, problem } = quorumStateOf(folder)
  const { reports, newest } = snapshotsOf(folder, names)
  const image = newest?.image ?? new MetadataImage()
  const committed = newest?.report.endOffset ?? 0
  const walked = segments.length === 0 ? null : walkLog(folder, segments, committed, image)
  const problems = [
    ...(metaProblem === '' ? [] : [`meta.properties: ${metaProblem}`]),
    ...(state === 'read' ? [] : [`quorum-state: ${problem}`]),
    ...(walked?.log.damage == null
      ? []
      : [`${walked.log.damage.file}, byte ${walked.log.damage.byte}: ${walked.log.damage.problem}`]),
    ...(walked === null ? [`${LOG_FOLDER}: no segment of the metadata log is there`] : []),
    ...reports.filter(({ complete }) => !complete).map((one) => `${one.name}: ${one.problem}`),
  ]
  const report: DiskReport = {
    format: 'quorumdeck-disk-report',
    version: 1,
    takenAtMs: nowMs,
    host: host.slice(0, 255),
    path,
    meta,
    lock,
    log: walked?.log ?? null,
    snapshots: reports.slice(-MAX_FILES),
    kraftVersion: kraftVersionOf(walked, newest),
    voterSets: voterSetsOf(walked, newest),
    quorumState,
    committedAtLeast: committed,
    ...image.tail,
    counts: image.counts,
    problems: problems.slice(0, 50).map((one) => one.slice(0, 400)),
  }
  return {
    report: DiskReport.parse(report),
    metaVersion,
    metaProblem,
    quorumState: state,
    segments,
    last:
      walked?.log.damage?.kind === 'damaged' && walked.last.file !== segments.at(-1) ? null : (walked?.last ?? null),
  }
}
