/** Wiring only: reads the options, starts what they ask for, connects the rooms, and ends everything in order. */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import type { ClusterKind } from './contract/clusters.ts'
import type { SandboxPort } from './contract/sandbox.ts'
import { Access } from './http/access.ts'
import { createApi } from './http/api.ts'
import { AttemptLimit } from './http/attemptLimit.ts'
import { Hub } from './http/hub.ts'
import { Metrics } from './http/metrics.ts'
import { buildPagesIfStale, openPages } from './http/pages.ts'
import { HostAllowlist } from './http/security.ts'
import { createServer } from './http/server.ts'
import { keysInMemory, openSessionKeys } from './http/sessionKeys.ts'
import type { WatchedCluster } from './http/watchedCluster.ts'
import { PropertiesError } from './kafka/credentials/clientProperties.ts'
import { AddedClusters } from './program/addedClusters.ts'
import { type ClusterOptions, HELP, type Options, parseAddresses, readOptions } from './program/options.ts'
import { UsageError } from './program/optionsReading.ts'
import { type ToWatch, watchCluster } from './program/watchCluster.ts'
import { WatchedSet } from './program/watchedSet.ts'
import { systemClock } from './quorum/reading/clock.ts'
import { createRehearsals } from './rehearsal/thread/rehearsals.ts'
import { startApacheKafka } from './sandbox/apacheKafka/start.ts'
import { startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'
import { openAddedClusters } from './storage/addedClusters.ts'
import { type Database, openDatabase } from './storage/database.ts'
import { openQuorumMemory } from './storage/quorumMemory.ts'
import { StorageFailure } from './storage/storageFailure.ts'
import { createWorkflows, type WorkflowEngine } from './workflows/engine/engine.ts'
import { openJournal } from './workflows/engine/journal/journal.ts'

/** A heartbeat of every cluster at least this often, in ms; a browser that hears nothing for two says so. */
const HEARTBEAT_MS = 1000

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

type Closer = () => Promise<void>

async function startSandbox(options: Options, closers: Closer[]): Promise<ToWatch | null> {
  if (options.kafkaSandbox !== null) {
    const { kafkaHome, ...layout } = options.kafkaSandbox
    const kafka = await startApacheKafka({
      ...layout,
      ...(kafkaHome === null ? {} : { kafkaHome }),
      articlePorts: true,
      onProgress: say,
    })
    closers.push(() => kafka.close())
    const { bootstrapControllers } = kafka
    return started(options, `Apache Kafka ${layout.version}`, 'sandbox', bootstrapControllers, kafka.port)
  }
  if (options.clusters.length > 0) return null
  const practice = await startSimulatedQuorum({})
  closers.push(() => practice.close())
  return started(options, 'Practice', 'practice', practice.bootstrapControllers, practice.port)
}

function started(
  { thresholds, racks, cruiseControl }: Options,
  name: string,
  kind: ClusterKind,
  bootstrap: string[],
  sandbox: SandboxPort,
): ToWatch {
  const options: ClusterOptions = {
    cluster: kind,
    name,
    bootstrapControllers: parseAddresses('sandbox', bootstrap),
    bootstrapServers: [],
    commandConfig: null,
    clusterId: null,
    intervalMs: 1000,
    racks,
    cruiseControl,
    thresholds,
  }
  return { options, kind, sandbox }
}

function openDataDir(dataDir: string): Database {
  try {
    return openDatabase(dataDir)
  } catch (error) {
    throw error instanceof StorageFailure ? new UsageError(`--data-dir: ${error.message} ${error.remedy}`) : error
  }
}

/** What a person can do something about, in words; `null` for a fault of our own. */
function wordsOf(error: unknown): string | null {
  if (error instanceof UsageError || error instanceof PropertiesError) return error.message
  return error instanceof StorageFailure ? `${error.message} ${error.remedy}` : null
}

async function run(options: Options, closers: Closer[]): Promise<void> {
  const log = pino({ level: options.logLevel, base: null }, pino.destination(2))
  const serverRunId = randomUUID()
  const database = openDataDir(options.dataDir)
  closers.push(() => database.close())
  if (!options.dev) await buildPagesIfStale(say)
  const pagesReady = openPages(options.dev)
  const sandbox = await startSandbox(options, closers)
  const starting: ToWatch[] = options.clusters.map((cluster) => ({ options: cluster, kind: 'kafka', sandbox: null }))
  if (sandbox !== null) starting.push(sandbox)
  let workflows: WorkflowEngine | null = null
  const onRemade = async (cluster: string) => await workflows?.remade(cluster)
  const memory = openQuorumMemory(database)
  const onError = (cluster: string, error: unknown) => log.error({ cluster, err: error }, 'watching failed')
  const watched = await Promise.all(
    starting.map((cluster) => watchCluster(cluster, serverRunId, { onRemade, memory, onError })),
  )
  const clusters = watched.map((one) => one.watched)
  closers.push(async () => {
    for (const { observer } of clusters) observer.stop()
  })
  workflows = await createWorkflows({
    clusters: watched.map(({ changed }) => changed),
    journal: openJournal(database),
    rehearsal: createRehearsals(),
    clock: systemClock,
    newId: randomUUID,
    onError: (error) => log.error({ err: error }, 'workflow failed'),
  })
  closers.push(workflows.close)
  // A sandbox ends with its process: what began on the one before cannot go on, whatever its ids are.
  for (const { cluster, kind } of clusters) if (kind !== 'kafka') await workflows.remade(cluster)
  const { monotonicMs } = systemClock
  const hub = new Hub({ serverRunId, heartbeatMs: HEARTBEAT_MS, monotonicMs, workflows })
  closers.push(async () => hub.close())
  const logLink = ({ cluster, observer }: WatchedCluster) =>
    observer.subscribe({
      onLink: (link) => log.info({ cluster, state: link.state, problem: link.problem?.detail }, 'link'),
    })
  for (const one of clusters) {
    hub.add(one)
    logLink(one)
    one.observer.start()
  }
  const metrics = new Metrics(clusters, hub, workflows)
  const { nowMs } = systemClock
  const added = new AddedClusters(
    { store: openAddedClusters(database), dataDir: options.dataDir, thresholds: options.thresholds, nowMs },
    new WatchedSet({ clusters, serverRunId, hub, metrics, workflows, onBegin: logLink, memory, onError }),
  )
  await added.resume((cluster, error) => log.error({ cluster, err: error }, 'an added cluster cannot be watched'))
  const secrets = options.tokens === null ? [] : [options.tokens.operate, options.tokens.watch]
  const keys = options.tokens === null ? keysInMemory() : openSessionKeys(options.dataDir, secrets, nowMs)
  const tokenAccess = new Access(options.tokens, options.tls !== null || options.behindProxy, keys)
  const onWrongToken = (address: string) => log.warn({ address }, 'a token that is not known was given')
  const onRequestError = (error: unknown, requestId: string | null) =>
    log.error({ err: error, requestId }, 'request failed')
  const attempts = new AttemptLimit()
  const server = createServer({
    api: createApi({
      serverRunId,
      clusters,
      access: tokenAccess,
      attempts,
      metrics,
      workflows,
      added,
      nowMs,
      onError: onRequestError,
      onWrongToken,
      onSignedOut: () => hub.dropSignedOut(),
    }),
    hub,
    pages: await pagesReady,
    access: tokenAccess,
    attempts,
    hosts: new HostAllowlist(options.allowedHosts),
    dev: options.dev,
    tls: options.tls,
    behindProxy: options.behindProxy,
    nowMs,
    onError: onRequestError,
    onWrongToken,
  })
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${options.port} is taken. Stop what uses it, or give another one with --port.`
      reject(error.code === 'EADDRINUSE' ? new UsageError(taken) : new UsageError(`--host: ${error.message}`))
    })
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const shownHost = options.host === '127.0.0.1' ? 'localhost' : options.host
  const shown = shownHost.includes(':') ? `[${shownHost}]` : shownHost
  say('')
  for (const { name, kind } of clusters)
    say(`  ${name}${kind === 'practice' ? ' (simulated: nothing real can break)' : ''}`)
  say(`  Open ${options.tls === null ? 'http' : 'https'}://${shown}:${port}`)
  say('')
}

const closers: Closer[] = []
let ending = false

function end(code: number): void {
  if (ending) return
  ending = true
  void (async () => {
    for (const close of closers.reverse()) await close().catch(() => {})
    process.exit(code)
  })()
}

process.on('SIGINT', () => end(130))
process.on('SIGTERM', () => end(143))

try {
  const options = await readOptions(process.argv.slice(2))
  if (options === 'help') say(HELP)
  else await run(options, closers)
} catch (error) {
  const words = wordsOf(error)
  process.stderr.write(`quorumdeck: ${words ?? (error instanceof Error ? error.stack : String(error))}\n`)
  end(words === null ? 1 : 2)
}
