/**
 * The long wizards by clicks, on real Apache Kafka: minutes on each version, so only where KAFKA_CLICKS=all asks for them.
 * A producer runs all through the migration; the ends are checked with Kafka's own tools.
 */

import { expect, test } from '@playwright/test'
import type { QuorumView } from '../server/contract/quorumView.ts'
import { votersOf } from '../server/contract/voters.ts'
import { readAll, TOPIC, Traffic } from '../server/testing/traffic.ts'
import { clickThrough } from './clicking.ts'
import { CLUSTER, KafkaPage } from './kafkaPage.ts'

const VERSIONS = process.env.KAFKA_CLICKS === 'all' ? (process.env.KAFKA_CLICK_VERSIONS ?? '4.3.1').split(',') : []
const TOPICS = 'org.apache.kafka.tools.TopicCommand'

const brokerAddresses = ({ replicas }: QuorumView, ids: readonly number[]): string[] =>
  replicas.flatMap((r) =>
    ids.includes(r.nodeId) ? r.endpoints.filter((e) => e.listener === 'CLIENT').map((e) => `${e.host}:${e.port}`) : [],
  )

for (const version of VERSIONS) {
  test.describe(`long wizards by clicks on Apache Kafka ${version}`, () => {
    test.describe.configure({ timeout: 600_000 })

    test('the migration of the article: combined nodes, no broker left, all data readable', async ({ page }) => {
      const kafkaPage = await KafkaPage.start(version, 3)
      let traffic: Traffic | null = null
      try {
        await kafkaPage.ready(3)
        const before = brokerAddresses(await kafkaPage.view(), [7, 8, 9])
        expect(before).toHaveLength(3)
        const create = ['--create', '--topic', TOPIC, '--partitions', '5', '--replication-factor', '3']
        await kafkaPage.tool(TOPICS, ['--bootstrap-server', before.join(','), ...create])
        traffic = new Traffic(before)
        traffic.start()
        const run = await kafkaPage.run(
          page,
          'kind=migrate-combined&nodeIds=0,1,2&retireBrokerIds=7,8,9&throttleBytesPerSecond=50000000',
        )
        expect(run).toMatchObject({ state: 'done' })
        await traffic.stop()
        const nodes = (await kafkaPage.act({ action: 'configure', nodeId: 0 })).nodes
        expect(nodes.filter((n) => n.state === 'running').map((n) => n.nodeId)).toEqual([0, 1, 2])
        await kafkaPage.agrees(3)
        const after = brokerAddresses(await kafkaPage.view(), [0, 1, 2])
        const values = await readAll(after.length > 0 ? after : before, traffic.sent)
        expect(values.size).toBe(traffic.sent)
        const text = await kafkaPage.tool(TOPICS, ['--bootstrap-server', after.join(','), '--describe'])
        expect(text).not.toMatch(/Leader: none/)
        const replicas = [...text.matchAll(/Replicas: ([\d,]+)/g)].flatMap(([, list = '']) => list.split(','))
        expect(new Set(replicas)).toEqual(new Set(['0', '1', '2']))
      } finally {
        await traffic?.stop().catch(() => undefined)
        await kafkaPage.close()
      }
    })

    test('three to five and back, a healthy one and a dead one replaced, a live broker refused', async ({ page }) => {
      const kafkaPage = await KafkaPage.start(version, 1)
      try {
        await kafkaPage.ready(1)
        for (const count of [5, 3]) {
          expect(await kafkaPage.run(page, `kind=scale&controllers=${count}`)).toMatchObject({ state: 'done' })
          await kafkaPage.agrees(count)
        }
        const follower = async () => votersOf(await kafkaPage.view()).find((v) => v.status === 'follower')?.nodeId ?? -1
        expect(await kafkaPage.run(page, `kind=replace-controller&nodeId=${await follower()}`)).toMatchObject({
          state: 'done',
        })
        await kafkaPage.agrees(3)
        const dead = await follower()
        await kafkaPage.act({ action: 'wipe', nodeId: dead })
        await kafkaPage.until((v) => v.findings.some((f) => f.code === 'voter-silent'))
        expect(await kafkaPage.run(page, `kind=replace-controller&nodeId=${dead}`)).toMatchObject({ state: 'done' })
        await kafkaPage.agrees(3)
        // A live broker: the way to its removal begins with its stop, and nothing can be unregistered before.
        await page.goto(`${kafkaPage.url}/clusters/${CLUSTER}/workflows/new?kind=unregister-broker&nodeId=7`)
        await page.getByRole('button', { name: 'Start', exact: true }).click()
        await expect(
          page.getByRole('region', { name: 'What comes next' }).getByRole('button', { name: /^Unregister/ }),
        ).toHaveCount(0)
        expect((await kafkaPage.view()).replicas.find((r) => r.nodeId === 7)?.fenced).toBe(false)
        expect(await clickThrough(page, kafkaPage.url)).toMatchObject({ state: 'done' })
      } finally {
        await kafkaPage.close()
      }
    })

    if (version.startsWith('3.')) return
    test('a static quorum becomes dynamic', async ({ page }) => {
      const kafkaPage = await KafkaPage.start(version, 1, ['--static'])
      try {
        await kafkaPage.ready(1)
        expect(await kafkaPage.run(page, 'kind=static-to-dynamic')).toMatchObject({ state: 'done' })
        expect((await kafkaPage.view()).quorum).toMatchObject({ mode: 'dynamic', kraftVersion: 1 })
        await kafkaPage.agrees(3)
      } finally {
        await kafkaPage.close()
      }
    })
  })
}
