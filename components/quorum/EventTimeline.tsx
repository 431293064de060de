'use client'
/** What happened to the quorum. What is not committed yet, and what an election undid, is shown as such. */
import { Timeline } from '../kit/Timeline.tsx'
import { useEvents } from '../live/queries/useEvents.ts'
import { EventWords } from './EventWords.tsx'

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
