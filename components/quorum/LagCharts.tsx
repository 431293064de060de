'use client'
/** Lag and time lag of the last quarter of an hour, with what happened meanwhile marked in both. Loaded when seen. */
import { memo, useMemo, useState } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { QuorumEvent } from '../../server/contract/events.ts'
import type { QuorumView } from '../../server/contract/quorumView.ts'
import type { LagFrame } from '../live/lagTrail.ts'
import { useEvents } from '../live/useEvents.ts'
import { useLagTrail } from '../live/useLagTrail.ts'
import { type ChartRow, chartRows, chosenSeries, type Series } from './chartSeries.ts'
import { formatMoment } from './format.ts'
import './lagCharts.css'

const TIP = {
  padding: '0.375rem 0.625rem',
  border: '1px solid var(--qd-line)',
  borderRadius: 8,
  background: 'var(--pf-t--global--background--color--floating--default)',
  fontSize: '0.75rem',
}
const SPAN_MS = 15 * 60_000

export default function LagCharts({ view }: { view: QuorumView }) {
  const [firstSeenMs] = useState(view.observedAtMs)
  const frames = useLagTrail(view.cluster, 'quarterHour', firstSeenMs)
  const { events } = useEvents(view.cluster)
  // The lines follow the five-second steps, not every view.
  const [chosen, setChosen] = useState<{ frames: readonly LagFrame[]; series: readonly Series[] } | null>(null)
  const current = chosen !== null && chosen.frames === frames ? chosen : { frames, series: chosenSeries(view, frames) }
  if (current !== chosen) setChosen(current)
  const { series } = current
  const lag = useMemo(() => chartRows(frames, series, 'lag'), [frames, series])
  const timeLag = useMemo(() => chartRows(frames, series, 'timeLagMs'), [frames, series])
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
  return (
    <section className="qd-card" aria-label="Trends">
      <div className="qd-charts">
        <Trend title="Lag behind the leader" unit="records" rows={lag} series={series} marks={marks} />
        <Trend title="Time lag" unit="seconds" rows={timeLag} series={series} marks={marks} />
      </div>
      <ul className="qd-legend">
        {series.map((one) => (
          <li key={one.key}>
            <svg width="22" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="22"
                y2="4"
                className="qd-line"
                data-hue={hue(one)}
                strokeDasharray={one.dashed ? '4 3' : undefined}
              />
            </svg>
            {one.name}
          </li>
        ))}
        {marks.length > 0 && (
          <li>
            <svg width="10" height="12" aria-hidden="true">
              <line x1="5" y1="0" x2="5" y2="12" className="qd-mark" strokeDasharray="2 2" />
            </svg>
            event
          </li>
        )}
      </ul>
    </section>
  )
}

function hue(series: Series): string {
  return series.hue === -1 ? 'danger' : String(series.hue % 6)
}

interface TrendProps {
  readonly title: string
  readonly unit: string
  readonly rows: readonly ChartRow[]
  readonly series: readonly Series[]
  readonly marks: readonly QuorumEvent[]
}

const Trend = memo(function Trend({ title, unit, rows, series, marks }: TrendProps) {
  const newestMs = rows.at(-1)?.atMs ?? 0
  const least = unit === 'records' ? 10 : 1
  const flat = most(rows, series) < least
  const domain: [number, number] = [newestMs - SPAN_MS, newestMs]
  const shown = labelled(marks.filter((event) => event.atMs >= domain[0] && event.atMs <= newestMs))
  return (
    <figure className="qd-trend">
      <figcaption className="qd-h2">
        {title} <span className="qd-dim">{unit} · last 15 min</span>
      </figcaption>
      <div className="qd-trend__plot" role="img" aria-label={inWords(title, unit, rows, series)}>
        <ResponsiveContainer width="100%" height="100%" debounce={100}>
          <LineChart
            data={rows as ChartRow[]}
            margin={{ top: 16, right: 20, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} className="qd-grid" />
            <XAxis
              dataKey="atMs"
              type="number"
              domain={domain}
              ticks={ticks(domain)}
              tickFormatter={(at: number) => minutesAgo(at, newestMs)}
              tickLine={false}
              interval={0}
            />
            <YAxis
              width={48}
              allowDecimals={unit !== 'records'}
              {...(flat ? { domain: [0, least], ticks: [0, least / 2, least] } : { domain: [0, 'auto'] })}
              tickLine={false}
              axisLine={false}
            />
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(at) => formatMoment(Number(at), newestMs)}
              contentStyle={TIP}
              itemSorter={(item) => -Number(item.value ?? 0)}
            />
            {shown.map(({ event, label }) => (
              <ReferenceLine
                key={event.id}
                x={event.atMs}
                className="qd-mark"
                strokeDasharray="2 4"
                label={{ value: label, position: 'insideTopRight', className: 'qd-mark__label', offset: 4 }}
              />
            ))}
            {series.map((one) => (
              <Line
                key={one.key}
                dataKey={one.key}
                name={one.name}
                className="qd-line"
                data-hue={hue(one)}
                stroke={`var(--qd-hue-${hue(one)})`}
                strokeWidth={one.hue === -1 ? 2.5 : 1.75}
                strokeDasharray={one.dashed ? '5 3' : ''}
                dot={false}
                activeDot={{ r: 3 }}
                isAnimationActive={false}
                type="linear"
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  )
})

function most(rows: readonly ChartRow[], series: readonly Series[]): number {
  return rows.reduce((high, row) => Math.max(high, ...series.map(({ key }) => row[key] ?? 0)), 0)
}

const FIVE_MINUTES = 5 * 60_000

function ticks([from, to]: readonly [number, number]): number[] {
  return [from, from + FIVE_MINUTES, from + 2 * FIVE_MINUTES, to]
}

function minutesAgo(atMs: number, newestMs: number): string {
  const minutes = Math.round((newestMs - atMs) / 60_000)
  return minutes === 0 ? 'now' : `−${minutes} min`
}

/** The newest of several events close together is named; the others keep their line only. */
function labelled(events: readonly QuorumEvent[]): { readonly event: QuorumEvent; readonly label: string }[] {
  let nextMs = Number.POSITIVE_INFINITY
  return [...events]
    .reverse()
    .map((event) => {
      const room = nextMs - event.atMs >= LABEL_ROOM_MS
      if (room) nextMs = event.atMs
      return { event, label: room ? shortTitle(event) : '' }
    })
    .reverse()
}

const LABEL_ROOM_MS = 4 * 60_000

function shortTitle(event: QuorumEvent): string {
  return event.title.length > 22 ? `${event.title.slice(0, 21)}…` : event.title
}

/** The chart in a sentence, for those who do not see it. */
function inWords(title: string, unit: string, rows: readonly ChartRow[], series: readonly Series[]): string {
  const newest = rows.at(-1)
  const told = series.slice(0, 7).map((one) => `node ${one.name}: ${newest?.[one.key] ?? 'unknown'}`)
  return `${title} in ${unit} over the last 15 minutes. Now ${told.join(', ')}.`
}
