/**
 * Command line and configuration file. The flags for the cluster are those of Kafka's own tools. Whatever cannot be used
 * is refused before anything starts, in one sentence that names it and one that says what to do.
 */
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Expectations } from '../../contract/alerts/rules.ts'
import type { ClusterOrigin } from '../../contract/clusters.ts'
import type { CruiseControlOptions } from '../../cruiseControl/client.ts'
import type { Retention } from '../../history/samples/tiers.ts'
import { type AccessTokens, MIN_TOKEN_LENGTH } from '../../http/access.ts'
import type { Address } from '../../kafka/connection.ts'
import type { Racks } from '../../quorum/assessment/findings/racks.ts'
import type { Thresholds } from '../../workflows/run/thresholds.ts'
import { type AccessConfiguration, type AuditConfiguration, accessOf, auditOf, hasAccounts } from './optionsAccess.ts'
import { type AlertOptions, alertsOf, expectationsOf, unknownClusters } from './optionsAlerts.ts'
import { basePathOf } from './optionsBasePath.ts'
import { changeRulesOf } from './optionsChangeRules.ts'
import { cruiseControlOf } from './optionsCruiseControl.ts'
import { databaseUrlOf } from './optionsDatabase.ts'
import { type ConfigFile, readConfigFile } from './optionsFile.ts'
import { retentionOf } from './optionsHistory.ts'
import { racksOf } from './optionsRacks.ts'
import { racksOfFlag, readText, refusing, UsageError, wholeNumber } from './optionsReading.ts'
import { thresholdsOf } from './optionsSafety.ts'

export interface ClusterOptions {
  /** The only hosts that its credentials may be sent to, where its properties file holds some and names no host; any by default. */
  secretHosts?: ReadonlySet<string>
  /** As in URLs: letters, digits and dashes. */
  cluster: string
  name: string
  /** Clusters of one group stand together; none by default. */
  group?: string | null
  origin?: ClusterOrigin
  bootstrapControllers: Address[]
  bootstrapServers: Address[]
  commandConfig: string | null
  clusterId: string | null
  intervalMs: number
  /** Cruise Control of this cluster; `null` where there is none. */
  cruiseControl: CruiseControlOptions | null
  /** Racks that the operator named. */
  racks: Racks
  /** Figures that the rules of guided changes use. */
  thresholds: Thresholds
  /** What its alerts go by; nothing is expected where it is left out. */
  expected?: Expectations
}

export interface KafkaSandboxOptions {
  version: string
  controllers: number
  brokers: number
  combined: boolean
  staticQuorum: boolean
  autoJoin: boolean
  kafkaHome: string | null
}

export interface Options {
  host: string
  port: number
  /** Below which the product is served, as `/quorumdeck`; empty: below none. */
  basePath: string
  dataDir: string
  /** Of PostgreSQL, in place of the file in the data directory; holds a password. `null`: the file. */
  databaseUrl: string | null
  /** How long the history is kept, and how large it may be. */
  retention: Retention
  allowedHosts: string[]
  tokens: AccessTokens | null
  /** How people come in, besides shared tokens. */
  access: AccessConfiguration
  audit: AuditConfiguration
  /** Nothing that changes anything is served. */
  readOnly: boolean
  tls: { cert: string; key: string } | null
  /** Files that `tls` and `tokens` come from: read again when they change. */
  secretFiles: string[]
  behindProxy: boolean
  dev: boolean
  logLevel: string
  /** quorumdeck.yaml, as it was named; `null`: there is none. */
  configFile: string | null
  clusters: ClusterOptions[]
  /** Of a quorum that Quorumdeck starts itself, and of every cluster that has none of its own. */
  thresholds: Thresholds
  /** Racks of a quorum that Quorumdeck starts itself. */
  racks: Racks
  /** Cruise Control of a Kafka that Quorumdeck starts itself. */
  cruiseControl: CruiseControlOptions | null
  /** Real Kafka processes to start, instead of the practice quorum. */
  kafkaSandbox: KafkaSandboxOptions | null
  alerts: AlertOptions
}

