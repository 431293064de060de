/** What the quorum itself hides, on real Kafka: a second quorum, metadata that is gone, files that disagree, two of one identity. */
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type TestContext, test } from 'vitest'
import type { QuorumMemory, QuorumMemoryStore } from '../../contract/quorumMemory.ts'
import { kafkaArtifacts } from '../../sandbox/apacheKafka/artifacts.ts'
import { KafkaNode } from '../../sandbox/apacheKafka/node.ts'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { takePorts } from '../../sandbox/ports.ts'
import { found, Watching, type WatchTarget } from '../watching.ts'

const VERSION = process.env.KAFKA_VERSIONS?.split(',')[0] ?? '4.3.1'
const TOPICS = 'org.apache.kafka.tools.TopicCommand'

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: Partial<ApacheKafkaOptions>): Promise<ApacheKafka> {
  const kafka = await startApacheKafka({ version: VERSION, controllers: 3, brokers: 0, ...options })
  closing.push(() => kafka.close())
  return kafka
}

function watch(target: WatchTarget): Watching {
  const watching = new Watching(target)
  closing.push(() => watching.stop())
  return watching
}

/** In the memory of the test, as the database would hold it. */
function memory(): QuorumMemoryStore & { kept: Map<string, QuorumMemory> } {
  const kept = new Map<string, QuorumMemory>()
  return {
    kept,
    read: async (clusterId) => kept.get(clusterId) ?? null,
    keep: async (clusterId, value) => {
      kept.set(clusterId, structuredClone(value))
    },
  }
}

/** What the first try left (a stopped node, an edited file) is no quorum to begin with. */
async function onASecondTry({ task }: TestContext, kafka: ApacheKafka): Promise<void> {
  if ((task.result?.retryCount ?? 0) > 0) await kafka.port.act({ action: 'reset' })
}

