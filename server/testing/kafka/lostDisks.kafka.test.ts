/**
 * Quorums that lost their majority, brought back by `quorumdeck disk` alone, on real Kafka. One scenario of one version is part of
 * `npm test`; all of them, on every version, of `npm run safety`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { changed, disk, LostDisks, type Reported, refusals } from '../lostDisks.ts'

const VERSIONS = process.env.KAFKA_VERSIONS?.split(',') ?? ['4.3.1']
const ALL = process.env.KAFKA_VERSIONS !== undefined

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-lost-disks-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const files = (reports: readonly Reported[]) => reports.map(({ file }) => file)
const measured = (version: string, what: string, seconds: number) =>
  console.log(`Apache Kafka ${version}: ${what} after ${seconds.toFixed(1)} s`)

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
    for (const node of nodes(ids)) await node.start()
  }

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, controllers: 3, brokers: 2 })
    lost = new LostDisks(kafka, join(folder, version))
    await lost.leads(controllers, 20)
    await lost.createTopic('orders')
    await lost.createTopic('payments')
  })
  afterEach(() => lost.stopWatching())
  afterAll(() => kafka.close())

  test('two of three disks are gone: the third goes on alone, brokers come back, two controllers are added', async () => {
    // While it runs, nothing is written.
    const running = await lost.inspected(...controllers, ...brokers)
    expect(running.map(({ report }) => report.lock)).toEqual(running.map(() => 'held'))
    const others = ['--lost', '1,2', '--reports', ...files(running), '--backup', lost.place('none')]
    expect(await refusals('recover', lost.directory(0), ...others)).toContain('lock-held')
    expect(await refusals('backup', lost.directory(0), lost.place('none'))).toEqual(['lock-held'])
    await end(controllers)
    const reports = await lost.inspected(...controllers, ...brokers)
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
    const dump = await lost.dumped(seed, version, receipt.plan.file)
    expect(dump).toMatch(
      new RegExp(
        `baseOffset: ${receipt.plan.baseOffset} .*partitionLeaderEpoch: ${receipt.plan.epoch} .*isvalid: true`,
      ),
    )
    expect(dump).toMatch(/KRaftVoters/)
    await start([seed])
    measured(version, 'the survivor leads', await lost.leads([seed], receipt.plan.baseOffset))
    expect(lost.watching.observer.view?.quorum.leaderEpoch).toBe(receipt.plan.epoch + 1)
    expect(await lost.topics(['orders', 'payments'])).toEqual(['orders', 'payments'])
    await lost.createTopic('after-recovery')
    for (const id of gone) await lost.add(id, [seed])
    expect((await lost.voters([seed])).map((voter) => voter.split(':')[0])).toEqual(['0', '1', '2'])
    expect(await lost.topics(['after-recovery'])).toEqual(['after-recovery', 'orders', 'payments'])
  })

  test.runIf(ALL)('every voter has another address: one record on the furthest disk, and they elect', async () => {
    await end([...controllers, ...brokers])
    const old = nodes(controllers).map(({ spec }) => spec.controllerPort ?? 0)
    const moved = old.map((port) => port + 1)
    for (const node of nodes([...controllers, ...brokers]))
      await node.edit((text) =>
        old.reduce((now, port, at) => now.replaceAll(`localhost:${port}`, `localhost:${moved[at]}`), text),
      )
    controllers.forEach((id, at) => {
      const node = kafka.node(id)
      node.spec = { ...node.spec, controllerPort: moved[at] ?? null }
    })
    const reports = await lost.inspected(...controllers, ...brokers)
    const seed = await lost.furthest(reports)
    const voters = controllers.flatMap((id, at) => ['--voter', `${id}=CONTROLLER://localhost:${moved[at]}`])
    const backup = await lost.backup(seed)
    const receipt = await changed(
      'set-endpoints',
      lost.directory(seed),
      ...voters,
      '--reports',
      ...files(reports),
      '--backup',
      backup,
    )
    await start([...controllers, ...brokers])
    measured(version, 'voters at new addresses elect', await lost.leads(controllers, receipt.plan.baseOffset))
    expect(await lost.voters(controllers)).toHaveLength(3)
    expect(await lost.topics(['orders', 'payments'])).toContain('orders')
  })

  test.runIf(ALL)('the longest log is stale: it is refused, and the copy of a broker is grafted', async () => {
    await lost.leads(controllers, 20)
    const leader = lost.watching.observer.view?.quorum.leaderId ?? -1
    const others = controllers.filter((id) => id !== leader)
    await lost.createTopic('before-the-fork')
    // Nobody acknowledges what the leader appends from here on.
    await end(others)
    const uncommitted = lost
      .topicTool('--create', '--topic', 'never-committed', '--partitions', '300', '--replication-factor', '1')
      .catch(() => '')
    const before = (await lost.inspected(leader))[0]?.report.log?.endOffset ?? 0
    for (let tries = 0; tries < 40; tries += 1) {
      const [found] = await lost.inspected(leader)
      if ((found?.report.log?.endOffset ?? 0) > before + 250) break
    }
    await end([leader])
    await uncommitted
    await start(others)
    await lost.leads(others, 20)
    await lost.createTopic('committed-later')
    await lost.topics(['committed-later'])
    await end(others)
    const reports = await lost.inspected(leader, ...others, ...brokers)
    const ends = reports.map(({ report }) => report.log?.endOffset ?? 0)
    // The stale one is longer, in an older epoch.
    expect(Math.max(...ends)).toBe(ends[0])
    for (const id of others) await kafka.node(id).act('wipe', kafka.clusterId)
    const left = await lost.inspected(leader, ...brokers)
    const source = await lost.furthest(left)
    expect(brokers).toContain(source)
    const staleBackup = await lost.backup(leader)
    const stale = ['--lost', others.join(), '--reports', ...files(left), '--backup', staleBackup]
    expect(await refusals('recover', lost.directory(leader), ...stale)).toContain('copy-ahead')
    // All three are given up; the broker's copy goes on, on a freshly formatted disk.
    const [target = -1] = others
    await kafka.node(target).act('format', kafka.clusterId)
    const listener = `CONTROLLER://localhost:${kafka.node(target).spec.controllerPort}`
    const receipt = await changed(
      ...['graft', lost.directory(target), '--from', lost.directory(source), '--listener', listener],
      ...['--reports', ...files(left), '--backup', lost.place('graft')],
    )
    await start([target])
    measured(version, 'a grafted controller leads', await lost.leads([target], receipt.plan.baseOffset))
    const topics = await lost.topics(['orders', 'committed-later'])
    expect(topics).toContain('committed-later')
    expect(topics).not.toContain('never-committed')
    for (const id of controllers.filter((one) => one !== target)) await lost.add(id, [target])
    expect(await lost.voters([target])).toHaveLength(3)
  })
})
