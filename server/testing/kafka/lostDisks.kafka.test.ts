/**
 * A quorum that lost its majority, brought back by `quorumdeck disk` alone, on real Kafka. One scenario of one version is part of
 * `npm test`; all of them, on every version, of `npm run safety`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { takePorts } from '../../sandbox/ports.ts'
import { LostDisks, type Reported } from '../disks/lostDisks.ts'
import { changed, refusals } from '../disks/typedDisk.ts'
import { Reading, readAll, Traffic } from '../traffic.ts'

const VERSIONS = process.env.KAFKA_VERSIONS?.split(',') ?? ['4.3.1']
const ALL = process.env.KAFKA_VERSIONS !== undefined
/** Of the safety run alone; no test elsewhere, so that none counts as skipped. */
const inSafety = (ALL ? test : () => {}) as typeof test

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-lost-disks-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const files = (reports: readonly Reported[]) => reports.map(({ file }) => file)
const measured = (version: string, what: string, sinceMs: number) =>
  console.log(`Apache Kafka ${version}: ${what} after ${((performance.now() - sinceMs) / 1000).toFixed(1)} s`)

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let lost: LostDisks
  const controllers = [0, 1, 2]
  const brokers = [7, 8]
  const nodes = (ids: readonly number[]) => ids.map((id) => kafka.node(id))
  const end = async (ids: readonly number[]) => {
    await Promise.all(nodes(ids).map((node) => node.end('SIGKILL')))
  }
  const start = async (ids: readonly number[]) => {
    for (const node of nodes(ids)) await node.start(true)
  }
  const all = [...controllers, ...brokers]

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, controllers: 3, brokers: 2 })
    lost = new LostDisks(kafka, join(folder, version))
    await lost.leads(controllers, 20)
    await lost.createTopic('orders', 2, 2)
    await lost.createTopic('payments')
  })
  afterEach(() => lost.stopWatching())
  afterAll(() => kafka.close())

  test('two of three disks are gone: the third goes on alone, brokers come back, two controllers are added', async () => {
    const reading = new Reading(kafka.bootstrapServers)
    await reading.start()
    const traffic = new Traffic(kafka.bootstrapServers)
    traffic.start()
    // While it runs, nothing is written.
    const running = await lost.inspected(...all)
    expect(running.map(({ report }) => report.lock)).toEqual(running.map(() => 'held'))
    const others = ['--lost', '1,2', '--reports', ...files(running), '--backup', lost.place('none')]
    expect(await refusals('recover', lost.directory(0), ...others)).toContain('lock-held')
    expect(await refusals('backup', lost.directory(0), lost.place('none'))).toEqual(['lock-held'])
    await end(controllers)
    const lostMs = performance.now()
    const reports = await lost.inspected(...all)
    const seed = await lost.furthest(reports)
    expect(controllers).toContain(seed)
    const gone = controllers.filter((id) => id !== seed)
    for (const id of gone) await kafka.node(id).act('wipe', kafka.clusterId)
    const left = reports.filter(({ report }) => !gone.includes(report.meta?.nodeId ?? -1))
    const backup = await lost.backup(seed)
    const receipt = await changed(
      ...['recover', lost.directory(seed), '--lost', gone.join(), '--reports', ...files(left), '--backup', backup],
    )
    expect(receipt.voters.map(({ nodeId }) => nodeId)).toEqual([seed])
    const { baseOffset, epoch, file } = receipt.plan
    const dump = await lost.dumped(seed, version, file)
    expect(dump).toMatch(new RegExp(`baseOffset: ${baseOffset} .*partitionLeaderEpoch: ${epoch} .*isvalid: true`))
    expect(dump).toMatch(/KRaftVoters/)
    const startedMs = performance.now()
    await start([seed])
    await lost.leads([seed], baseOffset)
    measured(version, 'two of three lost: started, the survivor leads', startedMs)
    measured(version, 'two of three lost: lost, the survivor leads', lostMs)
    expect(lost.watching.observer.view?.quorum.leaderEpoch).toBe(epoch + 1)
    expect(await lost.topics(['orders', 'payments'])).toEqual(['orders', 'payments'])
    await lost.createTopic('after-recovery')
    for (const id of gone) await lost.add(id, [seed])
    measured(version, 'two of three lost: lost, three voters', lostMs)
    expect(await lost.voters([seed])).toEqual([0, 1, 2])
    expect(await lost.topics(['after-recovery'])).toEqual(['after-recovery', 'orders', 'payments'])
    await traffic.stop()
    expect(traffic.sent).toBeGreaterThan(20)
    const acknowledged = Array.from({ length: traffic.sent }, (_, number) => String(number))
    const read = await readAll(kafka.bootstrapServers, traffic.sent)
    expect(acknowledged.filter((value) => !read.has(value))).toEqual([])
    const inTime = performance.now() + 30_000
    while (reading.values.size < traffic.sent && performance.now() < inTime)
      await new Promise((resolve) => setTimeout(resolve, 100))
    await reading.stop()
    expect(reading.failures).toEqual([])
    expect(acknowledged.filter((value) => !reading.values.has(value))).toEqual([])
    console.log(`Apache Kafka ${version}: ${traffic.sent} records acknowledged and read back`)
  })

  inSafety(
    'old disks of lost voters come back: one before the seed, one after it, then each is formatted anew',
    async () => {
      await lost.leads(controllers, 20)
      await end(controllers)
      const reports = await lost.inspected(...all)
      const seed = await lost.furthest(reports)
      const [early = -1, late = -1] = controllers.filter((id) => id !== seed)
      const left = reports.filter(({ report }) => ![early, late].includes(report.meta?.nodeId ?? -1))
      const backup = await lost.backup(seed)
      const args = ['recover', lost.directory(seed), '--lost', `${early},${late}`, '--reports', ...files(left)]
      // Both of them alone are a majority of the old set: they lead, and nothing is written beside them. A broker that followed
      // them would be ahead of the survivor, and die of it.
      await end(brokers)
      await start([early, late])
      await lost.leads([early, late], 20)
      expect(await refusals(...args, '--backup', backup)).toContain('voter-reachable')
      await end([early, late])
      const receipt = await changed(...args, '--backup', backup)
      // One alone elects nobody, and follows whom it finds later.
      await start([early])
      const startedMs = performance.now()
      await start([seed])
      await lost.leads([seed], receipt.plan.baseOffset)
      measured(version, 'old disks come back: started, the survivor leads beside one', startedMs)
      expect(await lost.voters([seed])).toEqual([seed])
      await start([late, ...brokers])
      for (const id of [early, late])
        await lost.watching.view(`the old disk of ${id} follows`, (v) =>
          v.replicas.some((r) => r.nodeId === id && r.status === 'observer' && r.lag !== null && r.lag < 10),
        )
      expect(await lost.voters([seed])).toEqual([seed])
      expect(await lost.topics(['orders', 'payments'])).toContain('orders')
      for (const id of [early, late]) await lost.add(id, [seed])
      expect(await lost.voters([seed])).toEqual([0, 1, 2])
    },
  )

  inSafety('every voter has another address: one record on the furthest disk, and they elect', async () => {
    await lost.leads(controllers, 20)
    await end(all)
    const lostMs = performance.now()
    const old = nodes(controllers).map(({ spec }) => spec.controllerPort ?? 0)
    const moved = await takePorts('127.0.0.1', controllers.length)
    const addresses = (text: string) =>
      old.reduce((now, port, at) => now.replaceAll(`localhost:${port}`, `localhost:${moved[at]}`), text)
    for (const node of nodes(all)) await node.edit(addresses)
    controllers.forEach((id, at) => {
      const node = kafka.node(id)
      node.spec = { ...node.spec, controllerPort: moved[at] ?? null }
    })
    const reports = await lost.inspected(...all)
    // A broker may have fetched as far as the furthest voter, and no further.
    const seed = await lost.furthest(reports)
    const voters = controllers.flatMap((id, at) => ['--voter', `${id}=CONTROLLER://localhost:${moved[at]}`])
    const backup = await lost.backup(seed)
    const args = ['set-endpoints', lost.directory(seed), ...voters, '--reports', ...files(reports)]
    const receipt = await changed(...args, '--backup', backup)
    const startedMs = performance.now()
    await start(all)
    await lost.leads(controllers, receipt.plan.baseOffset)
    measured(version, 'all voters moved: started, one leads', startedMs)
    measured(version, 'all voters moved: ended, one leads', lostMs)
    expect(await lost.voters(controllers)).toEqual([0, 1, 2])
    expect(await lost.topics(['orders', 'payments'])).toContain('orders')
  })

  inSafety('the longest log is stale: it is refused, and the copy of a broker is grafted', async () => {
    await lost.leads(controllers, 20)
    const leader = lost.watching.observer.view?.quorum.leaderId ?? -1
    const others = controllers.filter((id) => id !== leader)
    await lost.createTopic('before-the-fork')
    const admin = new Admin({ clientId: 'late', bootstrapBrokers: kafka.bootstrapServers, retries: 0 })
    await admin.listTopics()
    const [before] = await lost.inspected(leader)
    // Nobody acknowledges what the leader appends from here on, and it resigns within a few seconds.
    await end(others)
    const uncommitted = admin
      .createTopics({ topics: ['never-committed'], partitions: 2000, replicas: 1 })
      .catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 3000))
    // A broker sends the request again to whoever leads next: it would be committed after all.
    await end([leader, ...brokers])
    await uncommitted
    await admin.close()
    const [stale] = await lost.inspected(leader)
    expect((stale?.report.log?.endOffset ?? 0) - (before?.report.log?.endOffset ?? 0)).toBeGreaterThan(1500)
    await start(others)
    await lost.leads(others, 20)
    await start(brokers)
    await lost.createTopic('committed-later')
    expect(await lost.topics(['committed-later'])).toContain('committed-later')
    await end(others)
    const reports = await lost.inspected(leader, ...others, ...brokers)
    const ends = reports.map(({ report }) => report.log?.endOffset ?? 0)
    console.log(
      `Apache Kafka ${version}: ends ${reports.map(({ report }) => `(${report.log?.lastEpoch}, ${report.log?.endOffset})`).join(' ')}`,
    )
    // The stale one is longer, in an older epoch.
    expect(Math.max(...ends)).toBe(ends[0])
    const lostMs = performance.now()
    for (const id of others) await kafka.node(id).act('wipe', kafka.clusterId)
    const left = await lost.inspected(leader, ...brokers)
    const source = await lost.furthest(left)
    expect(brokers).toContain(source)
    const staleBackup = await lost.backup(leader)
    const refused = ['--lost', others.join(), '--reports', ...files(left), '--backup', staleBackup]
    expect(await refusals('recover', lost.directory(leader), ...refused)).toContain('copy-ahead')
    // All three are given up; the broker's copy goes on, on a freshly formatted disk.
    const [target = -1] = others
    await kafka.node(target).act('format', kafka.clusterId)
    const listener = `CONTROLLER://localhost:${kafka.node(target).spec.controllerPort}`
    const receipt = await changed(
      ...['graft', lost.directory(target), '--from', lost.directory(source), '--listener', listener],
      ...['--lost', '0,1,2', '--reports', ...files(left), '--backup', lost.place('graft')],
    )
    const startedMs = performance.now()
    await start([target])
    await lost.leads([target], receipt.plan.baseOffset)
    measured(version, 'all controllers lost: started, a grafted controller leads', startedMs)
    measured(version, 'all controllers lost: lost, a grafted controller leads', lostMs)
    const topics = await lost.topics(['orders', 'committed-later'])
    expect(topics).toContain('committed-later')
    expect(topics).not.toContain('never-committed')
    for (const id of controllers.filter((one) => one !== target)) await lost.add(id, [target])
    measured(version, 'all controllers lost: lost, three voters', lostMs)
    expect(await lost.voters([target])).toEqual([0, 1, 2])
  })
})
