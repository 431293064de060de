/** One file for whoever helps from afar, made when it is asked for. */
import { Hono } from 'hono'
import type { Diagnostics } from '../../contract/diagnostics.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import type { RequestEnv } from '../api.ts'
import type { Metrics } from '../metrics.ts'
import { summariesOf, type WatchedCluster } from '../watchedCluster.ts'

/** What the program knows of itself. */
export type ServerFacts = Pick<Diagnostics, 'version' | 'storage' | 'log'>

export interface DiagnosticsRoutesOptions {
  serverRunId: string
  clusters: readonly WatchedCluster[]
  workflows: Workflows
  metrics: Metrics
  readOnly: boolean
  signIn: readonly string[]
  serverFacts: () => ServerFacts
  nowMs: () => number
}

export function diagnosticsRoutes(options: DiagnosticsRoutesOptions) {
  const { clusters, metrics, nowMs, readOnly, serverRunId, serverFacts, signIn, workflows } = options
  return new Hono<RequestEnv>().get('/api/diagnostics', async (c) => {
    const summaries = summariesOf(clusters)
    const seen = clusters.flatMap(({ cluster, observer: { view } }, at) => {
      const summary = summaries[at]
      if (summary === undefined) return []
      const findings = (view?.findings ?? []).map(({ code, severity, title }) => ({ code, severity, title }))
      const runs = workflows.active(cluster).map(({ id, kind, state, now }) => ({ id, kind, state, now }))
      return [{ summary, quorum: view?.quorum ?? null, findings, runs }]
    })
    c.header('content-disposition', 'attachment; filename="quorumdeck-diagnostics.json"')
    return c.json<Diagnostics>({
      generatedAtMs: nowMs(),
      serverRunId,
      ...serverFacts(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      uptimeSeconds: Math.floor(process.uptime()),
      memoryBytes: process.memoryUsage.rss(),
      readOnly,
      signIn: [...signIn],
      clusters: seen,
      metrics: await metrics.text(),
    })
  })
}
