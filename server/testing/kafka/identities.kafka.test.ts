/**
 * Who answers where, and who can be verified, on real Kafka: nodes that changed places, a certificate for another name, and
 * controllers that authenticate each other by what only a led quorum can read. Part of `npm run safety`.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { readClientProperties } from '../../kafka/credentials/clientProperties.ts'
import { makeStores, SUPER_USER, scramOnly, storeProperties } from '../../sandbox/apacheKafka/certificates.ts'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { found, Watching } from '../watching.ts'

const VERSION = process.env.KAFKA_VERSIONS?.split(',')[0] ?? '4.3.1'
const QUORUM = 'org.apache.kafka.tools.MetadataQuorumCommand'
const run = promisify(execFile)

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start(options: Partial<ApacheKafkaOptions>): Promise<ApacheKafka> {
  const kafka = await startApacheKafka({ version: VERSION, controllers: 3, brokers: 0, ...options })
  closing.push(() => kafka.close())
  return kafka
}

async function watch(kafka: ApacheKafka): Promise<Watching> {
  const security = kafka.commandConfig === null ? {} : await readClientProperties(kafka.commandConfig)
  const watching = new Watching({ bootstrapControllers: kafka.bootstrapControllers, security })
  closing.push(() => watching.stop())
  return watching
}

/** Once it is settled who leads, two that do not. */
async function followers(watching: Watching): Promise<[number, number]> {
  const { quorum } = await watching.view(
    'all healthy',
    (v) => v.quorum.voters >= 3 && v.quorum.healthyVoters === v.quorum.voters && v.controllers !== null,
  )
  const [one = -1, other = -1] = [0, 1, 2].filter((id) => id !== quorum.leaderId)
  return [one, other]
}

/** Stops two nodes, and starts them at each other's address. */
async function exchange(kafka: ApacheKafka, ids: readonly [number, number], meanwhile?: () => Promise<unknown>) {
  const nodes = ids.map((id) => kafka.node(id))
  const [one = '', other = ''] = nodes.map(({ spec }) => `localhost:${spec.controllerPort}`)
  for (const node of nodes) await node.end('SIGTERM')
  for (const node of nodes)
    await node.edit((text) =>
      text.replace(/^(listeners|advertised\.listeners)=.*$/gm, (line) =>
        line.includes(one) ? line.replaceAll(one, other) : line.replaceAll(other, one),
      ),
    )
  await meanwhile?.()
  for (const node of nodes) await node.start()
}

test('two of five controllers that changed places are said to, and nobody is called dead', async () => {
  const kafka = await start({ controllers: 5 })
  const watching = await watch(kafka)
  const ids = await followers(watching)
  await exchange(kafka, ids)
  const view = await watching.view('the exchange', (v) => found(v, 'wrong-node-answers') !== undefined)
  // Whichever is seen first.
  const said = ([a, b]: number[]) => `where controller ${a} is recorded, node ${b} answers`
  expect(found(view, 'wrong-node-answers')?.title).toMatch(new RegExp(`${said(ids)}|${said(ids.toReversed())}`))
  // Kafka 4 records the new places by UpdateRaftVoter, and all is well again; before that they answer at each other's.
  const after = await watching.view('both heard again', (v) =>
    ids.every((id) => v.replicas.some((r) => r.nodeId === id && r.status === 'follower' && r.health === 'ok')),
  )
  expect(found(after, 'voter-silent')).toBeUndefined()
})

test('two of three that changed places while nobody led: no election can succeed, and what must be put back', async () => {
  const kafka = await start({})
  const watching = await watch(kafka)
  const ids = await followers(watching)
  // The leader gives up, with records in its log that the two do not have: only it may win.
  await exchange(kafka, ids, () => watching.until('no leader', () => watching.observer.link.state === 'no-leader'))
  const problem = await watching.until('the cause', () => {
    const { link } = watching.observer
    return link.problem?.code === 'wrong-places' && link.problem
  })
  const [first, second] = ids.toSorted((a, b) => a - b) as [number, number]
  expect(problem.title).toBe(`No leader: controllers ${first} and ${second} are not where the voter set records them`)
  expect(watching.observer.view && found(watching.observer.view, 'wrong-node-answers')?.severity).toBe('critical')
  // What the remedy asks for ends it.
  await exchange(kafka, ids)
  await watching.view('a leader again', (v) => v.quorum.healthyVoters === 3)
})

