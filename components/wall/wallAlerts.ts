/** What is open on a cluster, as a wall shows it: the gravest first, few of them, the others counted. Pure. */
import type { QuorumView } from '../../server/contract/quorumView.ts'

export interface WallAlert {
  readonly severity: 'critical' | 'warning'
  readonly title: string
  /** `null`: not known. */
  readonly sinceMs: number | null
}

const MOST = 4

/** Findings that somebody should know of, and incidents that nobody has closed. */
export function alertsOf(view: QuorumView | null): readonly WallAlert[] {
  if (view === null) return []
  const incidents = view.incidents.map(({ title, firstSeenAtMs }) => ({
    severity: 'critical' as const,
    title,
    sinceMs: firstSeenAtMs,
  }))
  const findings = view.findings.flatMap(({ severity, title }) =>
    severity === 'info' ? [] : [{ severity, title, sinceMs: null }],
  )
  return [...incidents, ...findings]
}

export function shownAlerts(alerts: readonly WallAlert[]): {
  readonly shown: readonly WallAlert[]
  readonly more: number
} {
  const sorted = alerts.toSorted((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'))
  return { shown: sorted.slice(0, MOST), more: Math.max(0, sorted.length - MOST) }
}
