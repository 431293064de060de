/**
 * For tests, as a process of its own: the product without pages, on the clusters and the data directory of its order, with a webhook. It prints its
 * address, and goes on until it is killed.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { keysInMemory } from '../../http/sessionKeys.ts'
import { compose } from '../../program/compose.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { openDatabase } from '../../storage/database.ts'
import { DEFAULT_THRESHOLDS } from '../../workflows/run/thresholds.ts'
import { quickPolicies } from './quickPolicies.ts'
import { SECRET } from './testReceiver.ts'

export interface AlertingOrder {
  dataDir: string
  /** Of each cluster. */
  bootstrapControllers: string[][]
  expectedVoters: number
  receiverUrl: string
}

const order = JSON.parse(process.argv[2] ?? '') as AlertingOrder
const fault = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`)
}
const { server } = await compose(
  {
    database: openDatabase(order.dataDir),
    dataDir: order.dataDir,
    thresholds: DEFAULT_THRESHOLDS,
    clusters: order.bootstrapControllers.map((addresses, at) => ({
      kind: 'kafka',
      sandbox: null,
      options: {
        cluster: `c${at}`,
        name: `C${at}`,
        bootstrapControllers: parseAddresses('test', addresses),
        bootstrapServers: [],
        commandConfig: null,
        clusterId: null,
        intervalMs: 200,
        racks: new Map(),
        cruiseControl: null,
        thresholds: DEFAULT_THRESHOLDS,
        expected: { voters: order.expectedVoters, maxElectionsPerHour: null, racks: new Map() },
      },
    })),
    pages: { handle: async (_request, response) => void response.end(), upgrade: null },
    tokens: null,
    sessionKeys: keysInMemory(),
    allowedHosts: [],
    tls: null,
    behindProxy: false,
    dev: false,
    heartbeatMs: 1000,
    alerts: {
      publicUrl: null,
      policies: quickPolicies(['voter-silent', 'margin-low', 'fewer-voters']),
      receivers: [
        {
          kind: 'webhook',
          name: 'pager',
          url: order.receiverUrl,
          secret: SECRET,
          severities: null,
          clusters: null,
          sendResolved: true,
          allowPrivate: true,
        },
      ],
    },
    notices: {
      onWatched: () => {},
      onClusterFault: (_cluster, error) => fault(error),
      onWorkflowFault: fault,
      onAlertFault: fault,
      onRequestFault: fault,
      onWrongToken: () => {},
    },
  },
  [],
)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
