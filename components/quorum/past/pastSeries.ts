/** A history as lines: which replicas are drawn, and the points of each chart. Pure. */
import type { History, HistorySeries } from '../../../server/contract/past/history.ts'
import { isObserver } from '../../../server/contract/voters.ts'
import { shortId } from '../../kit/words/format.ts'
import { incarnation } from '../../live/lagTrail.ts'
import type { ChartRow, Series } from '../charts/chartSeries.ts'

/** More lines than this nobody can follow. */
const MOST_OBSERVERS = 3

export type Figure = 'lag' | 'timeLagMs' | 'lastFetchAgeMs'

function worst({ lag }: HistorySeries): number {
  return lag.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
}

/** All that voted at the end, every second disk of a node, and the observers that lagged most. */
export function pastSeries({ series }: History): readonly { readonly line: Series; readonly of: HistorySeries }[] {
  const disks = Map.groupBy(series, ({ replica }) => replica.nodeId)
  const isTwin = ({ replica }: HistorySeries) => (disks.get(replica.nodeId)?.length ?? 0) > 1
  const voters = series.filter((one) => !isObserver(one))
  const others = series.filter(isObserver)
  const rest = others
    .filter((one) => !isTwin(one))
    .toSorted((a, b) => worst(b) - worst(a) || a.replica.nodeId - b.replica.nodeId)
    .slice(0, MOST_OBSERVERS)
  return [...voters, ...others.filter(isTwin), ...rest].map((of, index) => {
    const { nodeId, directoryId } = of.replica
    const disk = isTwin(of) && directoryId !== null ? ` · ${shortId(directoryId)}` : ''
    const line = {
      key: incarnation(of.replica),
      name: `${nodeId}${disk}`,
      hue: index,
      dashed: isObserver(of),
    }
    return { line, of }
  })
}

/** Where nothing was observed for more than a step, a line is broken. */
function withGaps<T>({ timesMs, stepMs }: History, row: (at: number) => T, gap: (atMs: number) => T): readonly T[] {
  return timesMs.flatMap((atMs, at) => {
    const before = timesMs[at - 1]
    return before !== undefined && atMs - before > 2 * stepMs ? [gap(before + stepMs), row(at)] : [row(at)]
  })
}

/** Records, or seconds. */
export function pastRows(history: History, figure: Figure): readonly ChartRow[] {
  const shown = pastSeries(history)
  return withGaps(
    history,
    (at): ChartRow => {
      const row: Record<string, number | null> = { atMs: history.timesMs[at] ?? 0 }
      for (const { line, of } of shown) {
        const value = of[figure]?.[at] ?? null
        row[line.key] = value !== null && figure !== 'lag' ? value / 1000 : value
      }
      return row
    },
    (atMs): ChartRow => ({ atMs }),
  )
}

/** Records a second that the log grew by, from one point to the next. */
export function growthRows(history: History): readonly ChartRow[] {
  const { timesMs, leaderEndOffset } = history
  return withGaps(
    history,
    (at): ChartRow => {
      const [from, to] = [leaderEndOffset[at - 1] ?? null, leaderEndOffset[at] ?? null]
      const seconds = ((timesMs[at] ?? 0) - (timesMs[at - 1] ?? 0)) / 1000
      const isGap = at === 0 || seconds * 1000 > 2 * history.stepMs
      // After an election the new leader's end may lie before the old one's: nothing grew.
      const growth = from === null || to === null || isGap ? null : Math.max(0, (to - from) / seconds)
      return { atMs: timesMs[at] ?? 0, growth }
    },
    (atMs): ChartRow => ({ atMs, growth: null }),
  )
}

export function marginRows(history: History): readonly ChartRow[] {
  return withGaps(
    history,
    (at): ChartRow => ({ atMs: history.timesMs[at] ?? 0, margin: history.margin[at] ?? null }),
    (atMs): ChartRow => ({ atMs, margin: null }),
  )
}
