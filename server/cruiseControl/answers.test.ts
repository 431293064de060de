/** What real servers answered (fixtures/recorded.json says which). */
import { expect, test } from 'vitest'
import { IDLE_EXECUTOR } from '../testing/examples/exampleCruiseControl.ts'
import { dryRunOf, errorOf, executorOf, isFullText, replicasOf, reviewOf, tasksOf } from './answers.ts'
import recorded from './fixtures/recorded.json' with { type: 'json' }

test('its executor, idle and at work', () => {
  expect(executorOf(recorded.idle)).toEqual(IDLE_EXECUTOR)
  expect(executorOf(recorded.working)).toEqual({
    state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
    taskId: '7b96ae73-a3c0-44fa-9a1f-3c023c22162c',
    reason: 'quorumdeck-76db064a-2d84-000004 (Client: 127.0.0.1, Date: 2026-11-28T14:01:17Z)',
    movesDone: 0,
    movesTotal: 4,
    megabytesDone: 0,
    megabytesTotal: 62,
  })
})

test('its tasks, with the marker that stood in the reason', () => {
  const [first, second] = tasksOf(recorded.tasks)
  expect(first).toMatchObject({ id: '7b96ae73-a3c0-44fa-9a1f-3c023c22162c', status: 'InExecution' })
  expect(first?.url).toContain('dryrun=false&reason=quorumdeck-76db064a-2d84-000004&')
  expect(second).toMatchObject({ status: 'CompletedWithError' })
})

test('what it sees on each broker', () => {
  expect([...replicasOf(recorded.cluster).keys()].sort()).toEqual([0, 1, 2])
})

test('its dry run', () => {
  expect(dryRunOf(recorded.dryRun)).toEqual({
    replicas: recorded.dryRun.summary.numReplicaMovements,
    megabytes: recorded.dryRun.summary.dataToMoveMB,
    leaders: recorded.dryRun.summary.numLeaderMovements,
    monitoredPercent: 100,
    excludedTopics: [],
  })
  expect(() => dryRunOf(recorded.idle)).toThrow()
})

test('errors lose their wrapping and the names of classes', () => {
  expect(errorOf(500, recorded.goalsFail)).toBe(
    '[RackAwareGoal] Insufficient number of racks to distribute each replica (Current: 1, Needed: 2). Add at least 1 rack with brokers. Add at least 1 rack with brokers',
  )
  expect(isFullText(errorOf(500, recorded.full))).toBe(true)
  expect(isFullText(errorOf(500, recorded.goalsFail))).toBe(false)
  expect(errorOf(500, null)).toBe('it answered HTTP 500')
})

test('an error that is made to keep it busy', () => {
  // Begun anew at every letter, it would take longer than a test may.
  expect(errorOf(500, { errorMessage: 'a.'.repeat(600_000) })).toHaveLength(300)
})

test('a request that waits for a review', () => {
  expect(reviewOf(recorded.review)).toBe(0)
  expect(reviewOf(recorded.stopped)).toBeNull()
})
