'use client'
/** On the page of a cluster: what rings of it, in one line each. */
import { Flex, FlexItem } from '@patternfly/react-core'
import type { AlertSummary } from '../../server/contract/alerts/incidents.ts'
import { Link } from '../kit/address/Link.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { severitySign } from '../kit/words/healthWords.ts'
import { alertStanding } from './alertWords.ts'

/** The rest is on the page of the alerts. */
const MOST = 4

export function AlertStrip({ alerts }: { alerts: readonly AlertSummary[] }) {
  if (alerts.length === 0) return null
  return (
    <Section label="Open alerts">
      {alerts.slice(0, MOST).map((alert) => {
        const sign = severitySign(alert.severity)
        return (
          <Flex key={alert.id}>
            <Tag tone={sign.tone} glyph={sign.glyph}>
              {sign.word}
            </Tag>
            <Link href={`/alerts#${alert.id}`} prefetch={false}>
              {alert.title}
            </Link>
            <FlexItem align={{ md: 'alignRight' }} className="qd-dim">
              {alertStanding(alert)}
            </FlexItem>
          </Flex>
        )
      })}
      {alerts.length > MOST && (
        <p className="qd-small">
          <Link href="/alerts" prefetch={false}>
            All {alerts.length} alerts
          </Link>
        </p>
      )}
    </Section>
  )
}
