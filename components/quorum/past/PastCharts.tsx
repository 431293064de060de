'use client'
import { useMemo } from 'react'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import type { History } from '../../../server/contract/past/history.ts'
import { spanText } from '../../../server/contract/words/durations.ts'
import { Section } from '../../kit/Section.tsx'
/** The charts of a stretch under one cursor, with what happened in it as upright lines. Loaded when asked for. */
import { LineKey } from '../charts/LineKey.tsx'
import { hue } from '../charts/Trend.tsx'
import { type Drawn, PastChart } from './PastChart.tsx'
import { growthRows, marginRows, pastRows, pastSeries } from './pastSeries.ts'
import type { Span } from './spans.ts'
import '../charts/lagCharts.css'
import './past.css'

const ONE = { dashed: false, hue: 0, stroke: 'var(--qd-hue-0)' }
const GROWTH: readonly Drawn[] = [{ ...ONE, key: 'growth', name: 'the log' }]
const MARGIN: readonly Drawn[] = [{ ...ONE, key: 'margin', name: 'can be lost' }]

interface ChartsProps {
  readonly history: History | null
  readonly span: Span
  readonly marks: readonly QuorumEvent[]
  readonly onZoom: (fromMs: number, toMs: number) => void
  readonly onPick: (atMs: number) => void
}

export default function PastCharts({ history, span, marks, onZoom, onPick }: ChartsProps) {
  const drawn = useMemo(() => {
    if (history === null) return null
    const lines = pastSeries(history).map(({ line }): Drawn => ({ ...line, stroke: `var(--qd-hue-${hue(line)})` }))
    return {
      lines,
      lag: pastRows(history, 'lag'),
      timeLag: pastRows(history, 'timeLagMs'),
      fetchAge: pastRows(history, 'lastFetchAgeMs'),
      growth: growthRows(history),
      margin: marginRows(history),
    }
  }, [history])
  if (drawn === null) return <Section label="Charts">Reading the history…</Section>
  if (drawn.margin.length === 0) {
    return (
      <Section label="Charts">
        <p>Nothing was observed in this stretch.</p>
      </Section>
    )
  }
  const shared = { span, marks, onZoom, onPick }
  return (
    <Section label="Charts" className="qd-charts">
      <p className="qd-dim qd-small">
        Drag over a chart to look closer; click to see that moment whole. Each point holds the worst of{' '}
        {spanText(history?.stepMs ?? 0)}.
      </p>
      <div className="qd-past__plots">
        <PastChart title="Lag behind the leader" unit="records" rows={drawn.lag} lines={drawn.lines} {...shared} />
        <PastChart title="Time lag" unit="seconds" rows={drawn.timeLag} lines={drawn.lines} {...shared} />
        <PastChart
          title="Time since the last fetch"
          unit="seconds"
          rows={drawn.fetchAge}
          lines={drawn.lines}
          {...shared}
        />
        <PastChart title="Growth of the log" unit="records a second" rows={drawn.growth} lines={GROWTH} {...shared} />
        <PastChart
          title="What can be lost"
          unit="controllers"
          rows={drawn.margin}
          lines={MARGIN}
          isStepped
          hasBrush
          {...shared}
        />
      </div>
      <ul className="qd-past__legend qd-small">
        {drawn.lines.map(({ key, name, stroke, dashed }) => (
          <li key={key}>
            <LineKey stroke={stroke} isDashed={dashed} /> node {name}
          </li>
        ))}
        {marks.length > 0 && <li className="qd-dim">┆ something happened</li>}
      </ul>
    </Section>
  )
}
