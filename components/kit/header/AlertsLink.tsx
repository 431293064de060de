'use client'
/** The way to the alerts, with how many are open. */
import { useOpenAlerts } from '../../live/queries/alerts/useAlerts.ts'
import { Link } from '../address/Link.tsx'

const EVERY_MS = 10_000

export function AlertsLink() {
  const { list } = useOpenAlerts(EVERY_MS)
  const count = list?.alerts.length ?? 0
  const more = list?.before == null ? '' : '+'
  return (
    <Link href="/alerts" prefetch={false}>
      Alerts{count > 0 && <b className="qd-num"> {`${count}${more}`}</b>}
    </Link>
  )
}
