/** For tests: everything behind one port except the pages, on a simulated quorum of its own. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket } from 'ws'
import type { ServerMessage } from './contract/live.ts'
import { RecentHistory } from './history/recentHistory.ts'
import { Access, type AccessTokens } from './http/access.ts'
import { createApi } from './http/api.ts'
import { AttemptLimit } from './http/attemptLimit.ts'
import { Hub } from './http/hub.ts'
import { Metrics } from './http/metrics.ts'
import { HostAllowlist } from './http/security.ts'
import { createServer } from './http/server.ts'
import { systemClock } from './quorum/clock.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'
import { Watching } from './watching.ts'

export interface Serving {
  quorum: SimulatedQuorum
  watching: Watching
  /** `http://127.0.0.1:port` */
  url: string
  close(): Promise<void>
}

export const CLUSTER = 'test'

export async function serve(tokens: AccessTokens | null = null, intervalMs = 100): Promise<Serving> {
  const quorum = await startSimulatedQuorum({})
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs })
  const { observer } = watching
  const history = new RecentHistory(CLUSTER)
  observer.subscribe({ onView: (view) => history.add(view) })
  const clusters = [
    { cluster: CLUSTER, name: 'Test', kind: 'practice' as const, observer, history, sandbox: quorum.port },
  ]
  const hub = new Hub({ serverRunId: 'test-run', heartbeatMs: 200, monotonicMs: systemClock.monotonicMs })
  for (const watched of clusters) hub.add(watched)
  const access = new Access(tokens, false)
  const attempts = new AttemptLimit()
  const { nowMs } = systemClock
  const metrics = new Metrics(clusters, hub)
  const errors: unknown[] = []
  const server = createServer({
    api: createApi({ serverRunId: 'test-run', clusters, access, attempts, metrics, nowMs }),
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
    onError: (error) => errors.push(error),
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    quorum,
    watching,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      hub.close()
      server.closeAllConnections()
      server.close()
      watching.stop()
      await quorum.close()
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
