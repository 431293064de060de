'use client'
/** How much of the window near zero has passed without a break. */
import { Progress } from '@patternfly/react-core'
import { partOfSpan } from '../../../../server/contract/words/durations.ts'
import type { CatchUp } from '../../../../server/contract/workflows.ts'
import { formatMoment, plural } from '../../../kit/words/format.ts'

export function CatchUpBar({ catchUp }: { catchUp: CatchUp }) {
  const { nearZeroMs, neededMs, samples, lastReset, lag } = catchUp
  const part = neededMs <= 0 ? 0 : Math.min(1, nearZeroMs / neededMs)
  const words = `${partOfSpan(nearZeroMs, neededMs)} near zero`
  return (
    <div className="qd-flow">
      <Progress
        aria-label="Near zero without a break"
        value={Math.round(100 * part)}
        valueText={words}
        size="sm"
        measureLocation="none"
      />
      <p className="qd-small qd-dim qd-num">
        {words} · {plural(samples, 'sample')}
        {lag !== null && ` · lag now ${lag}`}
        {lastReset === null
          ? ' · starts over if the lag grows, the leader changes or a sample is missing'
          : ` · started over at ${formatMoment(lastReset.atMs, lastReset.atMs)}: ${lastReset.text}`}
      </p>
    </div>
  )
}
