/** For tests: reports of disks of the example quorum, controllers 0, 1 and 2, broker 7. */
import type { DiskReport, LoggedVoter } from '../../contract/diskReport.ts'
import { CLUSTER_ID } from './exampleFacts.ts'
import { DIRECTORY } from './exampleObservation.ts'

const SHA = 'a'.repeat(64)

export function loggedVoter(nodeId: 0 | 1 | 2): LoggedVoter {
  return {
    nodeId,
    directoryId: DIRECTORY[nodeId],
    endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port: 8000 + nodeId }],
    kraftVersions: { min: 0, max: 1 },
  }
}

interface Shape {
  epoch?: number
  endOffset?: number
  /** Epochs with where they begin, the oldest first. */
  epochs?: [epoch: number, startOffset: number][]
}

export function exampleDisk(
  nodeId: 0 | 1 | 2 | 7,
  { epoch = 9, endOffset = 535, epochs = [[9, 0]] }: Shape = {},
  over: Partial<DiskReport> = {},
): DiskReport {
  return {
    format: 'quorumdeck-disk-report',
    version: 1,
    takenAtMs: 1_700_000_000_000,
    host: `node${nodeId}`,
    path: `/disks/${nodeId}`,
    meta: { clusterId: CLUSTER_ID, nodeId, directoryId: DIRECTORY[nodeId] },
    lock: 'free',
    log: {
      startOffset: 0,
      endOffset,
      lastEpoch: epoch,
      batches: 10,
      bytes: 1000,
      segments: [{ name: '00000000000000000000.log', bytes: 1000, sha256: SHA, baseOffset: 0, endOffset }],
      epochs: epochs.map(([one, startOffset]) => ({ epoch: one, startOffset, leaderId: 0 })),
      damage: null,
    },
    snapshots: [],
    kraftVersion: 1,
    voterSets: [{ offset: 2, epoch: 1, from: 'log', voters: [loggedVoter(0), loggedVoter(1), loggedVoter(2)] }],
    quorumState: { dataVersion: 1, leaderId: null, leaderEpoch: epoch, voted: null, staticVoters: null },
    committedAtLeast: 500,
    tail: [{ offset: 510, epoch, text: 'topic orders created', topic: 'orders' }],
    moreTail: 0,
    counts: { topics: 3, partitions: 9, brokers: 1 },
    problems: [],
    ...over,
  }
}
