import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CruiseControlClient } from './client.ts'
import { FakeCruiseControl } from './fakeCruiseControl.ts'

let fake: FakeCruiseControl
beforeAll(async () => {
  fake = await FakeCruiseControl.start()
})
afterAll(() => fake.close())
beforeEach(() => {
  fake.intercept = () => null
  fake.takes = 0
  fake.asked.length = 0
})
const client = (credentials: { user: string; password: string } | null = null) =>
  new CruiseControlClient({ address: fake.address, credentials })
const go = async () => null
const MARKER = 'quorumdeck-3f2a9b1c-1234-000017'
const remove = { kind: 'cruise-control-remove' as const, brokers: [7, 8], marker: MARKER }

test('a look is its executor, its removals, and the replicas on each broker', async () => {
  fake.executor = {
    state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
    triggeredUserTaskId: 'a-task',
    triggeredSelfHealingTaskId: '',
    triggeredTaskReason: 'because (Client: 127.0.0.1, Date: 2026-01-01T00:00:00Z)',
    numTotalPartitionMovements: 10,
    numFinishedPartitionMovements: 3,
    finishedDataMovement: 120,
    totalDataToMove: -1,
  }
  fake.replicas = { 7: 3, 8: 0 }
  expect(await client().look({ tasks: true, counts: true })).toEqual({
    ok: true,
    told: {
      executor: {
        state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
        taskId: 'a-task',
        reason: 'because (Client: 127.0.0.1, Date: 2026-01-01T00:00:00Z)',
        movesDone: 3,
        movesTotal: 10,
        megabytesDone: 120,
        megabytesTotal: null,
      },
      tasks: [],
      replicas: new Map([
        [7, 3],
        [8, 0],
      ]),
    },
  })
  fake.executor = { state: 'NO_TASK_IN_PROGRESS' }
  fake.asked.length = 0
  expect(await client().look({ tasks: false, counts: false })).toMatchObject({
    ok: true,
    told: { tasks: null, replicas: null },
  })
  // Each request counts among the few that it takes at once.
  expect(fake.asked).toHaveLength(1)
})

describe('a dry run', () => {
  test('is waited for under its User-Task-ID', async () => {
    fake.takes = 1
    expect(await client().dryRun([7, 8], MARKER)).toEqual({
      ok: true,
      told: { replicas: 12, megabytes: 345, leaders: 4, monitoredPercent: 98.5, excludedTopics: [] },
    })
    expect(fake.asked).toEqual(
      Array(2).fill(`POST /kafkacruisecontrol/remove_broker?brokerid=7%2C8&dryrun=true&reason=${MARKER}&json=true`),
    )
    expect(fake.headers['user-task-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('that its goals do not allow is told in its words', async () => {
    const says = 'There are not enough racks'
    fake.intercept = () => ({ status: 500, body: { version: 1, errorMessage: says, stackTrace: 'java.lang…' } })
    expect(await client().dryRun([7], MARKER)).toEqual({ ok: false, says })
  })
})

describe('a removal', () => {
  test('is sent once, and answered with its User-Task-ID', async () => {
    expect(await client({ user: 'q', password: 's3cret' }).act(remove, go)).toMatchObject({
      kind: 'answered',
      errorCode: 0,
      errorMessage: null,
      taskId: fake.tasks[0]?.UserTaskId,
    })
    expect(fake.asked).toEqual([
      `POST /kafkacruisecontrol/remove_broker?brokerid=7%2C8&dryrun=false&reason=${MARKER}&json=true`,
    ])
    expect(fake.headers.authorization).toBe(`Basic ${Buffer.from('q:s3cret').toString('base64')}`)
  })

  test('is kept back by an objection', async () => {
    expect(await client().act(remove, async () => 'There is a new leader.')).toEqual({
      kind: 'not-sent',
      problem: 'There is a new leader. Nothing was sent.',
    })
    expect(fake.asked).toEqual([])
  })

  test('is refused with its words', async () => {
    const errorMessage = 'Cannot start a new execution while there is an ongoing execution'
    fake.intercept = () => ({ status: 500, body: { version: 1, errorMessage, stackTrace: '' } })
    expect(await client().act(remove, go)).toMatchObject({ kind: 'answered', errorCode: 500, errorMessage })
  })

  test('that it had no place for is asked again, and was not begun before', async () => {
    const errorMessage = 'There are already 5 active user tasks, which has reached the servlet capacity.'
    const full = { status: 500, body: { version: 1, errorMessage, stackTrace: '' } }
    fake.intercept = () => (fake.asked.length === 1 ? full : null)
    expect(await client().act(remove, go)).toMatchObject({ kind: 'answered', errorCode: 0 })
    expect(fake.asked).toHaveLength(2)
  })

  test('that it had no place for is looked at once more before it is asked again', async () => {
    const errorMessage = 'There are already 5 active user tasks, which has reached the servlet capacity.'
    fake.intercept = () => ({ status: 500, body: { version: 1, errorMessage, stackTrace: '' } })
    const objection = async () => (fake.asked.length === 0 ? null : 'The run has moved on.')
    expect(await client().act(remove, objection)).toEqual({
      kind: 'not-sent',
      problem: 'The run has moved on. It had no place for the request before, and has not begun it.',
    })
    expect(fake.asked).toHaveLength(1)
  })

  test('may have been read where the connection ends without an answer', async () => {
    fake.intercept = () => 'hang'
    const acting = client().act(remove, go)
    await expect.poll(() => fake.asked.length, { timeout: 30_000 }).toBe(1)
    const { address } = fake
    await fake.close()
    expect(await acting).toMatchObject({ kind: 'unanswered' })
    // Nobody listens there any more: nobody can have read the next one.
    expect(await new CruiseControlClient({ address, credentials: null }).act(remove, go)).toMatchObject({
      kind: 'not-sent',
    })
    fake = await FakeCruiseControl.start()
  })
})

test('a stop is of what this Cruise Control has begun alone', async () => {
  const stop = { kind: 'cruise-control-stop' as const, marker: MARKER, taskId: 'a-task' }
  expect(await client().act(stop, go)).toMatchObject({ kind: 'answered', errorCode: 0, taskId: 'a-task' })
  expect(fake.asked[0]).toContain('stop_proposal_execution?stop_external_agent=false&')
})

describe('what stands in the way is named', () => {
  test.each<[what: string, status: number, body: unknown, says: RegExp]>([
    ['no user', 401, '<html>', /wants a user and a password \(--cruise-control-credentials\)/],
    ['no right', 403, { errorMessage: 'Forbidden', stackTrace: '', version: 1 }, /may not do that: Forbidden/],
    ['another path', 404, '<html>', /webserver.api.urlprefix/],
    ['no JSON', 200, '<html>', /no JSON: is this address Cruise Control’s/],
    ['another form', 200, { version: 2 }, /another form than this version of Quorumdeck knows/],
    ['words without an error', 500, '<html>', /it answered HTTP 500/],
  ])('%s', async (_what, status, body, says) => {
    fake.intercept = () => ({ status, body })
    const look = await client().look({ tasks: false, counts: false })
    expect(look.ok ? '' : look.says).toMatch(says)
  })

  test('two-step verification keeps a request for a person', async () => {
    fake.intercept = () => ({ status: 200, body: { version: 1, RequestInfo: [{ Id: 3, Status: 'PENDING_REVIEW' }] } })
    const outcome = await client().act(remove, go)
    expect(outcome).toMatchObject({
      kind: 'answered',
      errorCode: 200,
      errorMessage: expect.stringContaining('review 3'),
    })
  })
})
