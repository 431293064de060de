'use client'
/** Who is told, how the last message came out, and a test. */
import { Button, Flex, List } from '@patternfly/react-core'
import type { Receiver } from '../../server/contract/alerts/receivers.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { formatMoment, plural } from '../kit/words/format.ts'
import { useReceivers, useReceiverTest } from '../live/queries/alerts/useReceivers.ts'

export function ReceiverList({ mayAct, nowMs }: { mayAct: boolean; nowMs: number }) {
  const { receivers, error } = useReceivers()
  return (
    <Section title="Who is told">
      {error !== null && <Refused error={error} />}
      {receivers?.length === 0 && (
        <p className="qd-dim">
          Nobody: no receiver is configured. Alerts are shown here alone; docs/alerts.md tells how to add one.
        </p>
      )}
      {receivers !== null && receivers.length > 0 && (
        <List isPlain isBordered aria-label="Receivers">
          {receivers.map((receiver) => (
            <Row key={receiver.name} receiver={receiver} mayAct={mayAct} nowMs={nowMs} />
          ))}
        </List>
      )}
    </Section>
  )
}

function Row({ receiver, mayAct, nowMs }: { receiver: Receiver; mayAct: boolean; nowMs: number }) {
  const { name, kind, target, waiting, givenUp, last } = receiver
  const { test, pending, attempt, refused } = useReceiverTest(name)
  return (
    <li>
      <Flex>
        <b>{name}</b>
        <Tag
          tone={last === null ? 'plain' : last.ok ? 'ok' : 'danger'}
          glyph={last === null ? '?' : last.ok ? '✓' : '✕'}
        >
          {last === null ? 'nothing sent yet' : last.ok ? 'takes messages' : 'fails'}
        </Tag>
        {mayAct && (
          <Button variant="secondary" size="sm" isDisabled={pending} onClick={test} aria-label={`Test ${name}`}>
            Test
          </Button>
        )}
      </Flex>
      <p className="qd-small qd-dim">
        {kind} · {target}
        {last !== null && ` · ${formatMoment(last.atMs, nowMs)}: ${last.detail}`}
        {waiting > 0 && ` · ${plural(waiting, 'message')} waiting`}
        {givenUp > 0 && ` · ${plural(givenUp, 'message')} given up`}
      </p>
      {attempt !== null && (
        <p className="qd-small" role="status">
          {attempt.ok ? 'The test message was taken.' : `The test message was not taken: ${attempt.detail}`}
        </p>
      )}
      {refused !== null && <Refused error={refused} />}
    </li>
  )
}
