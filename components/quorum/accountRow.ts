/** One controller's own statement in words, for the table of them. Pure. */

import type { ControllerAccount, QuorumView, Reach } from '../../server/contract/quorumView.ts'
import { isObserver } from '../../server/contract/voters.ts'
import { formatCount } from '../kit/words/format.ts'

export interface AccountRow {
  readonly tone: 'ok' | 'caution' | 'danger' | 'plain'
  readonly glyph: string
  readonly reach: string
  readonly identity: string
  readonly places: string
  readonly leader: string
  readonly logEnd: string
  readonly certificate: string
}

const REACH: Record<Reach, Pick<AccountRow, 'tone' | 'glyph' | 'reach'>> = {
  answers: { tone: 'ok', glyph: '✓', reach: 'answers' },
  refused: { tone: 'danger', glyph: '✕', reach: 'refused' },
  silent: { tone: 'danger', glyph: '✕', reach: 'no answer' },
  unverifiable: { tone: 'caution', glyph: '?', reach: 'not verifiable' },
}

const DAY_MS = 86_400_000

export function accountRow(account: ControllerAccount, view: QuorumView): AccountRow {
  const { recordedId, registeredId, configured, nodeId, roles, sameCluster, leaderId, leaderEpoch, certificate } =
    account
  const differs = nodeId !== null && recordedId !== null && nodeId !== recordedId
  const places = [
    ...(recordedId === null ? [] : [`voter ${recordedId}`]),
    ...(registeredId === null ? [] : [registeredId === recordedId ? 'registered' : `registered as ${registeredId}`]),
    ...(configured ? ['bootstrap'] : []),
  ]
  const id = nodeId ?? recordedId
  // What another quorum's leader reports of its own log goes before what this one knows of that node id.
  const rival = view.quorum.rivals.find((r) => r.address === account.address)
  const seen = view.replicas.find((r) => r.nodeId === id && !isObserver(r))?.logEndOffset ?? null
  const follows = view.quorum.leaderId === null || leaderId === null || leaderId === view.quorum.leaderId
  const log = rival === undefined ? (follows ? seen : null) : rival.logEndOffset
  return {
    ...(differs || sameCluster === false
      ? { tone: 'danger' as const, glyph: '✕', reach: 'another node answers' }
      : REACH[account.reach]),
    identity:
      sameCluster === false
        ? 'another cluster'
        : nodeId === null
          ? 'not stated'
          : `node ${nodeId}${roles === null ? '' : `, ${roles.join(' and ') || 'no role'}`}`,
    places: places.join(' · ') || 'known from before',
    leader:
      leaderEpoch === null && leaderId === null
        ? 'not stated'
        : `${leaderId === null ? 'nobody' : leaderId === nodeId ? `${leaderId}, itself` : leaderId}${leaderEpoch === null ? '' : `, epoch ${leaderEpoch}`}`,
    logEnd: log === null ? '—' : `${formatCount(log)}${view.quorum.leaderId === null ? ' (last seen)' : ''}`,
    certificate:
      certificate === null
        ? '—'
        : `${certificate.names.join(', ') || 'no name'}; ${Math.floor((certificate.validToMs - view.observedAtMs) / DAY_MS)} days left`,
  }
}

/** Whether anything in it is not as it should be: then the table is open by itself. */
export function accountsNeedEyes(view: QuorumView): boolean {
  if (view.quorum.leaderId === null || view.quorum.rivals.length > 0) return true
  return (view.controllers ?? []).some(
    ({ reach, nodeId, recordedId, sameCluster }) =>
      (recordedId !== null && reach !== 'answers') ||
      (nodeId !== null && recordedId !== null && nodeId !== recordedId) ||
      sameCluster === false,
  )
}