describe(`what a dynamic quorum hides, on Kafka ${VERSION}`, () => {
  let kafka: ApacheKafka

  beforeAll(async () => {
    kafka = await startApacheKafka({ version: VERSION, brokers: 1, extra: { 'super.users': 'User:admin' } })
  })
  beforeEach(async (context) => onASecondTry(context, kafka))
  afterAll(async () => kafka?.close())

  test('settings that differ, stated by each controller itself', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    const before = await watching.view(
      'every controller asked',
      (v) => v.controllers?.every((c) => c.roles !== null) === true && v.findings.length === 0,
    )
    expect(found(before, 'settings-differ')).toBeUndefined()
    await kafka.node(1).end('SIGTERM')
    await kafka.node(1).edit((text) => text.replace(/^super\.users=.*\n/m, ''))
    await kafka.node(1).start()
    const view = await watching.view('the difference', (v) => found(v, 'settings-differ') !== undefined)
    expect(found(view, 'settings-differ')).toMatchObject({
      severity: 'critical',
      title: 'super.users is not the same on all controllers: controller 1 differs',
    })
  })

  test('a copy of a disk that runs beside the original is critical', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    await watching.view('a leader', (v) => v.quorum.margin === 1 && v.controllers !== null)
    const original = kafka.node(2)
    const [port] = await takePorts('127.0.0.1', 1)
    const folder = `${original.spec.folder}-copy`
    closing.push(() => rm(folder, { recursive: true, force: true }))
    await cp(original.spec.folder, folder, { recursive: true })
    await rm(join(folder, 'data', '.lock'), { force: true })
    const artifacts = await kafkaArtifacts(VERSION)
    const logging = join(
      original.spec.folder,
      '..',
      VERSION.startsWith('3.') ? 'log4j.properties' : 'log4j2.properties',
    )
    const copy = new KafkaNode(artifacts, { ...original.spec, folder, controllerPort: port ?? 0 }, logging)
    await copy.edit((text) =>
      text
        .replaceAll(`${original.spec.folder}/data`, `${folder}/data`)
        .replace(
          `listeners=CONTROLLER://localhost:${original.spec.controllerPort}`,
          `listeners=CONTROLLER://localhost:${port}`,
        ),
    )
    await copy.start()
    closing.push(() => copy.end('SIGKILL'))
    const view = await watching.until('two of one identity', () => {
      const { view: now } = watching.observer
      return now !== null && found(now, 'identity-twice') !== undefined && now
    })
    expect(found(view, 'identity-twice')).toMatchObject({ severity: 'critical' })
    expect(found(view, 'identity-twice')?.title).toMatch(/^Node 2 answers at 2 places/)
  })

  test('a second node formatted --standalone with the same cluster id: two quorums, said as such', async () => {
    await kafka.port.act({ action: 'add-node', roles: ['controller'] })
    const rival = kafka.node(3)
    await rm(rival.logDirectory, { recursive: true, force: true })
    await rival.format(kafka.clusterId, ['--standalone'])
    await rival.start()
    const watching = watch({
      bootstrapControllers: [...kafka.bootstrapControllers, `localhost:${rival.spec.controllerPort}`],
    })
    const view = await watching.until('two quorums', () => {
      const { view: now } = watching.observer
      return now !== null && found(now, 'rival-quorum') !== undefined && now
    })
    const said = found(view, 'rival-quorum')
    expect(said?.severity).toBe('critical')
    expect(said?.title).toMatch(
      /^Two quorums of one cluster: \d leads \{.*\} in epoch \d+; \d leads \{.*\} in epoch \d+$/,
    )
    expect(said?.title).toContain('{0, 1, 2}')
    expect(said?.title).toContain('{3}')
    expect(said?.detail).toMatch(/[Nn]ode 7 follows [012]/)
    expect(said?.detail).toContain('Do not restart')
    expect(view.quorum.rivals).toHaveLength(1)
    for (const one of view.findings) expect(one.detail).not.toMatch(/Restart it/)
    await rival.end('SIGKILL')
  })

  test('a broker with the node id of a dead controller is a broker', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    const led = await watching.view('a leader', (v) => v.quorum.margin === 1 && v.controllers !== null)
    const victim = [0, 1, 2].find((id) => id !== led.quorum.leaderId) ?? 0
    await kafka.node(victim).end('SIGKILL')
    const broker = kafka.node(7)
    await broker.end('SIGKILL')
    await rm(broker.logDirectory, { recursive: true, force: true })
    await broker.edit((text) => text.replace(/^node\.id=7$/m, `node.id=${victim}`))
    await broker.format(kafka.clusterId, [])
    await broker.start(true)
    const view = await watching.view('the broker', (v) => found(v, 'broker-with-controller-id') !== undefined)
    const rows = view.replicas.filter((r) => r.nodeId === victim)
    expect(rows.map((r) => [r.status, r.roles])).toEqual([
      ['follower', ['controller', 'broker']],
      ['observer', ['broker']],
    ])
    // At no moment was it taken for a controller.
    expect(found(view, 'broker-with-controller-id')?.severity).toBe('critical')
    await broker.end('SIGKILL')
    await kafka.node(victim).start()
  })

  test('two of three are dead: who must come back, although the last one names a dead leader', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    const led = await watching.view('a leader', (v) => v.quorum.margin === 1 && v.controllers !== null)
    const leader = led.quorum.leaderId ?? 0
    const other = [0, 1, 2].find((id) => id !== leader) ?? 0
    const last = [0, 1, 2].find((id) => id !== leader && id !== other) ?? 0
    await Promise.all([leader, other].map((id) => kafka.node(id).end('SIGKILL')))
    const view = await watching.until('the cause', () => {
      const { view: now } = watching.observer
      const said = now === null ? undefined : found(now, 'no-leader')
      return said?.title.startsWith('No leader: only 1 of 3') === true && now
    })
    const said = found(view, 'no-leader')
    const dead = [leader, other].sort().join(' and ')
    expect(said?.title).toBe('No leader: only 1 of 3 controllers answers, 2 are needed')
    expect(said?.detail).toContain(
      `Start one of the controllers ${dead} again, with the disks they had: that is the first choice`,
    )
    expect(said?.detail).not.toContain('check the way')
    const account = view.controllers?.find((c) => c.recordedId === last)
    expect(account).toMatchObject({ reach: 'answers', nodeId: last, roles: ['controller'] })
    await kafka.node(other).start()
    await watching.view('a leader again', (v) => v.quorum.leaderId !== null)
    await kafka.node(leader).start()
  })
})

