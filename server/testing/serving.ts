/** For tests: everything behind one port except the pages, on a simulated quorum of its own. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { WebSocket } from 'ws'
import type { ServerMessage } from '../contract/live.ts'
import { RecentHistory } from '../history/recentHistory.ts'
import { Access, type AccessTokens } from '../http/access.ts'
import { createApi } from '../http/api.ts'
import { AttemptLimit } from '../http/attemptLimit.ts'
import { Hub } from '../http/hub.ts'
import { Metrics } from '../http/metrics.ts'
import { HostAllowlist } from '../http/security.ts'
import { createServer } from '../http/server.ts'
import type { WatchedCluster } from '../http/watchedCluster.ts'
import { AddedClusters } from '../program/addedClusters.ts'
import { parseAddresses } from '../program/options.ts'
import { remakableSandbox } from '../program/remakableSandbox.ts'
import { WatchedSet } from '../program/watchedSet.ts'
import { workflowCluster } from '../program/workflowCluster.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import { createRehearsals } from '../rehearsal/thread/rehearsals.ts'
import {
  type SimulatedQuorum,
  type SimulatedQuorumOptions,
  startSimulatedQuorum,
} from '../sandbox/simulatedQuorum/start.ts'
import { openAddedClusters } from '../storage/addedClusters.ts'
import { IN_MEMORY, openDatabase } from '../storage/database.ts'
import { openQuorumMemory } from '../storage/quorumMemory.ts'
import { createWorkflows, type WorkflowEngine } from '../workflows/engine/engine.ts'
import { openJournal } from '../workflows/engine/journal/journal.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../workflows/run/thresholds.ts'
import { Watching } from './watching.ts'

export interface ServeOptions {
  /** Where they differ from the product's own. */
  thresholds?: Partial<Thresholds>
  quorum?: SimulatedQuorumOptions
  /** Where the journal is kept; in memory if left out. */
  dataDir?: string
  /** In place of the real ones. */
  workflows?: Workflows
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
  const quorum = await startSimulatedQuorum(options.quorum ?? {})
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs })
  const { observer } = watching
  const history = new RecentHistory(CLUSTER)
  observer.subscribe({ onView: (view) => history.add(view) })
  let engine: WorkflowEngine | null = null
  const onRemade = async (cluster: string) => await engine?.remade(cluster)
  const sandbox = remakableSandbox(quorum.port, { observer, history, onRemade })
  const clusters: WatchedCluster[] = [{ cluster: CLUSTER, name: 'Test', kind: 'practice', observer, history, sandbox }]
  const errors: unknown[] = []
  const faults: Serving['faults'] = []
  const database = openDatabase(options.dataDir ?? IN_MEMORY)
  engine = await createWorkflows({
    clusters: clusters.map((watched) =>
      workflowCluster({
        watched,
        security: {},
        bootstrapControllers: parseAddresses('test', quorum.bootstrapControllers),
        commandConfig: null,
        cruiseControl: null,
        thresholds: { ...DEFAULT_THRESHOLDS, ...options.thresholds },
      }),
    ),
    journal: openJournal(database),
    rehearsal: createRehearsals(),
    clock: systemClock,
    newId: randomUUID,
    onError: (error) => errors.push(error),
  })
  const workflows = options.workflows ?? engine
  const { nowMs, monotonicMs } = systemClock
  const hub = new Hub({ serverRunId: 'test-run', heartbeatMs: 200, monotonicMs, workflows })
  for (const watched of clusters) hub.add(watched)
  const access = new Access(tokens, false)
  const attempts = new AttemptLimit()
  const metrics = new Metrics(clusters, hub, workflows)
  const serverRunId = 'test-run'
  const added = new AddedClusters(
    {
      store: openAddedClusters(database),
      dataDir: options.dataDir ?? tmpdir(),
      thresholds: DEFAULT_THRESHOLDS,
      nowMs,
    },
    new WatchedSet({
      clusters,
      serverRunId,
      hub,
      metrics,
      workflows: engine,
      onBegin: () => {},
      memory: openQuorumMemory(database),
      onError: (_cluster, error) => errors.push(error),
    }),
  )
  await added.resume((_cluster, error) => errors.push(error))
  const server = createServer({
    api: createApi({
      serverRunId,
      clusters,
      access,
      attempts,
      metrics,
      workflows,
      added,
      nowMs,
      onError: (error, requestId) => faults.push({ error, requestId }),
      onWrongToken: () => {},
      onSignedOut: () => hub.dropSignedOut(),
    }),
    hub,
    pages: {
      handle: async (_request, response) => {
        response.end('<!doctype html><title>page</title>')
      },
      upgrade: null,
    },
    access,
    attempts,
    hosts: new HostAllowlist([]),
    dev: false,
    tls: null,
    behindProxy: false,
    nowMs,
    onError: (error, requestId) => faults.push({ error, requestId }),
    onWrongToken: () => {},
  })
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
      hub.close()
      server.closeAllConnections()
      server.close()
      await engine.close()
      for (const one of clusters) one.observer.stop()
      watching.stop()
      await quorum.close()
      await database.close()
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
