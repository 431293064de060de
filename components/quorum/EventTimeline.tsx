'use client'
/** What happened to the quorum. What is not committed yet, and what an election undid, is shown as such. */
import type { QuorumEvent } from '../../server/contract/past/events.ts'
import { Timeline } from '../kit/Timeline.tsx'
import { severitySign } from '../kit/words/healthWords.ts'
import { useEvents } from '../live/queries/useEvents.ts'

export function EventTimeline({ cluster, nowMs }: { cluster: string; nowMs: number }) {
  const { events, state } = useEvents(cluster)
  return (
    <Timeline
      title="Events"
      nowMs={nowMs}
      nothing={
        state === 'loading'
          ? 'Reading what happened…'
          : state === 'failed'
            ? 'Earlier events could not be read. New ones appear here as they happen.'
            : 'Nothing has happened since Quorumdeck began to watch.'
      }
      newestFirst={events.toReversed().map((event) => ({
        key: event.id,
        atMs: event.atMs,
        words: <EventWords event={event} />,
      }))}
    />
  )
}

function EventWords({ event }: { event: QuorumEvent }) {
  const sign = severitySign(event.severity)
  return (
    <>
      {event.severity !== 'info' && (
        <>
          <span className="qd-glyph qd-small" data-tone={sign.tone} aria-hidden="true">
            {sign.glyph}
          </span>{' '}
          <span className="pf-v6-screen-reader">{sign.word}: </span>
        </>
      )}
      {event.retracted ? <s className="qd-dim">{event.title}</s> : event.title}
      {event.retracted ? (
        <i> never took effect: cut off by an election</i>
      ) : event.committed === false ? (
        <i> appended, not committed yet</i>
      ) : null}
      {event.actor !== null && <span className="qd-dim"> by {event.actor}</span>}
    </>
  )
}
