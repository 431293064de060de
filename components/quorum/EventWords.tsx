'use client'
/** One event in words: how grave, what, whether it counts, who did it, and what led to it where that is kept. */
import type { QuorumEvent } from '../../server/contract/past/events.ts'
import { severitySign } from '../kit/words/healthWords.ts'

export function EventWords({ event }: { event: QuorumEvent }) {
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
      {event.why !== undefined && <span className="qd-dim"> — {event.why}</span>}
    </>
  )
}
