'use client'
/** What happened in this run. */
import type { Workflow } from '../../../server/contract/workflows.ts'
import { Timeline } from '../../kit/Timeline.tsx'

export function RunLog({ log }: { log: Workflow['log'] }) {
  return (
    <Timeline
      title="What happened"
      nowMs={log[0]?.atMs ?? 0}
      nothing="Nothing yet."
      newestFirst={log.map(({ atMs, text, actor }, index) => ({
        // Two entries may be alike; counted from the oldest they stay in place.
        key: String(log.length - index),
        atMs,
        words: (
          <>
            {text} <span className="qd-dim">by {actor}</span>
          </>
        ),
      }))}
    />
  )
}
