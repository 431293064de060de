import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type BootstrapPlan, BootstrapRequest, BootstrapPlan as PlanSchema } from '../contract/bootstrap.ts'
import { drawKafkaId } from '../http/kafkaId.ts'
import { planArchive } from '../http/routes/planArchive.ts'
import { parseProperties } from '../kafka/records/javaProperties.ts'
import { aBroker, aController, aRequest, counting } from './exampleRequest.ts'
import { generate } from './generate.ts'
import { planRunbook } from './planRunbook.ts'

function planOf(request: BootstrapRequest = aRequest()): BootstrapPlan {
  const made = generate(request, counting())
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return PlanSchema.parse(made.plan)
}
function problemsOf(request: BootstrapRequest): Record<string, string> {
  const made = generate(BootstrapRequest.parse(request), counting())
  return made.ok ? {} : Object.fromEntries(made.problems.map((p) => [p.path, p.message]))
}
const propertiesOf = (plan: BootstrapPlan, path: string) =>
  Object.fromEntries(parseProperties(plan.files.find((f) => f.path === path)?.text ?? ''))
const commandsOf = (plan: BootstrapPlan, step: string) =>
  plan.steps.find((s) => s.key === step)?.commands.map((c) => c.text) ?? []
const codes = (plan: BootstrapPlan) => plan.warnings.map((w) => w.code)

