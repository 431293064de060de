'use client'
/** One figure over a stretch of the past: the cursor is that of all charts, and a stretch that is dragged over becomes the stretch. */
import { memo, useState } from 'react'
import {
  Brush,
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import type { ChartRow, Series } from '../charts/chartSeries.ts'
import { TIP } from '../charts/Trend.tsx'
import { momentText, type Span, tickText } from './spans.ts'

const CURSOR = 'past'
/** Of the brush under a chart, in px. */
const BRUSH_PX = 26

export interface Drawn extends Series {
  /** As a CSS colour. */
  readonly stroke: string
}

interface PastChartProps {
  readonly title: string
  readonly unit: string
  readonly rows: readonly ChartRow[]
  readonly lines: readonly Drawn[]
  readonly span: Span
  readonly marks: readonly QuorumEvent[]
  readonly isStepped?: boolean
  readonly hasBrush?: boolean
  readonly onZoom: (fromMs: number, toMs: number) => void
  readonly onPick: (atMs: number) => void
}

interface Drag {
  readonly fromMs: number
  readonly toMs: number
}

export const PastChart = memo(function PastChart(props: PastChartProps) {
  const { title, unit, rows, lines, span, marks, isStepped = false, hasBrush = false, onZoom, onPick } = props
  const [drag, setDrag] = useState<Drag | null>(null)
  const spanMs = span.toMs - span.fromMs
  const at = (state: { activeLabel?: string | number | undefined }) =>
    state.activeLabel === undefined ? null : Number(state.activeLabel)
  const end = () => {
    setDrag(null)
    if (drag === null) return
    const [from, to] = [Math.min(drag.fromMs, drag.toMs), Math.max(drag.fromMs, drag.toMs)]
    if (to > from) onZoom(from, to)
    else onPick(from)
  }
  return (
    // In words for all of it: an image it is not, as the brush is operated.
    <figure className="qd-trend" aria-label={inWords(title, unit, rows, lines)}>
      <figcaption>
        <b>{title}</b> <span className="qd-dim">{unit}</span>
      </figcaption>
      <div className="qd-trend__plot qd-past__plot" data-brush={hasBrush}>
        <ResponsiveContainer width="100%" height="100%" debounce={100}>
          <LineChart
            data={rows as ChartRow[]}
            syncId={CURSOR}
            syncMethod="value"
            margin={{ top: 8, right: 20, bottom: 0, left: 0 }}
            accessibilityLayer={false}
            onMouseDown={(state) => {
              const fromMs = at(state)
              if (fromMs !== null) setDrag({ fromMs, toMs: fromMs })
            }}
            onMouseMove={(state) => {
              const toMs = at(state)
              if (drag !== null && toMs !== null) setDrag({ ...drag, toMs })
            }}
            onMouseUp={end}
          >
            <CartesianGrid vertical={false} />
            <XAxis
              dataKey="atMs"
              type="number"
              domain={[span.fromMs, span.toMs]}
              allowDataOverflow
              tickCount={6}
              minTickGap={40}
              tickFormatter={(ms: number) => tickText(ms, spanMs)}
              tickLine={false}
            />
            <YAxis
              width={56}
              domain={[(low: number) => Math.min(0, low), (high: number) => Math.max(1, high)]}
              tickLine={false}
              axisLine={false}
            />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(ms) => momentText(Number(ms))}
              contentStyle={TIP}
              itemSorter={(item) => -Number(item.value ?? 0)}
            />
            {marks.map((event) => (
              <ReferenceLine key={event.id} x={event.atMs} className="qd-mark" strokeDasharray="2 4" />
            ))}
            {drag !== null && drag.fromMs !== drag.toMs && (
              <ReferenceArea x1={drag.fromMs} x2={drag.toMs} className="qd-past__drag" />
            )}
            {lines.map((line) => (
              <Line
                key={line.key}
                dataKey={line.key}
                name={line.name}
                stroke={line.stroke}
                strokeWidth={1.75}
                strokeDasharray={line.dashed ? '5 3' : ''}
                dot={false}
                activeDot={{ r: 3 }}
                isAnimationActive={false}
                type={isStepped ? 'stepAfter' : 'linear'}
              />
            ))}
            {hasBrush && rows.length > 2 && (
              <Brush
                dataKey="atMs"
                height={BRUSH_PX}
                travellerWidth={12}
                ariaLabel={`Part of the stretch to look at, by ${title}`}
                tickFormatter={(ms: number) => tickText(ms, spanMs)}
                className="qd-past__brush"
                onDragEnd={({ startIndex, endIndex }) => {
                  const [from, to] = [rows[startIndex ?? 0]?.atMs, rows[endIndex ?? rows.length - 1]?.atMs]
                  const isWhole = startIndex === 0 && endIndex === rows.length - 1
                  if (!isWhole && typeof from === 'number' && typeof to === 'number' && to > from) onZoom(from, to)
                }}
              />
            )}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  )
})

/** The chart in a sentence, for those who do not see it. */
function inWords(title: string, unit: string, rows: readonly ChartRow[], lines: readonly Drawn[]): string {
  const told = lines.slice(0, 7).map(({ key, name }) => {
    let most: number | null = null
    for (const row of rows) {
      const value = row[key] ?? null
      if (value !== null && (most === null || value > most)) most = value
    }
    return `${name}: at most ${most === null ? 'unknown' : Math.round(most * 10) / 10}`
  })
  return `${title} in ${unit}. ${told.join(', ')}.`
}
