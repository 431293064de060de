'use client'
/** What is open, in a line each. */
import { formatAge } from '../../server/contract/words/durations.ts'
import { shownAlerts, type WallAlert } from './wallAlerts.ts'

export function WallAlerts({ alerts, nowMs }: { alerts: readonly WallAlert[]; nowMs: number }) {
  const { shown, more } = shownAlerts(alerts)
  if (shown.length === 0) return <p className="qd-wall__quiet">No open alerts</p>
  return (
    <ul className="qd-wall__alerts" aria-label="Open alerts">
      {shown.map(({ key, severity, title, sinceMs, by }) => (
        <li key={key} data-severity={severity}>
          <em className="qd-wall__alertmark" aria-hidden="true">
            {severity === 'critical' ? '✕' : '!'}
          </em>
          {title}
          {` · for ${formatAge(Math.max(0, nowMs - sinceMs))}`}
          {by !== null && ` · ${by}`}
        </li>
      ))}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  )
}
