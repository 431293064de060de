/** Wiring only: reads the options, starts what they ask for, connects the rooms, and ends everything in order. */
import { randomUUID } from 'node:crypto'
import { access, constants, mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import type { ClusterKind } from './contract/clusters.ts'
import type { SandboxPort } from './contract/sandbox.ts'
import { RecentHistory } from './history/recentHistory.ts'
import { Access } from './http/access.ts'
import { createApi } from './http/api.ts'
import { AttemptLimit } from './http/attemptLimit.ts'
import { Hub } from './http/hub.ts'
import { Metrics } from './http/metrics.ts'
import { buildPagesIfStale, openPages } from './http/pages.ts'
import { HostAllowlist } from './http/security.ts'
import { createServer } from './http/server.ts'
import type { WatchedCluster } from './http/watchedCluster.ts'
import { PropertiesError, readClientProperties } from './kafka/clientProperties.ts'
import { type ClusterOptions, HELP, type Options, parseAddresses, readOptions, UsageError } from './options.ts'
import { systemClock } from './quorum/clock.ts'
import { ClusterObserver } from './quorum/observer.ts'
import { startApacheKafka } from './sandbox/apacheKafka/start.ts'
import { startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'

/** A heartbeat of every cluster at least this often, in ms; a browser that hears nothing for two says so. */
const HEARTBEAT_MS = 1000

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

interface Started {
  options: ClusterOptions
  kind: ClusterKind
  sandbox: SandboxPort | null
}

type Closer = () => Promise<void>

async function startSandbox(options: Options, closers: Closer[]): Promise<Started | null> {
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
    return started(`Apache Kafka ${layout.version}`, 'sandbox', bootstrapControllers, kafka.port)
  }
  if (options.clusters.length > 0) return null
  const practice = await startSimulatedQuorum({})
  closers.push(() => practice.close())
  return started('Practice', 'practice', practice.bootstrapControllers, practice.port)
}

function started(name: string, kind: ClusterKind, bootstrap: string[], sandbox: SandboxPort): Started {
  const options: ClusterOptions = {
    cluster: kind,
    name,
    bootstrapControllers: parseAddresses('sandbox', bootstrap),
    bootstrapServers: [],
    commandConfig: null,
    clusterId: null,
    intervalMs: 1000,
  }
  return { options, kind, sandbox }
}

/** After a reset the cluster is another one, at the same addresses. */
function forgetOnReset(sandbox: SandboxPort, observer: ClusterObserver, history: RecentHistory): SandboxPort {
  return {
    describe: () => sandbox.describe(),
    act: async (action) => {
      const state = await sandbox.act(action)
      if (action.action === 'reset') {
        history.clear()
        observer.forget()
      }
      return state
    },
  }
}

async function watch({ options, kind, sandbox }: Started, serverRunId: string): Promise<WatchedCluster> {
  const security = options.commandConfig === null ? {} : await readClientProperties(options.commandConfig)
  const observer = new ClusterObserver({
    cluster: options.cluster,
    bootstrapControllers: options.bootstrapControllers,
    bootstrapServers: options.bootstrapServers,
    security,
    intervalMs: options.intervalMs,
    serverRunId,
    clock: systemClock,
    expectedClusterId: options.clusterId,
  })
  const history = new RecentHistory(options.cluster)
  observer.subscribe({ onView: (view) => history.add(view) })
  return {
    cluster: options.cluster,
    name: options.name,
    kind,
    observer,
    history,
    sandbox: sandbox === null ? null : forgetOnReset(sandbox, observer, history),
  }
}

async function openDataDir(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true })
    .then(() => access(dataDir, constants.W_OK))
    .catch((error: Error) => {
      throw new UsageError(`--data-dir: ${dataDir} cannot be used (${error.message}).`)
    })
}

async function run(options: Options, closers: Closer[]): Promise<void> {
  const log = pino({ level: options.logLevel, base: null }, pino.destination(2))
  const serverRunId = randomUUID()
  await openDataDir(options.dataDir)
  if (!options.dev) await buildPagesIfStale(say)
  const pagesReady = openPages(options.dev)
  const sandbox = await startSandbox(options, closers)
  const starting: Started[] = options.clusters.map((cluster) => ({ options: cluster, kind: 'kafka', sandbox: null }))
  if (sandbox !== null) starting.push(sandbox)
  const clusters = await Promise.all(starting.map((cluster) => watch(cluster, serverRunId)))

  const hub = new Hub({ serverRunId, heartbeatMs: HEARTBEAT_MS, monotonicMs: systemClock.monotonicMs })
  closers.push(async () => hub.close())
  for (const watched of clusters) {
    hub.add(watched)
    watched.observer.subscribe({
      onLink: (link) =>
        log.info({ cluster: watched.cluster, state: link.state, problem: link.problem?.detail }, 'link'),
    })
    watched.observer.start()
    closers.push(async () => watched.observer.stop())
  }
  const tokenAccess = new Access(options.tokens, options.tls !== null || options.behindProxy)
  const attempts = new AttemptLimit()
  const server = createServer({
    api: createApi({
      serverRunId,
      clusters,
      access: tokenAccess,
      attempts,
      metrics: new Metrics(clusters, hub),
      nowMs: systemClock.nowMs,
    }),
    hub,
    pages: await pagesReady,
    access: tokenAccess,
    attempts,
    hosts: new HostAllowlist(options.allowedHosts),
    dev: options.dev,
    tls: options.tls,
    behindProxy: options.behindProxy,
    nowMs: systemClock.nowMs,
    onError: (error) => log.error({ err: error }, 'request failed'),
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
  const expected = error instanceof UsageError || error instanceof PropertiesError
  process.stderr.write(
    `quorumdeck: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  )
  end(expected ? 2 : 1)
}
