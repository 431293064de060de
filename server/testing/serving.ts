/** For tests: everything behind one port except the pages, on a simulated quorum of its own. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { WebSocket } from 'ws'
import { DEFAULT_POLICIES } from '../alerts/rules/policies.ts'
import type { Expectations } from '../contract/alerts/rules.ts'
import type { ServerMessage } from '../contract/live.ts'
import type { AccessTokens } from '../http/access.ts'
import { keysInMemory } from '../http/sessionKeys.ts'
import { SOCKET_LIMITS, type SocketLimits } from '../http/socketLimits.ts'
import { type Closer, closeAll } from '../program/closers.ts'
import { type Composition, compose } from '../program/compose.ts'
import type { ConfigurationSource } from '../program/fleet/configurationKeeper.ts'
import { parseAddresses } from '../program/options/options.ts'
import {
  type AccessConfiguration,
  type AuditConfiguration,
  OPEN_ACCESS,
  PLAIN_AUDIT,
} from '../program/options/optionsAccess.ts'
import type { ToWatch } from '../program/watchCluster.ts'
import type { Racks } from '../quorum/assessment/findings/racks.ts'
import {
  type SimulatedQuorum,
  type SimulatedQuorumOptions,
  startSimulatedQuorum,
} from '../sandbox/simulatedQuorum/start.ts'
import { IN_MEMORY, openDatabase } from '../storage/database.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../workflows/run/thresholds.ts'
import { Watching } from './watching.ts'

export interface ServeOptions {
  /** Where they differ from the product's own. */
  thresholds?: Partial<Thresholds>
  quorum?: SimulatedQuorumOptions
  /** In place of a new one; closed with the server. */
  started?: SimulatedQuorum
  /** Where the journal is kept; in memory if left out. */
  dataDir?: string
  alerts?: Composition['alerts']
  access?: Partial<AccessConfiguration>
  audit?: Partial<AuditConfiguration>
  /** Below which path everything is served; below none if left out. */
  basePath?: string
  readOnly?: boolean
  expected?: Expectations
  racks?: Racks
  commandConfig?: string
  /** Where the nodes are not to be found at their own addresses. */
  bootstrapControllers?: string[]
  /** In place of the real ones. */
  workflows?: Workflows
  /** How long a driver has to answer, in ms. */
  patienceMs?: number
  /** Of connections, where they differ from the product's own. */
  limits?: Partial<SocketLimits>
  /** The same quorum under further names. */
  alsoCalled?: readonly string[]
  /** quorumdeck.yaml, with the quorum in it; its clusters are watched from the start. */
  configuration?: (bootstrapControllers: string[]) => Promise<ConfigurationSource>
}

export interface Serving {
  quorum: SimulatedQuorum
  watching: Watching
  workflows: Workflows
  /** `http://127.0.0.1:port` */
  url: string
  /** What failed inside the server and is in its log; `close` rejects while there is any. */
  faults: { error: unknown; requestId: string | null }[]
  close(): Promise<void>
}

export const CLUSTER = 'test'

export async function serve(
  tokens: AccessTokens | null = null,
  intervalMs = 100,
  options: ServeOptions = {},
): Promise<Serving> {
  const quorum = options.started ?? (await startSimulatedQuorum(options.quorum ?? {}))
  const errors: unknown[] = []
  const faults: Serving['faults'] = []
  const thresholds = { ...DEFAULT_THRESHOLDS, ...options.thresholds }
  const database = openDatabase(options.dataDir ?? IN_MEMORY)
  const closers: Closer[] = [() => database.close(), () => quorum.close()]
  const configuration = (await options.configuration?.(quorum.bootstrapControllers)) ?? null
  const ofFile = (configuration?.started.clusters ?? []).map(
    (one): ToWatch => ({ options: one, kind: 'kafka', sandbox: null }),
  )
  const composition: Composition = {
    configuration,
    serverRunId: 'test-run',
    database,
    dataDir: options.dataDir ?? tmpdir(),
    historyDir: options.dataDir ?? IN_MEMORY,
    thresholds: DEFAULT_THRESHOLDS,
    clusters: [CLUSTER, ...(options.alsoCalled ?? [])]
      .map(
        (cluster): ToWatch => ({
          kind: 'practice',
          sandbox: quorum.port,
          options: {
            cluster,
            name: cluster === CLUSTER ? 'Test' : cluster,
            bootstrapControllers: parseAddresses('test', options.bootstrapControllers ?? quorum.bootstrapControllers),
            bootstrapServers: [],
            commandConfig: options.commandConfig ?? null,
            clusterId: null,
            intervalMs,
            racks: options.racks ?? new Map(),
            cruiseControl: null,
            thresholds,
            ...(options.expected === undefined ? {} : { expected: options.expected }),
          },
        }),
      )
      .concat(ofFile),
    pages: {
      handle: async (_request, response) => {
        response.end('<!doctype html><title>page</title>')
      },
      upgrade: null,
    },
    tokens,
    sessionKeys: keysInMemory(),
    allowedHosts: [],
    basePath: options.basePath ?? '',
    tls: null,
    behindProxy: false,
    dev: false,
    heartbeatMs: 200,
    limits: { ...SOCKET_LIMITS, ...options.limits },
    patienceMs: options.patienceMs,
    access: { ...OPEN_ACCESS, ...options.access },
    audit: { ...PLAIN_AUDIT, ...options.audit },
    readOnly: options.readOnly ?? false,
    alerts: options.alerts ?? { publicUrl: null, receivers: [], policies: DEFAULT_POLICIES },
    notices: {
      onWatched: () => {},
      onClusterFault: (_cluster, error) => errors.push(error),
      onAlertFault: (error) => errors.push(error),
      onWorkflowFault: (error) => errors.push(error),
      onRequestFault: (error, requestId) => faults.push({ error, requestId }),
      onWrongToken: () => {},
    },
    ...(options.workflows === undefined ? {} : { workflows: options.workflows }),
  }
  const { server, observers, workflows } = await compose(composition, closers)
  const [observer] = observers
  if (observer === undefined) throw new Error('nothing is watched')
  const watching = Watching.of(observer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    quorum,
    watching,
    workflows,
    url: `http://127.0.0.1:${port}`,
    faults,
    close: async () => {
      await closeAll(closers, (error) => errors.push(error))
      errors.push(...faults.map(({ error }) => error))
      if (errors.length > 0) throw new AggregateError(errors, 'requests failed inside the server')
    },
  }
}

/** A websocket client that keeps every message, in the order of arrival. */
export class LiveClient {
  readonly socket: WebSocket
  readonly messages: ServerMessage[] = []
  /** Bytes of each message. */
  readonly sizes: number[] = []

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers })
    this.socket.on('message', (data: Buffer) => {
      this.sizes.push(data.length)
      this.messages.push(JSON.parse(data.toString()) as ServerMessage)
    })
    this.socket.on('error', () => {})
  }

  async opened(): Promise<this> {
    if (this.socket.readyState !== WebSocket.OPEN) await once(this.socket, 'open')
    return this
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  of<T extends ServerMessage['type']>(type: T): Extract<ServerMessage, { type: T }>[] {
    return this.messages.filter((m): m is Extract<ServerMessage, { type: T }> => m.type === type)
  }
}