describe(`what a static quorum hides, on Kafka ${VERSION}`, () => {
  let kafka: ApacheKafka

  beforeAll(async () => {
    kafka = await startApacheKafka({ version: VERSION, brokers: 0, staticQuorum: true })
  })
  beforeEach(async (context) => onASecondTry(context, kafka))
  afterAll(async () => kafka?.close())

  test('static voters that differ: the margin is that of the worst opinion', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    await watching.view('three voters', (v) => v.quorum.margin === 1)
    const leader = watching.observer.view?.quorum.leaderId
    const odd = [0, 1, 2].find((id) => id !== leader) ?? 0
    const [ghost] = await takePorts('127.0.0.1', 1)
    const [ghost2] = await takePorts('127.0.0.1', 1)
    await kafka.node(odd).end('SIGTERM')
    await kafka
      .node(odd)
      .edit((text) =>
        text.replace(/^(controller\.quorum\.voters=.*)$/m, `$1,8@localhost:${ghost},9@localhost:${ghost2}`),
      )
    await kafka.node(odd).start()
    const view = await watching.view(
      'two opinions',
      (v) => found(v, 'static-voters-differ') !== undefined && v.quorum.margin !== null,
    )
    // Three of the five that it knows are healthy, and three are needed.
    await watching.view('the worst opinion', (v) => v.quorum.margin === 0)
    expect(found(view, 'static-voters-differ')?.severity).toBe('critical')
  })

  test('the voters line was replaced: the line to put back, not "start those that are down"', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    await watching.view('a leader', (v) => v.quorum.leaderId !== null && v.quorum.mode === 'static')
    const nodes = [0, 1, 2].map((id) => kafka.node(id))
    await Promise.all(nodes.map((node) => node.end('SIGKILL')))
    const servers = kafka.bootstrapControllers.join(',')
    for (const node of nodes)
      await node.edit((text) =>
        text.replace(/^controller\.quorum\.voters=.*$/m, `controller.quorum.bootstrap.servers=${servers}`),
      )
    for (const node of nodes) await node.start()
    const view = await watching.until('the cause', () => {
      const { view: now } = watching.observer
      return now !== null && found(now, 'no-leader')?.title === 'No leader: 0, 1 and 2 run and know no voter' && now
    })
    expect(found(view, 'no-leader')?.detail).toMatch(
      /controller\.quorum\.voters=0@localhost:\d+,1@localhost:\d+,2@localhost:\d+/,
    )
    expect(watching.observer.link.problem?.code).toBe('voters-line-missing')
  })

  test('a static quorum of one grown by editing files: what was committed is missing, also after a restart of ours', async () => {
    const kafka = await start({ controllers: 3, brokers: 1, staticQuorum: true })
    const [first, ...empty] = [0, 1, 2].map((id) => kafka.node(id))
    if (first === undefined) throw new Error('no node')
    // As it was before: controller 0 alone.
    for (const node of [...empty, first, kafka.node(7)]) await node.end('SIGKILL')
    for (const node of [...empty, first, kafka.node(7)]) await rm(node.logDirectory, { recursive: true, force: true })
    const all = /^controller\.quorum\.voters=(.*)$/m.exec(await readFile(first.configFile, 'utf8'))?.[1] ?? ''
    const alone = all.split(',')[0] ?? ''
    for (const node of [first, kafka.node(7)]) await node.edit((text) => text.replace(all, alone))
    for (const node of [first, kafka.node(7)]) await node.format(kafka.clusterId, [])
    await first.start()
    await kafka.node(7).start(true)
    const store = memory()
    const target = { bootstrapControllers: kafka.bootstrapControllers, memory: store }
    const watching = watch(target)
    await watching.view('the quorum of one', (v) => v.quorum.voters === 1 && v.quorum.highWatermark !== null)
    await kafka.tool(TOPICS, [
      '--bootstrap-server',
      kafka.bootstrapServers.join(','),
      '--create',
      '--topic',
      'kept',
      '--partitions',
      '30',
    ])
    await watching.view('a log worth keeping', (v) => (v.quorum.highWatermark ?? 0) > 60)
    const committed = watching.observer.view?.quorum.highWatermark ?? 0
    await first.end('SIGKILL')
    await kafka.node(7).end('SIGKILL')
    for (const node of empty) await node.format(kafka.clusterId, [])
    for (const node of empty) await node.start()
    const view = await watching.until('what is missing', () => {
      const { view: now } = watching.observer
      return now !== null && now.incidents.length > 0 && now.quorum.leaderId !== null && now
    })
    expect(view.incidents[0]?.kind).toMatch(/metadata-missing|two-leaders/)
    expect(view.findings[0]).toMatchObject({ severity: 'critical', code: view.incidents[0]?.kind })
    expect(view.incidents[0]?.detail).toContain('Keep every controller disk')
    expect(watching.events.filter((e) => e.kind === 'incident')).toHaveLength(1)
    expect(committed).toBeGreaterThan(60)
    watching.stop()
    const again = watch(target)
    const later = await again.view('what was kept', (v) => v.incidents.length > 0)
    expect(later.incidents).toEqual(view.incidents)
    // Nothing of it is lost by closing it, and it is not opened again.
    const [incident] = later.incidents
    expect(await again.observer.closeIncident(incident?.id ?? '', { atMs: 1, actor: 'x', reason: 'restored' })).toBe(
      true,
    )
    await again.view('no incident', (v) => v.incidents.length === 0)
    expect(store.kept.get(kafka.clusterId)?.incidents[0]?.closed?.reason).toBe('restored')
  })
})
