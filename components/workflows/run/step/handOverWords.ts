/** The hand-over to Cruise Control in words. Pure. */
import type { DryRunSummary, HandOver } from '../../../../server/contract/cruiseControl.ts'
import { listed } from '../../../../server/contract/words/lists.ts'
import { formatCount, plural } from '../../../kit/words/format.ts'
import { formatBytes } from './moveWords.ts'

const MEGABYTE = 1e6
/** Topics that are named; of more, how many there are. */
const MAX_NAMED = 5

function bytes(megabytes: number | null): string {
  return formatBytes(megabytes === null ? null : megabytes * MEGABYTE)
}

/** What the dry run says. */
export function dryRunWords({ replicas, megabytes, leaders, monitoredPercent, excludedTopics }: DryRunSummary): string {
  const measured =
    monitoredPercent === null
      ? 'how many partitions it has measured is unknown'
      : `${Math.round(monitoredPercent)} % of the partitions measured`
  const named = excludedTopics.slice(0, MAX_NAMED)
  const more = excludedTopics.length - named.length
  const left =
    named.length === 0
      ? ''
      : ` It leaves alone: ${listed([...named, ...(more > 0 ? [`${formatCount(more)} more`] : [])])}.`
  return `${plural(replicas, 'replica')}, ${bytes(megabytes)}, ${plural(leaders, 'leader')}; ${measured}.${left}`
}

/** How far its executor has come; empty while it executes nothing of this run. */
export function executorWords({ executor }: HandOver): string {
  if (executor === null) return ''
  const { movesDone, movesTotal, megabytesDone, megabytesTotal, state } = executor
  const moves =
    movesDone === null || movesTotal === null
      ? 'moves unknown'
      : `${formatCount(movesDone)} of ${plural(movesTotal, 'move')}`
  return `${moves}, ${bytes(megabytesDone)} of ${bytes(megabytesTotal)} (${state})`
}
