'use client'
/** What happened in this run, newest first. */
import { Button } from '@patternfly/react-core'
import { useState } from 'react'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { formatMoment } from '../../kit/words/format.ts'
import '../../kit/eventTimeline.css'

const FEW = 8

export function RunLog({ log }: { log: Workflow['log'] }) {
  const [all, setAll] = useState(false)
  const nowMs = log[0]?.atMs ?? 0
  return (
    <section className="qd-card" aria-label="Meanwhile">
      <h2 className="qd-h2">
        Meanwhile <span className="qd-dim">local time</span>
      </h2>
      <ol className="qd-events" data-all={all}>
        {(all ? log : log.slice(0, FEW)).map((entry, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two entries may be alike; counted from the oldest they stay in place
          <li key={log.length - index} className="qd-event">
            <time className="qd-mono qd-dim" dateTime={new Date(entry.atMs).toISOString()}>
              {formatMoment(entry.atMs, nowMs)}
            </time>
            <span>
              {entry.text} <span className="qd-dim">by {entry.actor}</span>
            </span>
          </li>
        ))}
      </ol>
      {log.length > FEW && (
        <Button variant="link" isInline onClick={() => setAll(!all)}>
          {all ? 'Show the newest only' : `Show all ${log.length}`}
        </Button>
      )}
    </section>
  )
}
