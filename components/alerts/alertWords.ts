/** How an alert stands, in words. Pure. */
import type { AlertSummary } from '../../server/contract/alerts/incidents.ts'
import type { Matchers, Silence } from '../../server/contract/alerts/silences.ts'

export function alertStanding({ acknowledged, silencedBy }: Pick<AlertSummary, 'acknowledged' | 'silencedBy'>): string {
  if (acknowledged !== null) return `${acknowledged.by} looks after it`
  if (silencedBy !== null) return `silenced by ${silencedBy}`
  return 'nobody has taken it yet'
}

/** `rule voter-silent, node 2`. */
export function matcherText({ cluster, rule, severity, nodeId }: Matchers): string {
  return [
    ...(cluster === undefined ? [] : [`cluster ${cluster}`]),
    ...(rule === undefined ? [] : [`rule ${rule}`]),
    ...(severity === undefined ? [] : [`severity ${severity}`]),
    ...(nodeId === undefined ? [] : [`node ${nodeId}`]),
  ].join(', ')
}

export function silenceText({ matchers, run, nodeIds }: Silence): string {
  if (run === null) return matcherText(matchers)
  return nodeIds.length === 0
    ? `cluster ${matchers.cluster}: how many vote, and where`
    : `cluster ${matchers.cluster}: what a restart or stop of node ${nodeIds.join(', ')} causes`
}

/** One sentence for the top of the page. */
export function openWords(open: readonly Pick<AlertSummary, 'acknowledged' | 'silencedBy'>[]): string {
  if (open.length === 0) return 'Nothing rings'
  const untaken = open.filter(({ acknowledged, silencedBy }) => acknowledged === null && silencedBy === null).length
  const all = `${open.length} open ${open.length === 1 ? 'alert' : 'alerts'}`
  if (untaken === 0) return `${all}, and none that nobody has taken`
  return untaken === open.length ? `${all} that nobody has taken` : `${all}, ${untaken} that nobody has taken`
}
