'use client'
/** Lag and time lag of the last quarter of an hour, with what happened meanwhile marked in both. Loaded when seen. */
import { List, ListVariant } from '@patternfly/react-core'
import { useEffect, useMemo, useState } from 'react'
import type { QuorumView } from '../../../server/contract/quorumView.ts'
import { Section } from '../../kit/Section.tsx'
import { useWhileSeen } from '../../kit/useWhileSeen.ts'
import type { LagFrame } from '../../live/lagTrail.ts'
import { useEvents } from '../../live/queries/useEvents.ts'
import { useLagTrail } from '../../live/useLagTrail.ts'
import { chosenSeries, type Series } from './chartSeries.ts'
import { LineKey } from './LineKey.tsx'
import { hue, Trend } from './Trend.tsx'
import './lagCharts.css'

const STAGGER_MS = 1_200

export default function LagCharts({ view }: { view: QuorumView }) {
  const [firstSeenMs] = useState(view.observedAtMs)
  const [place, frames] = useWhileSeen<readonly LagFrame[], HTMLElement>(
    useLagTrail(view.cluster, 'quarterHour', firstSeenMs),
  )
  const { events } = useEvents(view.cluster)
  // The lines follow the five-second steps, not every view.
  const [chosen, setChosen] = useState<{ frames: readonly LagFrame[]; series: readonly Series[] } | null>(null)
  const current = chosen !== null && chosen.frames === frames ? chosen : { frames, series: chosenSeries(view, frames) }
  if (current !== chosen) setChosen(current)
  const { series } = current
  const marks = useMemo(
    () =>
      events.filter(
        (event) =>
          event.kind === 'leader-elected' ||
          event.kind === 'leader-lost' ||
          event.kind === 'voters-changed' ||
          event.kind === 'health' ||
          event.kind === 'incarnation-seen',
      ),
    [events],
  )
  const picture = useMemo(() => ({ frames, series, marks }), [frames, series, marks])
  // Two charts drawn at once would hold the page longer than two drawn one after the other.
  const later = useLater(picture, STAGGER_MS)
  return (
    <Section ref={place} label="Trends" className="qd-charts">
      <div className="qd-charts__plots">
        <Trend title="Lag behind the leader" unit="records" of="lag" {...picture} />
        <Trend title="Time lag" unit="seconds" of="timeLagMs" {...later} />
      </div>
      <List isPlain variant={ListVariant.inline} className="qd-small qd-dim">
        {series.map((one) => (
          <li key={one.key}>
            <LineKey stroke={`var(--qd-hue-${hue(one)})`} isDashed={one.dashed} /> {one.name}
          </li>
        ))}
        {marks.length > 0 && (
          <li>
            <svg width="10" height="12" aria-hidden="true">
              <line x1="5" y1="0" x2="5" y2="12" className="qd-mark" strokeDasharray="2 2" />
            </svg>{' '}
            event
          </li>
        )}
      </List>
    </Section>
  )
}

/** The value of a moment ago; the first one at once. */
function useLater<T>(value: T, ms: number): T {
  const [late, setLate] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setLate(() => value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return late
}
