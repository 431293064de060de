/**
 * The moves of a drain in the hands of Cruise Control, on real Apache Kafka: a stand-in that answers by the published
 * description of its API and moves the replicas with Kafka's own tool. What Quorumdeck believes of it is under test.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CruiseControlClient } from '../../cruiseControl/client.ts'
import { FakeCruiseControl } from '../../cruiseControl/fakeCruiseControl.ts'
import { type Placement, partitionsOf } from '../../quorum/log/placement.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { Driving } from '../driving.ts'
import { PATIENCE_MS } from '../patience.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const REASSIGN = 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand'
const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
/** Where the replicas of whatever retires go. */
const TARGET = 0

function markerIn(acting: unknown): string {
  return (acting as { act: { marker: string } }).act.marker
}

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let fake: FakeCruiseControl
  let folder = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorumdeck-hand-over-'))
    fake = await FakeCruiseControl.start()
    kafka = await startApacheKafka({ version, combined: true })
    const create = ['--create', '--topic', 'orders', '--partitions', '6', '--replication-factor', '1']
    await kafka.tool(TOPICS, ['--bootstrap-server', kafka.bootstrapServers.join(','), ...create])
  })
  afterAll(async () => {
    await kafka?.close()
    await fake?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const open = () =>
    Driving.open({
      bootstrapControllers: kafka.bootstrapControllers,
      hosts: kafka.port,
      dataDir: join(folder, 'data'),
      cruiseControl: new CruiseControlClient({ address: fake.address, credentials: null }),
    })

  /** It counts what the log counts. */
  function count(driving: Driving): Placement {
    const { log } = driving.watching.observer
    if (log === null) throw new Error('the log is not followed')
    const counts = new Map([...log.brokers.keys()].map((id) => [String(id), 0]))
    for (const { replicas } of partitionsOf(log.placement)) {
      for (const id of replicas) counts.set(String(id), (counts.get(String(id)) ?? 0) + 1)
    }
    fake.replicas = Object.fromEntries(counts)
    return log.placement
  }

  /** Executes what it was asked for, as its executor would. */
  function executing(placement: () => Placement, over: Promise<unknown>): void {
    fake.onRemove = (brokers, task, reason) => {
      const partitions = [...partitionsOf(placement())]
        .filter((p) => p.replicas.some((id) => brokers.includes(id)))
        .map(({ topic, partition }) => ({ topic, partition, replicas: [TARGET] }))
      fake.executor = {
        state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS',
        triggeredUserTaskId: task.UserTaskId,
        triggeredTaskReason: `${reason} (Client: 127.0.0.1)`,
        numTotalPartitionMovements: partitions.length,
        numFinishedPartitionMovements: 0,
        totalDataToMove: 1,
        finishedDataMovement: 0,
      }
      const file = join(folder, `${task.UserTaskId}.json`)
      writeFileSync(file, JSON.stringify({ version: 1, partitions }))
      void over.then(async () => {
        const at = ['--bootstrap-server', kafka.bootstrapServers.join(',')]
        await kafka.tool(REASSIGN, [...at, '--reassignment-json-file', file, '--execute'])
        fake.executor = { state: 'NO_TASK_IN_PROGRESS' }
        task.Status = 'Completed'
      })
    }
  }

  /** A run whose brokers are to be emptied, at the step that moves them, with Cruise Control chosen and tried. */
  async function handedOver(driving: Driving, nodeId: number): Promise<string> {
    await driving.watching.view('every broker', (v) => {
      const brokers = [...(driving.watching.observer.log?.brokers.values() ?? [])]
      return v.source.tailing && v.quorum.margin === 1 && brokers.filter((b) => !b.fenced).length === 3
    })
    count(driving)
    const { id } = await driving.start({ kind: 'migrate-dedicated', params: { nodeIds: [nodeId] } })
    await driving.drive(id, (w) => w.allowedCommands.some((c) => c.key === 'cruise-control'))
    await driving.say(id, 'state', (c) => c.key === 'cruise-control')
    const tried = await driving.until(id, 'its dry run', (w) => w.handOver?.dryRun != null)
    expect(tried.handOver).toMatchObject({ state: 'chosen', dryRun: { replicas: 12, megabytes: 345 } })
    return id
  }
  const moved = (driving: Driving, id: string) =>
    driving.until(id, 'nothing left', (w) => w.steps.some((s) => s.key.endsWith('.move') && s.state === 'done'))
  const removals = () => fake.asked.filter((line) => line.includes('remove_broker') && line.includes('dryrun=false'))

  test('is shown at work, and proven by the log', async () => {
    const driving = await open()
    try {
      const id = await handedOver(driving, 2)
      let finish = () => {}
      executing(() => count(driving), new Promise<void>((resolve) => (finish = resolve)))
      await driving.say(id, 'execute')
      const working = await driving.until(id, 'it at work', (w) => w.handOver?.state === 'working')
      const taskId = fake.tasks[0]?.UserTaskId
      expect(working.handOver).toMatchObject({ taskId, executor: { movesTotal: 2 } })
      expect(working.allowedCommands.map((c) => c.type)).not.toContain('execute')
      // Its word alone moves nothing on: it says that it is done, and two partitions are left.
      const { executor } = fake
      fake.executor = { state: 'NO_TASK_IN_PROGRESS' }
      for (const task of fake.tasks) task.Status = 'Completed'
      const left = await driving.until(id, 'something left', (w) => w.handOver?.state === 'chosen')
      expect(left.handOver?.says).toContain('is over')
      expect(left.moves?.total.partitionsLeft).toBe(2)
      fake.executor = executor
      await driving.until(id, 'it at work again', (w) => w.handOver?.state === 'working')
      finish()
      await moved(driving, id)
      const { entries } = await driving.workflows.evidence(id)
      const [acting, acted] = entries.filter((e) => e.type === 'acting' || e.type === 'acted').slice(-2)
      expect(removals()[0]).toContain(`reason=${markerIn(acting?.data)}&`)
      expect(acted).toMatchObject({ data: { outcome: { taskId } } })
      // The cordon goes with the run.
      await driving.say(id, 'clean-up')
      expect((await driving.drive(id)).state).toBe('aborted')
      expect(driving.errors).toEqual([])
    } finally {
      await driving.close()
    }
  })

  test('is found again after its answer was lost and Quorumdeck was ended', async () => {
    fake.asked.length = 0
    fake.tasks.length = 0
    let driving = await open()
    let id = ''
    let finish = () => {}
    try {
      id = await handedOver(driving, 1)
      executing(() => count(driving), new Promise<void>((resolve) => (finish = resolve)))
      // It begins, and its answer never comes.
      fake.intercept = (endpoint, query) => {
        if (endpoint !== 'remove_broker' || query.get('dryrun') === 'true') return null
        const task = {
          UserTaskId: 'the-task',
          RequestURL: `POST /x?${query}`,
          ClientIdentity: '',
          StartMs: '0',
          Status: 'InExecution',
        }
        fake.tasks.unshift(task)
        fake.onRemove([1], task, query.get('reason') ?? '')
        return 'hang'
      }
      await driving.say(id, 'execute')
      await expect.poll(removals, { timeout: PATIENCE_MS }).toHaveLength(1)
    } finally {
      await driving.close()
    }
    driving = await open()
    try {
      const found = await driving.until(id, 'it found', (w) => w.handOver?.state === 'working')
      expect(found.handOver?.taskId).toBe('the-task')
      finish()
      await moved(driving, id)
      expect(removals()).toHaveLength(1)
      expect(driving.errors).toEqual([])
    } finally {
      await driving.close()
    }
  })
})
