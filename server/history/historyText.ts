/** An answer of the history as JSON, made in slices: with a thousand replicas it has half a megabyte. */
import type { History } from '../contract/history.ts'
import { inSlices, turn } from '../quorum/reading/slices.ts'
import type { HistoryInSeries } from './recentHistory.ts'

export async function historyText({ head, series }: HistoryInSeries): Promise<string> {
  const texts: string[] = []
  // Several that ask at once begin one after the other.
  await turn()
  await inSlices(series, (one) => texts.push(JSON.stringify(one)))
  const empty = JSON.stringify({ ...head, series: [] } satisfies History)
  // It ends in `[]}`.
  return `${empty.slice(0, -2)}${texts.join(',')}]}`
}
