import { expect, test } from 'vitest'
import type { HandOver } from '../../../../server/contract/cruiseControl.ts'
import { dryRunWords, executorWords } from './handOverWords.ts'

const summary = { replicas: 1200, megabytes: 5300, leaders: 1, monitoredPercent: 98.6, excludedTopics: [] }
const hand: HandOver = {
  state: 'working',
  says: '',
  address: 'http://cc:9090/kafkacruisecontrol',
  problem: null,
  dryRun: null,
  taskId: null,
  executor: {
    state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
    taskId: 'a',
    reason: null,
    movesDone: 3,
    movesTotal: 10,
    megabytesDone: 120,
    megabytesTotal: null,
  },
}

test('the dry run', () => {
  expect(dryRunWords(summary)).toBe('1,200 replicas, 5.3 GB, 1 leader; 99 % of the partitions measured.')
  const topics = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  expect(dryRunWords({ ...summary, megabytes: null, monitoredPercent: null, excludedTopics: topics })).toBe(
    '1,200 replicas, unknown, 1 leader; how many partitions it has measured is unknown. It leaves alone: a, b, c, d, e and 2 more.',
  )
})

test('its executor', () => {
  expect(executorWords(hand)).toBe('3 of 10 moves, 120 MB of unknown (INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS)')
  expect(executorWords({ ...hand, executor: null })).toBe('')
})
