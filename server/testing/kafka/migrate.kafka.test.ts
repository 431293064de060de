/**
 * The migration of the article on real Apache Kafka: three controllers and three brokers with data become three combined
 * nodes. A producer and a consumer run all along; the end is checked with Kafka's own tools.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MoveProgress } from '../../contract/workflows.ts'
import { partitionsOf } from '../../quorum/log/placement.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { Driving } from '../driving.ts'
import { readAll, TOPIC, Traffic } from '../traffic.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka

  beforeAll(async () => {
    kafka = await startApacheKafka({
      version,
      extra: {
        'offsets.topic.replication.factor': '3',
        'transaction.state.log.replication.factor': '3',
        'offsets.topic.num.partitions': '3',
        'min.insync.replicas': '2',
      },
    })
  })
  afterAll(async () => kafka?.close())

  const describeTopic = (bootstrap: string[]) =>
    kafka.tool(TOPICS, ['--bootstrap-server', bootstrap.join(','), '--describe'])

  test('the migration of the article', { timeout: 600_000 }, async () => {
    const before = kafka.bootstrapServers
    const driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, hosts: kafka.port })
    const traffic = new Traffic(before)
    const offline = new Set<string>()
    try {
      await driving.watching.view('every broker', (v) => {
        const brokers = [...(driving.watching.observer.log?.brokers.values() ?? [])]
        return v.source.tailing && v.quorum.margin === 1 && brokers.filter((b) => !b.fenced).length === 3
      })
      await kafka.tool(TOPICS, [
        '--bootstrap-server',
        before.join(','),
        '--create',
        '--topic',
        TOPIC,
        '--partitions',
        '5',
        '--replication-factor',
        '3',
      ])
      traffic.start()
      driving.watching.observer.subscribe({
        onView: () => {
          const { log } = driving.watching.observer
          for (const p of log === null ? [] : partitionsOf(log.placement)) {
            if (p.leader === null) offline.add(`${p.topic}-${p.partition}`)
          }
        },
      })
      const { id } = await driving.start({
        kind: 'migrate-combined',
        params: { nodeIds: [0, 1, 2], retireBrokerIds: [7, 8, 9], throttleBytesPerSecond: 50_000_000 },
      })
      const told: MoveProgress[] = []
      const telling = setInterval(() => {
        void driving.get(id).then(({ moves }) => (moves === null ? 0 : told.push(moves)))
      }, 500)
      const done = await driving.driveStating(id).finally(() => clearInterval(telling))
      expect(done.state).toBe('done')
      const after = kafka.bootstrapServers.filter((address) => !before.includes(address))
      await traffic.stop()
      expect(traffic.sent).toBeGreaterThan(20)
      // What the disks of real brokers tell: known once they were asked, and shrinking. The last moves may be over in between.
      const left = told.flatMap(({ total }) => total.bytesLeft ?? [])
      expect(Math.max(...left)).toBeGreaterThan(0)
      expect(Math.min(...left)).toBeLessThan(Math.max(...left))
      // All data is read from the combined nodes alone, and no partition was ever without a leader.
      const values = await readAll(after, traffic.sent)
      const missing = Array.from({ length: traffic.sent }, (_, i) => String(i)).filter((value) => !values.has(value))
      expect(missing).toEqual([])
      expect([...offline]).toEqual([])
      const text = await describeTopic(after)
      const replicas = [...text.matchAll(/Replicas: ([\d,]+)/g)].flatMap(([, list = '']) => list.split(','))
      expect(new Set(replicas)).toEqual(new Set(['0', '1', '2']))
      expect(text).not.toMatch(/Leader: none/)
      expect([...(driving.watching.observer.log?.brokers.keys() ?? [])].sort()).toEqual([0, 1, 2])
      expect(driving.watching.observer.view?.quorum).toMatchObject({ voters: 3, margin: 1 })
      const { log } = driving.watching.observer
      const throttles = [...(log?.placement.configs ?? [])].filter(([, configs]) =>
        [...configs.keys()].some((name) => name.includes('throttled') || name === 'cordoned.log.dirs'),
      )
      expect(throttles).toEqual([])
      expect(driving.errors).toEqual([])
    } finally {
      await traffic.stop().catch(() => undefined)
      await driving.close()
    }
  })
})
