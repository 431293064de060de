'use client'
/** What happened, newest first: the newest few, or all. */
import { Button, List } from '@patternfly/react-core'
import { type ReactNode, useState } from 'react'
import { Section } from './Section.tsx'
import { ZoneSwitch } from './ZoneSwitch.tsx'
import './timeline.css'
import { formatMoment } from './words/format.ts'

const FEW = 8

export interface Moment {
  readonly key: string
  readonly atMs: number
  readonly words: ReactNode
}

interface TimelineProps {
  readonly title: string
  readonly nowMs: number
  readonly newestFirst: readonly Moment[]
  /** Said where nothing has happened. */
  readonly nothing: string
}

export function Timeline({ title, nowMs, newestFirst, nothing }: TimelineProps) {
  const [all, setAll] = useState(false)
  const count = newestFirst.length
  return (
    <Section title={title} note={<ZoneSwitch />} label={title}>
      {count === 0 ? (
        <p className="qd-dim">{nothing}</p>
      ) : (
        <List component="ol" isPlain className="qd-timeline" data-all={all}>
          {(all ? newestFirst : newestFirst.slice(0, FEW)).map(({ key, atMs, words }) => (
            <li key={key}>
              <time
                className="qd-num qd-dim"
                dateTime={new Date(atMs).toISOString()}
                title={new Date(atMs).toISOString()}
              >
                {formatMoment(atMs, nowMs)}
              </time>
              <span>{words}</span>
            </li>
          ))}
        </List>
      )}
      {count > FEW && (
        <p>
          <Button variant="link" isInline onClick={() => setAll(!all)}>
            {all ? 'Show the newest only' : `Show all ${count}`}
          </Button>
        </p>
      )}
    </Section>
  )
}
