'use client'
/** The candidate's lag, live: plain lines, because they are drawn anew four times a second. */
import { formatAge, took } from '../../../../server/contract/words/durations.ts'
import type { CatchUp } from '../../../../server/contract/workflows.ts'
import { Facts } from '../../../kit/Facts.tsx'
import { Section } from '../../../kit/Section.tsx'
import { formatCount, formatMoment, shortId } from '../../../kit/words/format.ts'
import { lagBox, lagLine } from './lagLine.ts'
import { paceWords } from './paceWords.ts'
import './candidateChart.css'

export function CandidateChart({ catchUp }: { catchUp: CatchUp }) {
  const { nodeId, directoryId, lag, lastFetchAgeMs, trail, nearZeroMs } = catchUp
  const line = lagLine(catchUp)
  const { width, height, top, bottom } = lagBox
  const newestMs = trail.at(-1)?.[0] ?? 0
  const since = line.nearZeroX === null ? null : formatMoment(newestMs - nearZeroMs, newestMs)
  const words = `Lag of the candidate over the last ${took(line.spanMs)}: now ${formatCount(lag)} records, at most ${formatCount(line.highest)}.`
  return (
    <Section
      title={`Controller ${nodeId}`}
      note={<>{directoryId === null ? '' : <span className="qd-mono">{shortId(directoryId)}</span>}, live</>}
      label="The candidate, live"
    >
      <Facts
        className="qd-num"
        columnModifier={{ default: '2Col' }}
        facts={[
          ['Lag', formatCount(lag)],
          ['Last fetch', lastFetchAgeMs === null ? 'never' : formatAge(lastFetchAgeMs)],
        ]}
      />
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words} className="qd-lagline">
        <line x1="0" x2={width} y1={height - bottom} y2={height - bottom} />
        {line.nearZeroX !== null && (
          <>
            <line x1={line.nearZeroX} x2={line.nearZeroX} y1="0" y2={height} className="qd-lagline__since" />
            <text
              x={line.nearZeroX > width / 2 ? line.nearZeroX - 4 : line.nearZeroX + 4}
              y="11"
              textAnchor={line.nearZeroX > width / 2 ? 'end' : 'start'}
            >
              near zero since {since}
            </text>
          </>
        )}
        {line.points === '' ? (
          <text x="0" y={top + 20}>
            no samples yet
          </text>
        ) : (
          <polyline points={line.points} />
        )}
      </svg>
      <p className="qd-small qd-dim qd-num">{paceWords(catchUp)}</p>
    </Section>
  )
}
