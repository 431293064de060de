/**
 * How late a run notices that somebody else changed the voters: from the foreign request, sent, to the message in which the
 * run has adopted the change, or has paused. The commit of the change, and the two reads that prove it, are in the figure.
 * Once with the metadata log followed, once by polling alone, where the right to read the log is missing.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SandboxPort, SandboxState } from '../server/contract/sandbox.ts'
import type { CommandRequest, Workflow, WorkflowSummary } from '../server/contract/workflows.ts'
import type { Security } from '../server/kafka/connection.ts'
import { securityOf } from '../server/kafka/credentials/clientProperties.ts'
import { clientProperties, PLAIN_USER, SUPER_USER, saslTls } from '../server/sandbox/apacheKafka/certificates.ts'
import { propertiesText } from '../server/sandbox/apacheKafka/layout.ts'
import { type ApacheKafka, startApacheKafka } from '../server/sandbox/apacheKafka/start.ts'
import { LiveClient } from './liveClient.ts'
import { spreadText } from './percentiles.ts'
import { type Product, startProduct } from './product.ts'
import { KAFKA_VERSION, type Surroundings } from './surroundings.ts'
import { SpareChanges, spareCaughtUp } from './voterChanges.ts'

const SPARE = 3
const ACLS = 'org.apache.kafka.tools.AclCommand'
/** A run must not end while somebody else still acts, and need not wait long before it may. */
const SAFETY = { windowSeconds: 1, healthySeconds: 1, soakSeconds: 3600 }

interface Plan {
  product: Product
  cluster: string
  trials: number
  security: Security
  act: SandboxPort['act']
}

function summaryOf(client: LiveClient, what: string, fits: (summary: WorkflowSummary) => boolean): Promise<number> {
  return client.next(what, ({ message, atMs }) => message.type === 'workflow' && fits(message.summary) && atMs)
}

async function measure({ product, cluster, trials, security, act }: Plan, say: Surroundings['say']): Promise<void> {
  const client = new LiveClient(product.host, cluster)
  const spare = new SpareChanges(client, SPARE, security)
  const adopted: number[] = []
  const paused: number[] = []
  try {
    await client.seeing('a healthy quorum', (v) => v.quorum.margin === 1 && v.quorum.autoJoin !== null)
    await act({ action: 'add-node', roles: ['controller'] })
    await act({ action: 'start', nodeId: SPARE })
    await spareCaughtUp(client, SPARE)
    for (let trial = 0; trial < trials; trial += 1) {
      const start = { kind: 'add-controller', params: { nodeId: SPARE } }
      const { id } = await product.post<Workflow>(`/api/clusters/${cluster}/workflows`, start)
      const run = () => product.read<Workflow>(`/api/workflows/${id}`)
      while ((await run()).allowedCommands[0]?.type !== 'execute') await new Promise((r) => setTimeout(r, 100))
      const found = summaryOf(client, 'the addition adopted', (s) => s.id === id && s.step === s.steps)
      const addition = await spare.change()
      adopted.push((await found) - addition.sentMs)
      const stopped = summaryOf(client, 'the run paused', (s) => s.id === id && s.state === 'pausedDrift')
      const removal = await spare.change()
      paused.push((await stopped) - removal.sentMs)
      const { revision, allowedCommands } = await run()
      const leave = allowedCommands.find((c) => c.type === 'leave')
      if (leave === undefined) throw new Error('a paused run cannot be left')
      const confirmation = leave.needsConfirmation?.statement
      const command = { ...leave, reason: 'measured', ...(confirmation === undefined ? {} : { confirmation }) }
      const request = { commandId: `leave-${trial}`, expectedRevision: revision, command } satisfies CommandRequest
      await product.post(`/api/workflows/${id}/commands`, request)
      await spareCaughtUp(client, SPARE)
    }
  } finally {
    spare.close()
    await client.close()
  }
  say(`foreign addition, sent to adopted:     ${spreadText(adopted, 'ms')}`)
  say(`foreign removal, sent to paused:       ${spreadText(paused, 'ms')}`)
}

async function configured(around: Surroundings, clusters: object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'quorumdeck-drift-'))
  around.onEnd(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'quorumdeck.yaml')
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ safety: SAFETY, ...(clusters.length === 0 ? {} : { clusters }) }))
  return file
}

async function onProduct(
  around: Surroundings,
  { clusters, ...plan }: Omit<Plan, 'product' | 'act'> & { clusters: object[]; act: Plan['act'] | null },
): Promise<void> {
  const product = await startProduct(['--config', await configured(around, clusters)])
  around.onEnd(() => product.end())
  const practise: Plan['act'] = (action) => product.post<SandboxState>(`/api/clusters/${plan.cluster}/sandbox`, action)
  await measure({ ...plan, product, act: plan.act ?? practise }, around.say)
  await product.end()
}

async function real(around: Surroundings, tail: boolean): Promise<void> {
  const started = await startApacheKafka({
    version: KAFKA_VERSION,
    controllers: 3,
    brokers: 1,
    ...(tail ? {} : { security: saslTls }),
    onProgress: around.say,
  })
  around.onEnd(() => started.close())
  const commandConfig = tail ? null : await withoutTheLog(started)
  const security = commandConfig === null ? {} : await securityOf(new Map(Object.entries(await admin(started))))
  await onProduct(around, {
    cluster: 'drift',
    trials: 20,
    security,
    act: started.port.act,
    clusters: [
      {
        name: 'drift',
        bootstrapControllers: started.bootstrapControllers,
        ...(commandConfig === null ? {} : { commandConfig }),
      },
    ],
  })
  await started.close()
}

const storesOf = ({ commandConfig }: ApacheKafka) => {
  const folder = dirname(commandConfig ?? '')
  return { keyStore: join(folder, 'key.p12'), trustStore: join(folder, 'trust.p12'), password: 'sandbox-only' }
}

async function admin(kafka: ApacheKafka): Promise<Record<string, string>> {
  return clientProperties(storesOf(kafka), 'PLAIN', SUPER_USER)
}

/** The properties file of a user that may do everything but read the metadata log. */
async function withoutTheLog(kafka: ApacheKafka): Promise<string> {
  const operations = ['Describe', 'Alter', 'DescribeConfigs'].flatMap((operation) => ['--operation', operation])
  const server = ['--bootstrap-server', kafka.bootstrapServers.join(',')]
  const as = ['--command-config', kafka.commandConfig ?? '']
  const grant = ['--add', '--cluster', ...operations, '--allow-principal', `User:${PLAIN_USER.username}`]
  await kafka.tool(ACLS, [...server, ...as, ...grant])
  const file = join(dirname(kafka.commandConfig ?? ''), 'without-the-log.properties')
  await writeFile(file, propertiesText(clientProperties(storesOf(kafka), 'PLAIN', PLAIN_USER)))
  return file
}

export async function drift(around: Surroundings): Promise<void> {
  around.say('simulated quorum, log followed:')
  await onProduct(around, { cluster: 'practice', trials: 100, security: {}, act: null, clusters: [] })
  around.say('real Kafka, log followed:')
  await real(around, true)
  around.say('real Kafka, polled every 250 ms while the run goes on, no right to read the log:')
  await real(around, false)
}
