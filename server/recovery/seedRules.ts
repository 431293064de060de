/** Whether a disk can carry a new voter set: what is wrong with it by itself. Pure. */
import type { DiskReport, LoggedVoterSet } from '../contract/diskReport.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { endOf, furtherFirst } from './ranking.ts'
import { type DiskRefusal, refusal } from './refusals.ts'

/** A report of the disk at hand, and what is known beside it. */
export interface DiskFacts {
  report: DiskReport
  /** `version` of meta.properties; `null` where it cannot be read. */
  metaVersion: number | null
  /** Why meta.properties cannot be read; empty where it can. */
  metaProblem: string
  quorumState: 'missing' | 'unreadable' | 'read'
  /** Names of its segments, the oldest first. */
  segments: string[]
  /** The newest segment; `null` where there is none. */
  last: SegmentFacts | null
}

export interface SegmentFacts {
  file: string
  baseOffset: number
  bytes: number
  sha256: string
  /** Where whole batches end. */
  wholeBytes: number
  sha256Whole: string
  /** Its last whole batch is a voter set and nothing else, as a recovery leaves it. */
  endsWithVoters: boolean
}

/** Ids below 100 are Kafka's own (org.apache.kafka.common.DirectoryId#reserved). */
export function isReservedId(directoryId: string): boolean {
  return /^A{20}[A-Y][AQgw]$/.test(directoryId)
}

export function newestVoterSet({ voterSets }: DiskReport): LoggedVoterSet | null {
  return voterSets.at(-1) ?? null
}

/** Whose disk it is. */
export function identityRefusals({ report, metaVersion, metaProblem }: DiskFacts): DiskRefusal[] {
  const { meta } = report
  if (meta === null)
    return [
      refusal(
        'meta-unreadable',
        `meta.properties in ${report.path}: ${metaProblem}.`,
        'Restore meta.properties from a backup of this very disk. Without it nobody can prove whose copy this is.',
      ),
    ]
  if (metaVersion !== 1 || meta.clusterId === null || meta.nodeId === null || meta.directoryId === null)
    return [
      refusal(
        'meta-incomplete',
        metaVersion === 1
          ? `meta.properties has ${[meta.clusterId === null ? 'no cluster.id' : '', meta.nodeId === null ? 'no node.id' : '', meta.directoryId === null ? 'no directory.id' : ''].filter((part) => part !== '').join(', ')}.`
          : `meta.properties has version ${metaVersion}, of ZooKeeper mode.`,
        'Choose a controller’s metadata directory, as kafka-storage of 3.9 or later has formatted it.',
      ),
    ]
  if (isReservedId(meta.directoryId))
    return [
      refusal(
        'directory-id-reserved',
        `directory.id is ${meta.directoryId}, which Kafka keeps for itself.`,
        'Take the directory id from the backup of this disk, or choose another copy.',
      ),
    ]
  return []
}

