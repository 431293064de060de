/** Quorums of other shapes that lost their majority: combined nodes, five voters, TLS and SASL. On real Kafka, for `npm run safety`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { saslTls } from '../../sandbox/apacheKafka/certificates.ts'
import { type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { LostDisks } from '../disks/lostDisks.ts'
import { changed } from '../disks/typedDisk.ts'

const VERSIONS = process.env.KAFKA_VERSIONS?.split(',') ?? []

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-lost-quorums-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Shape {
  name: string
  options: Omit<ApacheKafkaOptions, 'version'>
  /** How many voters lose their disks. */
  gone: number
  replicas: number
}

const SHAPES: Shape[] = [
  { name: 'combined nodes', options: { controllers: 3, combined: true }, gone: 2, replicas: 3 },
  { name: 'five voters', options: { controllers: 5, brokers: 1 }, gone: 3, replicas: 1 },
  { name: 'TLS and SASL', options: { controllers: 3, brokers: 1, security: saslTls }, gone: 2, replicas: 1 },
]

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  test.each(SHAPES)('$name: $gone disks are gone, the furthest goes on', async ({ name, options, gone, replicas }) => {
    const kafka = await startApacheKafka({ ...options, version })
    const lost = new LostDisks(kafka, join(folder, version, name.replaceAll(' ', '-')))
    const controllers = Array.from({ length: options.controllers ?? 3 }, (_, id) => id)
    try {
      const leads = await lost.leads(controllers, 20)
      expect(leads).toBeGreaterThan(0)
      await lost.createTopic('orders', 3, replicas)
      const measured = (what: string, sinceMs: number) =>
        console.log(
          `Apache Kafka ${version}: ${name}: ${what} after ${((performance.now() - sinceMs) / 1000).toFixed(1)} s`,
        )
      await Promise.all(controllers.map((id) => kafka.node(id).end('SIGKILL')))
      const lostMs = performance.now()
      const seed = await lost.furthest(await lost.inspected(...controllers))
      const taken = controllers.filter((id) => id !== seed).slice(0, gone)
      const kept = controllers.filter((id) => id !== seed && !taken.includes(id))
      for (const id of taken) await kafka.node(id).act('wipe', kafka.clusterId)
      const reports = await lost.inspected(seed, ...kept, ...lost.brokers.filter((id) => !controllers.includes(id)))
      const args = ['--lost', taken.join(), '--reports', ...reports.map(({ file }) => file)]
      const receipt = await changed('recover', lost.directory(seed), ...args, '--backup', await lost.backup(seed))
      const startedMs = performance.now()
      await kafka.node(seed).start(true)
      await lost.leads([seed], receipt.plan.baseOffset)
      measured('started, the survivor leads', startedMs)
      measured('lost, the survivor leads', lostMs)
      expect(await lost.voters([seed])).toEqual([seed])
      expect(await lost.topics(['orders'])).toContain('orders')
      // A survivor votes no more, and has nothing of its own: it joins with the disk that it has.
      for (const id of kept) await lost.join(id, [seed])
      const wanted = controllers.length - kept.length - 1
      for (const id of taken.slice(0, wanted)) await lost.add(id, [seed])
      measured(`lost, ${controllers.length} voters`, lostMs)
      expect(await lost.voters([seed])).toEqual(controllers)
      await lost.createTopic('after-recovery', 1, replicas)
      expect(await lost.topics(['after-recovery', 'orders'])).toContain('after-recovery')
    } finally {
      lost.stopWatching()
      await kafka.close()
    }
  })
})
