/** The lag of one replica over the last minute: a plain line, drawn again only when its points differ. */
import { memo } from 'react'

const BOX = { width: 96, height: 20 }

export const sparkBox = BOX

export const Sparkline = memo(function Sparkline({ lines, tone }: { lines: string; tone: string }) {
  return (
    <svg
      className="qd-spark"
      width={BOX.width}
      height={BOX.height}
      viewBox={`0 0 ${BOX.width} ${BOX.height}`}
      data-tone={tone}
      aria-hidden="true"
    >
      {lines === '' ? null : lines.split('|').map((points) => <polyline key={points} points={points} />)}
    </svg>
  )
})