export const HELP = `Quorumdeck watches the controller quorum of Apache Kafka clusters.

  npm start                                            a practice quorum, simulated
  npm start -- --bootstrap-controller host:port        your cluster
  npm run kafka -- [--version 4.3.1]                   a real Kafka on this machine
  node server/main.ts move-data --help                 from a data directory to PostgreSQL
  node server/main.ts disk --help                      disks of a quorum that lost its majority, on their hosts

Cluster (the flags of Kafka's own tools)
  --bootstrap-controller LIST  controllers, host:port[,host:port]
  --bootstrap-server LIST      brokers, where controllers are not known
  --command-config FILE        client properties: security.protocol, ssl.*, sasl.*
  --cluster-id ID              refuse any other cluster
  --name NAME                  what to call it on the screen
  --rack LIST                  racks of controllers, node=rack[,node=rack]
  --cruise-control URL         Cruise Control of the cluster, http://host:9090
  --cruise-control-credentials FILE  user:password, where it wants them
  --config FILE                quorumdeck.yaml: many clusters, figures of the safety rules
Server
  --host ADDRESS               default 127.0.0.1; another needs tokens and TLS
  --port PORT                  default 8480
  --base-path PATH             serve everything below this path, for example /quorumdeck, behind a proxy that shares a host name
  --allowed-host NAME          further name in the Host header; may be repeated
  --data-dir DIR               default ./data
  --database-url-file FILE     PostgreSQL in place of the data directory, for several servers (docs/replicas.md);
                               or the environment variable DATABASE_URL
  --operate-token-file FILE    secret that lets people act
  --watch-token-file FILE      secret that lets people watch
  --administer-token-file FILE secret that lets people administer, too
  --read-only                  serve nothing that changes anything, whoever asks
  --tls-cert FILE --tls-key FILE
  --behind-proxy               a trusted proxy in front speaks TLS
  --log-level LEVEL            default info
Real Kafka (npm run kafka)
  --version V --controllers N --brokers N --combined --static --auto-join --kafka-home DIR
`

const FLAGS = {
  'bootstrap-controller': { type: 'string' },
  'bootstrap-server': { type: 'string' },
  'command-config': { type: 'string' },
  'cluster-id': { type: 'string' },
  name: { type: 'string' },
  rack: { type: 'string' },
  'cruise-control': { type: 'string' },
  'cruise-control-credentials': { type: 'string' },
  config: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  'base-path': { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  'data-dir': { type: 'string' },
  'database-url-file': { type: 'string' },
  'operate-token-file': { type: 'string' },
  'watch-token-file': { type: 'string' },
  'administer-token-file': { type: 'string' },
  'read-only': { type: 'boolean' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  'log-level': { type: 'string' },
  dev: { type: 'boolean' },
  help: { type: 'boolean' },
  'sandbox-kafka': { type: 'boolean' },
  version: { type: 'string' },
  controllers: { type: 'string' },
  brokers: { type: 'string' },
  combined: { type: 'boolean' },
  static: { type: 'boolean' },
  'auto-join': { type: 'boolean' },
  'kafka-home': { type: 'string' },
} as const

const DEFAULT_PORT = 8480
const DEFAULT_INTERVAL_MS = 1000

/** `host:port`, `[v6]:port`. @throws UsageError */
export function parseAddresses(flag: string, text: string | string[]): Address[] {
  const parts = (Array.isArray(text) ? text : text.split(',')).map((p) => p.trim()).filter((p) => p !== '')
  if (parts.length === 0) throw new UsageError(`${flag} names no address. Give host:port.`)
  return parts.map((part) => {
    const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^\s:/\\[\]]+)):(\d{1,5})$/.exec(part)
    const port = Number(match?.[3])
    if (match === null || port < 1 || port > 65_535) {
      throw new UsageError(
        `${flag}: ${JSON.stringify(part)} is no address. Give host:port, for example localhost:8000.`,
      )
    }
    return { host: match[1] ?? match[2] ?? '', port }
  })
}

/** @throws UsageError */
async function cruiseControlOfFlags(flags: Flags): Promise<CruiseControlOptions | null> {
  const url = flags['cruise-control']
  const credentials = flags['cruise-control-credentials']
  if (url !== undefined) return await refusing('--cruise-control', cruiseControlOf(url, credentials))
  if (credentials === undefined) return null
  throw new UsageError('--cruise-control-credentials goes with --cruise-control.')
}