/** Whether its log can be written on. */
export function logRefusals(facts: DiskFacts): DiskRefusal[] {
  const { report, quorumState, last } = facts
  const { log, snapshots, path } = report
  const found: DiskRefusal[] = []
  const end = endOf(report)
  if (log?.damage?.kind === 'damaged')
    found.push(
      refusal(
        'log-damaged',
        `${log.damage.file}, byte ${log.damage.byte}: ${log.damage.problem}. Whole batches reach to offset ${log.endOffset}.`,
        'Keep this disk as it is. Choose another copy of the log, of a broker if need be; rank them all with disk rank.',
      ),
    )
  if (end === null)
    return [
      ...found,
      refusal(
        'no-metadata-log',
        `${path} holds neither a batch of the metadata log nor a complete snapshot.`,
        'Give metadata.log.dir of a controller that has run. For a freshly formatted one: disk graft.',
      ),
    ]
  if (quorumState === 'unreadable')
    found.push(
      refusal(
        'quorum-state-unreadable',
        'quorum-state is there and cannot be read: Kafka would not start, and its epoch is not known.',
        'Back the disk up, move quorum-state away, inspect again, and give the reports of all other copies: the epoch is chosen above theirs.',
      ),
    )
  const newest = snapshots.findLast(({ complete }) => complete) ?? null
  if (log !== null && log.startOffset > 0 && (newest === null || newest.endOffset < log.startOffset))
    found.push(
      refusal(
        'snapshot-missing',
        `The log begins at offset ${log.startOffset}, and ${newest === null ? 'no snapshot is complete' : `the newest complete snapshot ends at ${newest.endOffset}`}: what lies between is not on this disk.`,
        'Choose another copy. Where a snapshot of this disk is in a backup, restore it and inspect again.',
      ),
    )
  if (newest !== null && log !== null && log.batches > 0) {
    const beyond = newest.endOffset > log.endOffset
    if (beyond ? newest.epoch < log.lastEpoch : newest.epoch > log.lastEpoch)
      found.push(
        refusal(
          'snapshot-contradicts-log',
          `The newest snapshot ends at offset ${newest.endOffset} in epoch ${newest.epoch}; the log ends at ${log.endOffset} in epoch ${log.lastEpoch}.`,
          'One of the two was put there from elsewhere. Choose another copy.',
        ),
      )
  }
  const known = report.quorumState?.leaderEpoch ?? null
  if (known !== null && log !== null && log.batches > 0 && log.lastEpoch > known && last?.endsWithVoters !== true)
    found.push(
      refusal(
        'epoch-unexplained',
        `The log ends in epoch ${log.lastEpoch}; quorum-state knows epoch ${known}. Kafka notes an epoch there before it writes a record of it.`,
        'The epoch of the last batch may be damaged, which no checksum guards, or one of the files was put there from elsewhere. Choose another copy.',
      ),
    )
  return found
}

/** Whether the newest voter set names this disk. */
export function voterRefusals({ report }: DiskFacts): DiskRefusal[] {
  const { meta, kraftVersion } = report
  const set = newestVoterSet(report)
  if (endOf(report) === null || meta === null) return []
  if ((kraftVersion ?? 0) < 1 || set === null)
    return [
      refusal(
        'static-quorum',
        `kraft.version is ${kraftVersion ?? 0}${set === null ? ', and no voter set is in the log' : ''}: the voters are those of controller.quorum.voters.`,
        'Nothing is to be written here. Edit controller.quorum.voters on every node so that it names the controllers that are left, and start them; add others one at a time.',
      ),
    ]
  const { nodeId, directoryId } = meta
  if (nodeId === null || directoryId === null) return []
  if (!set.voters.some((voter) => sameKey(voter, { nodeId, directoryId })))
    return [
      refusal(
        'not-a-voter',
        `Node ${nodeId} with directory ${directoryId} is not in the newest voter set (offset ${set.offset}): ${set.voters.map((voter) => `${voter.nodeId} (${voter.directoryId ?? 'no directory id'})`).join(', ')}.`,
        'It is an observer’s copy, a broker’s for example. Where it is the furthest one, format a controller anew and run disk graft with --from this directory.',
      ),
    ]
  return []
}

/** Where the new voter set goes. */
export type AppendPlace =
  | { kind: 'append'; last: SegmentFacts; baseOffset: number }
  /** The newest snapshot lies beyond the log: Kafka drops such a log (KafkaMetadataLog), and whatever is appended to it. */
  | { kind: 'new-segment'; baseOffset: number; dropped: string[] }

/** `null` where the disk holds nothing. */
export function appendPlace({ report, last, segments }: DiskFacts): AppendPlace | null {
  const { log, snapshots } = report
  const snapshot = snapshots.filter(({ complete }) => complete).toSorted(furtherFirst)[0] ?? null
  if (log !== null && last !== null && (snapshot === null || log.endOffset >= snapshot.endOffset))
    return { kind: 'append', last, baseOffset: log.endOffset }
  return snapshot === null ? null : { kind: 'new-segment', baseOffset: snapshot.endOffset, dropped: segments }
}
