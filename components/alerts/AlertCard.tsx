'use client'
/** One open alert: what it is, what it means, what to do, and who has it. */
import { Button, Flex, FlexItem } from '@patternfly/react-core'
import { useState } from 'react'
import type { AlertIncident } from '../../server/contract/alerts/incidents.ts'
import { formatAge } from '../../server/contract/words/durations.ts'
import { Link } from '../kit/address/Link.tsx'
import { Refused } from '../kit/gates/Refused.tsx'
import { Notes } from '../kit/notes/Notes.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { severitySign } from '../kit/words/healthWords.ts'
import { useAcknowledge } from '../live/queries/alerts/useAlerts.ts'
import { alertStanding } from './alertWords.ts'
import { SilenceForm } from './SilenceForm.tsx'

export function AlertCard({ alert, mayAct, nowMs }: { alert: AlertIncident; mayAct: boolean; nowMs: number }) {
  const { id, cluster, rule, severity, title, detail, remedy, replicas, startedAtMs, acknowledged } = alert
  const [silencing, setSilencing] = useState(false)
  const [noting, setNoting] = useState(false)
  const { acknowledge, pending, refused } = useAcknowledge(id)
  const sign = severitySign(severity)
  const [only, ...more] = replicas
  const like = { cluster, rule, ...(only === undefined || more.length > 0 ? {} : { nodeId: only.nodeId }) }
  return (
    <Section id={id} label={`${cluster}: ${title}`}>
      <Flex>
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>
        <b>{title}</b>
        <FlexItem align={{ md: 'alignRight' }}>
          <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
            {cluster}
          </Link>
        </FlexItem>
      </Flex>
      <p>{detail}</p>
      <p>
        <b>What to do:</b> {remedy}
      </p>
      <p className="qd-small qd-dim">
        Since {formatMoment(startedAtMs, nowMs)} ({formatAge(nowMs - startedAtMs)}) · rule {rule} ·{' '}
        {alertStanding(alert)}
        {acknowledged !== null && acknowledged.note !== '' && `: ${acknowledged.note}`}
      </p>
      {mayAct && !silencing && (
        <div className="qd-alerts__presets">
          {acknowledged === null && (
            <Button size="sm" isDisabled={pending} onClick={() => acknowledge('')}>
              I look after it
            </Button>
          )}
          <Button variant="secondary" size="sm" onClick={() => setSilencing(true)}>
            Silence…
          </Button>
        </div>
      )}
      <p className="qd-small">
        <Link href={`/clusters/${encodeURIComponent(cluster)}?at=${startedAtMs}`} prefetch={false}>
          The quorum when it began
        </Link>
      </p>
      <details onToggle={({ currentTarget }) => setNoting(currentTarget.open)}>
        <summary>Notes</summary>
        {noting && <Notes subject={`alert:${id}`} title="Notes" mayWrite={mayAct} />}
      </details>
      {refused !== null && <Refused error={refused} />}
      {silencing && <SilenceForm like={like} onDone={() => setSilencing(false)} />}
    </Section>
  )
}