async function readToken(flag: string, file: string | undefined): Promise<string | null> {
  if (file === undefined) return null
  const token = (await readText(flag, file)).trim()
  if (token.length < MIN_TOKEN_LENGTH || /\s/.test(token)) {
    throw new UsageError(
      `${flag}: the token in ${file} must have at least ${MIN_TOKEN_LENGTH} characters and no blanks. ` +
        'Make one with: openssl rand -hex 32',
    )
  }
  return token
}

/** Pages of their own beside those of clusters. */
const RESERVED = new Set(['new'])

/** A name as it can stand in a URL; `taken` keeps two clusters apart. */
export function slug(name: string, taken: ReadonlySet<string>): string {
  const base =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 56) || 'cluster'
  let candidate = base
  for (let n = 2; taken.has(candidate) || RESERVED.has(candidate); n += 1) candidate = `${base}-${n}`
  return candidate
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])

/** @throws UsageError */
export async function readOptions(args: string[]): Promise<Options | 'help'> {
  let flags: ReturnType<typeof parseFlags>
  try {
    flags = parseFlags(args)
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}. See npm start -- --help.`)
  }
  if (flags.help) return 'help'
  const file = flags.config === undefined ? {} : await readConfigFile(flags.config)
  const fileFolder = flags.config === undefined ? '.' : dirname(flags.config)
  const inFile = (path: string | undefined) => (path === undefined ? undefined : resolve(fileFolder, path))

  const operate = await readToken('--operate-token-file', flags['operate-token-file'] ?? inFile(file.operateTokenFile))
  const watch = await readToken('--watch-token-file', flags['watch-token-file'] ?? inFile(file.watchTokenFile))
  const administer = await readToken(
    '--administer-token-file',
    flags['administer-token-file'] ?? inFile(file.administerTokenFile),
  )
  const plainPath = (path: string) => inFile(path) ?? path
  const basePath = basePathOf(flags['base-path'], file.basePath)
  const access = await refusing('access', accessOf(file.access, plainPath, basePath))
  if (operate === null && administer !== null) {
    throw new UsageError('--administer-token-file needs --operate-token-file too.')
  }
  if (administer !== null && (administer === operate || administer === watch)) {
    throw new UsageError('The administer token must differ from the others.')
  }
  if (operate === null && watch !== null) {
    throw new UsageError('--watch-token-file needs --operate-token-file too: somebody must be able to act.')
  }
  if (operate !== null && operate === watch) throw new UsageError('The operate token and the watch token must differ.')
  const cert = flags['tls-cert'] ?? inFile(file.tlsCert)
  const key = flags['tls-key'] ?? inFile(file.tlsKey)
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--tls-cert and --tls-key go together.')
  const racks = racksOfFlag(flags.rack)
  const cruiseControl = await cruiseControlOfFlags(flags)
  const options: Options = {
    host: flags.host ?? file.host ?? '127.0.0.1',
    port: wholeNumber('port', flags.port ?? file.port?.toString(), DEFAULT_PORT, 0, 65_535),
    basePath,
    dataDir: resolve(flags['data-dir'] ?? inFile(file.dataDir) ?? 'data'),
    databaseUrl: await databaseUrlOf(flags['database-url-file'], process.env.DATABASE_URL),
    retention: retentionOf(file.history),
    allowedHosts: [...(flags['allowed-host'] ?? []), ...(file.allowedHosts ?? [])],
    tokens: operate === null ? null : { operate, watch, ...(administer === null ? {} : { administer }) },
    access,
    audit: await refusing('audit', auditOf(file.audit, plainPath)),
    readOnly: flags['read-only'] ?? file.readOnly ?? false,
    tls:
      cert === undefined || key === undefined
        ? null
        : { cert: await readText('--tls-cert', cert), key: await readText('--tls-key', key) },
    secretFiles: [
      cert,
      key,
      flags['operate-token-file'] ?? inFile(file.operateTokenFile),
      flags['watch-token-file'] ?? inFile(file.watchTokenFile),
      flags['administer-token-file'] ?? inFile(file.administerTokenFile),
    ].filter((path) => path !== undefined),
    behindProxy: flags['behind-proxy'] ?? file.behindProxy ?? false,
    dev: flags.dev ?? false,
    logLevel: flags['log-level'] ?? 'info',
    configFile: flags.config ?? null,
    clusters: await clustersOf(flags, file, inFile, { racks, cruiseControl }),
    thresholds: { ...thresholdsOf(file.safety), changeRules: changeRulesOf(file.changeRules) },
    racks,
    cruiseControl,
    kafkaSandbox: kafkaSandboxOf(flags),
    alerts: await refusing(
      'alerts',
      alertsOf(file.alerts, (path) => inFile(path) ?? path, basePath),
    ),
  }
  if (options.databaseUrl !== null && (options.clusters.length === 0 || options.kafkaSandbox !== null)) {
    throw new UsageError(
      'DATABASE_URL is for several servers that watch the same clusters, and a practice quorum lives in one. Name a cluster ' +
        'with --bootstrap-controller or --config, or leave DATABASE_URL out.',
    )
  }
  if (options.dev && basePath !== '') {
    throw new UsageError('--base-path is for pages that are built: leave it out with --dev.')
  }
  refuseUnknownClusters(options)
  refuseApprovalsOfNobody(options)
  if (!LOOPBACK.has(options.host)) {
    if (options.tokens === null && !hasAccounts(access)) {
      throw new UsageError(
        `--host ${options.host} would let everybody on the network operate your quorum. Give --operate-token-file ` +
          '(and --watch-token-file for screens), or access with users, oidc or proxy in the configuration, or leave --host out.',
      )
    }
    if (options.tls === null && !options.behindProxy) {
      throw new UsageError(
        `--host ${options.host} would send tokens and passwords in the clear. Give --tls-cert and --tls-key, or --behind-proxy where a ` +
          'trusted proxy in front speaks TLS.',
      )
    }
    options.allowedHosts.push(options.host.includes(':') ? `[${options.host}]` : options.host)
  }
  return options
}

function asksForApproval({ clusters, thresholds }: Options): boolean {
  const rules = [thresholds, ...clusters.map((one) => one.thresholds)].map((one) => one.changeRules)
  return rules.some((one) => (one?.approvedKinds.length ?? 0) > 0)
}

/** Whoever can sign in by name in two ways is two people, and could approve their own plan. `null`: nobody can. */
export function doubtOfApprovals(options: Options): string | null {
  const { users, oidc, proxy } = options.access
  const ways = Object.entries({ users, oidc: oidc !== null, proxy: proxy !== null }).flatMap(([way, is]) =>
    is ? [way] : [],
  )
  if (ways.length < 2 || !asksForApproval(options)) return null
  return `changeRules: approval asks for a second person, and whoever can come in by more than one of ${ways.join(', ')} is two people here, who can approve their own plan. Configure one of them, or give nobody the rights twice.`
}

/** With a name that everybody may take, everybody is two people. @throws UsageError */
function refuseApprovalsOfNobody(options: Options): void {
  if (hasAccounts(options.access) || !asksForApproval(options)) return
  throw new UsageError(
    'changeRules: approval asks for a second person, and nobody signs in by name here. Configure access with users, oidc or proxy, or leave approval out.',
  )
}

/** A receiver that is limited to a cluster which nobody watches would be told nothing, and nobody would notice. @throws UsageError */
function refuseUnknownClusters({ alerts, clusters, kafkaSandbox }: Options): void {
  const known =
    clusters.length > 0 ? clusters.map(({ cluster }) => cluster) : [kafkaSandbox === null ? 'practice' : 'sandbox']
  const [unknown] = unknownClusters(alerts, known)
  if (unknown === undefined) return
  throw new UsageError(`alerts: no cluster is called ${JSON.stringify(unknown)}. There are: ${known.join(', ')}.`)
}

function parseFlags(args: string[]) {
  return parseArgs({ args, options: FLAGS, strict: true, allowPositionals: false }).values
}

type Flags = ReturnType<typeof parseFlags>

async function clustersOf(
  flags: Flags,
  file: ConfigFile,
  inFile: (path: string | undefined) => string | undefined,
  ofFlags: Pick<ClusterOptions, 'racks' | 'cruiseControl'>,
): Promise<ClusterOptions[]> {
  // A short name that somebody wrote down goes before one that is made.
  const taken = new Set<string>((file.clusters ?? []).flatMap(({ id }) => id ?? []))
  const called = new Set<string>()
  const clusters: ClusterOptions[] = []
  const thresholds = { ...thresholdsOf(file.safety), changeRules: changeRulesOf(file.changeRules) }
  const add = (cluster: Omit<ClusterOptions, 'cluster'>, given?: string) => {
    const name = cluster.name.trim().toLowerCase()
    if (called.has(name) || (given !== undefined && clusters.some((one) => one.cluster === given))) {
      throw new UsageError(
        called.has(name)
          ? `Two clusters are called ${cluster.name}. Give each a name of its own.`
          : `Two clusters have the id ${given}. Give each an id of its own, or leave it out.`,
      )
    }
    called.add(name)
    if (cluster.bootstrapControllers.length + cluster.bootstrapServers.length === 0) {
      throw new UsageError(`Cluster ${cluster.name} names no node. Give bootstrapControllers or bootstrapServers.`)
    }
    const id = given ?? slug(cluster.name, taken)
    taken.add(id)
    clusters.push({ cluster: id, ...cluster })
  }
  const addresses = (flag: string, text: string | string[] | undefined) =>
    text === undefined ? [] : parseAddresses(flag, text)
  if (flags['bootstrap-controller'] !== undefined || flags['bootstrap-server'] !== undefined) {
    add({
      name: flags.name ?? 'Kafka',
      group: null,
      origin: 'flags',
      bootstrapControllers: addresses('--bootstrap-controller', flags['bootstrap-controller']),
      bootstrapServers: addresses('--bootstrap-server', flags['bootstrap-server']),
      commandConfig: flags['command-config'] ?? null,
      clusterId: flags['cluster-id'] ?? null,
      intervalMs: DEFAULT_INTERVAL_MS,
      ...ofFlags,
      thresholds,
    })
  } else {
    for (const flag of ['command-config', 'cluster-id', 'name'] as const) {
      if (flags[flag] !== undefined) {
        throw new UsageError(`--${flag} belongs to a cluster. Give --bootstrap-controller or --bootstrap-server too.`)
      }
    }
  }
  if (clusters.length === 0 && (file.clusters ?? []).length > 0) {
    if (flags.rack !== undefined) throw new UsageError('--rack belongs to one cluster. Give racks to each of the file.')
    if (flags['cruise-control'] !== undefined) {
      throw new UsageError('--cruise-control belongs to one cluster. Give cruiseControl to those of the file.')
    }
  }
  for (const cluster of file.clusters ?? []) {
    const options: Omit<ClusterOptions, 'cluster'> = {
      name: cluster.name,
      group: cluster.group?.trim() || null,
      origin: 'file',
      bootstrapControllers: addresses(`${cluster.name}: bootstrapControllers`, cluster.bootstrapControllers),
      bootstrapServers: addresses(`${cluster.name}: bootstrapServers`, cluster.bootstrapServers),
      commandConfig: inFile(cluster.commandConfig) ?? null,
      clusterId: cluster.clusterId ?? null,
      intervalMs: cluster.intervalMs ?? DEFAULT_INTERVAL_MS,
      racks: racksOf(cluster.racks),
      expected: expectationsOf(cluster.expect),
      cruiseControl:
        cluster.cruiseControl === undefined
          ? null
          : await refusing(
              `${cluster.name}: cruiseControl`,
              cruiseControlOf(cluster.cruiseControl.url, inFile(cluster.cruiseControl.credentialsFile)),
            ),
      thresholds: {
        ...thresholdsOf(cluster.safety, thresholds),
        changeRules: changeRulesOf(cluster.changeRules, thresholds.changeRules),
      },
    }
    add(options, cluster.id)
  }
  return clusters
}

function kafkaSandboxOf(flags: Flags): KafkaSandboxOptions | null {
  if (!flags['sandbox-kafka']) {
    for (const flag of [
      'version',
      'controllers',
      'brokers',
      'combined',
      'static',
      'auto-join',
      'kafka-home',
    ] as const) {
      if (flags[flag] !== undefined) throw new UsageError(`--${flag} belongs to npm run kafka.`)
    }
    return null
  }
  return {
    version: flags.version ?? '4.3.1',
    controllers: wholeNumber('controllers', flags.controllers, 3, 1, 7),
    brokers: wholeNumber('brokers', flags.brokers, 3, 0, 9),
    combined: flags.combined ?? false,
    staticQuorum: flags.static ?? false,
    autoJoin: flags['auto-join'] ?? false,
    kafkaHome: flags['kafka-home'] ?? null,
  }
}
