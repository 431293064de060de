'use client'
/** One trend of the last quarter of an hour, with what happened meanwhile as upright lines. */
import { memo } from 'react'
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { QuorumEvent } from '../../../server/contract/past/events.ts'
import { minutesAgo } from '../../../server/contract/words/durations.ts'
import { formatMoment } from '../../kit/words/format.ts'
import type { LagFrame } from '../../live/lagTrail.ts'
import { type ChartRow, chartRows, type Series } from './chartSeries.ts'

const SPAN_MS = 15 * 60_000
export const TIP = {
  border: '1px solid var(--pf-t--global--border--color--default)',
  borderRadius: 'var(--pf-t--global--border--radius--small)',
  background: 'var(--pf-t--global--background--color--floating--default)',
}

/** Which of the palette's colours a line has. */
export function hue(series: Series): string {
  return series.hue === -1 ? 'danger' : String(series.hue % 6)
}

interface TrendProps {
  readonly title: string
  readonly unit: 'records' | 'seconds'
  readonly of: 'lag' | 'timeLagMs'
  readonly frames: readonly LagFrame[]
  readonly series: readonly Series[]
  readonly marks: readonly QuorumEvent[]
}

export const Trend = memo(function Trend({ title, unit, of, frames, series, marks }: TrendProps) {
  const rows = chartRows(frames, series, of)
  const newestMs = rows.at(-1)?.atMs ?? 0
  const least = unit === 'records' ? 10 : 1
  const flat = most(rows, series) < least
  const domain: [number, number] = [newestMs - SPAN_MS, newestMs]
  const shown = labelled(marks.filter((event) => event.atMs >= domain[0] && event.atMs <= newestMs))
  return (
    <figure className="qd-trend">
      <figcaption>
        <b>{title}</b> <span className="qd-dim">{unit} · last 15 min</span>
      </figcaption>
      <div className="qd-trend__plot" role="img" aria-label={inWords(title, unit, rows, series)}>
        <ResponsiveContainer width="100%" height="100%" debounce={100}>
          <LineChart
            data={rows as ChartRow[]}
            margin={{ top: 16, right: 20, bottom: 0, left: 0 }}
            accessibilityLayer={false}
          >
            <CartesianGrid vertical={false} />
            <XAxis
              dataKey="atMs"
              type="number"
              domain={domain}
              ticks={ticks(domain)}
              tickFormatter={(at: number) => minutesAgo(newestMs - at)}
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
  return rows.reduce((high, row) => series.reduce((most, { key }) => Math.max(most, row[key] ?? 0), high), 0)
}

const FIVE_MINUTES = 5 * 60_000

function ticks([from, to]: readonly [number, number]): number[] {
  return [from, from + FIVE_MINUTES, from + 2 * FIVE_MINUTES, to]
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
