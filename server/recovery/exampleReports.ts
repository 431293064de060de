/** Disk reports for tests: only what copies are compared by. */
import type { DiskReport, LoggedVoter } from '../contract/diskReport.ts'
import type { LastLed } from '../contract/quorumView.ts'

export const directoryOf = (nodeId: number): string =>
  `${'dirOfNode'.padEnd(20, 'x')}${String(nodeId).padStart(2, '0')}`

export function voter(nodeId: number): LoggedVoter {
  const endpoints = [{ listener: 'CONTROLLER', host: `host${nodeId}`, port: 9093 }]
  return { nodeId, directoryId: directoryOf(nodeId), endpoints, kraftVersions: { min: 0, max: 1 } }
}

interface Copy {
  nodeId: number
  /** Epochs and where each begins. */
  epochs: readonly (readonly [epoch: number, startOffset: number])[]
  endOffset: number
  /** Voter sets of its log, by offset; without them 0, 1 and 2 from its first snapshot. */
  sets?: readonly (readonly [offset: number, ids: readonly number[]])[]
  /** End of its newest snapshot, of its last epoch. */
  snapshotEnd?: number
  changes?: Partial<DiskReport>
}

export function copy({ nodeId, epochs, endOffset, sets, snapshotEnd, changes }: Copy): DiskReport {
  const lastEpoch = epochs.at(-1)?.[0] ?? 0
  const log: DiskReport['log'] =
    epochs.length === 0
      ? null
      : {
          startOffset: 0,
          endOffset,
          lastEpoch,
          batches: 1,
          bytes: 100,
          segments: [],
          epochs: epochs.map(([epoch, startOffset]) => ({ epoch, startOffset, leaderId: null })),
          damage: null,
        }
  const snapshots = snapshotEnd === undefined ? [] : [snapshot(snapshotEnd, lastEpoch)]
  const logged = (sets ?? []).map(([offset, ids]) => {
    return { offset, epoch: lastEpoch, from: 'log' as const, voters: ids.map(voter) }
  })
  const first = { offset: 0, epoch: 0, from: 'snapshot' as const, voters: [0, 1, 2].map(voter) }
  return {
    format: 'quorumdeck-disk-report',
    version: 1,
    takenAtMs: 0,
    host: `host${nodeId}`,
    path: '/data',
    meta: { clusterId: 'cluster', nodeId, directoryId: directoryOf(nodeId) },
    lock: 'free',
    log,
    snapshots,
    kraftVersion: 1,
    voterSets: epochs.length === 0 ? [] : [first, ...logged],
    quorumState: null,
    committedAtLeast: snapshotEnd ?? 0,
    tail: [],
    moreTail: 0,
    counts: { topics: 0, partitions: 0, brokers: 0 },
    problems: [],
    ...changes,
  }
}

export function snapshot(endOffset: number, epoch: number, complete = true): DiskReport['snapshots'][number] {
  return {
    name: `${endOffset}-${epoch}.checkpoint`,
    bytes: 1,
    sha256: '0'.repeat(64),
    endOffset,
    epoch,
    complete,
    problem: '',
  }
}

/** The voters 0, 1 and 2 as the leader 2 showed them. */
export function seenLed(changes: Partial<LastLed> = {}, silent: readonly number[] = []): LastLed {
  const replicas = [0, 1, 2].map((nodeId) => {
    return { nodeId, directoryId: directoryOf(nodeId), logEndOffset: 90, silent: silent.includes(nodeId) }
  })
  return { atMs: 1, leaderId: 2, leaderEpoch: 3, leaderEndOffset: 110, highWatermark: 105, replicas, ...changes }
}
