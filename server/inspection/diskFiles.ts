/** From uploaded bytes to what they are: recognised by what is in them, since a name may be anything. Pure. */
import { DiskReport } from '../contract/diskReport.ts'
import type { DiskFileKind, InspectedFile } from '../contract/inspection.ts'
import { type CheckpointFile, parseCheckpoint } from '../kafka/records/checkpointFile.ts'
import { beginsWithSnapshotHeader, type LogSegmentFile, parseLogSegment } from '../kafka/records/logSegmentFile.ts'
import { type MetaProperties, parseMetaProperties } from '../kafka/records/metaProperties.ts'
import { parseQuorumState, type QuorumStateFile } from '../kafka/records/quorumStateFile.ts'
import { metadataVersionName } from '../quorum/log/kafkaRelease.ts'

export interface UploadedFile {
  name: string
  bytes: Buffer
}

export type DecodedFile = { name: string; kind: DiskFileKind } & (
  | { kind: 'meta.properties'; meta: MetaProperties }
  | { kind: 'quorum-state'; state: QuorumStateFile }
  | { kind: 'checkpoint' | 'bootstrap.checkpoint'; checkpoint: CheckpointFile }
  | { kind: 'log'; segment: LogSegmentFile }
  | { kind: 'partition.metadata'; topicId: string | null }
  | { kind: 'disk-report'; report: DiskReport }
  /** `newer`: a version of the format that is not known here. */
  | { kind: 'unknown'; problem: string; newer: boolean }
)