test('newcomers whose checkpoint names the leader are elected while it is frozen: what was committed is missing, and nobody is told to restart it', async () => {
  const kafka = await start({ controllers: 1 })
  const leader = kafka.node(0)
  const committed = new Watching({ bootstrapControllers: kafka.bootstrapControllers })
  closing.push(() => committed.stop())
  await committed.view('a log worth keeping', (v) => (v.quorum.highWatermark ?? 0) > 60)
  await kafka.port.act({ action: 'add-node', roles: ['controller'] })
  const { nodes } = await kafka.port.act({ action: 'add-node', roles: ['controller'] })
  const newcomers = nodes.filter(({ nodeId }) => nodeId !== 0).map(({ nodeId }) => kafka.node(nodeId))
  const named = await Promise.all(
    [leader, ...newcomers].map(
      async (node) => `${node.spec.nodeId}@localhost:${node.spec.controllerPort}:${await node.directoryId()}`,
    ),
  )
  for (const node of newcomers) {
    await rm(node.logDirectory, { recursive: true, force: true })
    await node.format(kafka.clusterId, ['--initial-controllers', named.join(',')])
  }
  const watching = new Watching({
    bootstrapControllers: [leader, ...newcomers].map(({ spec }) => `localhost:${spec.controllerPort}`),
  })
  closing.push(() => watching.stop())
  await watching.view('the quorum of one', (v) => v.quorum.leaderId === 0 && (v.quorum.highWatermark ?? 0) > 60)
  await leader.act('freeze', kafka.clusterId)
  for (const node of newcomers) await node.start()
  const GRAVE = ['rival-quorum', 'metadata-missing', 'two-leaders'] as const
  const grave = () => {
    const { view } = watching.observer
    return view !== null && GRAVE.flatMap((code) => found(view, code) ?? [])
  }
  const elected = await watching.until('what the newcomers did', () => {
    const said = grave()
    return said !== false && said.length > 0 && watching.observer.view
  })
  for (const { detail } of elected.findings) expect(detail).not.toMatch(/Restart it/)
  await leader.act('resume', kafka.clusterId)
  // The old leader meets the new epoch, and gives its log up.
  const after = await watching.view('the newcomers lead', (v) => v.quorum.leaderId !== 0 && v.quorum.voters === 3)
  expect(after.incidents.map(({ kind }) => kind)).toContain('metadata-missing')
  expect(after.findings[0]?.severity).toBe('critical')
  expect(after.incidents[0]?.detail).toContain('Keep every controller disk')
})

test('a node whose certificate names another address runs, and cannot be verified', async () => {
  let other = ''
  const kafka = await start({
    security: async (folder) => {
      const stores = await makeStores(folder)
      const elsewhere = join(folder, 'elsewhere')
      await mkdir(elsewhere)
      const { keyStore } = await makeStores(elsewhere, 'SAN=DNS:elsewhere.example')
      other = keyStore
      await run('keytool', [
        ...['-importcert', '-noprompt', '-alias', 'elsewhere', '-file', join(elsewhere, 'certificate.pem')],
        ...['-keystore', stores.trustStore, '-storetype', 'PKCS12', '-storepass', stores.password],
      ])
      // The nodes do not look at names among themselves: to Kafka all is well.
      const own = { ...storeProperties(stores), 'ssl.endpoint.identification.algorithm': '' }
      return {
        protocol: 'SSL',
        nodeProperties: own,
        clientProperties: { 'security.protocol': 'SSL', ...storeProperties(stores) },
      }
    },
  })
  const watching = await watch(kafka)
  const [id] = await followers(watching)
  const node = kafka.node(id)
  await node.end('SIGTERM')
  await node.edit((text) => text.replace(/^ssl\.keystore\.location=.*$/m, `ssl.keystore.location=${other}`))
  await node.start()
  const view = await watching.view(
    'the certificate',
    (v) => found(v, 'not-verifiable') !== undefined && v.replicas.some((r) => r.nodeId === id && r.health === 'ok'),
  )
  expect(found(view, 'not-verifiable')).toMatchObject({ severity: 'warning' })
  expect(found(view, 'not-verifiable')?.title).toContain(`Controller ${id} at localhost:${node.spec.controllerPort}`)
  expect(view.controllers?.find((c) => c.recordedId === id)?.reach).toBe('unverifiable')
  expect(found(view, 'voter-silent')).toBeUndefined()
})

test('controllers that authenticate each other by SCRAM alone: warned of while all is well, and the cause after a full stop', async () => {
  const user = `SCRAM-SHA-512=[name=${SUPER_USER.username},password=${SUPER_USER.password}]`
  const kafka = await start({
    controllers: 1,
    security: scramOnly,
    formatArguments: ['--add-scram', user],
  })
  const watching = await watch(kafka)
  await watching.view('the quorum of one', (v) => v.quorum.voters === 1 && v.quorum.leaderId === 0)
  for (const voters of [2, 3]) {
    const before = new Set((await kafka.port.describe()).nodes.map((n) => n.nodeId))
    const { nodes } = await kafka.port.act({ action: 'add-node', roles: ['controller'] })
    const nodeId = nodes.find((n) => !before.has(n.nodeId))?.nodeId ?? -1
    const node = kafka.node(nodeId)
    await node.start()
    await watching.view('the newcomer, caught up', (v) =>
      v.replicas.some((r) => r.nodeId === nodeId && r.status === 'observer' && r.health === 'ok' && r.registered),
    )
    // The tool takes the properties of the new node, and how it signs in itself.
    const both = join(node.spec.folder, 'add.properties')
    const texts = [node.configFile, kafka.commandConfig ?? ''].map((file) => readFile(file, 'utf8'))
    await writeFile(both, (await Promise.all(texts)).join('\n'))
    const [leader = ''] = kafka.bootstrapControllers
    await kafka.tool(QUORUM, ['--bootstrap-controller', leader, '--command-config', both, 'add-controller'])
    await watching.view(`${voters} voters`, (v) => v.quorum.voters === voters)
  }
  const well = await watching.view('the warning', (v) => found(v, 'scram-only-controllers') !== undefined)
  expect(found(well, 'scram-only-controllers')?.severity).toBe('warning')
  const nodes = (await kafka.port.describe()).nodes.map((n) => kafka.node(n.nodeId))
  for (const node of nodes) await node.end('SIGKILL')
  for (const node of nodes) await node.start()
  const problem = await watching.until('the cause', () => {
    const { link } = watching.observer
    return link.problem?.code === 'scram-only' && link.problem
  })
  expect(problem.title).toMatch(/^No leader: controllers 0, \d and \d refuse every sign-in$/)
  expect(problem.remedy).toContain('sasl.mechanism.controller.protocol=PLAIN')
})
