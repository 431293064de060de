'use client'
/** Alerts that are over, newest first. */
import { Button, List } from '@patternfly/react-core'
import { took } from '../../server/contract/words/durations.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { severitySign } from '../kit/words/healthWords.ts'
import { useEndedAlerts } from '../live/queries/alerts/useAlerts.ts'

export function EndedAlerts({ nowMs }: { nowMs: number }) {
  const { alerts, error, more } = useEndedAlerts()
  return (
    <Section title="Over">
      {error !== null && <Refused error={error} />}
      {alerts?.length === 0 && <p className="qd-dim">None in the last 90 days.</p>}
      {alerts !== null && alerts.length > 0 && (
        <List isPlain isBordered aria-label="Alerts that are over">
          {alerts.map((alert) => {
            const sign = severitySign(alert.severity)
            return (
              <li key={alert.id} id={alert.id}>
                <Tag tone={sign.tone} glyph={sign.glyph}>
                  {sign.word}
                </Tag>{' '}
                {alert.cluster}: {alert.title}
                <p className="qd-small qd-dim">
                  {formatMoment(alert.startedAtMs, nowMs)}, for{' '}
                  {took((alert.resolvedAtMs ?? nowMs) - alert.startedAtMs)}
                  {alert.acknowledged !== null && ` · ${alert.acknowledged.by} looked after it`}
                  {alert.silencedBy !== null && ` · silenced by ${alert.silencedBy}`}
                </p>
              </li>
            )
          })}
        </List>
      )}
      {more !== null && (
        <div>
          <Button variant="secondary" size="sm" onClick={more}>
            Older ones
          </Button>
        </div>
      )}
    </Section>
  )
}