describe('a plan', () => {
  test('one cluster id, a directory id each, the same line for every initial controller', () => {
    const plan = planOf()
    expect(plan.clusterId).toBe('id-000000000000000001A')
    expect(plan.initialControllers).toBe(
      '1@c1.example.com:9093:id-000000000000000002A,2@c2.example.com:9093:id-000000000000000003A,3@c3.example.com:9093:id-000000000000000004A',
    )
    const format = commandsOf(plan, 'format')
    expect(format.slice(0, 3).every((text) => text.includes(`--initial-controllers ${plan.initialControllers}`))).toBe(
      true,
    )
    expect(format[0]).toBe(
      `bin/kafka-storage.sh format --cluster-id ${plan.clusterId} --config config/node-1.properties \\\n  --initial-controllers ${plan.initialControllers}`,
    )
    expect(format[3]).toBe(
      `bin/kafka-storage.sh format --cluster-id ${plan.clusterId} --config config/node-11.properties \\\n  --no-initial-controllers`,
    )
    expect(format.join()).not.toMatch(/standalone|ignore-formatted/)
    expect(plan.steps.map((s) => s.key)).toEqual([
      'place',
      'format',
      'start-controllers',
      'check-quorum',
      'start-brokers',
      'check-brokers',
    ])
    expect(codes(plan)).toEqual(['plaintext'])
  })

  test('the file of a controller, whole', () => {
    const plan = planOf()
    expect(plan.files.find((f) => f.nodeId === 1)?.text).toBe(`# Node 1 of payments, for Apache Kafka 4.3
process.roles=controller
node.id=1

# Where the controllers are found. Never set controller.quorum.voters as well: the voters stand in the log.
controller.quorum.bootstrap.servers=c1.example.com:9093,c2.example.com:9093,c3.example.com:9093
controller.listener.names=CONTROLLER

# Listeners
listeners=CONTROLLER://:9093
advertised.listeners=CONTROLLER://c1.example.com:9093
listener.security.protocol.map=CONTROLLER:PLAINTEXT,BROKER:PLAINTEXT

# Data
log.dirs=/var/lib/kafka
`)
  })

  test('a broker names no listener of controllers, and has its rack', () => {
    const plan = planOf(aRequest({ nodes: [aController(1), aBroker(11, { rack: 'r1', host: '::1' })] }))
    expect(propertiesOf(plan, 'node-11.properties')).toMatchObject({
      'process.roles': 'broker',
      listeners: 'BROKER://[::1]:9092',
      'advertised.listeners': 'BROKER://[::1]:9092',
      'inter.broker.listener.name': 'BROKER',
      'broker.rack': 'r1',
      'offsets.topic.replication.factor': '1',
      'share.coordinator.state.topic.replication.factor': '1',
    })
  })

  test('a combined node has both listeners and is started once', () => {
    const node = aController(1, { roles: ['controller', 'broker'], brokerPort: 9092 })
    const plan = planOf(aRequest({ release: '3.9', nodes: [node, aController(2), aController(3)] }))
    expect(propertiesOf(plan, 'node-1.properties')).toMatchObject({
      'process.roles': 'broker,controller',
      listeners: 'CONTROLLER://:9093,BROKER://:9092',
      'advertised.listeners': 'CONTROLLER://c1.example.com:9093,BROKER://c1.example.com:9092',
    })
    expect(plan.brokers).toEqual([{ nodeId: 1, host: 'c1.example.com', port: 9092 }])
    expect(plan.steps.map((s) => s.key)).not.toContain('start-brokers')
    expect(codes(plan)).toContain('combined')
    expect(propertiesOf(plan, 'node-1.properties')['share.coordinator.state.topic.min.isr']).toBeUndefined()
  })

  test('--standalone only where it was chosen, for one controller', () => {
    const one = planOf(aRequest({ nodes: [aController(1)] }))
    expect(commandsOf(one, 'format')[0]).toContain('--initial-controllers 1@')
    const alone = planOf(aRequest({ standalone: true, nodes: [aController(1)] }))
    expect(alone.initialControllers).toBeNull()
    expect(alone.controllers[0]?.directoryId).toBeNull()
    expect(commandsOf(alone, 'format')[0]).toMatch(/--standalone$/)
    expect(codes(alone)).toEqual(expect.arrayContaining(['single-controller', 'standalone']))
    expect(problemsOf(aRequest({ standalone: true }))).toHaveProperty('standalone')
  })

  test('features of an older release, at every node', () => {
    const plan = planOf(aRequest({ metadataRelease: '4.1' }))
    expect(plan.metadataVersion).toBe('4.1-IV1')
    expect(commandsOf(plan, 'format').every((text) => text.includes('--release-version 4.1'))).toBe(true)
    expect(problemsOf(aRequest({ release: '3.9', metadataRelease: '4.1' }))).toHaveProperty('metadataRelease')
  })

  test('secrets are placeholders, and SCRAM is for the brokers alone', () => {
    const plan = planOf(aRequest({ protocol: 'SASL_SSL', mechanism: 'SCRAM-SHA-512' }))
    const broker = propertiesOf(plan, 'node-11.properties')
    expect(broker['sasl.mechanism.controller.protocol']).toBe('PLAIN')
    expect(broker['sasl.mechanism.inter.broker.protocol']).toBe('SCRAM-SHA-512')
    expect(broker['ssl.keystore.password']).toMatch(/^CHANGE-ME/)
    const [controller, , , format11] = commandsOf(plan, 'format')
    expect(controller).toContain("--add-scram 'SCRAM-SHA-512=[name=kafka,password=CHANGE-ME-node-password]'")
    expect(format11).not.toContain('--add-scram')
    expect(propertiesOf(plan, 'client-controllers.properties')['sasl.mechanism']).toBe('PLAIN')
    expect(propertiesOf(plan, 'client-brokers.properties')['sasl.mechanism']).toBe('SCRAM-SHA-512')
    expect(commandsOf(plan, 'check-quorum')[0]).toContain('--command-config config/client-controllers.properties')
    expect(commandsOf(plan, 'place')[0]).toContain('grep -n CHANGE-ME config/node-1.properties')
  })

  test('sent back with its ids, it is the same plan, and nothing is drawn', () => {
    const plan = planOf(aRequest({ protocol: 'SASL_PLAINTEXT', mechanism: 'PLAIN' }))
    const again = generate(plan.request, () => {
      throw new Error('drawn')
    })
    expect(again).toEqual({ ok: true, plan })
  })

  test('the ids that are drawn are as Kafka draws them', () => {
    const ids = new Set(Array.from({ length: 500 }, drawKafkaId))
    expect(ids.size).toBe(500)
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
  })
})

describe('what is warned of', () => {
  const three = (change: (i: number) => Parameters<typeof aController>[1]) =>
    [1, 2, 3].map((i) => aController(i, change(i)))

  test.each([
    ['even-controllers', [aController(1), aController(2)]],
    ['one-host', three((i) => ({ host: 'same', controllerPort: 9090 + i, dataDir: `/data/${i}` }))],
    ['one-rack', three((i) => ({ rack: i < 3 ? 'r1' : 'r2' }))],
    ['loopback', three((i) => (i === 1 ? { host: 'localhost' } : {}))],
    ['many-controllers', [1, 2, 3, 4, 5, 6, 7].map((i) => aController(i))],
    ['no-brokers', three(() => ({}))],
  ])('%s', (code, nodes) => {
    expect(codes(planOf(aRequest({ nodes })))).toContain(code)
  })

  test('loopback beside other hosts is grave, all on loopback is not', () => {
    const mixed = planOf(aRequest({ nodes: [aController(1, { host: '127.0.0.1' }), aController(2), aController(3)] }))
    expect(mixed.warnings.find((w) => w.code === 'loopback')?.severity).toBe('critical')
    const local = planOf(
      aRequest({ nodes: three((i) => ({ host: 'localhost', controllerPort: 9000 + i, dataDir: `/d/${i}` })) }),
    )
    expect(local.warnings.find((w) => w.code === 'loopback')?.severity).toBe('info')
    expect(propertiesOf(local, 'node-1.properties').listeners).toBe('CONTROLLER://localhost:9001')
  })
})

