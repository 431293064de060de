/** What is open on a cluster, as a wall shows it: the gravest first, few of them, the others counted. Pure. */
import type { AlertSummary } from '../../server/contract/alerts/incidents.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'

export interface WallAlert {
  readonly key: string
  readonly severity: 'critical' | 'warning'
  readonly title: string
  readonly sinceMs: number
  /** Who looks after it; `null`: nobody said so. */
  readonly by: string | null
}

const MOST = 4

/** Alerts that ring, and incidents of the quorum that nobody has closed. What is silenced, or only worth knowing, is none. */
export function wallAlerts(alerts: readonly AlertSummary[], view: QuorumView | null): readonly WallAlert[] {
  const incidents = (view?.incidents ?? []).map(({ id, title, firstSeenAtMs }) => ({
    key: id,
    severity: 'critical' as const,
    title,
    sinceMs: firstSeenAtMs,
    by: null,
  }))
  const ringing = alerts.flatMap(({ id, severity, title, firedAtMs, acknowledged, silencedBy }) =>
    severity === 'info' || silencedBy !== null
      ? []
      : [{ key: id, severity, title, sinceMs: firedAtMs, by: acknowledged?.by ?? null }],
  )
  return [...incidents, ...ringing]
}

export function shownAlerts(alerts: readonly WallAlert[]): {
  readonly shown: readonly WallAlert[]
  readonly more: number
} {
  const sorted = alerts.toSorted((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'))
  return { shown: sorted.slice(0, MOST), more: Math.max(0, sorted.length - MOST) }
}
