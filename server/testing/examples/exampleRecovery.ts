/** For tests: controller 0 of three is brought back without 1 and 2. */
import type { Recovery } from '../../contract/disk/recovery.ts'
import { DIRECTORY } from './exampleObservation.ts'

const voter = (nodeId: number, directoryId: string) => ({
  nodeId,
  directoryId,
  endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port: 8000 + nodeId }],
  kraftVersions: { min: 0, max: 1 },
})
const VOTERS = [voter(0, DIRECTORY[0]), voter(1, DIRECTORY[1]), voter(2, DIRECTORY[2])]

export function exampleRecovery(over: Partial<Recovery> = {}): Recovery {
  return {
    way: 'record',
    seed: { nodeId: 0, directoryId: DIRECTORY[0], host: 'node0', path: '/var/lib/kafka' },
    source: null,
    before: VOTERS,
    lost: VOTERS.slice(1),
    others: [],
    after: VOTERS.slice(0, 1),
    epoch: 1009,
    copies: [
      {
        nodeId: 0,
        directoryId: DIRECTORY[0],
        host: 'node0',
        path: '/var/lib/kafka',
        epoch: 9,
        endOffset: 535,
        votes: true,
        goesItsOwnWay: false,
        files: [],
      },
    ],
    loss: {
      atMost: null,
      atLeast: 0,
      ifDownSince: [],
      comesAlive: { from: 500, to: 535 },
      why: ['A majority of the voters is lost.'],
    },
    tail: [{ offset: 501, epoch: 9, text: 'topic orders created', topic: 'orders' }],
    moreTail: 0,
    counts: { topics: 1, partitions: 1, brokers: 3 },
    brokers: [7, 8, 9],
    unranked: [],
    ...over,
  }
}
