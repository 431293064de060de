/** A cluster watched for as long as one command runs: the whole server, for this process alone, without pages. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keysInMemory } from '../http/sessionKeys.ts'
import { IN_MEMORY, openDatabase } from '../storage/database.ts'
import { type Closer, closeAll } from './closers.ts'
import { compose } from './compose.ts'
import { readOptions } from './options/options.ts'
import { UsageError } from './options/optionsReading.ts'

export interface InProcess {
  url: string
  token: string
  close(): Promise<void>
}

const HEARTBEAT_MS = 1000

/** @param flags of the server: where the cluster is, and `--data-dir` where its journal is to stay @throws UsageError, PropertiesError, StorageFailure */
export async function watchInProcess(flags: readonly string[]): Promise<InProcess> {
  const options = await readOptions([...flags])
  if (options === 'help' || options.clusters.length === 0) throw new UsageError('No cluster is named.')
  const closers: Closer[] = []
  try {
    const stays = flags.includes('--data-dir')
    const historyDir = await mkdtemp(join(tmpdir(), 'quorumdeck-'))
    closers.push(() => rm(historyDir, { recursive: true, force: true }))
    const database = openDatabase(stays ? options.dataDir : IN_MEMORY)
    closers.push(() => database.close())
    const token = randomBytes(32).toString('base64url')
    const failed = (error: unknown) =>
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    const { server } = await compose(
      {
        database,
        dataDir: stays ? options.dataDir : historyDir,
        historyDir,
        thresholds: options.thresholds,
        clusters: options.clusters.map((cluster) => ({ options: cluster, kind: 'kafka', sandbox: null })),
        pages: {
          handle: async (_request, response) => {
            response.statusCode = 404
            response.end()
          },
          upgrade: null,
        },
        tokens: { operate: token, watch: null },
        audit: options.audit,
        readOnly: options.readOnly,
        sessionKeys: keysInMemory(),
        allowedHosts: [],
        tls: null,
        behindProxy: false,
        dev: false,
        heartbeatMs: HEARTBEAT_MS,
        // Whoever runs one command rings nobody.
        alerts: { ...options.alerts, receivers: [] },
        notices: {
          onWatched: () => undefined,
          onClusterFault: (_cluster, error) => failed(error),
          onWorkflowFault: failed,
          onAlertFault: failed,
          onRequestFault: failed,
          onWrongToken: () => undefined,
        },
      },
      closers,
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token,
      close: () => closeAll(closers, failed),
    }
  } catch (error) {
    await closeAll(closers, () => undefined)
    throw error
  }
}
