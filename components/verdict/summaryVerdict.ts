/** One line about one cluster of many, from its summary. Pure. */
import type { ClusterSummary } from '../../server/contract/clusters.ts'
import type { Tone } from './verdict.ts'

export interface SummaryVerdict {
  readonly tone: Tone
  readonly words: string
  /** Whether somebody should look at it. */
  readonly needsPerson: boolean
}

/** A cluster of which nothing was received for so long is not called healthy. */
export const QUIET_MS = 5_000

const say = (tone: Tone, words: string): SummaryVerdict => ({
  tone,
  words,
  needsPerson: tone === 'danger' || tone === 'caution' || tone === 'stale',
})

/** `sinceMs`: how long ago the summary arrived here. */
export function summaryVerdict(summary: ClusterSummary, sinceMs: number): SummaryVerdict {
  const { link, margin, voters, healthyVoters, ageMs, worst } = summary
  switch (link.state) {
    case 'connecting':
      return say('neutral', 'Connecting')
    case 'unreachable':
      return say('danger', 'Unreachable: nobody answers')
    case 'refused':
      return say('danger', link.problem?.title ?? 'The cluster refuses Quorumdeck')
    case 'unsupported':
      return say('caution', link.problem?.title ?? 'Cannot be shown')
    case 'no-leader':
      return say('danger', margin !== null && margin < 0 ? 'Majority lost' : 'No leader')
    case 'live':
      break
    default:
      return link.state satisfies never
  }
  if (worst?.severity === 'critical' && margin !== null && margin >= 0) return say('danger', worst.title)
  if (ageMs !== null && ageMs + sinceMs > QUIET_MS) return say('stale', 'No answers from the cluster')
  if (margin === null || voters === null || healthyVoters === null) return say('neutral', 'Settling')
  if (margin < 0) return say('danger', `Majority lost: ${healthyVoters} of ${voters} healthy`)
  const trouble = voters - healthyVoters
  if (margin === 0) {
    if (trouble > 0) return say('caution', `Cannot lose another controller: ${trouble} of ${voters} in trouble`)
    return say('caution', voters === 1 ? 'A single controller: it cannot be lost' : 'Cannot lose a controller')
  }
  if (trouble > 0) return say('caution', `Can lose ${margin} more: ${trouble} of ${voters} in trouble`)
  if (worst !== null && worst.severity !== 'info') return say('caution', worst.title)
  return say('ok', `Healthy: can lose ${margin} more`)
}

/** "All healthy", "1 needs a person". */
export function fleetWords(summaries: readonly ClusterSummary[], sinceMs: number): string {
  const needing = summaries.filter((summary) => summaryVerdict(summary, sinceMs).needsPerson).length
  if (needing === 0) return summaries.length === 1 ? 'healthy' : 'all healthy'
  return `${needing} ${needing === 1 ? 'needs' : 'need'} a person`
}
