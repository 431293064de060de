/**
 * The dashboard is killed in every state of every step of the long wizards, and while a host does what it asked for, on real
 * Apache Kafka. A producer runs through the migrations; the ends are checked with Kafka's own tools. Many minutes: only where
 * versions are asked for.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StartWorkflow } from '../../contract/workflows.ts'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { driveDying, stepsDiedIn } from '../faults/dyingRuns.ts'
import { doubles } from '../faults/mortalProcess.ts'
import { readAll, TOPIC, Traffic } from '../traffic.ts'
import { Watching } from '../watching.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
const TWENTY_MINUTES = 1_200_000
const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const REPLICATED = {
  'offsets.topic.replication.factor': '3',
  'transaction.state.log.replication.factor': '3',
  'offsets.topic.num.partitions': '3',
  'min.insync.replicas': '2',
}

describe.each(VERSIONS)('the dashboard dies everywhere, on Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let watching: Watching

  async function open(options: Omit<ApacheKafkaOptions, 'version'>): Promise<void> {
    kafka = await startApacheKafka({ version, ...options })
    watching = new Watching({ bootstrapControllers: kafka.bootstrapControllers, intervalMs: 250 })
    const { brokers = 3 } = options
    await watching.view('a whole cluster', ({ source, quorum }) => {
      const registered = [...(watching.observer.log?.brokers.values() ?? [])]
      return source.tailing && quorum.margin === 1 && registered.filter((b) => !b.fenced).length === brokers
    })
  }
  afterEach(async () => {
    watching?.stop()
    await kafka?.close()
  })

  /** Carries a run through all deaths; a dashboard has died in each of its steps that a person or a proof waited in. */
  async function survives(request: StartWorkflow): Promise<string[]> {
    const { deaths, run, entries } = await driveDying(kafka, request)
    console.log(`${version}, ${run.title}: killed ${deaths.length} times, in ${stepsDiedIn(deaths).length} steps`)
    expect(run.state).toBe('done')
    expect(doubles(entries)).toEqual([])
    expect(deaths.length).toBeGreaterThan(3)
    return deaths
  }

  async function agrees(voters: number): Promise<void> {
    const { replicas } = await watching.view(
      'the voters at the end',
      ({ quorum }) => quorum.voters === voters && quorum.margin === (voters - 1) / 2,
    )
    const seen = replicas.filter((r) => r.status !== 'observer')
    const addresses = seen.flatMap((r) => r.endpoints.slice(0, 1)).map(({ host, port }) => `${host}:${port}`)
    expect(await votersByTool((mainClass, args) => kafka.tool(mainClass, args), addresses)).toEqual(
      seen.map((r) => `${r.nodeId}:${r.directoryId}`).sort(),
    )
  }

  describe('of controllers and a broker', () => {
    beforeEach(() => open({ brokers: 1 }))
    const follower = () => watching.observer.view?.replicas.find((r) => r.status === 'follower')?.nodeId ?? -1

    test('scaled to five and back to three', { timeout: TWENTY_MINUTES }, async () => {
      for (const controllers of [5, 3]) {
        await survives({ kind: 'scale', params: { controllers } })
        await agrees(controllers)
      }
    })

    test('a controller replaced by a new node', { timeout: TWENTY_MINUTES }, async () => {
      await survives({ kind: 'replace-controller', params: { oldNodeId: follower() } })
      await agrees(3)
    })

    test('restarted one after the other, then the broker unregistered', { timeout: TWENTY_MINUTES }, async () => {
      await survives({ kind: 'rolling-restart', params: { nodeIds: [0, 1, 2, 7] } })
      await survives({ kind: 'unregister-broker', params: { nodeId: 7 } })
      await watching.view('no broker', () => watching.observer.log?.brokers.has(7) === false)
      await agrees(3)
    })
  })

  const dynamic = version.startsWith('3.') ? test.skip : test
  dynamic('a static quorum becomes dynamic', { timeout: TWENTY_MINUTES }, async () => {
    await open({ brokers: 1, staticQuorum: true })
    await survives({ kind: 'static-to-dynamic', params: {} })
    await agrees(3)
  })

  test('to combined nodes and back to dedicated ones, and the article’s migration', {
    timeout: TWENTY_MINUTES,
  }, async () => {
    await open({ extra: REPLICATED })
    const before = kafka.bootstrapServers
    const create = ['--create', '--topic', TOPIC, '--partitions', '5', '--replication-factor', '3']
    await kafka.tool(TOPICS, ['--bootstrap-server', before.join(','), ...create])
    let traffic = new Traffic(before)
    traffic.start()
    try {
      const nodeIds = [0, 1, 2]
      const throttleBytesPerSecond = 50_000_000
      await survives({ kind: 'migrate-combined', params: { nodeIds, retireBrokerIds: [] } })
      await traffic.stop()
      traffic = new Traffic(kafka.bootstrapServers, traffic.sent)
      traffic.start()
      await survives({ kind: 'migrate-dedicated', params: { nodeIds, throttleBytesPerSecond } })
      await watching.view('dedicated', () => [...(watching.observer.log?.brokers.keys() ?? [])].every((id) => id > 6))
      await survives({
        kind: 'migrate-combined',
        params: { nodeIds, retireBrokerIds: [7, 8, 9], throttleBytesPerSecond },
      })
      await traffic.stop()
      const after = kafka.bootstrapServers.filter((address) => !before.includes(address))
      expect((await readAll(after, traffic.sent)).size).toBe(traffic.sent)
      const text = await kafka.tool(TOPICS, ['--bootstrap-server', after.join(','), '--describe'])
      const replicas = [...text.matchAll(/Replicas: ([\d,]+)/g)].flatMap(([, list = '']) => list.split(','))
      expect(new Set(replicas)).toEqual(new Set(['0', '1', '2']))
      expect(text).not.toMatch(/Leader: none/)
      await agrees(3)
    } finally {
      await traffic.stop().catch(() => undefined)
    }
  })
})
