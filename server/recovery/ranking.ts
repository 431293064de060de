/**
 * Copies of one metadata log, ranked as an election compares logs: the epoch of the last record first, then the end offset
 * (Raft, log matching; KafkaRaftClient#handleVoteRequest). The first holds every committed record that any of them holds;
 * the longest may not. Pure.
 */
import type { DiskReport } from '../contract/diskReport.ts'
import { sameKey } from '../contract/replicaKey.ts'

export interface LogEnd {
  /** Of the last record. */
  epoch: number
  endOffset: number
}

/** Of the log, or of the newest complete snapshot where the log ends before it; `null` where the disk holds neither. */
export function endOf({ log, snapshots }: DiskReport): LogEnd | null {
  const ends: LogEnd[] = snapshots
    .filter(({ complete }) => complete)
    .map(({ epoch, endOffset }) => ({ epoch, endOffset }))
  if (log !== null && log.batches > 0) ends.push({ epoch: log.lastEpoch, endOffset: log.endOffset })
  return ends.toSorted(furtherFirst)[0] ?? null
}

export function furtherFirst(a: LogEnd, b: LogEnd): number {
  return b.epoch - a.epoch || b.endOffset - a.endOffset
}

/** Whose disk it is, and where it lies. */
export function placeOf({ meta, host, path }: DiskReport) {
  return { nodeId: meta?.nodeId ?? null, directoryId: meta?.directoryId ?? null, host, path }
}

export interface RankedCopy {
  report: DiskReport
  end: LogEnd
  /** Whether the newest voter set of its own log names this very disk. */
  votes: boolean
}

export function votesByItself({ meta, voterSets }: DiskReport): boolean {
  const { nodeId, directoryId } = meta ?? { nodeId: null, directoryId: null }
  if (nodeId === null || directoryId === null) return false
  return voterSets.at(-1)?.voters.some((voter) => sameKey(voter, { nodeId, directoryId })) === true
}

/** The furthest first; of those that reach equally far, voters before observers, then by node id. Copies without records are left out. */
export function ranked(reports: readonly DiskReport[]): RankedCopy[] {
  return reports
    .flatMap((report) => {
      const end = endOf(report)
      return end === null ? [] : [{ report, end, votes: votesByItself(report) }]
    })
    .toSorted(
      (a, b) =>
        furtherFirst(a.end, b.end) ||
        Number(b.votes) - Number(a.votes) ||
        (a.report.meta?.nodeId ?? 0) - (b.report.meta?.nodeId ?? 0),
    )
}

/** The end of each epoch in a copy: where the next one begins, or the end of its log. */
function endOfEpoch(report: DiskReport, epoch: number): number | null {
  const epochs = report.log?.epochs ?? []
  const at = epochs.findIndex((one) => one.epoch === epoch)
  if (at < 0) return null
  return epochs[at + 1]?.startOffset ?? report.log?.endOffset ?? null
}

/**
 * Offset up to which two copies hold the same records: in the newest epoch that both have, records agree as far as the shorter
 * reaches (log matching). `null`: they share no epoch that is in both logs, so it cannot be seen.
 */
export function commonEnd(a: DiskReport, b: DiskReport): number | null {
  const [endA, endB] = [endOf(a), endOf(b)]
  if (endA === null || endB === null) return null
  const inB = new Set((b.log?.epochs ?? []).map(({ epoch }) => epoch))
  const shared = (a.log?.epochs ?? []).map(({ epoch }) => epoch).filter((epoch) => inB.has(epoch))
  const newest = shared.at(-1)
  if (newest !== undefined) {
    const [inCopyA, inCopyB] = [endOfEpoch(a, newest), endOfEpoch(b, newest)]
    return inCopyA === null || inCopyB === null ? null : Math.min(inCopyA, inCopyB)
  }
  // What one has committed for certain both have, as far as they reach: a snapshot is of committed records alone.
  const committed = Math.max(a.committedAtLeast, b.committedAtLeast)
  return Math.min(endA.endOffset, endB.endOffset) <= committed ? Math.min(endA.endOffset, endB.endOffset) : null
}

/** Whether `copy` holds records that the seed does not hold, or may: such a node dies when it follows the seed, if it runs on. */
export function goesItsOwnWay(copy: DiskReport, seed: DiskReport): boolean {
  const end = endOf(copy)
  if (end === null) return false
  const common = commonEnd(copy, seed)
  return common === null || common < end.endOffset
}

/**
 * Whether its own voter set is one without the seed: it looks for a leader among those voters alone (before KIP-996 it never asks its
 * bootstrap servers), and with enough of them it elects one beside the seed.
 */
export function votesWithout(copy: DiskReport, seedNodeId: number): boolean {
  const voters = copy.voterSets.at(-1)?.voters ?? []
  return votesByItself(copy) && !voters.some(({ nodeId }) => nodeId === seedNodeId)
}

/** Distance of the epoch of a new voter set from the highest epoch that any copy or quorum-state has seen. */
export const EPOCH_STEP = 1000

/** kraft epochs are int32; nothing sane is near. */
const MAX_EPOCH = 2_147_483_647

/**
 * Epoch of the batch that a recovery appends: above everything that anybody can still claim. Lone survivors of Kafka 3.9 climb
 * in epochs (no pre-vote), so the highest one is not enough, nor the next.
 * @throws RangeError where no epoch is left above
 */
export function recoveryEpoch(reports: readonly DiskReport[]): number {
  let highest = 0
  for (const { log, snapshots, quorumState } of reports) {
    highest = Math.max(highest, log?.lastEpoch ?? 0, quorumState?.leaderEpoch ?? 0)
    for (const { epoch } of snapshots) highest = Math.max(highest, epoch)
  }
  const epoch = highest + EPOCH_STEP
  if (epoch >= MAX_EPOCH) throw new RangeError(`epoch ${highest} leaves no room above it`)
  return epoch
}
