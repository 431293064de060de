/** What findings began or ended between two views, as events of the kept history. Pure. */
import type { QuorumEvent } from '../../contract/past/events.ts'
import type { Finding, QuorumView } from '../../contract/quorumView.ts'
import { keyText } from '../../contract/replicaKey.ts'
import { keptEvent } from './keptEvent.ts'

/** They come and go with every election, and say nothing that its own event does not. */
const PASSING: ReadonlySet<Finding['code']> = new Set([
  'settling',
  'pending-voter-change',
  'moves-under-way',
  'move-waits',
])

function identity({ code, replicas }: Finding): string {
  return `${code} ${replicas.map(keyText).join()}`
}

export function findingEvents(before: readonly Finding[], after: QuorumView): QuorumEvent[] {
  const old = new Map(before.map((finding) => [identity(finding), finding]))
  const now = new Map(after.findings.map((finding) => [identity(finding), finding]))
  const began = [...now].filter(([id]) => !old.has(id)).map(([id, finding]) => eventOf(after, id, finding, true))
  const ended = [...old].filter(([id]) => !now.has(id)).map(([id, finding]) => eventOf(after, id, finding, false))
  return [...began, ...ended].filter((event) => event !== null)
}

function eventOf(after: QuorumView, id: string, finding: Finding, began: boolean): QuorumEvent | null {
  if (PASSING.has(finding.code)) return null
  return keptEvent({
    id: `finding-${after.observedAtMs}-${began ? 'begins' : 'ends'}-${id}`,
    cluster: after.cluster,
    kind: 'finding',
    atMs: after.observedAtMs,
    severity: began ? finding.severity : 'info',
    title: began ? finding.title : `No more: ${finding.title}`,
    epoch: after.quorum.leaderEpoch,
    replicas: finding.replicas,
  })
}
