/** While two quorums are at work, or committed metadata is missing, every usual advice may destroy the better half. Pure. */
import type { Finding, FindingCode, Incident, QuorumFacts, RivalLeader } from '../../../contract/quorumView.ts'

/** Those that are no old leader about to notice an election. */
export function provenRivals({ rivals }: Pick<QuorumFacts, 'rivals'>): RivalLeader[] {
  return rivals.filter(({ proven }) => proven)
}

export function isContested(quorum: Pick<QuorumFacts, 'rivals'>, incidents: readonly Incident[]): boolean {
  return incidents.length > 0 || provenRivals(quorum).length > 0
}

/** Findings that go on to say what to restart, stop, format or remove. */
const ADVISES: ReadonlySet<FindingCode> = new Set([
  'majority-lost',
  'margin-zero',
  'single-voter',
  'voter-silent',
  'voter-lagging',
  'two-incarnations',
  'ghost-observer',
  'observers-stuck',
  'unregistered',
  'fenced',
  'broker-too-old',
  'static-voters-left',
  'endpoint-moved',
])

/** In place of all advice while it is not known what is worth keeping. */
export const SETTLE_FIRST =
  'Do nothing about this now: start, restart, stop, format and remove no node before the critical findings above are settled.'

export function withoutAdvice(finding: Finding): Finding {
  if (!ADVISES.has(finding.code)) return finding
  return { ...finding, detail: SETTLE_FIRST }
}
