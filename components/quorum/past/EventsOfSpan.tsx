'use client'
/** What happened in a stretch, newest first: each with what led to it, and the way to that moment. */
import { Checkbox, List } from '@patternfly/react-core'
import Link from 'next/link'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import { Section } from '../../kit/Section.tsx'
import { severitySign } from '../../kit/words/healthWords.ts'
import { momentAddress, momentText } from './spans.ts'

interface EventsOfSpanProps {
  readonly cluster: string
  readonly newestFirst: readonly QuorumEvent[]
  /** There are more in the stretch than these. */
  readonly hasMore: boolean
  readonly isKnown: boolean
  /** Offers to show findings as well, or not; left out where there is no choice. */
  readonly findings?: { readonly shown: boolean; readonly onShow: (shown: boolean) => void }
}

export function EventsOfSpan(props: EventsOfSpanProps) {
  const { cluster, newestFirst, hasMore, isKnown, findings } = props
  return (
    <Section title="What happened" note="local time" label="What happened">
      {findings !== undefined && (
        <Checkbox
          id="with-findings"
          label="Findings, too"
          isChecked={findings.shown}
          onChange={(_, checked) => findings.onShow(checked)}
        />
      )}
      {newestFirst.length === 0 ? (
        <p className="qd-dim">{isKnown ? 'Nothing happened in this stretch.' : 'Reading what happened…'}</p>
      ) : (
        <List component="ol" isPlain className="qd-past__events">
          {newestFirst.map((event) => {
            const sign = severitySign(event.severity)
            return (
              <li key={event.id}>
                <Link href={momentAddress(cluster, event.atMs)} prefetch={false} className="qd-num">
                  {momentText(event.atMs)}
                </Link>{' '}
                <span>
                  {event.severity !== 'info' && (
                    <>
                      <span className="qd-glyph qd-small" data-tone={sign.tone} aria-hidden="true">
                        {sign.glyph}
                      </span>{' '}
                      <span className="pf-v6-screen-reader">{sign.word}: </span>
                    </>
                  )}
                  {event.retracted ? <s className="qd-dim">{event.title}</s> : event.title}
                  {event.actor !== null && <span className="qd-dim"> · {event.actor}</span>}
                  {event.retracted && <span className="qd-dim"> · undone by an election</span>}
                  {event.why !== undefined && <span className="qd-dim"> — {event.why}</span>}
                </span>
              </li>
            )
          })}
        </List>
      )}
      {hasMore && <p className="qd-dim">These are the newest. Choose a shorter stretch to see the others.</p>}
    </Section>
  )
}
