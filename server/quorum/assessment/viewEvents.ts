/** What happened between two views, as events. Pure. What the metadata log holds is left to it while it is tailed. */

import type { Severity } from '../../contract/advice.ts'
import type { EventKind } from '../../contract/past/events.ts'
import type { QuorumView, ReplicaKey, ReplicaView } from '../../contract/quorumView.ts'
import { keyText, sameKey } from '../../contract/replicaKey.ts'
import { isVoter, votersOf } from '../../contract/voters.ts'
import { type EventDraft, voterChangeTitle } from '../log/logEvents.ts'
import type { PresenceChange } from './replicaPresence.ts'

function label(replica: ReplicaKey): string {
  return replica.directoryId === null ? `${replica.nodeId}` : `${replica.nodeId} (${replica.directoryId.slice(0, 8)}…)`
}

function marginWords(before: QuorumView, after: QuorumView): string {
  const [from, to] = [before.quorum.margin, after.quorum.margin]
  return from === null || to === null || from === to ? '' : `, can lose ${from} → ${to}`
}

const HEALTH_WORDS: Record<ReplicaView['health'], string> = {
  ok: 'is healthy',
  lagging: 'lags',
  silent: 'is silent',
  unknown: 'is not seen yet',
}

export interface ViewStep {
  before: QuorumView
  after: QuorumView
  /** The metadata log is tailed: elections and voter changes come from it. */
  tailing: boolean
  presence: Pick<PresenceChange, 'seen' | 'gone'>
}

export function viewEvents({ before, after, tailing, presence }: ViewStep): EventDraft[] {
  const drafts: EventDraft[] = []
  const add = (kind: EventKind, severity: Severity, title: string, replicas: ReplicaKey[]) => {
    drafts.push({
      id: `view-${after.serverRunId}-${after.seq}-${drafts.length}`,
      kind,
      atMs: after.observedAtMs,
      severity,
      title,
      offset: null,
      epoch: after.quorum.leaderEpoch,
      committed: null,
      retracted: false,
      replicas: replicas.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
      actor: null,
    })
  }
  const from = before.quorum.leaderId
  const to = after.quorum.leaderId
  if (to === null && from !== null) add('leader-lost', 'critical', `No leader any more (it was ${from})`, [])
  // Offsets and epochs say nothing across a time without leader; what was known of the replicas then was the old picture.
  if (to === null) return drafts

  if (!tailing) {
    if (from !== to || before.quorum.leaderEpoch !== after.quorum.leaderEpoch) {
      const title = from === null || from === to ? `Leader ${to}` : `Leader ${from} → ${to}`
      add('leader-elected', 'info', `${title}, epoch ${after.quorum.leaderEpoch}`, [{ nodeId: to, directoryId: null }])
    }
    const [old, now] = [votersOf(before), votersOf(after)]
    if (old.length > 0 && (old.length !== now.length || !old.every((o) => now.some((n) => sameKey(o, n))))) {
      add('voters-changed', 'info', voterChangeTitle(old, now), now)
    }
  }
  const known = new Map(before.replicas.map((r) => [keyText(r), r]))
  for (const replica of after.replicas) {
    const old = known.get(keyText(replica))
    if (old === undefined) continue
    if (old.health !== replica.health && replica.health !== 'unknown' && from !== null) {
      // From `unknown` to `ok` is only the end of waiting; what a person wants to know is a change for bad or good.
      if (old.health === 'unknown' && replica.health === 'ok') continue
      const voter = isVoter(after, replica)
      const grave = replica.health === 'ok' ? 'info' : voter ? 'warning' : 'info'
      add(
        'health',
        grave,
        `${label(replica)} ${HEALTH_WORDS[replica.health]}${voter ? marginWords(before, after) : ''}`,
        [replica],
      )
    }
  }
  const incarnations = new Map<number, number>()
  for (const { nodeId } of after.replicas) incarnations.set(nodeId, (incarnations.get(nodeId) ?? 0) + 1)
  for (const replica of presence.seen) {
    const twin = (incarnations.get(replica.nodeId) ?? 0) > 1
    const title = twin ? `New incarnation of ${replica.nodeId} seen: ${label(replica)}` : `${label(replica)} seen`
    add('incarnation-seen', 'info', title, [replica])
  }
  for (const replica of presence.gone) {
    add('incarnation-gone', 'info', `${label(replica)} is not listed any more`, [replica])
  }
  return drafts
}
