/** The program: opens its database, starts what the options ask for, and listens. */
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { ClusterKind } from '../contract/clusters.ts'
import type { SandboxPort } from '../contract/sandbox.ts'
import { buildPagesIfStale, openPages } from '../http/pages.ts'
import { openSessionKeys } from '../http/sessionKeys.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import { startApacheKafka } from '../sandbox/apacheKafka/start.ts'
import { startSimulatedQuorum } from '../sandbox/simulatedQuorum/start.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { openPostgres } from '../storage/postgres/postgresDatabase.ts'
import { StorageFailure } from '../storage/storageFailure.ts'
import type { Closer } from './closers.ts'
import { type Composition, compose } from './compose.ts'
import { LogTail } from './logTail.ts'
import { type ClusterOptions, doubtOfApprovals, type Options, parseAddresses } from './options/options.ts'
import { UsageError } from './options/optionsReading.ts'
import { openSharedSessionKeys } from './replicas/sharedSessionKeys.ts'
import { applyCertificate, applyTokens, SecretFiles, tokenList } from './secretFiles.ts'
import type { ToWatch } from './watchCluster.ts'

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
  version: string
}

/** A heartbeat of every cluster at least this often, in ms; a browser that hears nothing for two says so. */
const HEARTBEAT_MS = 1000

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

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

/**
 * Starts what the options ask for, and says where it is to be found.
 * @param closers what was started, in this order, also where it throws
 * @param readAgain the options as they would be now: the command line is the same, the file may be another
 * @throws UsageError, PropertiesError
 */
export async function start(options: Options, closers: Closer[], readAgain: () => Promise<Options>): Promise<void> {
  const given = options.tokens === null ? [] : Object.values(options.tokens)
  const tail = new LogTail(given.filter((secret) => typeof secret === 'string'))
  const log = pino(
    { level: options.logLevel, base: null },
    pino.multistream([
      { stream: pino.destination(2), level: 'trace' },
      { stream: tail, level: 'trace' },
    ]),
  )
  const doubt = doubtOfApprovals(options)
  if (doubt !== null) log.warn(doubt)
  const { databaseUrl } = options
  const database = databaseUrl === null ? openDataDir(options.dataDir) : await openPostgres(databaseUrl)
  closers.push(() => database.close())
  if (!options.dev) await buildPagesIfStale(say)
  const pages = openPages(options.dev, options.basePath)
  const sandbox = await startSandbox(options, closers)
  const starting: ToWatch[] = options.clusters.map((cluster) => ({ options: cluster, kind: 'kafka', sandbox: null }))
  if (sandbox !== null) starting.push(sandbox)
  const { dataDir, retention, thresholds, tokens, allowedHosts, basePath, tls, behindProxy, dev } = options
  const ofKeys = tokens === null ? [] : tokenList(tokens)
  const sessionKeys =
    databaseUrl === null
      ? openSessionKeys(dataDir, ofKeys, systemClock.nowMs)
      : await openSharedSessionKeys({
          database,
          tokens: ofKeys,
          nowMs: systemClock.nowMs,
          onError: (error) => log.error({ err: error }, 'session keys could not be written down'),
        })
  const composition: Composition = {
    database,
    dataDir,
    retention,
    thresholds,
    clusters: starting,
    configuration: options.configFile === null ? null : { file: options.configFile, started: options, read: readAgain },
    pages,
    tokens,
    sessionKeys,
    replica: databaseUrl === null ? null : { url: databaseUrl, name: `${hostname()}:${options.port}` },
    allowedHosts,
    basePath,
    tls,
    behindProxy,
    dev,
    heartbeatMs: HEARTBEAT_MS,
    alerts: options.alerts,
    access: options.access,
    audit: options.audit,
    readOnly: options.readOnly,
    serverFacts: () => ({ version, storage: databaseUrl === null ? 'sqlite' : 'postgresql', log: [...tail.lines] }),
    notices: {
      onAuditBroken: (seq, what) => log.error({ seq, what }, 'the record of who did what is broken'),
      onSetUpNeeded: (file) =>
        say(`  There is no user yet: make the first at ${options.basePath}/set-up, with the secret in ${file}`),
      onWatched: ({ cluster, observer }) =>
        observer.subscribe({
          onLink: (link) => log.info({ cluster, state: link.state, problem: link.problem?.detail }, 'link'),
        }),
      onClusterFault: (cluster, error, what) => log.error({ cluster, err: error }, what),
      onAlertFault: (error) => log.error({ err: error }, 'alerting failed'),
      onWorkflowFault: (error) => log.error({ err: error }, 'workflow failed'),
      onConfiguration: ({ file, problem, changedButNotApplied }) =>
        problem === null
          ? log.info({ file, changedButNotApplied }, 'configuration read again')
          : log.error({ file, problem: problem.detail }, problem.title),
      onHistoryProblem: (title, detail) =>
        title === null ? log.info('history is written down again') : log.warn({ detail }, title),
      onRequestFault: (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
      onWrongToken: (address) => log.warn({ address }, 'a token that is not known was given'),
    },
  }
  const { server, clusters, recheckSessions } = await compose(composition, closers)
  const secretFiles = new SecretFiles({
    files: options.secretFiles,
    read: readAgain,
    apply: (fresh) => {
      if (tls !== null && fresh.tls !== null) applyCertificate(server, fresh.tls)
      if (tokens === null || fresh.tokens === null || !applyTokens(tokens, fresh.tokens)) return
      try {
        sessionKeys.redraw(tokenList(tokens))
      } finally {
        recheckSessions()
      }
    },
    onRead: (error) =>
      error === null
        ? log.info('certificates and tokens read again')
        : log.error({ err: error }, 'certificates or tokens have changed and cannot be used: those of before stay'),
  })
  closers.push(async () => secretFiles.close())
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
  say(`  Open ${options.tls === null ? 'http' : 'https'}://${shown}:${port}${options.basePath}`)
  say('')
}
