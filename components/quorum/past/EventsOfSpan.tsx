'use client'
/** What happened in a stretch, newest first: each with what led to it, and the way to that moment. */
import { Checkbox, List } from '@patternfly/react-core'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Section } from '../../kit/Section.tsx'
import { ZoneSwitch } from '../../kit/ZoneSwitch.tsx'
import { EventWords } from '../EventWords.tsx'
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
    <Section title="What happened" note={<ZoneSwitch />} label="What happened">
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
          {newestFirst.map((event) => (
            <li key={event.id}>
              <Link href={momentAddress(cluster, event.atMs)} prefetch={false} className="qd-num">
                {momentText(event.atMs)}
              </Link>{' '}
              <span>
                <EventWords event={event} />
              </span>
            </li>
          ))}
        </List>
      )}
      {hasMore && <p className="qd-dim">These are the newest. Choose a shorter stretch to see the others.</p>}
    </Section>
  )
}
