/** For tests: one of several servers on one PostgreSQL, everything but the pages. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_POLICIES } from '../../alerts/rules/policies.ts'
import { type Closer, closeAll } from '../../program/closers.ts'
import { compose } from '../../program/compose.ts'
import { parseAddresses } from '../../program/options/options.ts'
import type { ReplicaIdentity } from '../../program/replicas/replicas.ts'
import { openSharedSessionKeys } from '../../program/replicas/sharedSessionKeys.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import type { Thresholds } from '../../workflows/run/thresholds.ts'
import { QUICK } from '../driving.ts'

/** Names of clusters, each with its controllers. */
export type Reached = Record<string, string[]>

export interface ReplicaOrder {
  url: string
  name: string
  clusters: Reached
  thresholds?: Partial<Thresholds>
  intervalMs?: number
}

export interface Replica {
  /** `http://127.0.0.1:port` */
  url: string
  /** What failed that nobody waits for. */
  faults: unknown[]
  close(): Promise<void>
}

export async function startReplica(order: ReplicaOrder, between?: ReplicaIdentity['between']): Promise<Replica> {
  const faults: unknown[] = []
  const fault = (error: unknown) => void faults.push(error)
  const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-replica-'))
  const closers: Closer[] = [async () => rmSync(dataDir, { recursive: true, force: true })]
  const database = await openPostgres(order.url)
  closers.push(() => database.close())
  const thresholds = { ...QUICK, ...order.thresholds }
  const tokens: string[] = []
  const { server } = await compose(
    {
      serverRunId: order.name,
      database,
      dataDir,
      replica: { url: order.url, name: order.name, ...(between === undefined ? {} : { between }) },
      thresholds,
      clusters: Object.entries(order.clusters).map(([cluster, addresses]) => ({
        kind: 'kafka',
        sandbox: null,
        options: {
          cluster,
          name: cluster,
          bootstrapControllers: parseAddresses('test', addresses),
          bootstrapServers: [],
          commandConfig: null,
          clusterId: null,
          intervalMs: order.intervalMs ?? 200,
          racks: new Map(),
          cruiseControl: null,
          thresholds,
        },
      })),
      pages: { handle: async (_request, response) => void response.end('page'), upgrade: null },
      tokens: null,
      sessionKeys: await openSharedSessionKeys({ database, tokens, nowMs: Date.now, onError: fault }),
      allowedHosts: [],
      tls: null,
      behindProxy: false,
      dev: false,
      heartbeatMs: 200,
      alerts: { publicUrl: null, receivers: [], policies: DEFAULT_POLICIES },
      notices: {
        onWatched: () => {},
        onClusterFault: (_cluster, error) => fault(error),
        onAlertFault: fault,
        onWorkflowFault: fault,
        onRequestFault: fault,
        onWrongToken: () => {},
      },
    },
    closers,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, faults, close: () => closeAll(closers, fault) }
}