const MAX_TEXT_BYTES = 64 * 1024
/** Of a list; a crafted file may hold thousands. */
const MAX_SHOWN = 60
const MAGIC_AT = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Buffer): string | null {
  if (bytes.length > MAX_TEXT_BYTES) return null
  try {
    const text = utf8.decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

const REPORT = '"quorumdeck-disk-report"'
/** Of a report: no tail of it is longer. */
const MAX_REPORT_BYTES = 4 * 1024 * 1024

/** `null` for a file that is no report of a disk. */
function reportOf(bytes: Buffer) {
  if (bytes.length > MAX_REPORT_BYTES || !bytes.subarray(0, 400).includes(REPORT)) return null
  try {
    return DiskReport.safeParse(JSON.parse(utf8.decode(bytes)))
  } catch {
    return null
  }
}

function unfit({ issues: [issue] }: { issues: { path: PropertyKey[]; message: string }[] }): string {
  return `It looks like a report of quorumdeck disk inspect, but does not fit: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}.`
}

export function decodeFile({ name, bytes }: UploadedFile): DecodedFile {
  const unknown = (problem: string): DecodedFile => {
    return { name, kind: 'unknown', problem, newer: /(data_version|version) \S+ is not known/.test(problem) }
  }
  if (bytes.length === 0) return unknown('The file is empty.')
  const report = reportOf(bytes)
  if (report !== null)
    return report.success ? { name, kind: 'disk-report', report: report.data } : unknown(unfit(report.error))
  const text = textOf(bytes)
  try {
    if (text?.trimStart().startsWith('{')) return { name, kind: 'quorum-state', state: parseQuorumState(text) }
    const topicId = text === null ? undefined : /^\s*topic_id\s*[:=]\s*(\S+)/m.exec(text)?.[1]
    if (topicId !== undefined) return { name, kind: 'partition.metadata', topicId: topicId.slice(0, 40) }
    if (text !== null && /^\s*(version|cluster\.id|node\.id|broker\.id|directory\.id)\s*[=:]/m.test(text))
      return { name, kind: 'meta.properties', meta: parseMetaProperties(text) }
    if (bytes.length <= MAGIC_AT || bytes[MAGIC_AT] !== 2)
      return unknown('It is no meta.properties, no quorum-state and no checkpoint.')
    if (!beginsWithSnapshotHeader(bytes)) return { name, kind: 'log', segment: parseLogSegment(bytes) }
    const checkpoint = parseCheckpoint(name, bytes)
    const isBootstrap = /bootstrap\.checkpoint$/.test(name)
    return { name, kind: isBootstrap ? 'bootstrap.checkpoint' : 'checkpoint', checkpoint }
  } catch (error) {
    const said = (error as Error).message
    const what =
      text === null
        ? 'a checkpoint or a log'
        : text.trimStart().startsWith('{')
          ? 'a quorum-state'
          : 'a meta.properties'
    return unknown(`It looks like ${what}, but cannot be read: ${said}.`)
  }
}

type Fact = InspectedFile['facts'][number]
const fact = (label: string, value: string | number | null, none = 'none'): Fact => ({
  label,
  value: value === null ? none : String(value),
})
function idsText(ids: readonly number[]): string {
  const all = [...new Set(ids)].sort((a, b) => a - b)
  const more = all.length > MAX_SHOWN ? `, and ${all.length - MAX_SHOWN} more` : ''
  return all.length === 0 ? 'none' : `${all.slice(0, MAX_SHOWN).join(', ')}${more}`
}

function metaFacts(meta: MetaProperties): Fact[] {
  return [
    fact('version', `${meta.version}${meta.version === 0 ? ' (of ZooKeeper mode)' : ''}`),
    fact('cluster.id', meta.clusterId),
    fact('node.id', meta.nodeId),
    fact('directory.id', meta.directoryId),
  ]
}

function stateFacts(state: QuorumStateFile): Fact[] {
  const { voted } = state
  return [
    fact('data_version', `${state.dataVersion} (kraft.version ${state.dataVersion})`),
    fact('leaderEpoch', state.leaderEpoch),
    fact('leaderId', state.leaderId, 'none known in this epoch'),
    fact(
      'voted for',
      voted === null ? null : `${voted.nodeId}${voted.directoryId === null ? '' : ` (${voted.directoryId})`}`,
      'nobody in this epoch',
    ),
    ...(state.staticVoters === null ? [] : [fact('currentVoters', idsText(state.staticVoters))]),
  ]
}

function checkpointFacts(checkpoint: CheckpointFile, isBootstrap: boolean): Fact[] {
  const { id, voters, features, lastContainedMs } = checkpoint
  return [
    ...(isBootstrap
      ? []
      : [
          fact('end offset', id?.endOffset ?? null, 'not in its name'),
          fact('epoch', id?.epoch ?? null, 'not in its name'),
        ]),
    ...(lastContainedMs === null ? [] : [fact('newest record', new Date(lastContainedMs).toISOString())]),
    fact('kraft.version', checkpoint.kraftVersion, 'not in it'),
    ...(isBootstrap && voters === null
      ? []
      : [
          fact(
            'voters',
            voters === null
              ? null
              : voters
                  .slice(0, MAX_SHOWN)
                  .map(
                    ({ nodeId, directoryId, endpoints: [at] }) =>
                      `${nodeId} (${directoryId ?? 'no directory id'}${at === undefined ? '' : `, ${at.host}:${at.port}`})`,
                  )
                  .join(', '),
            'none in it',
          ),
        ]),
    ...[...features]
      .slice(0, MAX_SHOWN)
      .map(([name, level]) => fact(name, name === 'metadata.version' ? metadataVersionName(level) : level)),
    ...(isBootstrap
      ? []
      : [
          fact('registered controllers', idsText(checkpoint.controllers)),
          fact('registered brokers', idsText(checkpoint.brokers)),
        ]),
    fact('metadata records', checkpoint.records),
  ]
}

function problemOfLog({ problem }: LogSegmentFile): string {
  return problem === '' ? '' : `Not whole: ${problem}.`
}

function logFacts({
  firstOffset,
  firstEpoch,
  endOffset,
  lastEpoch,
  batches,
  kraftVersion,
  voters,
  leader,
}: LogSegmentFile): Fact[] {
  return [
    fact('first record', `offset ${firstOffset}, epoch ${firstEpoch}`),
    fact('last record', `offset ${endOffset - 1}, epoch ${lastEpoch}`),
    fact('log end offset', endOffset),
    fact('batches', batches),
    fact('kraft.version', kraftVersion, 'not in it'),
    fact('newest leader in it', leader === null ? null : `${leader.leaderId}, epoch ${leader.epoch}`),
    fact(
      'newest voters in it',
      voters === null
        ? null
        : `at offset ${voters.offset}, epoch ${voters.epoch}: ${voters.voters
            .slice(0, MAX_SHOWN)
            .map(({ nodeId, directoryId }) => `${nodeId} (${directoryId ?? 'no directory id'})`)
            .join(', ')}`,
    ),
  ]
}

function reportFacts({ meta, host, path, lock, log, snapshots, kraftVersion, voterSets, counts }: DiskReport): Fact[] {
  const newest = voterSets.at(-1)
  return [
    fact('host', `${host}:${path}`),
    fact('node.id', meta?.nodeId ?? null),
    fact('directory.id', meta?.directoryId ?? null),
    fact('cluster.id', meta?.clusterId ?? null),
    fact('lock', lock === 'held' ? 'held: it was running' : lock),
    fact('log', log === null ? null : `offsets ${log.startOffset} to ${log.endOffset}, last epoch ${log.lastEpoch}`),
    ...(log?.damage == null
      ? []
      : [fact('damage', `${log.damage.file} at byte ${log.damage.byte}: ${log.damage.problem}`)]),
    fact('complete snapshots', snapshots.filter(({ complete }) => complete).length),
    fact('kraft.version', kraftVersion, 'not in it'),
    fact(
      'newest voters',
      newest === undefined
        ? null
        : `at offset ${newest.offset}, epoch ${newest.epoch}: ${newest.voters.map((v) => `${v.nodeId} (${v.directoryId ?? 'no directory id'})`).join(', ')}`,
    ),
    fact('holds', `${counts.topics} topics, ${counts.partitions} partitions, ${counts.brokers} brokers`),
  ]
}

export function describeFile(file: DecodedFile): InspectedFile {
  const { name, kind } = file
  switch (file.kind) {
    case 'meta.properties':
      return { name, kind, problem: '', facts: metaFacts(file.meta) }
    case 'quorum-state':
      return { name, kind, problem: '', facts: stateFacts(file.state) }
    case 'checkpoint':
    case 'bootstrap.checkpoint': {
      const problem = file.checkpoint.whole
        ? ''
        : 'It ends before its last record: a copy that was cut off, or still being written.'
      return { name, kind, problem, facts: checkpointFacts(file.checkpoint, kind === 'bootstrap.checkpoint') }
    }
    case 'log':
      return { name, kind, problem: problemOfLog(file.segment), facts: logFacts(file.segment) }
    case 'partition.metadata':
      return { name, kind, problem: '', facts: [fact('topic_id', file.topicId)] }
    case 'disk-report':
      return { name, kind, problem: file.report.problems.join(' '), facts: reportFacts(file.report) }
    case 'unknown':
      return { name, kind, problem: file.problem, facts: [] }
    default:
      return file satisfies never
  }
}
