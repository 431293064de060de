'use client'
/** What happened, newest first. What is not committed yet, and what an election undid, is shown as such. */
import { Button } from '@patternfly/react-core'
import { useState } from 'react'
import type { QuorumEvent } from '../../server/contract/events.ts'
import { formatMoment } from '../kit/words/format.ts'
import { severitySign } from '../kit/words/healthWords.ts'
import { useEvents } from '../live/queries/useEvents.ts'
import '../kit/eventTimeline.css'

const FEW = 8

export function EventTimeline({ cluster, nowMs }: { cluster: string; nowMs: number }) {
  const { events, state } = useEvents(cluster)
  const [all, setAll] = useState(false)
  const newestFirst = [...events].reverse()
  const shown = all ? newestFirst : newestFirst.slice(0, FEW)
  return (
    <section className="qd-card" aria-label="Events">
      <h2 className="qd-h2">
        Events <span className="qd-dim">local time</span>
      </h2>
      {events.length === 0 ? (
        <p className="qd-small qd-dim qd-empty">
          {state === 'loading'
            ? 'Reading what happened…'
            : state === 'failed'
              ? 'Earlier events could not be read. New ones appear here as they happen.'
              : 'Nothing has happened since Quorumdeck began to watch.'}
        </p>
      ) : (
        <ol className="qd-events" data-all={all}>
          {shown.map((event) => (
            <EventRow key={event.id} event={event} nowMs={nowMs} />
          ))}
        </ol>
      )}
      {events.length > FEW && (
        <Button variant="link" isInline onClick={() => setAll(!all)}>
          {all ? 'Show the newest only' : `Show all ${events.length}`}
        </Button>
      )}
    </section>
  )
}

function EventRow({ event, nowMs }: { event: QuorumEvent; nowMs: number }) {
  const sign = severitySign(event.severity)
  return (
    <li className="qd-event">
      <time
        className="qd-mono qd-dim"
        dateTime={new Date(event.atMs).toISOString()}
        title={new Date(event.atMs).toISOString()}
      >
        {formatMoment(event.atMs, nowMs)}
      </time>
      <span>
        {event.severity !== 'info' && (
          <span className="qd-event__sign" data-tone={sign.tone}>
            <span aria-hidden="true">{sign.glyph}</span>
            <span className="pf-v6-screen-reader">{sign.word}: </span>
          </span>
        )}
        {event.retracted ? <s>{event.title}</s> : event.title}
        {event.retracted ? (
          <span className="qd-event__note"> never took effect: cut off by an election</span>
        ) : event.committed === false ? (
          <span className="qd-event__note"> appended, not committed yet</span>
        ) : null}
        {event.actor !== null && <span className="qd-dim"> by {event.actor}</span>}
      </span>
    </li>
  )
}
