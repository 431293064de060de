/** The disk of a simulated node as `quorumdeck disk inspect` reports a real one. */
import {
  type DiskReport,
  type LoggedVoterSet,
  type LogReport,
  MAX_EPOCHS,
  MAX_FILES,
  MAX_TAIL,
  MAX_VOTER_SETS,
  type SnapshotReport,
  type TailRecord,
} from '../../../contract/diskReport.ts'
import { applyRecord, emptyImage, type MetadataImage } from './raft/image.ts'
import { endOffset, type Log, lastEpoch, latestSnapshot, recordsBetween } from './raft/log.ts'
import type { LogRecord, Snapshot, VoterNode } from './raft/records.ts'
import { recordText } from './recordText.ts'
import { type ClusterState, type Disk, type NodeState, wallClock } from './state.ts'

/** SHA-256 in hexadecimal: the core has no library for it. */
export type Hash = (text: string) => string

export function diskReportOf(state: ClusterState, node: NodeState, hash: Hash): DiskReport | null {
  const { disk } = node
  if (disk === null) return null
  const committedAtLeast = latestSnapshot(disk.log)?.id.offset ?? 0
  const tail = tailOf(disk.log, committedAtLeast)
  const image = imageOf(disk.log)
  const election = electionOf(node, disk)
  return {
    format: 'quorumdeck-disk-report',
    version: 1,
    takenAtMs: wallClock(state, node),
    host: `node${node.id}`,
    path: '/var/lib/kafka/data',
    meta: { clusterId: disk.clusterId, nodeId: node.id, directoryId: disk.directoryId },
    lock: node.process === 'stopped' ? 'free' : 'held',
    log: logOf(disk.log, hash),
    snapshots: snapshotsOf(disk, hash),
    kraftVersion: kraftVersionOf(disk),
    voterSets: voterSetsOf(disk).slice(-MAX_VOTER_SETS),
    quorumState: election,
    committedAtLeast,
    tail: tail.slice(-MAX_TAIL),
    moreTail: Math.max(0, tail.length - MAX_TAIL),
    // The simulation has no topics.
    counts: { topics: 0, partitions: 0, brokers: Object.keys(image.brokers).length },
    problems: [],
  }
}

const fileName = (offset: number) => String(offset).padStart(20, '0')

function logOf(log: Log, hash: Hash): LogReport | null {
  // Kafka makes the first segment when the process first starts.
  if (log.batches.length === 0 && log.startOffset === 0) return null
  const text = JSON.stringify(log.batches)
  const epochs: LogReport['epochs'] = []
  for (const { epoch, baseOffset, records } of log.batches) {
    const change = records.find((record) => record.kind === 'leaderChange')
    if (epochs.at(-1)?.epoch !== epoch)
      epochs.push({ epoch, startOffset: baseOffset, leaderId: change?.leaderId ?? null })
  }
  const end = endOffset(log)
  const name = `${fileName(log.startOffset)}.log`
  return {
    startOffset: log.startOffset,
    endOffset: end,
    lastEpoch: lastEpoch(log),
    batches: log.batches.length,
    bytes: text.length,
    segments: [{ name, bytes: text.length, sha256: hash(text), baseOffset: log.startOffset, endOffset: end }],
    epochs: epochs.slice(-MAX_EPOCHS),
    damage: null,
  }
}

/** The checkpoint that a formatted controller has its first voters in is one of them. */
function snapshotsOf({ log, bootstrap }: Disk, hash: Hash): SnapshotReport[] {
  const files: { id: Snapshot['id']; text: string }[] = log.snapshots.map((one) => ({
    id: one.id,
    text: JSON.stringify(one),
  }))
  if (bootstrap.voters !== null) files.unshift({ id: { offset: 0, epoch: 0 }, text: JSON.stringify(bootstrap.voters) })
  return files.slice(-MAX_FILES).map(({ id: { offset, epoch }, text }) => ({
    name: `${fileName(offset)}-${String(epoch).padStart(10, '0')}.checkpoint`,
    bytes: text.length,
    sha256: hash(text),
    endOffset: offset,
    epoch,
    complete: true,
    problem: '',
  }))
}

function loggedVoters(voters: readonly VoterNode[]): LoggedVoterSet['voters'] {
  return voters.map(({ key, listeners, kraftVersions }) => ({
    nodeId: key.id,
    directoryId: key.directoryId,
    endpoints: listeners.map(({ name, host, port }) => ({ listener: name, host, port })),
    kraftVersions: { ...kraftVersions },
  }))
}

function voterSetsOf({ log, bootstrap }: Disk): LoggedVoterSet[] {
  const sets: LoggedVoterSet[] = []
  if (bootstrap.voters !== null)
    sets.push({ offset: 0, epoch: 0, from: 'snapshot', voters: loggedVoters(bootstrap.voters) })
  for (const { id, voters } of log.snapshots)
    if (voters !== null)
      sets.push({ offset: id.offset, epoch: id.epoch, from: 'snapshot', voters: loggedVoters(voters) })
  for (const { baseOffset, epoch, records } of log.batches)
    for (const [index, record] of records.entries())
      if (record.kind === 'kraftVoters')
        sets.push({ offset: baseOffset + index, epoch, from: 'log', voters: loggedVoters(record.voters) })
  return sets.toSorted((a, b) => a.offset - b.offset)
}

function kraftVersionOf({ log, bootstrap }: Disk): number | null {
  let level = bootstrap.voters === null ? null : 1
  const snapshot = latestSnapshot(log)
  // With kraft.version 0 no record of it is written.
  if (snapshot !== null && snapshot.kraftVersion > 0) level = snapshot.kraftVersion
  for (const { records } of log.batches)
    for (const record of records) if (record.kind === 'kraftVersion') level = record.level
  return level
}

function electionOf(node: NodeState, disk: Disk): DiskReport['quorumState'] {
  const { epoch, leaderId, votedKey } = disk.election
  if (epoch === 0 && leaderId === null && votedKey === null) return null
  const { staticVoters } = node.config
  return {
    dataVersion: staticVoters === null ? 1 : 0,
    leaderId,
    leaderEpoch: epoch,
    voted: votedKey === null ? null : { nodeId: votedKey.id, directoryId: votedKey.directoryId },
    staticVoters: staticVoters?.map(({ key }) => key.id) ?? null,
  }
}

function tailOf(log: Log, from: number): TailRecord[] {
  const tail: TailRecord[] = []
  for (const { offset, batch, record } of recordsBetween(log, from, endOffset(log))) {
    const text = recordText(record)
    if (text !== null) tail.push({ offset, epoch: batch.epoch, text, topic: null })
  }
  return tail
}

/** With everything the log holds, committed or not. */
function imageOf(log: Log): MetadataImage {
  const image = emptyImage()
  const snapshot = latestSnapshot(log)
  const apply = (record: LogRecord) => applyRecord(image, record)
  snapshot?.records.forEach(apply)
  for (const { record } of recordsBetween(log, snapshot?.id.offset ?? 0, endOffset(log))) apply(record)
  return image
}