describe('what cannot be used is said field by field', () => {
  const one = (change: Parameters<typeof aController>[1]) => problemsOf(aRequest({ nodes: [aController(1, change)] }))

  test.each([
    ['nodes.0.nodeId', { nodeId: null }],
    ['nodes.0.nodeId', { nodeId: -1 }],
    ['nodes.0.nodeId', { nodeId: 1.5 }],
    ['nodes.0.nodeId', { nodeId: 2 ** 31 }],
    ['nodes.0.host', { host: '' }],
    ['nodes.0.host', { host: 'two words' }],
    ['nodes.0.host', { host: 'http://c1' }],
    ['nodes.0.host', { host: 'c1:9093' }],
    ['nodes.0.host', { host: 'a\nprocess.roles=broker' }],
    ['nodes.0.host', { host: '0.0.0.0' }],
    ['nodes.0.controllerPort', { controllerPort: null }],
    ['nodes.0.controllerPort', { controllerPort: 0 }],
    ['nodes.0.controllerPort', { controllerPort: 65_536 }],
    ['nodes.0.brokerPort', { roles: ['controller' as const, 'broker' as const] }],
    ['nodes.0.dataDir', { dataDir: '' }],
    ['nodes.0.dataDir', { dataDir: 'data' }],
    ['nodes.0.dataDir', { dataDir: '/a,/b' }],
    ['nodes.0.dataDir', { dataDir: '/a\nnode.id=3' }],
    ['nodes.0.rack', { rack: 'a\nb' }],
  ])('%s of %j', (path, change) => {
    expect(Object.keys(one(change))).toEqual([path])
  })

  test('an id, an address and a directory that are given twice', () => {
    const nodes = [
      aController(1),
      aController(1),
      aController(2, { host: 'C1.example.com', dataDir: '/var/lib/kafka/' }),
    ]
    expect(problemsOf(aRequest({ nodes }))).toEqual({
      'nodes.1.nodeId': 'This is the id of node 1 too.',
      'nodes.1.controllerPort': 'This is an address of node 1 too.',
      'nodes.1.dataDir': 'On this host it is the directory of node 1 too.',
      'nodes.2.controllerPort': 'This is an address of node 1 too.',
      'nodes.2.dataDir': 'On this host it is the directory of node 1 too.',
    })
    const blank = [aController(1, { host: '' }), aController(2, { host: '' })]
    expect(Object.keys(problemsOf(aRequest({ nodes: blank })))).toEqual(['nodes.0.host', 'nodes.1.host'])
    const both = aController(1, { roles: ['controller', 'broker'], brokerPort: 9093 })
    expect(problemsOf(aRequest({ nodes: [both] }))).toHaveProperty(['nodes.0.brokerPort'])
  })

  test('no name, no controller, a mechanism that does not fit', () => {
    expect(problemsOf(aRequest({ name: ' ', nodes: [aBroker(1)] }))).toMatchObject({
      name: expect.any(String),
      nodes: 'A quorum needs a controller.',
    })
    expect(problemsOf(aRequest({ protocol: 'SASL_SSL' }))).toHaveProperty('mechanism')
    expect(problemsOf(aRequest({ mechanism: 'PLAIN' }))).toHaveProperty('mechanism')
  })
})

test('the archive is a tar that tar reads, with everything in it', () => {
  const plan = planOf(aRequest({ protocol: 'SSL', nodes: [aController(1, { dataDir: "/it's here" })] }))
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-archive-'))
  try {
    writeFileSync(join(folder, 'plan.tar.gz'), planArchive(plan, 1_700_000_000_000))
    execFileSync('tar', ['xzf', 'plan.tar.gz'], { cwd: folder })
    const read = (name: string) => readFileSync(join(folder, 'payments', name), 'utf8')
    expect(read('README.md')).toBe(planRunbook(plan))
    for (const file of plan.files) expect(read(file.path)).toBe(file.text)
    expect(generate(JSON.parse(read('request.json')) as BootstrapRequest, counting())).toEqual({ ok: true, plan })
    expect(commandsOf(plan, 'place')[0]).toContain(`mkdir -p '/it'\\''s here'`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
