/** Listeners with TLS, client certificates, SASL and ACLs, and a static quorum, on real Apache Kafka. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readClientProperties, securityOf } from '../../kafka/credentials/clientProperties.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { watchCluster } from '../../program/watchCluster.ts'
import { kafkaArtifacts } from '../../sandbox/apacheKafka/artifacts.ts'
import {
  clientProperties,
  mutualTls,
  PLAIN_USER,
  type Stores,
  SUPER_USER,
  saslTls,
} from '../../sandbox/apacheKafka/certificates.ts'
import { type JavaProcess, javaArguments, startJava } from '../../sandbox/apacheKafka/process.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { takePorts } from '../../sandbox/ports.ts'
import { DEFAULT_THRESHOLDS } from '../../workflows/run/thresholds.ts'
import { noHistory } from '../examples/noHistory.ts'
import { Watching, type WatchTarget } from '../watching.ts'

const ACLS = 'org.apache.kafka.tools.AclCommand'
const open: Watching[] = []

function watch(target: WatchTarget): Watching {
  const watching = new Watching(target)
  open.push(watching)
  return watching
}

afterEach(() => {
  for (const watching of open.splice(0)) watching.stop()
})

const properties = (entries: Record<string, string>) => securityOf(new Map(Object.entries(entries)))

describe('TLS, SASL and ACLs (4.3.1)', () => {
  let kafka: ApacheKafka
  let stores: Stores

  beforeAll(async () => {
    kafka = await startApacheKafka({
      version: '4.3.1',
      controllers: 1,
      brokers: 1,
      security: saslTls,
      formatArguments: ['--add-scram', `SCRAM-SHA-512=[name=${SUPER_USER.username},password=${SUPER_USER.password}]`],
    })
    const folder = dirname(kafka.commandConfig ?? '')
    stores = { keyStore: join(folder, 'key.p12'), trustStore: join(folder, 'trust.p12'), password: 'sandbox-only' }
  })
  afterAll(async () => kafka?.close())

  const as = (mechanism: 'PLAIN' | 'SCRAM-SHA-512' | 'OAUTHBEARER', user: { username: string; password: string }) =>
    properties(clientProperties(stores, mechanism, user))

  test("the properties file of Kafka's own tools is enough", async () => {
    const security = await readClientProperties(kafka.commandConfig ?? '')
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers, security })
    const view = await watching.view(
      'a tailed view',
      (v) => v.source.tailing && v.replicas.length === 2 && v.replicas.every((r) => r.registered && r.fenced !== true),
    )
    expect(view.quorum).toMatchObject({ margin: 0, voters: 1, fetchTimeoutSource: 'cluster' })
    expect(view.findings.map((f) => f.code)).toEqual(['single-voter'])
  })

  test('a wrong password is refused in words', async () => {
    const security = await as('PLAIN', { ...SUPER_USER, password: 'wrong' })
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers, security })
    const link = await watching.until(
      'a refusal',
      () => watching.observer.link.state === 'refused' && watching.observer.link,
    )
    expect(link.problem?.code).toBe('sasl-failed')
    expect(JSON.stringify(link)).not.toContain('wrong"')
  })

  test('a password that is mended in the client file is taken without a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mended-'))
    const commandConfig = join(folder, 'client.properties')
    const write = (password: string) => {
      const entries = Object.entries(clientProperties(stores, 'PLAIN', { ...SUPER_USER, password }))
      return writeFile(commandConfig, entries.map(([key, value]) => `${key}=${value}`).join('\n'))
    }
    await write('wrong')
    const { observer } = await watchCluster(
      {
        options: {
          cluster: 'mended',
          name: 'mended',
          bootstrapControllers: parseAddresses('test', kafka.bootstrapControllers.join(',')),
          bootstrapServers: [],
          commandConfig,
          clusterId: null,
          intervalMs: 250,
          cruiseControl: null,
          racks: new Map(),
          thresholds: DEFAULT_THRESHOLDS,
        },
        kind: 'kafka',
        sandbox: null,
      },
      'run',
      {
        onRemade: async () => {},
        memory: { read: async () => null, keep: async () => {} },
        historyOf: () => noHistory,
        onError: () => {},
      },
    )
    observer.start()
    try {
      await vi.waitUntil(() => observer.link.state === 'refused', { timeout: 60_000 })
      await write(SUPER_USER.password)
      await vi.waitUntil(() => observer.link.state === 'live', { timeout: 60_000 })
      expect(observer.view?.quorum.voters).toBe(1)
    } finally {
      observer.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('a client that speaks no TLS, or trusts nobody, is told so', async () => {
    const plain = watch({ bootstrapControllers: kafka.bootstrapControllers })
    const noTls = await plain.until('a refusal', () => plain.observer.link.state === 'refused' && plain.observer.link)
    expect(noTls.problem?.code).toBe('tls-required')
    const entries = clientProperties(stores, 'PLAIN', SUPER_USER)
    const distrust = Object.fromEntries(Object.entries(entries).filter(([key]) => !key.startsWith('ssl.truststore')))
    const security = await properties(distrust)
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers, security })
    const link = await watching.until(
      'a refusal',
      () => watching.observer.link.state === 'refused' && watching.observer.link,
    )
    expect(link.problem?.code).toBe('certificate')
  })

  test.each(['SCRAM-SHA-512', 'OAUTHBEARER'] as const)(
    '%s at a broker, where controllers speak another mechanism: watch-only',
    async (mechanism) => {
      const security = await as(mechanism, SUPER_USER)
      const watching = watch({ bootstrapServers: kafka.bootstrapServers, security })
      const view = await watching.view('a view', (v) => v.quorum.kraftVersion !== null)
      expect(view.source.via).toBe('broker')
      expect(view.findings.map((f) => f.code)).toContain('controllers-unreachable')
      expect(view.clusterId).toBe(kafka.clusterId)
      // Polled at its interval of 250 ms, and not searched for again and again.
      const startedMs = performance.now()
      const later = await watching.view('a later view', (v) => v.seq > view.seq && performance.now() - startedMs > 2000)
      const perSecond = (later.seq - view.seq) / ((performance.now() - startedMs) / 1000)
      expect(perSecond).toBeLessThan(20)
    },
  )

  test('rights arrive one by one, and each shows what it adds', async () => {
    const grant = (operation: string) =>
      kafka.tool(ACLS, [
        '--bootstrap-server',
        kafka.bootstrapServers.join(','),
        '--command-config',
        kafka.commandConfig ?? '',
        ...['--add', '--cluster', '--operation', operation, '--allow-principal', `User:${PLAIN_USER.username}`],
      ])
    const security = await as('PLAIN', PLAIN_USER)
    const target = { bootstrapControllers: kafka.bootstrapControllers, security }
    const denied = watch(target)
    const link = await denied.until('a refusal', () => denied.observer.link.state === 'refused' && denied.observer.link)
    expect(link.problem).toMatchObject({ code: 'acl-missing', remedy: expect.stringContaining('--operation DESCRIBE') })

    const missing = async (what: string, expected: string[]) => {
      const watching = watch(target)
      const rights = () =>
        (watching.observer.view?.findings ?? []).flatMap((f) => /^Missing right: (\w+)/.exec(f.title)?.[1] ?? []).sort()
      await watching.until(
        `${what}; missing ${expected.join()}, not ${rights().join()}`,
        () => rights().join() === expected.join(),
      )
      return await watching.view('a view', () => true)
    }
    await grant('Describe')
    const polled = await missing('polling', ['ALTER', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS'])
    expect(polled).toMatchObject({
      source: { tailing: false },
      quorum: { fetchTimeoutSource: 'assumed', autoJoin: null },
    })
    await grant('ClusterAction')
    await missing('tailing', ['ALTER', 'DESCRIBE_CONFIGS'])
    await grant('DescribeConfigs')
    await missing('thresholds', ['ALTER'])
    await grant('Alter')
    await missing('everything', [])
  })
})

describe('client certificates (4.3.1, one combined node)', () => {
  let kafka: ApacheKafka
  beforeAll(async () => {
    kafka = await startApacheKafka({ version: '4.3.1', controllers: 1, combined: true, security: mutualTls })
  })
  afterAll(async () => kafka?.close())

  test('with the certificate: watched, and the node has both roles', async () => {
    const security = await readClientProperties(kafka.commandConfig ?? '')
    const view = await watch({ bootstrapControllers: kafka.bootstrapControllers, security }).view(
      'roles',
      (v) => v.source.tailing,
    )
    expect(view.replicas.map((r) => r.roles)).toEqual([['controller', 'broker']])
  })

  test('without it: refused in words', async () => {
    const folder = dirname(kafka.commandConfig ?? '')
    const security = await properties({
      'security.protocol': 'SSL',
      'ssl.truststore.location': join(folder, 'trust.p12'),
      'ssl.truststore.type': 'PKCS12',
      'ssl.truststore.password': 'sandbox-only',
    })
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers, security })
    const link = await watching.until(
      'a refusal',
      () => watching.observer.link.state === 'refused' && watching.observer.link,
    )
    expect(link.problem?.code).toBe('certificate')
  })
})

describe('a cluster in ZooKeeper mode (3.9.2)', () => {
  let folder = ''
  const processes: JavaProcess[] = []
  let port = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'quorumdeck-zookeeper-'))
    const kafka = await kafkaArtifacts('3.9.2')
    const [zooKeeperPort = 0, brokerPort = 0] = await takePorts('127.0.0.1', 2)
    port = brokerPort
    const start = async (mainClass: string, file: string, lines: string[]) => {
      await writeFile(join(folder, file), `${lines.join('\n')}\n`)
      const args = javaArguments(kafka, null, mainClass, [join(folder, file)])
      processes.push(await startJava(args, join(folder, `${file}.log`), folder))
    }
    await start('org.apache.zookeeper.server.quorum.QuorumPeerMain', 'zookeeper.properties', [
      `dataDir=${join(folder, 'zookeeper')}`,
      `clientPort=${zooKeeperPort}`,
      'admin.enableServer=false',
    ])
    await start('kafka.Kafka', 'broker.properties', [
      'broker.id=1',
      `zookeeper.connect=localhost:${zooKeeperPort}`,
      `listeners=PLAINTEXT://localhost:${brokerPort}`,
      `log.dirs=${join(folder, 'data')}`,
    ])
  })
  afterAll(async () => {
    for (const java of processes) java.signal('SIGKILL')
    await Promise.all(processes.map((java) => java.ended))
    await rm(folder, { recursive: true, force: true })
  })

  test('is no KRaft cluster, and that is said', async () => {
    const watching = watch({ bootstrapServers: [`localhost:${port}`] })
    const link = await watching.until(
      'a refusal',
      () => watching.observer.link.state === 'unsupported' && watching.observer.link,
    )
    expect(link.problem).toMatchObject({ code: 'not-kraft', detail: expect.stringContaining('ZooKeeper-mode') })
  })
})

describe.each(['3.9.2', '4.3.1'])('a static quorum (%s)', (version) => {
  let kafka: ApacheKafka
  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 0, staticQuorum: true })
  })
  afterAll(async () => kafka?.close())

  test('is watched, has no directory ids, and says that its voters are fixed', async () => {
    const watching = watch({ bootstrapControllers: kafka.bootstrapControllers })
    const view = await watching.view(
      'all healthy and registered',
      (v) => v.quorum.margin === 1 && v.quorum.autoJoin !== null && v.replicas.every((r) => r.registered),
    )
    expect(view.quorum).toMatchObject({ mode: 'static', kraftVersion: 0, voters: 3 })
    expect(view.replicas.map((r) => r.directoryId)).toEqual([null, null, null])
    expect(view.findings.map((f) => f.code)).toEqual(['kraft-version-0'])
  })
})
